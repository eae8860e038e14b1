// The seven kinds of condition between elements.
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
  SyntaxNote note;
  note.text = std::string(text);
  std::string digits;
  if (text.size() > 4 && text[0] == 'D') {  // D5(01,02)
    constexpr std::string_view kinds = "1PRECL7";
    if (text[1] < '1' || text[1] > '7' || text[2] != '(' || text.back() != ')') return std::nullopt;
    note.kind = kinds[static_cast<std::size_t>(text[1] - '1')];
    const std::string_view list = text.substr(3, text.size() - 4);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if ((i % 3 == 2) != (list[i] == ',')) return std::nullopt;
      if (i % 3 != 2) digits += list[i];
    }
    if (list.size() % 3 != 2) return std::nullopt;
  } else {
    if (text.empty() || std::string_view("PRECL").find(text[0]) == std::string_view::npos) return std::nullopt;
    note.kind = text[0];
    digits = text.substr(1);
  }
  if (digits.size() < 4 || digits.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const char tens = digits[i], ones = digits[i + 1];
    if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
    const auto position = static_cast<std::size_t>((tens - '0') * 10 + (ones - '0'));
    if (position == 0 || position > count || position > elements_in_segment_max) return std::nullopt;
    const std::uint64_t bit = 1ULL << (position - 1);
    if (((note.mask | note.first) & bit) != 0) return std::nullopt;
    if (i == 0 && (note.kind == 'C' || note.kind == 'L' || note.kind == '7'))
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
    case '1': return "exactly one of " + positions(note.mask, "or") + " is required (" + note.text + ")";
    case '7':
      return "with " + positions(note.first, "and") + " comes none of " + positions(note.mask, "or") + " (" +
             note.text + ")";
    case 'C':
      return "with " + positions(note.first, "and") + " comes " + positions(note.mask, "and") + " (" + note.text + ")";
    default:
      return "with " + positions(note.first, "and") + " comes at least one of " + positions(note.mask, "or") + " (" +
             note.text + ")";
  }
}

std::uint16_t culprit(const SyntaxNote& note, std::uint64_t present) {
  std::uint64_t those = note.mask & ~present;
  if (excludes(note, present)) {
    those = note.mask & present;
    if (note.kind != '7') those &= those - 1;
  }
  return static_cast<std::uint16_t>(std::countr_zero(those) + 1);
}

std::uint16_t trigger(const SyntaxNote& note, std::uint64_t present, std::uint16_t culprit) {
  std::uint64_t those = note.first;
  if (those == 0) those = note.mask & present & ~(std::uint64_t{1} << (culprit - 1));
  return those == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(std::countr_zero(those) + 1);
}

}  // namespace crossdock::guide
