// The flow of a body: how the short way inwards runs its lines and blocks, laid out flat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "translators/mapping/index.hpp"

namespace crossdock::mapping {

/// One step. Lines in a common form have a kind of their own: what they need stands in the step, or in one QuickStep.
/// Where such a line meets anything unusual, the long way takes over, which knows the line itself.
struct Flow {
  enum class Kind : std::uint8_t {
    segment,   ///< the lines behind read the same segment: it is found once; where it is absent they are left out
    when,      ///< a guard over the steps behind
    each,      ///< a block with a place
    line,      ///< the long way
    text,      ///< one place to one text field, with or without a guard, or with `else` for where it is empty
    code,      ///< one place through one table to text fields
    moment,    ///< date [time [zone code]] of one segment
    number,    ///< one place through `number`
    quantity,  ///< value and unit of one segment
    constant   ///< a literal to text fields
  };
  Kind kind = Kind::line;
  bool looks = false;   ///< reads one place, or several of one segment: stands behind a step `segment`
  bool skips = false;   ///< nothing happens where its places are empty; segment: that is so of all its lines
  bool single = false;  ///< the line has one place
  bool simple = false;  ///< the places behind the first are whole elements, those in `more`
  bool raw = false;     ///< number: of a field that is no text
  std::uint16_t element = 0, component = 0;
  std::array<std::uint16_t, 2> more{};  ///< elements of the second and third place, 0 = none
  std::uint32_t index = 0;              ///< Program::lines; each: Program::blocks
  std::uint32_t skip = 0;               ///< segment, when: how many steps behind it belong to it
  std::uint32_t locator = nothing;      ///< segment, each (`nothing` where it has several)
  std::uint32_t step = 0;               ///< code, moment, quantity: Program::quick_steps
  SlotRef slot;
  Range guard;  ///< Program::conditions
};

}  // namespace crossdock::mapping
