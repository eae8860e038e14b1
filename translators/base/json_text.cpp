// JSON string escaping. The common case (printable ASCII without quote or backslash) is one scan and one append.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/json_text.hpp"

#include <cstdint>
#include <cstring>

namespace crossdock {
namespace {

bool plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

/// True when all bytes are plain; eight at a time.
bool all_plain(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
  std::size_t at = 0;
  std::uint64_t bad = 0;  // a high bit for each byte that is not plain, or not ASCII
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\'), del = word ^ (ones * 0x7f);
    bad |= word | (word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones);
  }
  if ((bad & highs) != 0) return false;  // borrows may say so of a plain text too: the slow way decides
  if (text.size() >= 8 && at < text.size()) return all_plain(text.substr(text.size() - 8));
  for (; at < text.size(); ++at)
    if (!plain(static_cast<unsigned char>(text[at]))) return false;
  return true;
}

/// Length of the well-formed UTF-8 sequence at `at` (RFC 3629 s4), 0 if there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  auto continuation = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return continuation(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!continuation(1) || !continuation(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!continuation(1) || !continuation(2) || !continuation(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void append_escaped(std::string& out, unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (c < 0x20 || c == 0x7f) {
    out += "\\u00";
    out += digits[c >> 4];
    out += digits[c & 15];
    return;
  }
  out += static_cast<char>(0xC0 | (c >> 6));  // ISO 8859-1 read as UTF-8
  out += static_cast<char>(0x80 | (c & 0x3F));
}

}  // namespace

bool is_plain_json(std::string_view text) {
#ifdef __SSE2__
  const __m128i below = _mm_set1_epi8(0x20), quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                del = _mm_set1_epi8(0x7f);
  __m128i bad = _mm_setzero_si128();  // signed bytes: those above 0x7f are below a blank too
  for (; text.size() >= 16; text.remove_prefix(16)) {
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
    bad = _mm_or_si128(bad, _mm_or_si128(_mm_or_si128(_mm_cmplt_epi8(part, below), _mm_cmpeq_epi8(part, quote)),
                                         _mm_or_si128(_mm_cmpeq_epi8(part, slash), _mm_cmpeq_epi8(part, del))));
  }
  if (_mm_movemask_epi8(bad) != 0) return false;
#endif
  for (const char c : text)
    if (!plain(static_cast<unsigned char>(c))) return false;
  return true;
}

void append_json_string(std::string& out, std::string_view value) {
  if (all_plain(value)) {
    const std::size_t at = out.size();
    out.resize(at + value.size() + 2);
    out[at] = '"';
    if (!value.empty()) std::memcpy(out.data() + at + 1, value.data(), value.size());
    out[at + value.size() + 1] = '"';
    return;
  }
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < value.size();) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (plain(c)) {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      if (const std::size_t length = utf8_length(value, i); length != 0) {
        i += length;
        continue;
      }
    }
    out.append(value.substr(start, i - start));
    append_escaped(out, c);
    start = ++i;
  }
  out.append(value.substr(start));
  out += '"';
}

}  // namespace crossdock
