// One look at all values of a set: is any byte doubtful, where do component separators stand, where all of them.
// AVX-512 or AVX2 where there is such a machine, a scalar twin everywhere; all give the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "translators/wire/delimiters.hpp"
#include "translators/wire/growing_array.hpp"
#include "translators/wire/scan.hpp"

namespace crossdock::wire {

/// What scan_text() found.
struct TextFacts {
  std::uint64_t newlines = 0;  ///< CR and LF that are no service characters
  bool odd = false;            ///< other control characters, bytes above 0x7E, repetition separators
  bool blank_at_end = false;   ///< a blank stands before an element, component or segment separator
  bool operator==(const TextFacts&) const = default;
};

/// Looks at the bytes of a set (SegmentDocument::bytes(): 64 more can be read). Appends to `components` the offsets of
/// component separators; one behind a release character is data, releases counting by parity from the beginning.
[[nodiscard]] TextFacts scan_text(std::string_view bytes, const Delimiters& delimiters,
                                  GrowingArray<std::uint32_t>& components, VectorForm form = vector_form());
/// The scalar twin of scan_text().
[[nodiscard]] TextFacts scan_text_scalar(std::string_view bytes, const Delimiters& delimiters,
                                         GrowingArray<std::uint32_t>& components);

/// Where all separators of a set stand, in one order.
struct TextMarks {
  GrowingArray<std::uint32_t> places;  ///< offsets of element, component and segment separators, ascending
  GrowingArray<std::uint64_t> parts;   ///< bit i % 64 of word i / 64: places[i] is a component separator
  void clear() {
    places.clear();
    parts.clear();
  }
  [[nodiscard]] bool is_component(std::size_t mark) const { return (parts[mark / 64] >> (mark % 64) & 1) != 0; }
};

/// What scan_text() finds and, in the same look, `marks` (filled anew); what a release character stands before is data.
TextFacts scan_marks(std::string_view bytes, const Delimiters& delimiters, TextMarks& marks,
                     VectorForm form = vector_form());
/// The scalar twin of scan_marks().
TextFacts scan_marks_scalar(std::string_view bytes, const Delimiters& delimiters, TextMarks& marks);

}  // namespace crossdock::wire
