// Segments that follow each other regularly, handed on together: a view of the reader's block and of its index.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "translators/wire/segment.hpp"

namespace crossdock::wire {

/// Segments of one set's body between two irregularities (control segments, quirks, ends of blocks). Each begins `gap`
/// bytes behind the terminator of the one before: 0, or the width of a line break; no other line break stands in it.
/// Shape: segment i ends at marks[lasts[i]]; its tag's end is marks[first] for the first, then marks[lasts[i - 1] + 1].
/// `marks` can be read up to 64 entries beyond its last one. Valid until the call that hands it on returns.
struct SegmentRun {
  const char* block = nullptr;
  const std::uint32_t* marks = nullptr;  ///< offsets in `block` of separators and terminators
  const std::uint32_t* lasts = nullptr;  ///< `count` indexes into marks: the terminators
  std::uint32_t count = 0;               ///< at least 1
  std::uint32_t start = 0;               ///< of the first tag, in `block`
  std::uint32_t first = 0;
  std::uint32_t gap = 0;
  bool released = false;  ///< release characters stand in each of them
  Position where;         ///< of the first segment (length 0); ordinals ascend, lines too where there is a gap

  [[nodiscard]] std::uint32_t end() const { return marks[lasts[count - 1]]; }
  /// Calls take(const Segment&) for each of them.
  template <class Take>
  void each(Take take) const {
    std::uint32_t at = start, mark = first;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t last = lasts[i], end = marks[last];
      take(Segment{block,
                   at,
                   {marks + mark, last - mark + 1},
                   {where.offset + (at - start), end - at, where.line + (gap == 0 ? 0 : i), where.segment + i},
                   released});
      mark = last + 1;
      at = end + 1 + gap;
    }
  }
};

}  // namespace crossdock::wire
