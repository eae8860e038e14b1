// Time zones: rules of the zones that freight partners name (from the IANA tz database, releases up to 2025b), and the
// codes of X12 element 623. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace crossdock::mapping {

/// A date with or without a time, as it stands on a wall. hour -1: no time known.
struct WallTime {
  int year = 0, month = 0, day = 0;
  int hour = -1, minute = 0, second = 0;
  std::string_view fraction;  ///< digits behind the second's point
};

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
[[nodiscard]] std::int64_t days_from_civil(int year, int month, int day);
/// The inverse: year, month and day of `out` are set.
void civil_from_days(std::int64_t days, WallTime& out);
/// The date and time that clocks show at a moment, given the seconds since 1970 in their own time.
[[nodiscard]] WallTime wall_at(std::int64_t seconds);
[[nodiscard]] bool valid_date(int year, int month, int day);

/// Minutes east of UTC that a zone keeps at a wall time. A time that the clock skips has the offset before the change,
/// one that it shows twice the first. Nothing for an unknown zone. Source: IANA tz database.
[[nodiscard]] std::optional<int> offset_at(std::string_view zone, const WallTime& at);
/// Minutes east of UTC that a zone keeps at a moment (seconds since 1970, UTC): each hour that the clock shows twice is
/// told apart. Nothing for an unknown zone.
[[nodiscard]] std::optional<int> offset_at_instant(std::string_view zone, std::int64_t seconds);
[[nodiscard]] bool is_zone(std::string_view zone);

/// What a code of element 623 says.
struct ZoneCode {
  enum class Kind : std::uint8_t { unknown, local, utc, fixed, zone };
  Kind kind = Kind::unknown;
  int minutes = 0;        ///< fixed
  std::string_view zone;  ///< zone: IANA name
};
/// Source: X12 element 623: `ET` follows summer time, `ES` and `ED` do not, 01 to 24 are hours, LT is local, UT and GM
/// are UTC.
[[nodiscard]] ZoneCode zone_code(std::string_view code);
/// The code that reads back as this offset at this wall time: ET, CT, MT, PT and the like where they fit, else a
/// number; empty if there is none.
[[nodiscard]] std::string_view code_for_offset(int minutes, const WallTime& at);

}  // namespace crossdock::mapping
