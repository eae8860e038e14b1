// The five kinds of relational condition (P R E C L).
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/syntax_note.hpp"

#include <bit>
#include <vector>

namespace crossdock::guide {
namespace {

std::string two_digits(unsigned position) { return (position < 10 ? "0" : "") + std::to_string(position); }

std::string positions(std::uint64_t mask, std::string_view last_word) {
  std::string out;
  while (mask != 0) {
    const auto at = static_cast<unsigned>(std::countr_zero(mask));
    mask &= mask - 1;
    if (!out.empty()) out += mask == 0 ? " " + std::string(last_word) + " " : ", ";
    out += two_digits(at + 1);
  }
  return out;
}

}  // namespace

std::optional<SyntaxNote> parse_note(std::string_view text, std::size_t count) {
  if (text.size() < 5 || text.size() % 2 == 0 || std::string_view("PRECL").find(text[0]) == std::string_view::npos)
    return std::nullopt;
  SyntaxNote note;
  note.kind = text[0];
  note.text = std::string(text);
  for (std::size_t i = 1; i < text.size(); i += 2) {
    const char tens = text[i], ones = text[i + 1];
    if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
    const auto position = static_cast<std::size_t>((tens - '0') * 10 + (ones - '0'));
    if (position == 0 || position > count || position > elements_in_segment_max) return std::nullopt;
    const std::uint64_t bit = 1ULL << (position - 1);
    if (((note.mask | note.first) & bit) != 0) return std::nullopt;
    if (i == 1 && (note.kind == 'C' || note.kind == 'L'))
      note.first = bit;
    else
      note.mask |= bit;
  }
  return note;
}

std::string sentence(const SyntaxNote& note) {
  switch (note.kind) {
    case 'P': return positions(note.mask, "and") + " stand together or not at all (" + note.text + ")";
    case 'R': return "at least one of " + positions(note.mask, "or") + " is required (" + note.text + ")";
    case 'E': return "only one of " + positions(note.mask, "or") + " may be present (" + note.text + ")";
    case 'C':
      return "with " + positions(note.first, "and") + " comes " + positions(note.mask, "and") + " (" + note.text + ")";
    default:
      return "with " + positions(note.first, "and") + " comes at least one of " + positions(note.mask, "or") + " (" +
             note.text + ")";
  }
}

std::uint16_t culprit(const SyntaxNote& note, std::uint64_t present) {
  std::uint64_t those = note.mask & ~present;
  if (note.kind == 'E') {
    those = note.mask & present;
    those &= those - 1;
  }
  return static_cast<std::uint16_t>(std::countr_zero(those) + 1);
}

std::uint16_t trigger(const SyntaxNote& note, std::uint64_t present, std::uint16_t culprit) {
  std::uint64_t those = note.first;
  if (those == 0) those = note.mask & present & ~(std::uint64_t{1} << (culprit - 1));
  return those == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(std::countr_zero(those) + 1);
}

}  // namespace crossdock::guide
