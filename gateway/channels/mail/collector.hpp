// Which parts of a mail are documents, and their bytes on the way to the intake: small ones in memory, large ones in
// the spool. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/channels/http_server/spool.hpp"
#include "gateway/channels/mail/authentication_results.hpp"
#include "gateway/channels/mail/message_reader.hpp"

namespace crossdock::mail {

struct TakeRules {
  enum class Take : std::uint8_t { attachments, bodies, both };
  Take take = Take::attachments;
  std::vector<std::string> include, exclude;  ///< globs of attachments' names; empty include: all
  std::vector<std::string> from;              ///< globs of senders' addresses; empty: all
  AuthenticationPolicy authentication;
  ReadLimits limits;
  std::uint64_t unit_bytes_max = 64ULL << 20;  ///< decoded
  std::uint64_t inline_bytes_max = 64U << 10;  ///< larger units are spooled
  std::size_t units_max = 100;                 ///< documents of one mail
};

/// One document of a mail.
struct Unit {
  std::string section, file_name, content_type;
  std::string bytes;                         ///< of small ones
  std::shared_ptr<http::SpooledBody> spool;  ///< of larger ones
  std::uint64_t size = 0;
  std::string sha256;  ///< lower-case hex
};

/// What the header says.
struct Envelope {
  std::string message_id, from, subject, date;
  std::string header;  ///< the block itself
};

/// `*` any run, `?` one character; letters compare without case.
[[nodiscard]] bool name_matches(std::string_view pattern, std::string_view text);
/// Whether the sender is one of those that the channel takes.
[[nodiscard]] bool is_from(const TakeRules& rules, std::string_view address);

/// Collects the units of one mail. Signatures, HTML and empty texts are no documents; an attachment or a named part
/// counts as attachment, any other text or application part as body.
/// Errors: mail.authentication, mail.too_large, mail.depth (too many documents), channel.spool.
class Collector final : public MessageHandler {
 public:
  Collector(const TakeRules& rules, std::string spool_folder) : rules_(rules), spool_folder_(std::move(spool_folder)) {}
  ~Collector() override;
  Status headers(const mime::HeaderFields& fields) override;
  Status leaf_begin(const Leaf& leaf) override;
  Status leaf_bytes(std::string_view bytes) override;
  Status leaf_end() override;
  [[nodiscard]] std::vector<Unit>& units() { return units_; }

 private:
  [[nodiscard]] bool is_wanted(const Leaf& leaf) const;

  const TakeRules& rules_;
  std::string spool_folder_;
  std::vector<Unit> units_;
  std::optional<Unit> unit_;
  Sha256 digest_;
  std::unique_ptr<http::SpoolWriter> writer_;
};

[[nodiscard]] Envelope envelope_of(std::string_view header, const ReadLimits& limits);

}  // namespace crossdock::mail
