// When a partner takes what we send: hours and weekdays of its own day, and days on which it is closed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/pipeline/settings.hpp"

namespace crossdock::pipeline {

/// Whether a moment lies in one of the windows, by the clock on the partner's wall: an hour that the clock shows twice
/// is open both times, one that it skips does not come. A window past midnight belongs to the day on which it began. No
/// windows: always, except on `closed` days (`2026-12-25`). An unknown zone is UTC.
[[nodiscard]] bool window_open(const std::vector<ReceivedSet::Window>& windows, const std::vector<std::string>& closed,
                               const std::string& zone, base::Instant at);

}  // namespace crossdock::pipeline
