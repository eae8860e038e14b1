// Single-byte encodings by their tables (WHATWG Encoding), UTF-8 by RFC 3629.
// SPDX-License-Identifier: Apache-2.0
#include "translators/tree/encoding.hpp"

#include <algorithm>
#include <array>

namespace crossdock::tree {
namespace {

/// 0x80 to 0x9F of windows-1252; 0 where the byte stands for nothing.
constexpr std::array<std::uint16_t, 32> windows = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

constexpr std::array<std::pair<std::string_view, Encoding>, 10> names = {{{"utf-8", Encoding::utf8},
                                                                          {"utf8", Encoding::utf8},
                                                                          {"us-ascii", Encoding::ascii},
                                                                          {"ascii", Encoding::ascii},
                                                                          {"iso-8859-1", Encoding::latin1},
                                                                          {"latin1", Encoding::latin1},
                                                                          {"latin-1", Encoding::latin1},
                                                                          {"iso8859-1", Encoding::latin1},
                                                                          {"windows-1252", Encoding::windows1252},
                                                                          {"cp1252", Encoding::windows1252}}};

}  // namespace

std::optional<Encoding> find_encoding(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const auto& [known, encoding] : names)
    if (known == lower) return encoding;
  return std::nullopt;
}

std::string_view name(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8: return "UTF-8";
    case Encoding::ascii: return "US-ASCII";
    case Encoding::latin1: return "ISO-8859-1";
    case Encoding::windows1252: return "windows-1252";
  }
  return {};
}

void append_code_point(std::string& out, std::uint32_t code) {
  auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800)
    put(0xC0 | (code >> 6));
  else if (code < 0x10000)
    put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F));
  else
    put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F)), put(0x80 | ((code >> 6) & 0x3F));
  put(0x80 | (code & 0x3F));
}

bool append_as_utf8(std::string& out, std::string_view bytes, Encoding encoding) {
  if (encoding == Encoding::utf8) {
    if (valid_utf8_prefix(bytes) != bytes.size()) return false;
    out.append(bytes);
    return true;
  }
  const std::size_t before = out.size();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    std::uint32_t code = byte;
    if (byte >= 0x80 && encoding == Encoding::windows1252 && byte < 0xA0) code = windows[byte - 0x80U];
    if ((byte >= 0x80 && encoding == Encoding::ascii) || (code == 0 && byte != 0)) {
      out.resize(before);
      return false;
    }
    append_code_point(out, code);
  }
  return true;
}

bool append_encoded(std::string& out, std::string_view text, Encoding encoding) {
  if (encoding == Encoding::utf8) {
    out.append(text);
    return true;
  }
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    i += length;
    if (code < 0x80 || (code <= 0xFF && encoding == Encoding::latin1) ||
        (code >= 0xA0 && code <= 0xFF && encoding == Encoding::windows1252)) {
      out += static_cast<char>(code);
      continue;
    }
    if (encoding != Encoding::windows1252) return false;
    const auto found = std::find(windows.begin(), windows.end(), code);
    if (found == windows.end() || code == 0) return false;
    out += static_cast<char>(0x80 + (found - windows.begin()));
  }
  return true;
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  auto more = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  while (at < text.size()) {
    const unsigned lead = byte(0);
    std::size_t length = 0;
    if (lead < 0x80)
      length = 1;
    else if (lead >= 0xC2 && lead <= 0xDF && more(1))
      length = 2;
    else if ((lead & 0xF0U) == 0xE0U && more(1) && more(2) && !(lead == 0xE0 && byte(1) < 0xA0) &&
             !(lead == 0xED && byte(1) > 0x9F))
      length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4 && more(1) && more(2) && more(3) && !(lead == 0xF0 && byte(1) < 0x90) &&
             !(lead == 0xF4 && byte(1) > 0x8F))
      length = 4;
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace crossdock::tree
