// Zone rules as a table: standard offset and the rule of summer time, if any.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/zone.hpp"

#include <array>
#include <vector>

namespace crossdock::mapping {
namespace {

enum class Summer : std::uint8_t { none, america, europe, mexico, australia, new_zealand };

struct Zone {
  std::string_view name;
  int minutes;
  Summer summer;
};

constexpr Zone zones[] = {{"America/Anchorage", -540, Summer::america},
                          {"America/Argentina/Buenos_Aires", -180, Summer::none},
                          {"America/Bogota", -300, Summer::none},
                          {"America/Boise", -420, Summer::america},
                          {"America/Cancun", -300, Summer::none},
                          {"America/Chicago", -360, Summer::america},
                          {"America/Denver", -420, Summer::america},
                          {"America/Detroit", -300, Summer::america},
                          {"America/Edmonton", -420, Summer::america},
                          {"America/Halifax", -240, Summer::america},
                          {"America/Hermosillo", -420, Summer::none},
                          {"America/Indiana/Indianapolis", -300, Summer::america},
                          {"America/Indianapolis", -300, Summer::america},
                          {"America/Kentucky/Louisville", -300, Summer::america},
                          {"America/Lima", -300, Summer::none},
                          {"America/Los_Angeles", -480, Summer::america},
                          {"America/Matamoros", -360, Summer::america},
                          {"America/Mexico_City", -360, Summer::mexico},
                          {"America/Moncton", -240, Summer::america},
                          {"America/Monterrey", -360, Summer::mexico},
                          {"America/Montreal", -300, Summer::america},
                          {"America/New_York", -300, Summer::america},
                          {"America/Ojinaga", -360, Summer::america},
                          {"America/Panama", -300, Summer::none},
                          {"America/Phoenix", -420, Summer::none},
                          {"America/Puerto_Rico", -240, Summer::none},
                          {"America/Regina", -360, Summer::none},
                          {"America/Sao_Paulo", -180, Summer::none},
                          {"America/St_Johns", -210, Summer::america},
                          {"America/Tijuana", -480, Summer::america},
                          {"America/Toronto", -300, Summer::america},
                          {"America/Vancouver", -480, Summer::america},
                          {"America/Winnipeg", -360, Summer::america},
                          {"Asia/Dubai", 240, Summer::none},
                          {"Asia/Ho_Chi_Minh", 420, Summer::none},
                          {"Asia/Hong_Kong", 480, Summer::none},
                          {"Asia/Jakarta", 420, Summer::none},
                          {"Asia/Kolkata", 330, Summer::none},
                          {"Asia/Manila", 480, Summer::none},
                          {"Asia/Seoul", 540, Summer::none},
                          {"Asia/Shanghai", 480, Summer::none},
                          {"Asia/Singapore", 480, Summer::none},
                          {"Asia/Taipei", 480, Summer::none},
                          {"Asia/Tokyo", 540, Summer::none},
                          {"Australia/Brisbane", 600, Summer::none},
                          {"Australia/Melbourne", 600, Summer::australia},
                          {"Australia/Perth", 480, Summer::none},
                          {"Australia/Sydney", 600, Summer::australia},
                          {"Etc/UTC", 0, Summer::none},
                          {"Europe/Amsterdam", 60, Summer::europe},
                          {"Europe/Athens", 120, Summer::europe},
                          {"Europe/Berlin", 60, Summer::europe},
                          {"Europe/Brussels", 60, Summer::europe},
                          {"Europe/Bucharest", 120, Summer::europe},
                          {"Europe/Budapest", 60, Summer::europe},
                          {"Europe/Copenhagen", 60, Summer::europe},
                          {"Europe/Dublin", 0, Summer::europe},
                          {"Europe/Helsinki", 120, Summer::europe},
                          {"Europe/Istanbul", 180, Summer::none},
                          {"Europe/Lisbon", 0, Summer::europe},
                          {"Europe/London", 0, Summer::europe},
                          {"Europe/Luxembourg", 60, Summer::europe},
                          {"Europe/Madrid", 60, Summer::europe},
                          {"Europe/Oslo", 60, Summer::europe},
                          {"Europe/Paris", 60, Summer::europe},
                          {"Europe/Prague", 60, Summer::europe},
                          {"Europe/Rome", 60, Summer::europe},
                          {"Europe/Sofia", 120, Summer::europe},
                          {"Europe/Stockholm", 60, Summer::europe},
                          {"Europe/Vienna", 60, Summer::europe},
                          {"Europe/Warsaw", 60, Summer::europe},
                          {"Europe/Zurich", 60, Summer::europe},
                          {"Pacific/Auckland", 720, Summer::new_zealand},
                          {"Pacific/Honolulu", -600, Summer::none},
                          {"UTC", 0, Summer::none},
                          {"US/Central", -360, Summer::america},
                          {"US/Eastern", -300, Summer::america},
                          {"US/Mountain", -420, Summer::america},
                          {"US/Pacific", -480, Summer::america}};

const Zone* find(std::string_view name) {
  for (const Zone& zone : zones)
    if (zone.name == name) return &zone;
  return nullptr;
}

/// Day number of the nth Sunday of a month (n from 1; 0 = the last one).
std::int64_t sunday(int year, int month, int n) {
  const std::int64_t first = days_from_civil(year, month, 1);
  const std::int64_t weekday = ((first % 7) + 11) % 7;  // 1970-01-01 was a Thursday; 0 = Sunday
  std::int64_t day = first + (7 - weekday) % 7;
  if (n > 0) return day + 7 * (n - 1);
  const std::int64_t next = month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
  while (day + 7 < next) day += 7;
  return day;
}

/// Wall minutes (since 1970, standard time before, summer time after) at which summer time begins and ends in a year.
struct Span {
  std::int64_t begin = 0, end = 0;
  bool exists = false;
};

Span span_of(const Zone& zone, int year) {
  constexpr std::int64_t day = 1440;
  switch (zone.summer) {
    case Summer::america:
      if (year >= 2007) return {sunday(year, 3, 2) * day + 120, sunday(year, 11, 1) * day + 120, true};
      return {sunday(year, 4, 1) * day + 120, sunday(year, 10, 0) * day + 120, year >= 1987};
    case Summer::mexico:
      return {sunday(year, 4, 1) * day + 120, sunday(year, 10, 0) * day + 120, year >= 2002 && year <= 2022};
    case Summer::europe:  // at 01:00 UTC everywhere
      return {sunday(year, 3, 0) * day + 60 + zone.minutes, sunday(year, 10, 0) * day + 120 + zone.minutes,
              year >= 1996};
    case Summer::australia:  // summer spans the new year: begin > end
      return {sunday(year, 10, 1) * day + 120, sunday(year, 4, 1) * day + 180, year >= 2008};
    case Summer::new_zealand: return {sunday(year, 9, 0) * day + 120, sunday(year, 4, 1) * day + 180, year >= 2008};
    case Summer::none: break;
  }
  return {};
}

struct Named {
  std::string_view code;
  int minutes;
  std::string_view zone;
};
// Generic codes first: code_for_offset prefers them.
constexpr Named named[] = {{"ET", 0, "America/New_York"},
                           {"CT", 0, "America/Chicago"},
                           {"MT", 0, "America/Denver"},
                           {"PT", 0, "America/Los_Angeles"},
                           {"AT", 0, "America/Anchorage"},
                           {"HT", 0, "Pacific/Honolulu"},
                           {"TT", 0, "America/Halifax"},
                           {"NT", 0, "America/St_Johns"},
                           {"ES", -300, ""},
                           {"ED", -240, ""},
                           {"CS", -360, ""},
                           {"CD", -300, ""},
                           {"MS", -420, ""},
                           {"MD", -360, ""},
                           {"PS", -480, ""},
                           {"PD", -420, ""},
                           {"AS", -540, ""},
                           {"AD", -480, ""},
                           {"HS", -600, ""},
                           {"HD", -540, ""},
                           {"TS", -240, ""},
                           {"TD", -180, ""},
                           {"NS", -210, ""},
                           {"ND", -150, ""}};
constexpr std::string_view hours[] = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
                                      "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24"};

}  // namespace

std::int64_t days_from_civil(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void civil_from_days(std::int64_t days, WallTime& out) {
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  out.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  out.year = static_cast<int>(year_of_era + era * 400 + (out.month <= 2 ? 1 : 0));
}

bool valid_date(int year, int month, int day) {
  constexpr std::array<int, 12> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= lengths[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

std::optional<int> offset_at(std::string_view name, const WallTime& at) {
  const Zone* zone = find(name);
  if (zone == nullptr) return std::nullopt;
  const Span span = span_of(*zone, at.year);
  if (!span.exists) return zone->minutes;
  const std::int64_t now =
      days_from_civil(at.year, at.month, at.day) * 1440 + (at.hour < 0 ? 12 : at.hour) * 60 + at.minute;
  // The skipped hour keeps the offset before the change, so summer begins an hour later on the wall.
  const std::int64_t begin = span.begin + 60;
  const bool summer = begin < span.end ? now >= begin && now < span.end : now >= begin || now < span.end;
  return zone->minutes + (summer ? 60 : 0);
}

WallTime wall_at(std::int64_t seconds) {
  constexpr std::int64_t day_seconds = 86'400;
  std::int64_t days = seconds / day_seconds, rest = seconds % day_seconds;
  if (rest < 0) rest += day_seconds, --days;
  WallTime out;
  civil_from_days(days, out);
  out.hour = static_cast<int>(rest / 3600);
  out.minute = static_cast<int>(rest / 60 % 60);
  out.second = static_cast<int>(rest % 60);
  return out;
}

std::optional<int> offset_at_instant(std::string_view zone, std::int64_t seconds) {
  constexpr std::int64_t day_seconds = 86'400;
  const auto before = offset_at(zone, wall_at(seconds - day_seconds)),
             after = offset_at(zone, wall_at(seconds + day_seconds));
  if (!before || !after || *before == *after) return before;
  // The clock changes within these two days. offset_at() gives a skipped time and one shown twice the offset before the
  // change, so that forwards only the new offset, and backwards only the old one, proves itself.
  const int sure = std::max(*before, *after);
  const bool holds = offset_at(zone, wall_at(seconds + sure * 60)) == sure;
  return holds ? sure : std::min(*before, *after);
}

bool is_zone(std::string_view zone) { return find(zone) != nullptr; }

namespace {

ZoneCode find_code(std::string_view code) {
  using Kind = ZoneCode::Kind;
  if (code.size() != 2) return {};
  if (code == "LT") return {Kind::local, 0, {}};
  if (code == "UT" || code == "GM") return {Kind::utc, 0, {}};
  for (const Named& entry : named)
    if (entry.code == code)
      return entry.zone.empty() ? ZoneCode{Kind::fixed, entry.minutes, {}} : ZoneCode{Kind::zone, 0, entry.zone};
  for (int i = 0; i < 24; ++i)  // 01..12: hours east; 13..24: 12 down to 1 hours west
    if (hours[i] == code) return {Kind::fixed, (i < 12 ? i + 1 : i - 24) * 60, {}};
  return {};
}

}  // namespace

ZoneCode zone_code(std::string_view code) {
  // All codes of two digits or capital letters, looked up once.
  static constexpr std::string_view signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static const std::vector<ZoneCode> known = [] {
    std::vector<ZoneCode> out;
    for (const char first : signs)
      for (const char second : signs) {
        const char both[] = {first, second};
        out.push_back(find_code({both, 2}));
      }
    return out;
  }();
  if (code.size() != 2) return {};
  const auto place = [](char c) {
    return static_cast<std::size_t>(c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 36);
  };
  const std::size_t first = place(code[0]), second = place(code[1]);
  return first < signs.size() && second < signs.size() ? known[first * signs.size() + second] : ZoneCode{};
}

std::string_view code_for_offset(int minutes, const WallTime& at) {
  if (minutes == 0) return "UT";
  for (const Named& entry : named)
    if (entry.zone.empty() ? entry.minutes == minutes : offset_at(entry.zone, at) == minutes) return entry.code;
  if (minutes % 60 != 0 || minutes > 720 || minutes < -720) return {};
  const int hour = minutes / 60;
  return hours[hour > 0 ? hour - 1 : hour + 24];
}

}  // namespace crossdock::mapping
