// Typed values of partners/*.yaml: who a trading partner is, how it reaches us, what goes either way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/as2_channel.hpp"
#include "gateway/configuration/ftp_channel.hpp"
#include "gateway/configuration/mail_channel.hpp"
#include "gateway/configuration/section.hpp"
#include "gateway/configuration/sftp_channel.hpp"
#include "gateway/configuration/window.hpp"

namespace crossdock::configuration {

enum class Role : std::uint8_t { carrier, customer, shipper, broker, hub, supplier, warehouse, finance };
enum class ChannelKind : std::uint8_t { directory, document, webhook, as2, mail, sftp, ftp };
[[nodiscard]] std::string_view name(ChannelKind kind);

struct Identifiers {
  std::vector<Named> scac, x12, gs, edifact, as2;
};

/// Files in a folder: picked up inwards, put outwards.
struct DirectoryChannel {
  enum class Ready : std::uint8_t { stable, rename, marker };
  enum class Then : std::uint8_t { archive, remove };
  enum class ZeroBytes : std::uint8_t { ignore, archive };
  enum class OnConflict : std::uint8_t { refuse, rename };
  Named name;
  Named pick_up, put;  ///< empty: not in that direction; relative to the data folder
  std::string archive;
  Ready ready = Ready::stable;
  Then then = Then::archive;
  std::chrono::milliseconds every{30'000}, stable_for{2'000};
  std::string marker = ".done";
  std::vector<std::string> include, exclude;
  ZeroBytes zero_bytes = ZeroBytes::ignore;
  std::uint32_t at_once = 8;
  std::uint64_t file_bytes_max = 4ULL << 30;
  std::string file_name = "{name}";
  OnConflict on_conflict = OnConflict::refuse;
  std::string map;
};

/// POST /documents with a token of this partner.
struct DocumentChannel {
  Named name;
  std::vector<Named> tokens;  ///< sha256: hashes
  std::uint64_t body_bytes_max = 64ULL << 20;
  std::string map;
};

/// POST /webhooks/{path}.
struct WebhookChannel {
  enum class Verify : std::uint8_t { standard_webhooks, hmac, bearer };
  enum class Encoding : std::uint8_t { hex, base64 };
  Named name, path;
  Verify verify = Verify::standard_webhooks;
  std::vector<SecretReference> secrets;  ///< any of them is right: for rotation
  std::vector<Named> tokens;             ///< bearer: sha256: hashes
  std::string signature_header = "x-signature", signature_prefix, id_header, timestamp_header;
  Encoding encoding = Encoding::hex;
  enum class Signed : std::uint8_t { body, timestamp_and_body };
  Signed signed_content = Signed::body;
  std::chrono::milliseconds tolerance{300'000};
  std::uint64_t body_bytes_max = 1ULL << 20;
  Named map, schema;
};

struct Channel {
  std::optional<DirectoryChannel> directory;
  std::optional<DocumentChannel> document;
  std::optional<WebhookChannel> webhook;
  std::optional<As2Channel> as2;
  std::optional<MailChannel> mail;
  std::optional<SftpChannel> sftp;
  std::optional<FtpChannel> ftp;
  std::uint32_t line = 0, column = 0;
  [[nodiscard]] ChannelKind kind() const;
  /// What all file channels share; null for other kinds.
  [[nodiscard]] const FileChannel* files() const;
  /// Whether something can be sent by it: a folder to put files into, an AS2 address, an SMTP server.
  [[nodiscard]] bool outward() const;
  [[nodiscard]] bool inward() const;
  /// As `via:` refers to it: its own `name`, else its kind.
  [[nodiscard]] std::string name() const;
};

struct Delimiters {
  std::string element, segment, component, repetition;
};

struct Batch {
  std::uint32_t sets = 1;
  std::chrono::milliseconds every{0};
};

enum class Acknowledge : std::uint8_t { none, x997, x999, contrl };
enum class Advise : std::uint8_t { none, x824, aperak };

/// How EDIFACT interchanges are written.
struct EdifactWriting {
  enum class Una : std::uint8_t { when_needed, always, never };
  enum class Foreign : std::uint8_t { replace, refuse };
  enum class CharacterSet : std::uint8_t {
    unoa,
    unob,
    unoc,
    unod,
    unoe,
    unof,
    unog,
    unoh,
    unoi,
    unoj,
    unok,
    unow,
    unox,
    unoy
  };
  enum class SyntaxVersion : std::uint8_t { one, two, three, four };
  CharacterSet character_set = CharacterSet::unoc;
  SyntaxVersion syntax_version = SyntaxVersion::three;
  std::string application_reference, agreement;
  Una una = Una::when_needed;
  Foreign foreign_characters = Foreign::replace;
  bool groups = false;
};

[[nodiscard]] std::string_view name(EdifactWriting::CharacterSet set);

/// One transaction set that goes either way.
struct SetAgreement {
  Named set, via, map;
  Acknowledge acknowledge = Acknowledge::none;
  Advise advise = Advise::none;
  std::optional<EdifactWriting> edifact;
  std::optional<Delimiters> delimiters;
  std::optional<Batch> batch;
  std::vector<SendWindow> windows;  ///< empty: always
  std::uint32_t line = 0, column = 0;
};

struct Expectation {
  Named after, set;
  std::chrono::milliseconds within{3'600'000};
};

/// Moves the severity of a finding code, for all sets or one, everywhere or at one place.
struct SeverityMove {
  Named code;
  Severity severity = Severity::warning;
  Named set;
  std::string place;
};

struct Us {
  std::string x12, gs, edifact, as2;
};

/// What happens to an interchange that came before.
struct Duplicates {
  enum class Facts : std::uint8_t { mark, deliver };
  std::chrono::milliseconds window{90LL * 86'400'000};
  Facts facts = Facts::mark;
};

struct Partner {
  enum class DelimiterInData : std::uint8_t { choose_delimiters, replace, refuse };
  enum class Truncated : std::uint8_t { hold, accept };
  enum class AcknowledgeInterchange : std::uint8_t { on_request, rejected, always, never };
  Named id;
  std::string name;
  Role role = Role::carrier;
  Identifiers identifiers;
  std::vector<Named> carries;
  Named zone{"UTC"};
  std::vector<Named> closed;  ///< days, `2026-12-25`
  std::string guide;          ///< release, such as 004010, for sets whose GS08 has no guide
  std::vector<Channel> channels;
  bool test = false;
  Us us;
  std::vector<SetAgreement> receives, sends;
  std::vector<Expectation> expects;
  std::vector<SeverityMove> severity;
  DelimiterInData on_delimiter_in_data = DelimiterInData::choose_delimiters;
  std::string replace_with = " ";
  Truncated truncated = Truncated::hold;
  AcknowledgeInterchange acknowledge_interchange = AcknowledgeInterchange::on_request;
  bool acknowledge_overlay = false, acknowledge_warnings = false;
  Duplicates duplicates;

  std::string file;  ///< `partners/acme-freight.yaml`
  [[nodiscard]] const Channel* channel(std::string_view name) const;
  /// Where a set that the partner receives goes: the channel that `via` names, else the one outward; null when none.
  [[nodiscard]] const Channel* way_out(const SetAgreement& received) const;
};

[[nodiscard]] const Section& partner_section();

}  // namespace crossdock::configuration
