// Where one value of an event stands while a map runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace crossdock::mapping {

/// A place for a value: 16 bytes. The filled mask of slot 0 says which slots below 63 mean anything; the others are
/// cleared with their frame.
struct Slot {
  /// plain: text that stands in JSON as it is, with `text_slack` readable bytes behind it. raw: number, true, false.
  enum class Kind : std::uint8_t { absent, text, plain, raw, list };
  struct Items {
    std::uint32_t head, tail;  ///< base of the first and last item's frame
  };
  union {
    const char* data = nullptr;  ///< text, plain, raw
    Items items;                 ///< list
    std::uint64_t filled;        ///< slot 0: which slots are filled, by mask_of
  };
  std::uint32_t size = 0;  ///< slot 0: base of the next item of the list that the frame stands in, or `nothing`
  Kind kind = Kind::absent;
};

/// Slots that have a bit of their own in a frame's mask: slot 0 is the mask.
inline constexpr std::uint32_t masked_slots_max = 63;

/// One bit a slot; all slots from 63 on share the last one.
[[nodiscard]] inline std::uint64_t mask_of(std::uint32_t slot) {
  return std::uint64_t{1} << std::min(slot, masked_slots_max);
}

}  // namespace crossdock::mapping
