// The forms that texts in configuration take: one predicate, one description and one JSON Schema pattern each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::configuration {

struct TextFormat {
  std::string_view name;      ///< shown as the type in the reference
  std::string_view expected;  ///< completes "write ...": `a name of lower-case letters, digits and dashes`
  std::string_view pattern;   ///< ECMA regular expression for the JSON Schema; empty: any
  bool (*accepts)(std::string_view text);
};

namespace format {
extern const TextFormat any;             ///< any text up to 1000 bytes
extern const TextFormat name;            ///< slug: what files, partners and targets are called
extern const TextFormat url;             ///< http or https
extern const TextFormat path;            ///< file or folder, no NUL, no `..`
extern const TextFormat listen;          ///< ADDRESS:PORT
extern const TextFormat set;             ///< x12/004010/214
extern const TextFormat map;             ///< x12/004010/214, webhooks/acme-status
extern const TextFormat event;           ///< shipment.milestone.v1, load.tendered, shipment.*
extern const TextFormat scac;            ///< two to four capital letters or digits
extern const TextFormat x12_identifier;  ///< QUALIFIER:ID of ISA05/06, ISA07/08
extern const TextFormat identifier;      ///< GS02/GS03, UNB
extern const TextFormat as2_name;        ///< AS2-From, AS2-To
extern const TextFormat host;            ///< a host's name or numeric address
extern const TextFormat host_key;        ///< of an SSH server: SHA256:... or type and base64
extern const TextFormat algorithm;       ///< of SSH, such as ssh-ed25519 or aes256-gcm@openssh.com
extern const TextFormat tunnel;          ///< a proxy of SSH: socks5://host:port or http://host:port
extern const TextFormat zone;            ///< IANA zone
extern const TextFormat token_hash;      ///< sha256:64 hex
extern const TextFormat header;          ///< an HTTP header's name
extern const TextFormat url_segment;     ///< the {path} of a webhook
extern const TextFormat delimiter;       ///< a character that separates
extern const TextFormat character;       ///< exactly one character
extern const TextFormat glob;            ///< file name pattern with * and ?
extern const TextFormat file_name;       ///< of a file put, with what is filled in in braces
extern const TextFormat time_of_day;     ///< 08:00
extern const TextFormat date;            ///< 2026-12-25
extern const TextFormat release;         ///< 004010
extern const TextFormat field_path;      ///< milestone.code
extern const TextFormat code;            ///< a finding's code
extern const TextFormat proxy;           ///< socks5h://host:port or http://host:port
extern const TextFormat mail_address;    ///< edi@acme.example
}  // namespace format

/// `45m`, `2h`, `1h30m`, `500ms`, `10s`, `3d`. Empty on anything else or above ten years.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::string write_duration(std::chrono::milliseconds value);
/// `512`, `64KiB`, `64 MiB`, `1GiB`. Empty on anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);
[[nodiscard]] std::string write_bytes(std::uint64_t value);
/// The candidate with the smallest edit distance, if it is near enough to be meant; else empty.
[[nodiscard]] std::string_view nearest(std::string_view text, const std::vector<std::string_view>& candidates);

}  // namespace crossdock::configuration
