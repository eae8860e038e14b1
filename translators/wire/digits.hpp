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

/// The eight bytes at `at`.
[[nodiscard]] inline std::uint64_t word_at(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// left == right, without a call for texts of up to 16 bytes.
[[nodiscard]] inline bool same_text(std::string_view left, std::string_view right) {
  const std::size_t n = left.size();
  if (n != right.size()) return false;
  if (n <= 8) return short_word(left) == short_word(right);
  if (n > 16) return left == right;
  const char *const a = left.data(), *const b = right.data();
  return ((word_at(a) ^ word_at(b)) | (word_at(a + n - 8) ^ word_at(b + n - 8))) == 0;
}

/// A hash of `seed` and a text.
[[nodiscard]] inline std::uint64_t hash_text(std::uint64_t seed, std::string_view text) {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15ULL;
  std::uint64_t hash = seed ^ text.size();
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * factor;
    hash ^= hash >> 32;
  };
  for (; text.size() > 8; text.remove_prefix(8)) mix(word_at(text.data()));
  mix(short_word(text));
  return hash;
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
