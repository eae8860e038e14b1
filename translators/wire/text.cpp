// The few functions of text.hpp that are not one line.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/text.hpp"

#include <algorithm>

namespace crossdock::wire {

bool is_digits(std::string_view value) { return !value.empty() && std::all_of(value.begin(), value.end(), is_digit); }

std::optional<std::uint64_t> parse_number(std::string_view value) {
  if (value.empty() || value.size() > 18) return std::nullopt;
  std::uint64_t number = 0;
  for (const char byte : value) {
    if (!is_digit(byte)) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(byte - '0');
  }
  return number;
}

std::string_view trim_right(std::string_view value) {
  while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
  return value;
}

std::string_view trim(std::string_view value) {
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  return trim_right(value);
}

std::string visible(char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  if (value > 32 && value < 127) return std::string("'") + byte + "'";
  return std::string("0x") + digits[value >> 4] + digits[value & 15];
}

std::string element_place(std::string_view tag, std::size_t element) {
  return std::string(tag) + (element < 10 ? ".0" : ".") + std::to_string(element);
}

}  // namespace crossdock::wire
