// Writing JSON text without a tree: escaping only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace crossdock {

/// Appends `value` as a JSON string (RFC 8259 s7), quotes included. Bytes that are not valid UTF-8 are read as ISO
/// 8859-1, so the output is always valid UTF-8.
void append_json_string(std::string& out, std::string_view value);

/// True when all bytes are printable ASCII without quote and backslash: such a text stands in JSON as it is.
[[nodiscard]] bool is_plain_json(std::string_view text);

/// High bits where a byte of the word may need an escape in a JSON string; zero: none does. Borrows may set a bit too
/// many, never one too few.
[[nodiscard]] inline std::uint64_t needs_escape(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
  const std::uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\'), del = word ^ (ones * 0x7f);
  return (word | (word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones)) & highs;
}

#ifdef __SSE2__
/// True when all sixteen bytes are printable ASCII without quote and backslash.
[[nodiscard]] inline bool plain_sixteen(__m128i bytes) {
  const __m128i outside = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),  // signed: from 0x80 on as well
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
  const __m128i marked =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return _mm_movemask_epi8(_mm_or_si128(outside, marked)) == 0;
}

/// Copies at least eight bytes; false where one may need an escape.
[[nodiscard]] inline bool copy_plain_long(char* to, const char* from, std::size_t size) {
  const auto load = [from](std::size_t at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at)); };
  if (size < 16) {
    const __m128i head = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    const __m128i tail = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + size - 8));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), head);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + size - 8), tail);
    return plain_sixteen(_mm_unpacklo_epi64(head, tail));
  }
  bool plain = true;
  for (std::size_t at = 0; at + 16 < size; at += 16) {
    plain = plain_sixteen(load(at)) && plain;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), load(at));
  }
  const __m128i last = load(size - 16);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to + size - 16), last);
  return plain_sixteen(last) && plain;
}
#else
/// Copies at least eight bytes; false where one may need an escape.
[[nodiscard]] inline bool copy_plain_long(char* to, const char* from, std::size_t size) {
  std::uint64_t word = 0, found = 0;
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    std::memcpy(&word, from + at, 8);
    std::memcpy(to + at, &word, 8);
    found |= needs_escape(word);
  }
  std::memcpy(&word, from + size - 8, 8);
  std::memcpy(to + size - 8, &word, 8);
  return (found | needs_escape(word)) == 0;
}
#endif

/// Copies `size` bytes to `to`; false where one may need an escape, and then append_json_string decides.
[[nodiscard]] inline bool copy_plain_json(char* to, const char* from, std::size_t size) {
  if (size >= 8) return copy_plain_long(to, from, size);
  if (size >= 4) {
    std::uint32_t head = 0, tail = 0;
    std::memcpy(&head, from, 4);
    std::memcpy(&tail, from + size - 4, 4);
    std::memcpy(to, &head, 4);
    std::memcpy(to + size - 4, &tail, 4);
    return needs_escape((std::uint64_t{head} << 32U) | tail) == 0;
  }
  std::uint64_t word = 0x3030303030303030ULL;
  for (std::size_t i = 0; i < size; ++i) {
    to[i] = from[i];
    word = (word << 8U) | static_cast<unsigned char>(from[i]);
  }
  return needs_escape(word) == 0;
}

}  // namespace crossdock
