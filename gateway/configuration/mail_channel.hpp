// Typed values of a partner's `mail:` channel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/server_access.hpp"

namespace crossdock::configuration {

/// What the receiving mail server must have found out about a mail (RFC 8601).
struct MailProof {
  enum class Method : std::uint8_t { dkim, spf, dmarc };
  Named server;
  std::vector<Method> require{Method::dkim};
  std::vector<std::string> domains;
  std::uint32_t line = 0, column = 0;
};

/// An IMAP folder (RFC 3501).
struct MailPickUp : ServerAccess {
  enum class Then : std::uint8_t { seen, move, remove };
  enum class Take : std::uint8_t { attachments, bodies, both };
  std::string folder = "INBOX", done_folder = "Crossdock/Done", refused_folder;
  Then then = Then::seen;
  Take take = Take::attachments;
  std::vector<std::string> include, exclude, from;
  std::optional<MailProof> proof;
  std::chrono::milliseconds every{120'000};
  std::uint32_t mails_max = 500, depth_max = 16, parts_max = 500, documents_max = 100;
  std::uint64_t mail_bytes_max = 64ULL << 20, document_bytes_max = 64ULL << 20;
  std::string map;
  std::chrono::milliseconds connect_timeout{20'000}, timeout{60'000};
};

/// Mails that leave by SMTP (RFC 5321).
struct MailPut : ServerAccess {
  enum class Form : std::uint8_t { attachment, body };
  Named from;
  std::vector<Named> to;
  std::string subject = "{name}", text, file_name = "{name}", content_type;
  Form form = Form::attachment;
  std::uint64_t mail_bytes_max = 25ULL << 20;
  std::chrono::milliseconds connect_timeout{20'000}, timeout{60'000};
};

struct MailChannel {
  Named name;
  std::optional<MailPickUp> pick_up;
  std::optional<MailPut> put;
};

[[nodiscard]] const Section& mail_channel_section();

}  // namespace crossdock::configuration
