// The partner's wall clock against its windows.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/send_window.hpp"

#include <algorithm>
#include <cstdio>

#include "translators/mapping/zone.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::int64_t day_seconds = 86'400;

/// One day of the partner's calendar.
struct Day {
  int weekday = 0;  ///< 0 is Monday
  bool closed = false;
};

Day day_of(std::int64_t wall_seconds, const std::vector<std::string>& closed) {
  const mapping::WallTime wall = mapping::wall_at(wall_seconds);
  const std::int64_t days = mapping::days_from_civil(wall.year, wall.month, wall.day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", wall.year, wall.month, wall.day);
  constexpr std::int64_t thursday = 3;  // 1970-01-01
  return {static_cast<int>(((days + thursday) % 7 + 7) % 7),
          std::find(closed.begin(), closed.end(), text) != closed.end()};
}

bool takes(const ReceivedSet::Window& window, const Day& day) {
  return !day.closed && (window.weekdays == 0 || (window.weekdays >> day.weekday & 1U) != 0);
}

}  // namespace

bool window_open(const std::vector<ReceivedSet::Window>& windows, const std::vector<std::string>& closed,
                 const std::string& zone, base::Instant at) {
  if (windows.empty() && closed.empty()) return true;
  const std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch())
          .count();
  const std::int64_t wall = seconds + mapping::offset_at_instant(zone, seconds).value_or(0) * 60;
  const Day today = day_of(wall, closed), yesterday = day_of(wall - day_seconds, closed);
  if (windows.empty()) return !today.closed;
  const mapping::WallTime clock = mapping::wall_at(wall);
  const int minute = clock.hour * 60 + clock.minute;
  return std::any_of(windows.begin(), windows.end(), [&](const ReceivedSet::Window& window) {
    if (window.from_minute <= window.until_minute)
      return takes(window, today) && minute >= window.from_minute && minute < window.until_minute;
    return (takes(window, today) && minute >= window.from_minute) ||
           (takes(window, yesterday) && minute < window.until_minute);
  });
}

}  // namespace crossdock::pipeline
