// Decimal texts: normal form, implied points.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/codec.hpp"

namespace crossdock::mapping {
namespace {
bool digit(char c) { return c >= '0' && c <= '9'; }
}  // namespace

bool is_json_number(std::string_view text, bool integer) {
  if (text.starts_with("-")) text.remove_prefix(1);
  if (text.empty() || !digit(text[0]) || (text.size() > 1 && text[0] == '0' && digit(text[1]))) return false;
  std::size_t at = 0;
  while (at < text.size() && digit(text[at])) ++at;
  if (at == text.size()) return true;
  if (integer || text[at] != '.' || at + 1 == text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(), digit);
}

std::string_view plain_decimal(std::string_view text, Arena& arena) {
  while (text.starts_with(" ")) text.remove_prefix(1);
  while (text.ends_with(" ")) text.remove_suffix(1);
  if (is_json_number(text, false)) return text;
  const bool negative = text.starts_with("-");
  if (negative || text.starts_with("+")) text.remove_prefix(1);
  if (text.ends_with(".")) text.remove_suffix(1);
  std::size_t points = 0;
  for (const char c : text) {
    if (c == '.')
      ++points;
    else if (!digit(c))
      return {};
  }
  if (text.empty() || text == "." || points > 1) return {};
  while (text.size() > 1 && text[0] == '0' && text[1] != '.') text.remove_prefix(1);
  char* const start = arena.room(text.size() + 2);
  char* out = start;
  if (negative) *out++ = '-';
  if (text[0] == '.') *out++ = '0';
  out = std::copy(text.begin(), text.end(), out);
  return arena.keep(start, static_cast<std::size_t>(out - start));
}

}  // namespace crossdock::mapping
