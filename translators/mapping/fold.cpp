// Folding and unfolding.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/fold.hpp"

#include <algorithm>

namespace crossdock::mapping {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Bytes of the first `width` characters.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (!continues(text[at]) && width-- == 0) break;
  return at;
}

/// Bytes of the first piece, and of the separator behind it that is not written. Only a full piece may be cut elsewhere
/// than at a separator.
struct Cut {
  std::size_t piece = 0, separator = 0;
};

Cut cut_of(std::string_view text, std::string_view separator, std::size_t width, bool last) {
  const std::size_t full = bytes_of(text, width);
  const bool words = separator == " ";
  if (full == text.size() && (words || last)) return {full, 0};
  if (last || separator.empty()) return {full, 0};
  // A piece that ends at a separator is not full: it would be read as going on.
  const std::size_t below = bytes_of(text, width - 1);
  const std::size_t at = words ? text.substr(0, below + 1).rfind(separator) : text.find(separator);
  if (at == std::string_view::npos || at > below || at == 0) return {full, 0};
  return {at, separator.size()};
}

}  // namespace

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

bool unfold(const Codec& codec, Values& values, Arena& arena) {
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < values.count; ++i) bytes += values.text[i].size() + codec.text.size();
  char* const start = arena.room(bytes + 1);
  char* out = start;
  bool full = true;  // no separator in front of the first
  for (std::uint32_t i = 0; i < values.count; ++i) {
    const std::string_view piece = values.text[i];
    if (piece.empty()) continue;
    if (!full) out = std::copy(codec.text.begin(), codec.text.end(), out);
    out = std::copy(piece.begin(), piece.end(), out);
    full = characters_in(piece) >= codec.number;
  }
  const bool goes_on = full && values.count > 0 && !values.text[values.count - 1].empty();
  values.text[0] = arena.keep(start, static_cast<std::size_t>(out - start));
  values.count = 1;
  return goes_on;
}

void fold(const Codec& codec, std::uint32_t places, Values& values) {
  const std::string_view whole = values.text[0];
  const auto cut_all = [&](std::string_view separator) {
    std::string_view rest = whole;
    for (std::uint32_t i = 0; i < places; ++i) {
      const Cut cut = cut_of(rest, separator, codec.number, i + 1 == places);
      values.text[i] = rest.substr(0, cut.piece);
      rest.remove_prefix(cut.piece + cut.separator);
    }
    return rest;
  };
  values.count = places;
  values.rest = cut_all(codec.text);
  // Full pieces take the least room.
  if (!values.rest.empty() && characters_in(whole) <= std::size_t{codec.number} * places) values.rest = cut_all({});
}

}  // namespace crossdock::mapping
