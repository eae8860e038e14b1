// Send windows by the partner's wall clock, across both changes of the clock.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/send_window.hpp"

#include <gtest/gtest.h>

namespace crossdock::pipeline {
namespace {

using Window = ReceivedSet::Window;
constexpr const char* chicago = "America/Chicago";

constexpr int at(int hour, int minute = 0) { return hour * 60 + minute; }

bool open(const std::vector<Window>& windows, const std::string& utc, const std::vector<std::string>& closed = {},
          const std::string& zone = chicago) {
  const auto moment = base::parse_rfc3339(utc);
  EXPECT_TRUE(moment) << utc;
  return window_open(windows, closed, zone, *moment);
}

TEST(SendWindow, none_is_always_and_an_unknown_zone_is_utc) {
  EXPECT_TRUE(open({}, "2026-05-18T03:00:00Z"));
  EXPECT_TRUE(open({{at(8), at(17), 0}}, "2026-05-18T08:00:00Z", {}, "Mars/Olympus"));
  EXPECT_FALSE(open({{at(8), at(17), 0}}, "2026-05-18T17:00:00Z", {}, "Mars/Olympus"));
}

TEST(SendWindow, is_of_the_partners_day_in_winter_and_summer) {
  const std::vector<Window> office{{at(8), at(17), 0}};
  EXPECT_FALSE(open(office, "2026-01-20T13:59:59Z"));
  EXPECT_TRUE(open(office, "2026-01-20T14:00:00Z"));
  EXPECT_TRUE(open(office, "2026-01-20T22:59:59Z"));
  EXPECT_FALSE(open(office, "2026-01-20T23:00:00Z"));
  EXPECT_FALSE(open(office, "2026-07-20T12:59:59Z"));
  EXPECT_TRUE(open(office, "2026-07-20T13:00:00Z"));
  EXPECT_FALSE(open(office, "2026-07-20T22:00:00Z"));
}

TEST(SendWindow, begins_on_time_on_the_day_the_clock_goes_forward) {
  // 2026-03-08: 02:00 CST becomes 03:00 CDT at 08:00 UTC.
  const std::vector<Window> early{{at(1, 30), at(3, 30), 0}};
  EXPECT_FALSE(open(early, "2026-03-08T07:29:59Z"));
  EXPECT_TRUE(open(early, "2026-03-08T07:30:00Z"));
  EXPECT_TRUE(open(early, "2026-03-08T08:00:00Z"));  // 03:00
  EXPECT_TRUE(open(early, "2026-03-08T08:29:59Z"));
  EXPECT_FALSE(open(early, "2026-03-08T08:30:00Z"));  // 03:30
  const std::vector<Window> skipped{{at(2), at(3), 0}};
  for (const char* utc : {"2026-03-08T07:59:59Z", "2026-03-08T08:00:00Z", "2026-03-08T08:59:59Z"})
    EXPECT_FALSE(open(skipped, utc)) << utc;
  EXPECT_TRUE(open(skipped, "2026-03-09T07:00:00Z"));
  EXPECT_TRUE(open({{at(8), at(17), 0}}, "2026-03-08T13:00:00Z"));
}

TEST(SendWindow, an_hour_that_the_clock_shows_twice_is_open_twice) {
  // 2026-11-01: 02:00 CDT becomes 01:00 CST at 07:00 UTC.
  const std::vector<Window> one{{at(1), at(2), 0}};
  EXPECT_FALSE(open(one, "2026-11-01T05:59:59Z"));
  EXPECT_TRUE(open(one, "2026-11-01T06:00:00Z"));
  EXPECT_TRUE(open(one, "2026-11-01T06:59:59Z"));
  EXPECT_TRUE(open(one, "2026-11-01T07:00:00Z"));
  EXPECT_TRUE(open(one, "2026-11-01T07:59:59Z"));
  EXPECT_FALSE(open(one, "2026-11-01T08:00:00Z"));
  EXPECT_TRUE(open({{at(8), at(17), 0}}, "2026-11-01T14:00:00Z"));
  EXPECT_FALSE(open({{at(8), at(17), 0}}, "2026-11-01T13:59:00Z"));
}

TEST(SendWindow, europe_and_the_southern_half_change_on_their_own_days) {
  const std::vector<Window> office{{at(8), at(17), 0}};
  EXPECT_TRUE(open(office, "2026-03-28T07:00:00Z", {}, "Europe/Berlin"));
  EXPECT_FALSE(open(office, "2026-03-28T06:59:00Z", {}, "Europe/Berlin"));
  EXPECT_TRUE(open(office, "2026-03-29T06:00:00Z", {}, "Europe/Berlin"));
  EXPECT_TRUE(open(office, "2026-10-25T07:00:00Z", {}, "Europe/Berlin"));
  EXPECT_FALSE(open(office, "2026-10-25T06:59:00Z", {}, "Europe/Berlin"));
  EXPECT_TRUE(open(office, "2026-01-19T21:00:00Z", {}, "Australia/Sydney"));
  EXPECT_FALSE(open(office, "2026-07-19T21:00:00Z", {}, "Australia/Sydney"));
}

TEST(SendWindow, past_midnight_belongs_to_the_day_it_began) {
  constexpr std::uint8_t friday = 1U << 4;
  const std::vector<Window> night{{at(22), at(4), friday}};
  EXPECT_FALSE(open(night, "2026-05-22T08:59:00Z"));  // Friday 03:59: Thursday's window
  EXPECT_TRUE(open(night, "2026-05-23T03:00:00Z"));   // Friday 22:00
  EXPECT_TRUE(open(night, "2026-05-23T08:59:00Z"));   // Saturday 03:59
  EXPECT_FALSE(open(night, "2026-05-23T09:00:00Z"));
  EXPECT_FALSE(open(night, "2026-05-24T03:00:00Z"));  // Saturday 22:00
}

TEST(SendWindow, closed_days_are_days_of_the_partner) {
  const std::vector<std::string> closed{"2026-12-25"};
  EXPECT_TRUE(open({}, "2026-12-25T05:59:59Z", closed));
  EXPECT_FALSE(open({}, "2026-12-25T06:00:00Z", closed));
  EXPECT_FALSE(open({}, "2026-12-26T05:59:59Z", closed));
  EXPECT_TRUE(open({}, "2026-12-26T06:00:00Z", closed));
  EXPECT_FALSE(open({{at(8), at(17), 0}}, "2026-12-25T18:00:00Z", closed));
}

}  // namespace
}  // namespace crossdock::pipeline
