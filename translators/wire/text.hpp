// Small questions about characters and values that reader, writer and summary share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "translators/wire/digits.hpp"

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
[[nodiscard]] inline bool is_digits(std::string_view value) {
  if (value.size() - 1 < 8) return eight_digits(zero_padded(short_word(value), value.size()));
  if (value.empty()) return false;
  for (const char byte : value)
    if (!is_digit(byte)) return false;
  return true;
}
/// The value of up to 18 digits; nothing for anything else.
[[nodiscard]] inline std::optional<std::uint64_t> parse_number(std::string_view value) {
  if (value.empty() || value.size() > 18 || !is_digits(value)) return std::nullopt;
  if (value.size() <= 8) return number_of(zero_padded(short_word(value), value.size()));
  std::uint64_t number = 0;
  for (const char byte : value) number = number * 10 + static_cast<std::uint64_t>(byte - '0');
  return number;
}
[[nodiscard]] inline std::string_view trim_right(std::string_view value) {
  while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
  return value;
}
[[nodiscard]] inline std::string_view trim(std::string_view value) {
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  return trim_right(value);
}
/// Assigns where that changes something: most headers repeat those before them.
inline void assign(std::string& to, std::string_view value) {
  if (same_text(to, value)) return;
  if (to.size() != value.size()) {
    to = value;
  } else if (value.size() - 8 <= 8) {
    const std::uint64_t head = word_at(value.data()), tail = word_at(value.data() + value.size() - 8);
    std::memcpy(to.data(), &head, sizeof head);
    std::memcpy(to.data() + to.size() - sizeof tail, &tail, sizeof tail);
  } else {
    std::memcpy(to.data(), value.data(), value.size());
  }
}
/// A byte for people: `'*'`, or `0x0A` where it cannot be shown.
[[nodiscard]] std::string visible(char byte);
/// `ISA.05`
[[nodiscard]] std::string element_place(std::string_view tag, std::size_t element);

}  // namespace crossdock::wire
