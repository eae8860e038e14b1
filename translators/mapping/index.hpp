// How the arrays of a program name entries of each other. Internal to mapping.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace crossdock::mapping {

inline constexpr std::uint32_t nothing = 0xFFFFFFFF;

/// A run of entries in one of the program's arrays.
struct Range {
  std::uint32_t first = 0, count = 0;
};

/// A field's slot: frame 0 is the event, the next ones the list items at hand, outermost first.
struct SlotRef {
  std::uint32_t frame = 0, slot = 0;
};

}  // namespace crossdock::mapping
