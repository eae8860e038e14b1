// The tables come from the C library's converter, made once a set.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/character_set.hpp"

#include <iconv.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace crossdock::wire {
namespace {

constexpr char32_t unknown = 0xFFFD;
constexpr std::size_t sets = static_cast<std::size_t>(CharacterSet::utf_8) + 1;

/// Code points of bytes 0x80 to 0xFF.
using Table = std::array<char32_t, 128>;

constexpr std::array<const char*, sets> converter_names{
    "ISO-8859-1", "ISO-8859-1", "ISO-8859-1", "ISO-8859-2", "ISO-8859-5",  "ISO-8859-7", "ISO-8859-3",
    "ISO-8859-4", "ISO-8859-6", "ISO-8859-8", "ISO-8859-9", "ISO-8859-15", "ISO-8859-1"};

Table make_table(const char* from) {
  Table table;
  table.fill(unknown);
  const iconv_t converter = iconv_open("UTF-32LE", from);
  if (converter == reinterpret_cast<iconv_t>(-1)) return table;
  for (unsigned byte = 0x80; byte <= 0xFF; ++byte) {
    char in = static_cast<char>(byte);
    std::uint32_t point = 0;
    char *source = &in, *target = reinterpret_cast<char*>(&point);
    std::size_t source_left = 1, target_left = sizeof point;
    iconv(converter, nullptr, nullptr, nullptr, nullptr);
    if (iconv(converter, &source, &source_left, &target, &target_left) != static_cast<std::size_t>(-1))
      table[byte - 0x80] = point;
  }
  iconv_close(converter);
  return table;
}

const Table& table_of(CharacterSet set) {
  static const std::array<Table, sets> tables = [] {
    std::array<Table, sets> made;
    for (std::size_t i = 0; i < sets; ++i) made[i] = make_table(converter_names[i]);
    return made;
  }();
  return tables[static_cast<std::size_t>(set)];
}

void append_point(std::string& out, char32_t point) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

/// Length of the well-formed character at the beginning, 0 if there is none; its code point.
std::size_t next_character(std::string_view text, char32_t& point) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned first = byte(0);
  if (first < 0x80) {
    point = first;
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
    point = point << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  return overlong || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ? 0 : length;
}

/// UNOA: capitals, digits, space and these; UNOB adds small letters. Source: ISO 9735:1988 s5.1, s5.2.
constexpr std::string_view level_a = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>";
constexpr std::string_view small_letters = "abcdefghijklmnopqrstuvwxyz";

}  // namespace

CharacterSet character_set_of(std::string_view identifier) {
  if (identifier.size() != 4 || identifier.substr(0, 3) != "UNO") return CharacterSet::not_said;
  switch (identifier[3]) {
    case 'A':
    case 'B': return CharacterSet::ascii;
    case 'C': return CharacterSet::latin_1;
    case 'D': return CharacterSet::latin_2;
    case 'E': return CharacterSet::cyrillic;
    case 'F': return CharacterSet::greek;
    case 'G': return CharacterSet::latin_3;
    case 'H': return CharacterSet::latin_4;
    case 'I': return CharacterSet::arabic;
    case 'J': return CharacterSet::hebrew;
    case 'K': return CharacterSet::latin_5;
    case 'L': return CharacterSet::latin_9;
    case 'W':
    case 'Y': return CharacterSet::utf_8;
    default: return CharacterSet::not_said;
  }
}

std::string_view name(CharacterSet set) {
  constexpr std::array<std::string_view, sets> names{"no declared character set",
                                                     "ASCII",
                                                     "ISO 8859-1",
                                                     "ISO 8859-2",
                                                     "ISO 8859-5",
                                                     "ISO 8859-7",
                                                     "ISO 8859-3",
                                                     "ISO 8859-4",
                                                     "ISO 8859-6",
                                                     "ISO 8859-8",
                                                     "ISO 8859-9",
                                                     "ISO 8859-15",
                                                     "UTF-8"};
  return names[static_cast<std::size_t>(set)];
}

bool has_high_bytes(std::string_view text) {
  std::uint64_t any = 0, word = 0;
  std::size_t at = 0;
  for (; at + 32 <= text.size(); at += 32) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), text.data() + at, 32);
    any |= words[0] | words[1] | words[2] | words[3];
  }
  for (; at < text.size(); ++at) word |= static_cast<unsigned char>(text[at]);
  return ((any & 0x8080808080808080ULL) | (word & 0x80)) != 0;
}

bool is_utf8(std::string_view text) {
  char32_t point = 0;
  while (!text.empty()) {
    const std::size_t length = next_character(text, point);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::size_t find_foreign(std::string_view text, CharacterSet set, bool capitals_only) {
  if (set == CharacterSet::not_said) return std::string_view::npos;
  if (set == CharacterSet::utf_8) {
    char32_t point = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = next_character(text.substr(at), point);
      if (length == 0) return at;
      at += length;
    }
    return std::string_view::npos;
  }
  const Table& table = table_of(set);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    bool good = byte >= 0x20 && byte != 0x7F;
    if (set == CharacterSet::ascii)
      good = level_a.find(text[at]) != std::string_view::npos ||
             (!capitals_only && small_letters.find(text[at]) != std::string_view::npos);
    else if (byte >= 0x80)
      good = byte >= 0xA0 && table[byte - 0x80U] != unknown;
    if (!good) return at;
  }
  return std::string_view::npos;
}

void append_utf8(std::string& out, std::string_view text, CharacterSet set) {
  if (is_utf8(text)) {
    out += text;
    return;
  }
  const Table& table = table_of(set);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      out += c;
    else
      append_point(out, table[byte - 0x80U]);
  }
}

bool append_in(std::string& out, std::string_view utf8, CharacterSet set) {
  if (set == CharacterSet::utf_8 || set == CharacterSet::not_said) {
    out += utf8;
    return true;
  }
  const Table& table = table_of(set);
  bool all = true;
  char32_t point = 0;
  while (!utf8.empty()) {
    const std::size_t length = next_character(utf8, point);
    utf8.remove_prefix(length == 0 ? 1 : length);
    if (length != 0 && point < 0x80) {
      out += static_cast<char>(point);
      continue;
    }
    std::size_t at = set == CharacterSet::ascii || length == 0 ? table.size() : 0;
    while (at < table.size() && table[at] != point) ++at;
    all = all && at < table.size();
    out += at < table.size() ? static_cast<char>(0x80 + at) : '?';
  }
  return all;
}

}  // namespace crossdock::wire
