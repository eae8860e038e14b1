// A segment as the reader sees it: a view, nothing copied. Valid until the next feed().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "translators/base/position.hpp"

namespace crossdock::wire {

class InputBlock;

/// One segment of an interchange, tag and elements, terminator left out.
/// Shape: `ends[i]` is the offset in `block` just behind element i (where its separator stands); element 0 is the tag;
/// element i begins at ends[i-1]+1. Elements are not split into components or repetitions: the guide knows which ones
/// have any.
struct Segment {
  const char* block = nullptr;
  std::uint32_t start = 0;              ///< of the tag, in block
  std::span<const std::uint32_t> ends;  ///< at least one entry
  Position where;                       ///< offset, length and line in the payload, segment ordinal
  bool released = false;                ///< EDIFACT: release characters stand in it, see released.hpp
  const InputBlock* wrapped = nullptr;  ///< hard-wrapped input: its block, which knows what was left out of the segment

  /// The tag: element 0.
  [[nodiscard]] std::string_view tag() const { return {block + start, ends[0] - start}; }
  /// Highest element position present (trailing empty ones included).
  [[nodiscard]] std::size_t element_count() const { return ends.size() - 1; }
  /// Element by 1-based position; empty when absent.
  [[nodiscard]] std::string_view element(std::size_t position) const {
    if (position >= ends.size()) return {};
    return {block + ends[position - 1] + 1, ends[position] - ends[position - 1] - 1};
  }
  [[nodiscard]] std::string_view text() const { return {block + start, ends.back() - start}; }
};

}  // namespace crossdock::wire
