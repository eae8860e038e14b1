// The quick judgement on segments of a set whose text was found clean as a whole (wire/scan_text.hpp): lengths four at
// a time, presence by table, and a look only at values that have codes or a form. Everything doubtful is looked at
// again by diagnose.cpp. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "translators/guide/element_check.hpp"
#include "translators/guide/program.hpp"
#include "translators/wire/digits.hpp"
#include "translators/wire/segment_document.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace crossdock::guide {

/// The eight bytes at `at`, whatever they are.
inline std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// pack() of the `length` (1 to 7) first bytes of a word.
inline std::uint64_t pack_word(std::uint64_t word, std::uint32_t length) {
  return (word & ((1ULL << (8 * length)) - 1)) | static_cast<std::uint64_t>(length) << 56;
}

/// True if the 1 to 16 bytes at `at` are digits; false for more.
inline bool few_digits(const char* at, std::uint32_t length) {
  if (length <= 8) return wire::eight_digits(wire::zero_padded(load_word(at), length));
  return length <= 16 && wire::eight_digits(load_word(at)) && wire::eight_digits(load_word(at + length - 8));
}

/// CCYYMMDD without doubt: 29 February is doubtful.
inline bool plain_date(const char* at, std::uint32_t length) {
  constexpr std::uint8_t days[16] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0};
  const std::uint64_t word = load_word(at);
  if (length != 8 || !wire::eight_digits(word)) return false;
  const std::uint64_t pairs = (word & 0x0F0F0F0F0F0F0F0FULL) * 10 + ((word & 0x0F0F0F0F0F0F0F0FULL) >> 8);
  const auto month = static_cast<std::uint32_t>(pairs >> 32 & 0xFF),
             day = static_cast<std::uint32_t>(pairs >> 48 & 0xFF);
  return day != 0 && month < 16 && day <= days[month];
}

/// HHMM without doubt.
inline bool plain_time(const char* at, std::uint32_t length) {
  return length == 4 && few_digits(at, 4) && two(at) < 24 && at[2] < '6';
}

/// True if the bytes at `at` are a number as the element's Look has it, with as many digits as it may have.
inline bool number_clean(const FastElement& rule, const char* at, std::uint32_t length) {
  if (few_digits(at, length)) return fits(rule, length);
  const std::string_view text(at, length);
  const std::size_t digits = rule.look == Look::digits    ? numeric_length(text)
                             : rule.look == Look::decimal ? decimal_length(text)
                                                          : number_length(text);
  return digits != 0 && fits(rule, digits);
}

/// Judges the segments of one set, in order.
class CleanCheck {
 public:
  /// `components`: what scan_text() found, with an entry beyond all offsets behind it.
  CleanCheck(const wire::SegmentDocument& document, const Program& program, const std::uint32_t* components)
      : bytes_(document.bytes().data()), document_(&document), program_(&program), component_(components) {}

  /// A value that its list does not hold.
  struct Unlisted {
    std::uint16_t element = 0, component = 0;  ///< 1-based; component 0: the element itself
    std::uint32_t begin = 0, end = 0;
  };
  /// What good() found in a segment of which nothing else is to be said.
  [[nodiscard]] std::span<const Unlisted> unlisted() const { return {unlisted_.data(), unlisted_count_}; }

  /// True when the segment is beyond doubt but for what unlisted() holds then.
  [[nodiscard]] bool good(const wire::SegmentDocument::Record& record, const FastSegment& rule) {
    const std::uint32_t count = record.count - 1;
    if (count > rule.element_count) return false;
    const std::uint32_t* const ends = document_->ends(record);
    const std::uint64_t present = present_and_fitting(ends, count, rule);
    if (count != 0 && present >> (count - 1) != 1) return false;  // a length is wrong, or trailing separators: a note
    if (!usage_good(rule, present)) return false;
    while (*component_ < record.begin) ++component_;
    released_ = record.released != 0;
    unlisted_count_ = 0;
    for (std::uint64_t todo = present & rule.looked_at; todo != 0; todo &= todo - 1) {
      const auto i = static_cast<std::uint32_t>(__builtin_ctzll(todo));
      const FastElement& element = program_->elements[rule.first_element + i];
      const std::uint32_t begin = ends[i] + 1, end = ends[i + 1];
      element_ = static_cast<std::uint16_t>(i + 1);
      if (element.look == Look::codes
              ? !in_list(*element.codes, bytes_ + begin, end - begin) && !note(element, 0, begin, end)
              : !value_clean(element, begin, end))
        return false;
    }
    if (released_ && !lengths_sure(ends, present & ~rule.looked_at, rule)) return false;
    return *component_ >= ends[count];  // else components stand in a simple element
  }

 private:
  static constexpr std::uint64_t misfit = 0;

  /// Bits of the elements that have a value; `misfit` where one of them is too long or too short.
  [[nodiscard]] std::uint64_t present_and_fitting(const std::uint32_t* ends, std::uint32_t count,
                                                  const FastSegment& rule) const {
    const LengthGroup* group = program_->lengths.data() + rule.first_length;
    std::uint64_t present = 0, wrong = 0;
    for (std::uint32_t i = 0; i < count; i += 4, ++group) {
#if defined(__x86_64__)
      const auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
      const auto bits = [](__m128i lanes) {
        return static_cast<std::uint64_t>(_mm_movemask_ps(_mm_castsi128_ps(lanes)));
      };
      const __m128i gaps = _mm_sub_epi32(load(ends + i + 1), load(ends + i));
      const __m128i length = _mm_sub_epi32(gaps, _mm_set1_epi32(1));
      const __m128i some = _mm_cmpgt_epi32(length, _mm_setzero_si128());
      const __m128i outside = _mm_or_si128(_mm_cmplt_epi32(length, load(group->min.data())),
                                           _mm_cmpgt_epi32(length, load(group->max.data())));
      present |= bits(some) << i;
      wrong |= bits(_mm_and_si128(some, outside)) << i;
#else
      for (std::uint32_t k = 0; k < 4 && i + k < count; ++k) {
        const auto length = static_cast<std::int32_t>(ends[i + k + 1] - ends[i + k] - 1);
        present |= static_cast<std::uint64_t>(length > 0) << (i + k);
        wrong |= static_cast<std::uint64_t>(length > 0 && (length < group->min[k] || length > group->max[k]))
                 << (i + k);
      }
#endif
    }
    const std::uint64_t lanes = count >= 64 ? ~0ULL : (1ULL << count) - 1;
    return (wrong & lanes) != 0 ? misfit : present & lanes;
  }

  [[nodiscard]] bool usage_good(const FastSegment& rule, std::uint64_t present) const {
    if (rule.presence_known) return (program_->presence[rule.first_presence + present / 64] >> (present % 64) & 1) != 0;
    return (rule.mandatory & ~present) == 0 && (rule.forbidden & present) == 0 &&
           notes_good(*program_, rule.first_note, rule.note_count, present);
  }

  /// A value with a Look, from `begin` to `end`; its length is known to fit where it is bounded in bytes.
  [[nodiscard]] bool value_clean(const FastElement& rule, std::uint32_t begin, std::uint32_t end) {
    const char* const at = bytes_ + begin;
    const std::uint32_t length = end - begin;
    switch (rule.look) {
      case Look::nothing: return true;
      case Look::codes: return in_list(*rule.codes, at, length);
      case Look::digits:
      case Look::decimal:
      case Look::number: return number_clean(rule, at, length);
      case Look::date: return plain_date(at, length) || is_date({at, length});
      case Look::time: return plain_time(at, length) || is_time({at, length});
      case Look::letters: return !has_digit({at, length});
      case Look::composite: return composite_clean(rule, begin, end);
    }
    return false;
  }

  static bool in_list(const CodeList& codes, const char* at, std::uint32_t length) {
    if (length > 7) return codes.contains({at, length});
    return codes.contains_packed(pack_word(load_word(at), length));
  }

  /// Keeps a value that its list does not hold; false where more than that may have to be said of it.
  [[nodiscard]] bool note(const FastElement& rule, std::uint16_t component, std::uint32_t begin, std::uint32_t end) {
    const bool plain = rule.type == ElementType::text || rule.type == ElementType::identifier;
    if (!plain || released_ || unlisted_count_ == unlisted_.size()) return false;
    unlisted_[unlisted_count_++] = {element_, component, begin, end};
    return true;
  }

  [[nodiscard]] bool composite_clean(const FastElement& rule, std::uint32_t begin, std::uint32_t end) {
    if (*component_ < begin) return false;  // components in a simple element before it
    const FastElement* part = program_->elements.data() + rule.first_component;
    const FastElement* const parts_end = part + rule.component_count;
    std::uint64_t present = 0, bit = 1;
    bool other_list = false;
    const std::size_t unlisted_before = unlisted_count_;
    std::uint16_t number = 1;
    for (std::uint32_t from = begin;; ++part, ++number, bit <<= 1) {
      const bool last = *component_ >= end;
      const std::uint32_t to = last ? end : *component_++;
      if (part == parts_end) return false;
      if (to != from) {
        present |= bit;
        const std::uint32_t length = to - from;
        if (part->look == Look::codes && !part->names_list) {
          if (!fits(*part, length)) return false;
          if (!in_list(*part->codes, bytes_ + from, length) && !note(*part, number, from, to)) return false;
        } else if (!component_clean(*part, from, to)) {
          return false;
        }
        if (part->names_list) other_list |= !(part->names_agency && length == 1 && bytes_[from] == '6');
      }
      if (last) {
        if (to == from && bit != 1) return false;  // trailing component separator
        break;
      }
      from = to + 1;
    }
    if (other_list) unlisted_count_ = unlisted_before;
    return (rule.mandatory & ~present) == 0 && (rule.forbidden & present) == 0 &&
           notes_good(*program_, rule.first_note, rule.note_count, present);
  }

  [[nodiscard]] bool component_clean(const FastElement& part, std::uint32_t from, std::uint32_t to) {
    const std::uint32_t length = to - from;
    switch (part.look) {
      case Look::nothing:
      case Look::letters:
        if (!fits(part, length) || (released_ && !fits(part, (length + 1) / 2))) return false;
        break;
      case Look::digits:
      case Look::decimal:
      case Look::number: break;
      default:
        if (!fits(part, length)) return false;
    }
    return value_clean(part, from, to);
  }

  /// Where release characters stand, at most half of a text's bytes are meant: it must be long enough even then.
  [[nodiscard]] bool lengths_sure(const std::uint32_t* ends, std::uint64_t texts, const FastSegment& rule) const {
    for (; texts != 0; texts &= texts - 1) {
      const auto i = static_cast<std::uint32_t>(__builtin_ctzll(texts));
      if ((ends[i + 1] - ends[i]) / 2 < program_->elements[rule.first_element + i].length_min) return false;
    }
    return true;
  }

  const char* bytes_;
  const wire::SegmentDocument* document_;
  const Program* program_;
  const std::uint32_t* component_;  ///< the first component separator not yet passed
  bool released_ = false;
  std::uint16_t element_ = 0;  ///< being looked at, 1-based
  std::array<Unlisted, 8> unlisted_;
  std::size_t unlisted_count_ = 0;
};

}  // namespace crossdock::guide
