// The fast question: is this value beyond doubt? Everything doubtful is looked at again, slowly, by diagnose.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "translators/guide/program.hpp"
#include "translators/guide/syntax_note.hpp"
#include "translators/wire/delimiters.hpp"

namespace crossdock::guide {

/// Bytes spread over a word, for text checks.
struct TextCheck {
  std::uint64_t component = 0, repetition = 0;
  char component_byte = 0, repetition_byte = 0;
  explicit TextCheck(const wire::Delimiters& delimiters)
      : component(ones * static_cast<unsigned char>(delimiters.component)),
        repetition(ones * static_cast<unsigned char>(delimiters.repetition)),
        component_byte(delimiters.component),
        repetition_byte(delimiters.repetition) {}

  static constexpr std::uint64_t ones = 0x0101010101010101ULL, tops = ones << 7;
  /// No control byte, no byte above 0x7E, no separator among these eight.
  [[nodiscard]] bool plain(std::uint64_t x) const {
    const std::uint64_t control = (x - ones * 0x20) & ~x;
    const std::uint64_t high = (x + ones) | x;
    const std::uint64_t c = x ^ component, r = x ^ repetition;
    return ((control | high | ((c - ones) & ~c) | ((r - ones) & ~r)) & tops) == 0;
  }
  /// The same for a text of any length (at least 1).
  [[nodiscard]] bool plain(std::string_view text) const {
    const char* p = text.data();
    const std::size_t n = text.size();
    std::uint64_t x = 0;
    if (n >= 8) {
      for (std::size_t i = 0; i + 8 <= n; i += 8) {
        std::memcpy(&x, p + i, 8);
        if (!plain(x)) return false;
      }
      std::memcpy(&x, p + n - 8, 8);
      return plain(x);
    }
    x = (ones * 0x20) << (n * 8);
    return plain(x | (pack(text) & ~(0xFFULL << 56)));
  }
};

inline bool all_digits(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c - '0') > 9) return false;
  return !text.empty();
}

inline bool has_digit(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c - '0') <= 9) return true;
  return false;
}

inline unsigned two(const char* p) {
  return static_cast<unsigned>(p[0] - '0') * 10 + static_cast<unsigned>(p[1] - '0');
}

/// CCYYMMDD or YYMMDD of the Gregorian calendar. Six digits: a year divisible by 4 leaps. Source: X12.6 s3.5.1.5.
inline bool is_date(std::string_view text) {
  constexpr unsigned char days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if ((text.size() != 8 && text.size() != 6) || !all_digits(text)) return false;
  const char* p = text.data() + text.size() - 4;
  const unsigned month = two(p), day = two(p + 2);
  if (month - 1 > 11 || day == 0) return false;
  if (day <= days[month]) return true;
  if (month != 2 || day != 29) return false;
  const unsigned year = text.size() == 8 ? two(text.data()) * 100 + two(text.data() + 2) : 2000 + two(text.data());
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// HHMM, HHMMSS, HHMMSSD or HHMMSSDD. Source: X12.6 s3.5.1.6.
inline bool is_time(std::string_view text) {
  const std::size_t n = text.size();
  if (n < 4 || n > 8 || n == 5 || !all_digits(text)) return false;
  return two(text.data()) < 24 && two(text.data() + 2) < 60 && (n == 4 || two(text.data() + 4) < 60);
}

/// Digits of an N value (a leading minus does not count), 0 if it is none.
inline std::size_t numeric_length(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  return all_digits(text) ? text.size() : 0;
}

/// Digits of an R value (minus and point do not count), 0 if it is none.
inline std::size_t decimal_length(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  std::size_t digits = 0;
  bool point = false;
  for (char c : text) {
    if (static_cast<unsigned char>(c - '0') <= 9)
      ++digits;
    else if (c == '.' && !point)
      point = true;
    else
      return 0;
  }
  return digits;
}

/// Digits of an EDIFACT n value, 0 if it is none: a leading minus and one decimal mark (point or comma, a digit before
/// and behind it) do not count. Source: ISO 9735-1 s9.1, s9.2.
inline std::size_t number_length(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  std::size_t digits = 0;
  bool mark = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i] - '0') <= 9)
      ++digits;
    else if ((text[i] == '.' || text[i] == ',') && !mark && i != 0 && i + 1 != text.size())
      mark = true;
    else
      return 0;
  }
  return digits;
}

inline bool fits(const FastElement& rule, std::size_t length) {
  return length >= rule.length_min && length <= rule.length_max;
}

/// True when a simple value is good and needs no note. `value` is not empty.
inline bool value_good(const FastElement& rule, std::string_view value, const TextCheck& check) {
  if (rule.codes != nullptr) return rule.codes->contains(value) && (rule.codes_fit || fits(rule, value.size()));
  switch (rule.type) {
    case ElementType::text:
    case ElementType::identifier: return fits(rule, value.size()) && value.back() != ' ' && check.plain(value);
    case ElementType::alphabetic:
      return fits(rule, value.size()) && value.back() != ' ' && check.plain(value) && !has_digit(value);
    case ElementType::number: return number_length(value) != 0 && fits(rule, number_length(value));
    case ElementType::numeric: return numeric_length(value) != 0 && fits(rule, numeric_length(value));
    case ElementType::decimal: return decimal_length(value) != 0 && fits(rule, decimal_length(value));
    case ElementType::date: return fits(rule, value.size()) && is_date(value);
    case ElementType::time: return fits(rule, value.size()) && is_time(value);
    case ElementType::binary: return fits(rule, value.size());
    case ElementType::composite: break;
  }
  return false;
}

/// True when every note holds. Nothing present at all is doubtful where there are notes.
inline bool notes_good(const Program& program, std::uint32_t first, std::uint32_t count, std::uint64_t present) {
  bool good = count == 0 || present != 0;
  for (const FastNote *note = program.notes.data() + first, *end = note + count; note != end; ++note) {
    const std::uint64_t those = present & note->mask;
    if (note->kind == FastNote::Kind::all)
      good &= (present & note->first) == 0 || those == note->mask;
    else if (note->kind == FastNote::Kind::any)
      good &= (present & note->first) == 0 || those != 0;
    else if (note->kind == FastNote::Kind::none)
      good &= (present & note->first) == 0 || those == 0;
    else
      good &= (those & (those - 1)) == 0 && (those != 0 || note->kind == FastNote::Kind::at_most_one);
  }
  return good;
}

/// True when a composite (one repetition) is good.
inline bool composite_good(const Program& program, const FastElement& rule, std::string_view value,
                           const TextCheck& check) {
  std::uint64_t present = 0;
  for (std::uint32_t i = 0;; ++i) {
    if (i >= rule.component_count) return false;
    const char* end = check.component_byte == 0 || value.empty()
                          ? nullptr
                          : static_cast<const char*>(std::memchr(value.data(), check.component_byte, value.size()));
    const std::string_view part =
        end == nullptr ? value : value.substr(0, static_cast<std::size_t>(end - value.data()));
    if (!part.empty()) {
      if (!value_good(program.elements[rule.first_component + i], part, check)) return false;
      present |= 1ULL << i;
    }
    if (end == nullptr) {
      if (part.empty() && i != 0) return false;  // trailing component separator
      break;
    }
    value.remove_prefix(part.size() + 1);
  }
  return (rule.mandatory & ~present) == 0 && (rule.forbidden & present) == 0 &&
         notes_good(program, rule.first_note, rule.note_count, present);
}

}  // namespace crossdock::guide
