// Geographic positions: DDDMMSS with a direction, and decimal degrees.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "translators/mapping/codec.hpp"

namespace crossdock::mapping {

std::string_view read_degrees(std::string_view text, std::string_view direction, Arena& arena) {
  const bool negative = direction == "S" || direction == "W";
  if (text.size() < 5 || text.size() > 7 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return {};
  std::int64_t digits = 0;
  for (const char c : text) digits = digits * 10 + (c - '0');
  const std::int64_t degrees = digits / 10000, minutes = digits / 100 % 100, seconds = digits % 100;
  if (degrees > 180 || minutes > 59 || seconds > 59) return {};
  const std::int64_t total = degrees * 3600 + minutes * 60 + seconds;
  const std::int64_t millionths = (total * 1'000'000 + 1800) / 3600;
  char* const start = arena.room(16);
  char* out = start;
  if (negative && millionths != 0) *out++ = '-';
  out = std::to_chars(out, start + 8, millionths / 1'000'000).ptr;
  *out++ = '.';
  std::int64_t rest = millionths % 1'000'000;
  for (int i = 5; i >= 0; --i, rest /= 10) out[i] = static_cast<char>('0' + rest % 10);
  return arena.keep(start, static_cast<std::size_t>(out + 6 - start));
}

bool write_degrees(std::string_view decimal, bool longitude, std::string_view& digits, std::string_view& direction,
                   Arena& arena) {
  std::string_view text = plain_decimal(decimal, arena);
  if (text.empty()) return false;
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  if (point > 3) return false;
  std::int64_t millionths = 0;
  for (std::size_t i = 0; i < point; ++i) millionths = millionths * 10 + (text[i] - '0');
  for (std::size_t i = 0; i < 6; ++i)
    millionths = millionths * 10 + (point + 1 + i < text.size() ? text[point + 1 + i] - '0' : 0);
  const std::int64_t seconds = (millionths * 3600 + 500'000) / 1'000'000;
  if (seconds > 180 * 3600) return false;
  char* const start = arena.room(16);
  const int length = std::snprintf(start, 16, "%03lld%02lld%02lld", static_cast<long long>(seconds / 3600),
                                   static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
  digits = arena.keep(start, static_cast<std::size_t>(length));
  direction = longitude ? (negative ? "W" : "E") : (negative ? "S" : "N");
  return true;
}

}  // namespace crossdock::mapping
