// Where a run outwards puts its values: a transaction set or a JSON document.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

class WriteTarget {
 public:
  virtual ~WriteTarget() = default;
  /// Puts a value at a place seen from the levels at hand; makes what leads to it.
  virtual void put(const Place& place, std::string_view value, std::uint32_t line) = 0;
  /// Makes one occurrence of what `locator` leads to and the level at hand in it. `fresh`: always a new one where the
  /// place may repeat.
  virtual void open(const Locator& locator, std::uint32_t level, bool fresh) = 0;
  /// Leaves what open() made last; takes it away where nothing was put in it that counts.
  virtual void close(bool keep) = 0;
};

}  // namespace crossdock::mapping
