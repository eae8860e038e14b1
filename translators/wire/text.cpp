// The few functions of text.hpp that are not one line.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/text.hpp"

namespace crossdock::wire {

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
