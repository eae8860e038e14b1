// AS2 names and Message-IDs: what peers send, what is compared, what is written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::as2 {

inline constexpr std::size_t name_bytes_max = 128;        ///< RFC 4130 s6.2
inline constexpr std::size_t message_id_bytes_max = 998;  ///< RFC 4130 s5.3.3: a line of RFC 5322

/// The name behind an AS2-From or AS2-To value: without blanks around it, unquoted (repeatedly: there are peers that
/// quote a quoted name), case kept. Errors: as2.name (empty, longer than 128 bytes, not printable ASCII).
/// Source: RFC 4130 s6.2.
[[nodiscard]] Result<std::string> parse_as2_name(std::string_view value);
/// In quotes when the name holds a blank, quote or backslash, else as an atom.
[[nodiscard]] std::string write_as2_name(std::string_view name);

/// A Message-ID or Original-Message-ID as it was received.
struct MessageId {
  std::string raw;  ///< exactly as in the header, to be echoed; brackets or not
  /// What ids are paired by: without blanks and brackets around it.
  [[nodiscard]] std::string_view key() const;
};

/// Takes any id: no brackets needed, no @, blanks around it dropped. Errors: as2.message_id (empty, longer than 998
/// bytes, control characters in it).
[[nodiscard]] Result<MessageId> parse_message_id(std::string_view value);
/// `<unique@host>`; what may not stand in an id is left out of both. Source: RFC 5322 s3.6.4.
[[nodiscard]] std::string make_message_id(std::string_view unique, std::string_view host);

}  // namespace crossdock::as2
