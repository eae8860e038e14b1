// Short texts and digits eight bytes at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace crossdock::wire {

/// The bytes of a text of at most eight, the first one lowest, zeros behind them. Reads nothing beyond the text.
[[nodiscard]] inline std::uint64_t short_word(std::string_view text) {
  const std::size_t n = text.size();
  const char* const p = text.data();
  if (n >= 4) {
    std::uint32_t head = 0, tail = 0;
    std::memcpy(&head, p, 4);
    std::memcpy(&tail, p + n - 4, 4);
    return head | static_cast<std::uint64_t>(tail) << ((n - 4) * 8);
  }
  if (n >= 2) {
    std::uint16_t head = 0, tail = 0;
    std::memcpy(&head, p, 2);
    std::memcpy(&tail, p + n - 2, 2);
    return head | static_cast<std::uint64_t>(tail) << ((n - 2) * 8);
  }
  return n == 0 ? 0 : static_cast<unsigned char>(*p);
}

/// left == right, without a call for short texts.
[[nodiscard]] inline bool same_text(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  return left.size() <= 8 ? short_word(left) == short_word(right) : left == right;
}

/// True if each of the eight bytes is a digit.
[[nodiscard]] constexpr bool eight_digits(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  return (((word & (ones * 0xF0)) ^ (ones * 0x30)) | (((word + ones * 6) & (ones * 0xF0)) ^ (ones * 0x30))) == 0;
}

/// A word whose first `length` (1 to 8) bytes are those of `word`, moved behind zeros: `12` -> `00000012`.
[[nodiscard]] constexpr std::uint64_t zero_padded(std::uint64_t word, std::size_t length) {
  constexpr std::uint64_t zeros = 0x3030303030303030ULL;
  return word << (64 - 8 * length) | (zeros >> (8 * length - 8)) >> 8;
}

/// The number that eight digits write.
[[nodiscard]] constexpr std::uint64_t number_of(std::uint64_t word) {
  word = (word & 0x0F0F0F0F0F0F0F0FULL) * (10 * 256 + 1) >> 8;
  word = (word & 0x00FF00FF00FF00FFULL) * (100ULL * 65536 + 1) >> 16;
  return (word & 0x0000FFFF0000FFFFULL) * (10000ULL * 4294967296ULL + 1) >> 32;
}

}  // namespace crossdock::wire
