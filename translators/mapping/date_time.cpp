// Date and time forms.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/date_time.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace crossdock::mapping {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// Four or eight bytes at a time.
template <class Word>
bool digits_at(const char* text) {
  constexpr Word ones = static_cast<Word>(~Word{}) / 255, highs = ones * 0x80;
  Word word = 0;
  std::memcpy(&word, text, sizeof word);
  const Word below = word - ones * '0', above = word + ones * (0x7F - '9');
  return ((word | below | above) & highs) == 0;
}

bool all_digits(std::string_view text) {
  if (text.size() == 8) return digits_at<std::uint64_t>(text.data());
  if (text.size() == 4) return digits_at<std::uint32_t>(text.data());
  return std::all_of(text.begin(), text.end(), digit);
}
int two(std::string_view text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }
int four(std::string_view text, std::size_t at) { return two(text, at) * 100 + two(text, at + 2); }

void put_two(char*& out, int value) {
  const int tens = value * 103 >> 10;  // value / 10 below 100
  out[0] = static_cast<char>('0' + tens);
  out[1] = static_cast<char>('0' + value - tens * 10);
  out += 2;
}

bool set_time(WallTime& out, int hour, int minute, int second) {
  if (hour > 23 || minute > 59 || second > 60) return false;
  out.hour = hour;
  out.minute = minute;
  out.second = second;
  return true;
}

/// `Z`, `+05:00`, `-0500`, `+05` or nothing.
bool parse_offset(std::string_view text, Moment& out) {
  if (text.empty()) return true;
  if (text == "Z" || text == "z") {
    out.has_offset = true;
    return true;
  }
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-') || !digit(text[1]) || !digit(text[2])) return false;
  int minutes = two(text, 1) * 60;
  std::string_view rest = text.substr(3);
  if (rest.starts_with(":")) rest.remove_prefix(1);
  if (!rest.empty()) {
    if (rest.size() != 2 || !all_digits(rest)) return false;
    minutes += two(rest, 0);
  }
  if (minutes > 14 * 60) return false;
  out.has_offset = true;
  out.offset = text[0] == '-' ? -minutes : minutes;
  return true;
}

}  // namespace

bool parse_date(std::string_view text, WallTime& out) {
  if ((text.size() != 8 && text.size() != 6) || !all_digits(text)) return false;
  if (text.size() == 8) {
    out.year = four(text, 0);
    text.remove_prefix(4);
  } else {
    const int year = two(text, 0);
    out.year = year < 50 ? 2000 + year : 1900 + year;
    text.remove_prefix(2);
  }
  out.month = two(text, 0);
  out.day = two(text, 2);
  return valid_date(out.year, out.month, out.day);
}

bool parse_time(std::string_view text, WallTime& out) {
  if (text.size() < 4 || text.size() > 8 || text.size() == 5 || !all_digits(text)) return false;
  if (!set_time(out, two(text, 0), two(text, 2), text.size() >= 6 ? two(text, 4) : 0)) return false;
  out.fraction = text.size() > 6 ? text.substr(6) : std::string_view{};
  return true;
}

bool resolve_zone(Moment& moment, std::string_view code, std::string_view profile_zone) {
  moment.zone_code = code;
  ZoneCode meaning;
  if (!code.empty()) {
    meaning = zone_code(code);
    if (meaning.kind == ZoneCode::Kind::unknown) return false;
  }
  if (moment.wall.hour < 0) {
    moment.zone = {};
    return true;
  }
  using Kind = ZoneCode::Kind;
  if (meaning.kind == Kind::utc) {
    moment.has_offset = true;
    moment.zone = "utc";
  } else if (meaning.kind == Kind::fixed || meaning.kind == Kind::zone) {
    moment.has_offset = true;
    moment.offset = meaning.kind == Kind::fixed ? meaning.minutes : offset_at(meaning.zone, moment.wall).value_or(0);
    moment.zone = "stated";
  } else if (const auto offset = profile_zone.empty() ? std::nullopt : offset_at(profile_zone, moment.wall);
             offset && code.empty()) {
    moment.has_offset = true;
    moment.offset = *offset;
    moment.zone = "profile";
  } else {
    moment.zone = "local";
  }
  return true;
}

std::optional<Moment> parse_iso(std::string_view text) {
  Moment out;
  std::string_view rest = text;
  if (rest.size() >= 10 && rest[4] == '-' && rest[7] == '-') {
    if (!all_digits(rest.substr(0, 4)) || !all_digits(rest.substr(5, 2)) || !all_digits(rest.substr(8, 2)))
      return std::nullopt;
    out.wall.year = four(rest, 0);
    out.wall.month = two(rest, 5);
    out.wall.day = two(rest, 8);
    if (!valid_date(out.wall.year, out.wall.month, out.wall.day)) return std::nullopt;
    rest.remove_prefix(10);
  } else if (rest.size() >= 8 && parse_date(rest.substr(0, 8), out.wall)) {
    rest.remove_prefix(8);
  } else {
    return std::nullopt;
  }
  if (rest.empty()) return out;
  if (rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ') return std::nullopt;
  rest.remove_prefix(1);
  const bool colons = rest.size() > 2 && rest[2] == ':';
  const std::size_t step = colons ? 3 : 2;
  if (rest.size() < step + 2 || !all_digits(rest.substr(0, 2)) || !all_digits(rest.substr(step, 2)))
    return std::nullopt;
  const int hour = two(rest, 0), minute = two(rest, step);
  int second = 0;
  rest.remove_prefix(step + 2);
  if (rest.size() >= step && (colons ? rest[0] == ':' : digit(rest[0]))) {
    if (colons) rest.remove_prefix(1);
    if (rest.size() < 2 || !all_digits(rest.substr(0, 2))) return std::nullopt;
    second = two(rest, 0);
    rest.remove_prefix(2);
    if (!rest.empty() && (rest[0] == '.' || rest[0] == ',')) {
      std::size_t end = 1;
      while (end < rest.size() && digit(rest[end])) ++end;
      if (end == 1 || end > 10) return std::nullopt;
      out.wall.fraction = rest.substr(1, end - 1);
      rest.remove_prefix(end);
    }
  }
  if (!set_time(out.wall, hour, minute, second) || !parse_offset(rest, out)) return std::nullopt;
  return out;
}

namespace {

/// How the characters of a form of 2379 follow each other. Source: UN/EDIFACT directory D.01B, code list 2379.
struct Form2379 {
  enum class Day : std::uint8_t { ymd, dmy, mdy, week, day_of_year };
  std::string_view code;
  Day day = Day::ymd;
  std::uint8_t year = 2;  ///< digits
  std::uint8_t time = 0;  ///< digits: none, HHMM, HHMMSS
  bool zone = false;      ///< ZZZ, or a sign with HHMM behind it (205)
};
using Day = Form2379::Day;
constexpr Form2379 forms_2379[] = {
    {"102", Day::ymd, 4, 0, false},  {"203", Day::ymd, 4, 4, false},        {"303", Day::ymd, 4, 4, true},
    {"204", Day::ymd, 4, 6, false},  {"304", Day::ymd, 4, 6, true},         {"205", Day::ymd, 4, 4, true},
    {"101", Day::ymd, 2, 0, false},  {"201", Day::ymd, 2, 4, false},        {"202", Day::ymd, 2, 6, false},
    {"301", Day::ymd, 2, 4, true},   {"302", Day::ymd, 2, 6, true},         {"2", Day::dmy, 2, 0, false},
    {"3", Day::mdy, 2, 0, false},    {"4", Day::dmy, 4, 0, false},          {"5", Day::dmy, 4, 4, false},
    {"103", Day::week, 2, 0, false}, {"105", Day::day_of_year, 2, 0, false}};

const Form2379* form_2379(std::string_view code) {
  for (const Form2379& form : forms_2379)
    if (form.code == code) return &form;
  return nullptr;
}

int full_year(std::string_view digits) {
  if (digits.size() == 4) return four(digits, 0);
  const int year = two(digits, 0);
  return year < 50 ? 2000 + year : 1900 + year;
}

/// The day of `digits`, which is as long as the form's.
bool take_day(const Form2379& form, std::string_view digits, WallTime& out) {
  const std::size_t year = form.year;
  switch (form.day) {
    case Day::ymd:
      out.year = full_year(digits.substr(0, year));
      out.month = two(digits, year);
      out.day = two(digits, year + 2);
      return valid_date(out.year, out.month, out.day);
    case Day::dmy:
    case Day::mdy:
      out.year = full_year(digits.substr(4));
      out.month = two(digits, form.day == Day::dmy ? 2 : 0);
      out.day = two(digits, form.day == Day::dmy ? 0 : 2);
      return valid_date(out.year, out.month, out.day);
    case Day::week: {  // weeks begin on Monday; the first holds 4 January (ISO 8601)
      const int week = two(digits, 2), day = digits[4] - '0';
      if (week < 1 || week > 53 || day < 1 || day > 7) return false;
      const std::int64_t fourth = days_from_civil(full_year(digits.substr(0, 2)), 1, 4);
      civil_from_days(fourth - (fourth % 7 + 10) % 7 + (week - 1) * 7 + day - 1, out);
      return true;
    }
    case Day::day_of_year: {
      const int year_told = full_year(digits.substr(0, 2)), day = two(digits, 2) * 10 + (digits[4] - '0');
      civil_from_days(days_from_civil(year_told, 1, 1) + day - 1, out);
      return day >= 1 && out.year == year_told;
    }
  }
  return false;
}

/// Zones by letters as partners write them in ZZZ; those of America where a name has several meanings.
struct NamedOffset {
  std::string_view name;
  int minutes;
};
constexpr NamedOffset named_offsets[] = {{"UTC", 0},    {"GMT", 0},    {"Z", 0},      {"UT", 0},     {"WET", 0},
                                         {"CET", 60},   {"MEZ", 60},   {"BST", 60},   {"WEST", 60},  {"EET", 120},
                                         {"CEST", 120}, {"EEST", 180}, {"EST", -300}, {"EDT", -240}, {"CST", -360},
                                         {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
                                         {"HKT", 480},  {"SGT", 480},  {"JST", 540}};

/// What stands behind the digits of a form with a zone; false where it is neither an offset nor a name.
bool take_zone(std::string_view text, Moment& out) {
  for (const NamedOffset& named : named_offsets) {
    if (named.name != text) continue;
    out.has_offset = true;
    out.offset = named.minutes;
    out.zone = named.minutes == 0 ? "utc" : "stated";
    return true;
  }
  if (text.empty()) return true;
  if (parse_offset(text, out)) {
    out.zone = "stated";
    return true;
  }
  // A name that is not known: the time is that of a place that is not known either.
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

bool names_day_2379(std::string_view format) { return form_2379(format) != nullptr; }

std::string_view format_2379_of(std::string_view text) {
  switch (text.size()) {
    case 6: return "101";
    case 12: return "203";
    case 14: return "204";
    default: return "102";
  }
}

std::optional<Moment> parse_2379(std::string_view text, std::string_view format) {
  const Form2379* const form = form_2379(format);
  if (form == nullptr) return std::nullopt;
  Moment out;
  const std::size_t day = form->year + (form->day == Day::week || form->day == Day::day_of_year ? 3U : 4U);
  const std::size_t digits = day + form->time;
  if (text.size() < digits || !all_digits(text.substr(0, digits)) || !take_day(*form, text.substr(0, day), out.wall))
    return std::nullopt;
  if (form->time == 0) return text.size() == day ? std::optional<Moment>(out) : std::nullopt;
  if (!parse_time(text.substr(day, form->time), out.wall)) return std::nullopt;
  out.zone = "local";
  const std::string_view rest = text.substr(digits);
  if (!form->zone) return rest.empty() ? std::optional<Moment>(out) : std::nullopt;
  return take_zone(rest, out) ? std::optional<Moment>(out) : std::nullopt;
}

std::optional<Moment> from_epoch(std::string_view digits, bool milliseconds) {
  const bool negative = digits.starts_with("-");
  if (negative) digits.remove_prefix(1);
  if (const std::size_t point = digits.find('.'); point != std::string_view::npos) digits = digits.substr(0, point);
  if (digits.empty() || digits.size() > 14 || !all_digits(digits)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  if (negative) value = -value;
  if (!milliseconds) value *= 1000;
  if (value > 253402300799999 || value < -62135596800000) return std::nullopt;  // years 1 to 9999
  Moment out;
  const std::int64_t day_ms = 86'400'000;
  const std::int64_t days = (value >= 0 ? value : value - day_ms + 1) / day_ms;
  const auto rest = static_cast<int>((value - days * day_ms) / 1000);
  civil_from_days(days, out.wall);
  out.wall.hour = rest / 3600;
  out.wall.minute = rest / 60 % 60;
  out.wall.second = rest % 60;
  out.has_offset = true;
  out.zone = "utc";
  return out;
}

std::size_t format_moment(const Moment& moment, char* out) {
  char* const begin = out;
  const WallTime& wall = moment.wall;
  put_two(out, wall.year / 100);
  put_two(out, wall.year % 100);
  *out++ = '-';
  put_two(out, wall.month);
  *out++ = '-';
  put_two(out, wall.day);
  if (wall.hour < 0) return static_cast<std::size_t>(out - begin);
  *out++ = 'T';
  put_two(out, wall.hour);
  *out++ = ':';
  put_two(out, wall.minute);
  *out++ = ':';
  put_two(out, wall.second);
  if (!wall.fraction.empty() && wall.fraction.size() <= 9 &&
      wall.fraction.find_first_not_of('0') != std::string_view::npos) {
    *out++ = '.';
    out = std::copy(wall.fraction.begin(), wall.fraction.end(), out);
  }
  if (!moment.has_offset) return static_cast<std::size_t>(out - begin);
  if (moment.offset == 0) {
    *out++ = 'Z';
    return static_cast<std::size_t>(out - begin);
  }
  const int minutes = moment.offset < 0 ? -moment.offset : moment.offset;
  *out++ = moment.offset < 0 ? '-' : '+';
  put_two(out, minutes / 60);
  *out++ = ':';
  put_two(out, minutes % 60);
  return static_cast<std::size_t>(out - begin);
}

std::size_t format_local(std::string_view date, std::string_view time, char* out) {
  if (date.size() != 8 || time.size() != 4 || !digits_at<std::uint64_t>(date.data()) ||
      !digits_at<std::uint32_t>(time.data()) || two(time, 0) > 23 || two(time, 2) > 59 ||
      !valid_date(four(date, 0), two(date, 4), two(date, 6)))
    return 0;
  constexpr std::string_view form = "CCYY-MM-DDTHH:MM:00";
  std::memcpy(out, form.data(), form.size());
  std::memcpy(out, date.data(), 4);
  std::memcpy(out + 5, date.data() + 4, 2);
  std::memcpy(out + 8, date.data() + 6, 2);
  std::memcpy(out + 11, time.data(), 2);
  std::memcpy(out + 14, time.data() + 2, 2);
  return form.size();
}

std::string date_digits(const WallTime& wall, bool century) {
  char buffer[8];
  char* out = buffer;
  if (century) put_two(out, wall.year / 100);
  put_two(out, wall.year % 100);
  put_two(out, wall.month);
  put_two(out, wall.day);
  return {buffer, out};
}

std::string time_digits(const WallTime& wall) {
  if (wall.hour < 0) return {};
  char buffer[6];
  char* out = buffer;
  put_two(out, wall.hour);
  put_two(out, wall.minute);
  const bool fraction = wall.fraction.find_first_not_of('0') != std::string_view::npos;
  if (wall.second != 0 || fraction) put_two(out, wall.second);
  std::string text(buffer, out);
  if (fraction) text += wall.fraction.substr(0, 2);
  return text;
}

std::string write_2379(const Moment& moment, bool long_offsets, std::string_view& format) {
  if (moment.wall.hour < 0) {
    format = "102";
    return date_digits(moment.wall, true);
  }
  Moment at = moment;
  const bool seconds = at.wall.second != 0;
  const bool odd = at.offset % 60 != 0;
  if (at.has_offset && odd && (seconds || !long_offsets)) {  // ZZZ has no room for minutes: the moment is kept
    const std::int64_t ms = to_epoch_ms(at);
    at.wall = wall_at((ms - (ms % 1000 + 1000) % 1000) / 1000);
    at.offset = 0;
  }
  format = !at.has_offset ? (seconds ? "204" : "203") : at.offset % 60 != 0 ? "205" : seconds ? "304" : "303";
  std::string out = date_digits(at.wall, true);
  std::string time = time_digits(at.wall);
  time.resize(seconds ? 6 : 4, '0');
  out += time;
  if (!at.has_offset) return out;
  if (at.offset == 0) return out + "UTC";
  const int minutes = at.offset < 0 ? -at.offset : at.offset;
  char buffer[5] = {at.offset < 0 ? '-' : '+'};
  char* end = buffer + 1;
  put_two(end, minutes / 60);
  if (format == "205") put_two(end, minutes % 60);
  return out.append(buffer, end);
}

std::int64_t to_epoch_ms(const Moment& moment) {
  const WallTime& wall = moment.wall;
  const std::int64_t seconds = days_from_civil(wall.year, wall.month, wall.day) * 86400 +
                               (wall.hour < 0 ? 0 : wall.hour) * 3600 + wall.minute * 60 + wall.second;
  std::int64_t ms = (seconds - static_cast<std::int64_t>(moment.offset) * 60) * 1000;
  std::int64_t scale = 100;
  for (std::size_t i = 0; i < wall.fraction.size() && scale > 0; ++i, scale /= 10)
    ms += (wall.fraction[i] - '0') * scale;
  return ms;
}

}  // namespace crossdock::mapping
