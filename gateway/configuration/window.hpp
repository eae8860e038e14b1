// Hours of a day, by the clocks of the partner's zone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/configuration/section.hpp"

namespace crossdock::configuration {

/// Hours of the partner's day in which something goes: we send to it, or look at its server.
struct SendWindow {
  enum class Day : std::uint8_t { mon, tue, wed, thu, fri, sat, sun };
  std::string from = "00:00", until = "24:00";
  std::vector<Day> days;  ///< empty: every day
  std::uint32_t line = 0, column = 0;
};

[[nodiscard]] const Section& window_section();

}  // namespace crossdock::configuration
