// Small questions about characters and values that reader, writer and summary share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::wire {

[[nodiscard]] constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
[[nodiscard]] constexpr bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }
[[nodiscard]] constexpr bool is_alphanumeric(char byte) {
  return is_digit(byte) || is_upper(byte) || (byte >= 'a' && byte <= 'z');
}
[[nodiscard]] constexpr bool is_newline(char byte) { return byte == '\n' || byte == '\r'; }
[[nodiscard]] constexpr bool is_padding(char byte) { return byte == '\0' || byte == '\x1A'; }
/// What may stand between segments: blanks, line breaks, NUL and Ctrl-Z.
[[nodiscard]] constexpr bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || is_newline(byte) || is_padding(byte);
}

/// True if the value is one or more digits.
[[nodiscard]] bool is_digits(std::string_view value);
/// The value of up to 18 digits; nothing for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view value);
[[nodiscard]] std::string_view trim(std::string_view value);
[[nodiscard]] std::string_view trim_right(std::string_view value);
/// A byte for people: `'*'`, or `0x0A` where it cannot be shown.
[[nodiscard]] std::string visible(char byte);
/// `ISA.05`
[[nodiscard]] std::string element_place(std::string_view tag, std::size_t element);

}  // namespace crossdock::wire
