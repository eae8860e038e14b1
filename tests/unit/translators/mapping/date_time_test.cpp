// Dates, times and zones between documents and events.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/date_time.hpp"

#include <gtest/gtest.h>

namespace crossdock::mapping {
namespace {

std::string read(std::string_view date, std::string_view time, std::string_view code, std::string_view profile = {}) {
  Moment moment;
  if (!parse_date(date, moment.wall)) return "date";
  if (!time.empty() && !parse_time(time, moment.wall)) return "time";
  if (!resolve_zone(moment, code, profile)) return "zone";
  char buffer[moment_bytes_max];
  return std::string(buffer, format_moment(moment, buffer)) +
         (moment.zone.empty() ? "" : " " + std::string(moment.zone));
}

TEST(DateTime, reads_x12_dates_times_and_time_codes) {
  const char* const table[][4] = {{"20260518", "1432", "CT", "2026-05-18T14:32:00-05:00 stated"},
                                  {"20260118", "1432", "CT", "2026-01-18T14:32:00-06:00 stated"},
                                  {"260518", "143205", "ES", "2026-05-18T14:32:05-05:00 stated"},
                                  {"990101", "0000", "ED", "1999-01-01T00:00:00-04:00 stated"},
                                  {"20260518", "1432", "UT", "2026-05-18T14:32:00Z utc"},
                                  {"20260518", "1432", "GM", "2026-05-18T14:32:00Z utc"},
                                  {"20260518", "1432", "LT", "2026-05-18T14:32:00 local"},
                                  {"20260518", "1432", "", "2026-05-18T14:32:00 local"},
                                  {"20260518", "", "", "2026-05-18"},
                                  {"20260518", "14320555", "", "2026-05-18T14:32:05.55 local"},
                                  {"20260518", "1432", "01", "2026-05-18T14:32:00+01:00 stated"},
                                  {"20260518", "1432", "20", "2026-05-18T14:32:00-05:00 stated"},
                                  {"20260518", "1432", "NT", "2026-05-18T14:32:00-02:30 stated"},
                                  {"20260518", "1432", "XX", "zone"},
                                  {"20260230", "1432", "", "date"},
                                  {"2026051", "1432", "", "date"},
                                  {"20260518", "2400", "", "time"},
                                  {"20260518", "12345", "", "time"}};
  for (const auto& row : table)
    EXPECT_EQ(read(row[0], row[1], row[2]), row[3]) << row[0] << " " << row[1] << " " << row[2];
  EXPECT_EQ(read("20260518", "1432", "", "America/Denver"), "2026-05-18T14:32:00-06:00 profile");
  EXPECT_EQ(read("20260518", "1432", "LT", "America/Denver"), "2026-05-18T14:32:00 local");
}

TEST(Zone, changes_on_the_days_of_the_rules) {
  const auto offset = [](std::string_view zone, int month, int day, int hour, int year = 2026) {
    return offset_at(zone, {year, month, day, hour, 30, 0, {}}).value_or(9999);
  };
  EXPECT_EQ(offset("America/Chicago", 3, 8, 1), -360);
  EXPECT_EQ(offset("America/Chicago", 3, 8, 2), -360);  // skipped: the offset before the change
  EXPECT_EQ(offset("America/Chicago", 3, 8, 3), -300);
  EXPECT_EQ(offset("America/Chicago", 11, 1, 1), -300);  // shown twice: the first
  EXPECT_EQ(offset("America/Chicago", 11, 1, 2), -360);
  EXPECT_EQ(offset("America/Chicago", 4, 2, 12, 2006), -300);
  EXPECT_EQ(offset("America/Chicago", 4, 1, 12, 2006), -360);
  EXPECT_EQ(offset("America/Phoenix", 7, 1, 12), -420);
  EXPECT_EQ(offset("America/Mexico_City", 7, 1, 12, 2021), -300);
  EXPECT_EQ(offset("America/Mexico_City", 7, 1, 12), -360);
  EXPECT_EQ(offset("Europe/Berlin", 3, 29, 3), 120);
  EXPECT_EQ(offset("Europe/Berlin", 3, 29, 1), 60);
  EXPECT_EQ(offset("Australia/Sydney", 1, 1, 12), 660);
  EXPECT_EQ(offset("Australia/Sydney", 7, 1, 12), 600);
  EXPECT_FALSE(offset_at("Mars/Olympus", {2026, 1, 1, 0, 0, 0, {}}).has_value());
}

TEST(Zone, an_offset_is_written_by_a_code_that_reads_back_as_it) {
  for (int month = 1; month <= 12; ++month)
    for (int minutes = -720; minutes <= 720; minutes += 60) {
      Moment moment;
      moment.wall = {2026, month, 15, 10, 0, 0, {}};
      const std::string_view code = code_for_offset(minutes, moment.wall);
      ASSERT_FALSE(code.empty()) << minutes;
      ASSERT_TRUE(resolve_zone(moment, code, {}));
      EXPECT_EQ(moment.offset, minutes) << code << " in month " << month;
    }
  EXPECT_EQ(code_for_offset(-300, {2026, 5, 18, 10, 0, 0, {}}), "CT");
  EXPECT_EQ(code_for_offset(-300, {2026, 1, 18, 10, 0, 0, {}}), "ET");
  EXPECT_EQ(code_for_offset(345, {2026, 1, 18, 10, 0, 0, {}}), "");
}

TEST(DateTime, reads_iso_forms_and_refuses_others) {
  for (const char* text : {"2026-05-18T14:32:00Z", "2026-05-18T14:32:00.123-05:00", "2026-05-18 14:32",
                           "20260518T1432Z", "2026-05-18", "2026-05-18T14:32:00+0530"})
    EXPECT_TRUE(parse_iso(text).has_value()) << text;
  for (const char* text : {"", "2026", "2026-13-01", "2026-05-18T", "2026-05-18T25:00:00Z", "2026-05-18T14:32:00X",
                           "18.05.2026", "2026-05-18T14:32:00+99:00"})
    EXPECT_FALSE(parse_iso(text).has_value()) << text;
}

TEST(DateTime, epoch_both_ways) {
  const auto moment = from_epoch("1779114720123", true);
  ASSERT_TRUE(moment.has_value());
  char buffer[moment_bytes_max];
  EXPECT_EQ(std::string(buffer, format_moment(*moment, buffer)), "2026-05-18T14:32:00Z");
  EXPECT_EQ(to_epoch_ms(*parse_iso("2026-05-18T09:32:00-05:00")), 1779114720000);
  EXPECT_FALSE(from_epoch("99999999999999999", true).has_value());
  EXPECT_FALSE(from_epoch("12x", false).has_value());
}

TEST(DateTime, each_day_and_moment_of_2379_is_read) {
  const char* const table[][3] = {{"180526", "2", "2026-05-18"},
                                  {"051826", "3", "2026-05-18"},
                                  {"18052026", "4", "2026-05-18"},
                                  {"180520261432", "5", "2026-05-18T14:32:00"},
                                  {"260518", "101", "2026-05-18"},
                                  {"20260518", "102", "2026-05-18"},
                                  {"26211", "103", "2026-05-18"},
                                  {"26011", "103", "2025-12-29"},
                                  {"26138", "105", "2026-05-18"},
                                  {"2605181432", "201", "2026-05-18T14:32:00"},
                                  {"260518143205", "202", "2026-05-18T14:32:05"},
                                  {"202605181432", "203", "2026-05-18T14:32:00"},
                                  {"20260518143205", "204", "2026-05-18T14:32:05"},
                                  {"202605181432+0530", "205", "2026-05-18T14:32:00+05:30"},
                                  {"2605181432CET", "301", "2026-05-18T14:32:00+01:00"},
                                  {"260518143205EDT", "302", "2026-05-18T14:32:05-04:00"},
                                  {"202605181432+02", "303", "2026-05-18T14:32:00+02:00"},
                                  {"202605181432UTC", "303", "2026-05-18T14:32:00Z"},
                                  {"202605181432", "303", "2026-05-18T14:32:00"},
                                  {"202605181432XYZ", "303", "2026-05-18T14:32:00"},
                                  {"20260518143205-06", "304", "2026-05-18T14:32:05-06:00"}};
  for (const auto& [text, format, told] : table) {
    const auto moment = parse_2379(text, format);
    ASSERT_TRUE(moment.has_value()) << text << " " << format;
    char buffer[moment_bytes_max];
    EXPECT_EQ(std::string(buffer, format_moment(*moment, buffer)), told) << text << " " << format;
    EXPECT_TRUE(names_day_2379(format)) << format;
  }
  const char* const wrong[][2] = {{"20260518", "203"}, {"20260518", "999"},        {"310226", "2"},
                                  {"26541", "103"},    {"26366", "105"},           {"26000", "105"},
                                  {"26218", "103"},    {"20260518143", "204"},     {"2026051814325", "203"},
                                  {"x0260518", "102"}, {"202605181432+2x", "303"}, {"", "102"}};
  for (const auto& [text, format] : wrong) EXPECT_FALSE(parse_2379(text, format).has_value()) << text << " " << format;
  for (const char* format : {"610", "616", "718", "804", "", "106"}) EXPECT_FALSE(names_day_2379(format)) << format;
}

TEST(DateTime, moments_take_the_form_of_2379_that_holds_them) {
  const char* const table[][4] = {{"2026-05-18", "20260518", "102", ""},
                                  {"2026-05-18T14:32:00", "202605181432", "203", ""},
                                  {"2026-05-18T14:32:05", "20260518143205", "204", ""},
                                  {"2026-05-18T14:32:00Z", "202605181432UTC", "303", ""},
                                  {"2026-05-18T14:32:00+02:00", "202605181432+02", "303", ""},
                                  {"2026-05-18T14:32:05-05:00", "20260518143205-05", "304", ""},
                                  {"2026-05-18T14:32:00+05:30", "202605181432+0530", "205", "long"},
                                  {"2026-05-18T14:32:00+05:30", "202605180902UTC", "303", ""},
                                  {"2026-05-18T02:32:05-03:30", "20260518060205UTC", "304", "long"}};
  for (const auto& [told, text, format, long_offsets] : table) {
    std::string_view used;
    EXPECT_EQ(write_2379(*parse_iso(told), *long_offsets != 0, used), text) << told;
    EXPECT_EQ(used, format) << told;
  }
}

TEST(DateTime, the_short_way_of_local_times_tells_what_the_long_way_tells) {
  const char* const table[][2] = {{"20260518", "1432"}, {"20240229", "0000"},
                                  {"19991231", "2359"}, {"20230229", "1432"},
                                  {"20260518", "2400"}, {"20260518", "1460"},
                                  {"20261301", "1432"}, {"20260500", "1432"},
                                  {"2026051A", "1432"}, {"20260518", "14 2"},
                                  {"260518", "1432"},   {"20260518", "143205"},
                                  {"20260518", ""},     {"", ""}};
  for (const auto& row : table) {
    const std::string date = row[0], time = row[1];
    char buffer[moment_bytes_max];
    const std::string quick(buffer, format_local(date, time, buffer));
    if (date.size() != 8 || time.size() != 4)
      EXPECT_EQ(quick, "") << date << " " << time;
    else if (const std::string told = read(date, time, "LT"); told.size() < 10)  // a fault
      EXPECT_EQ(quick, "") << date << " " << time;
    else
      EXPECT_EQ(quick + " local", told) << date << " " << time;
  }
}

}  // namespace
}  // namespace crossdock::mapping
