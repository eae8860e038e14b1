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

std::optional<Moment> parse_2379(std::string_view text, std::string_view format) {
  Moment out;
  const bool century = format == "102" || format == "203" || format == "204" || format == "303" || format == "304";
  const std::size_t date = century ? 8 : 6;
  if (!century && format != "101" && format != "201") return std::nullopt;
  if (text.size() < date || !parse_date(text.substr(0, date), out.wall)) return std::nullopt;
  text.remove_prefix(date);
  const std::size_t time = format == "203" || format == "303" || format == "201" ? 4
                           : format == "204" || format == "304"                  ? 6
                                                                                 : 0;
  if (time == 0) return text.empty() ? std::optional<Moment>(out) : std::nullopt;
  if (text.size() < time || !parse_time(text.substr(0, time), out.wall)) return std::nullopt;
  text.remove_prefix(time);
  out.zone = "local";
  if (format[0] != '3') return text.empty() ? std::optional<Moment>(out) : std::nullopt;
  if (text == "UTC" || text == "GMT" || text == "Z") {
    out.has_offset = true;
    out.zone = "utc";
    return out;
  }
  if (!text.empty()) {
    if (!parse_offset(text, out)) return std::nullopt;
    out.zone = "stated";
  }
  return out;
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

std::string write_2379(const Moment& moment, std::string_view format) {
  const bool century = format != "101" && format != "201";
  std::string out = date_digits(moment.wall, century);
  if (format == "101" || format == "102") return out;
  std::string time = moment.wall.hour < 0 ? "0000" : time_digits(moment.wall);
  time.resize(format == "204" || format == "304" ? 6 : 4, '0');
  out += time;
  if (format == "303" || format == "304") {
    char buffer[moment_bytes_max];
    Moment copy = moment;
    const std::string_view text(buffer, format_moment(copy, buffer));
    if (moment.has_offset) out += moment.offset == 0 ? "UTC" : std::string(text.substr(text.size() - 6));
  }
  return out;
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
