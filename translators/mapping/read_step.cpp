// Steps inwards.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/codec.hpp"
#include "translators/mapping/date_time.hpp"

namespace crossdock::mapping {
namespace {

StepEnd read_table(const Codec& codec, Values& values, StepProblem& problem) {
  const CodeTable& table = *codec.table;
  const std::uint32_t row = table.find({values.text.data(), values.count});
  values.kept_code = values.text[0];
  values.kept_list = table.list();
  problem = {0, {}};
  if (row == CodeTable::no_row && !table.otherwise()) return StepEnd::unknown_code;
  values.count = static_cast<std::uint32_t>(codec.columns.size());
  for (std::uint32_t i = 0; i < values.count; ++i)
    values.text[i] = row == CodeTable::no_row ? std::string_view((*table.otherwise())[codec.columns[i]])
                                              : codec.flat[row * values.count + i];
  return row == CodeTable::no_row ? StepEnd::stand_in : StepEnd::good;
}

void keep_moment(const Moment& moment, Values& values, Arena& arena) {
  char* const start = arena.room(moment_bytes_max);
  values.text[0] = arena.keep(start, format_moment(moment, start));
  values.count = 1;
  values.zone = moment.zone;
  values.zone_code = moment.zone_code;
}

StepEnd read_date_time(std::string_view profile_zone, Values& values, Arena& arena, StepProblem& problem) {
  Moment moment;
  if (values.text[0].empty()) {
    values.count = 1;  // a time without a date says nothing
    values.text[0] = {};
    return StepEnd::good;
  }
  if (!parse_date(values.text[0], moment.wall)) {
    problem = {0, "a date CCYYMMDD or YYMMDD"};
    return StepEnd::wrong;
  }
  if (values.count > 1 && !values.text[1].empty() && !parse_time(values.text[1], moment.wall)) {
    problem = {1, "a time HHMM or HHMMSS"};
    return StepEnd::wrong;
  }
  if (!resolve_zone(moment, values.count > 2 ? values.text[2] : std::string_view{}, profile_zone)) {
    problem = {2, "a time code of element 623 (ET, CT, LT, UT ...)"};
    return StepEnd::wrong;
  }
  keep_moment(moment, values, arena);
  return StepEnd::good;
}

StepEnd read_moment(const std::optional<Moment>& moment, std::string_view profile_zone, std::string_view expected,
                    Values& values, Arena& arena, StepProblem& problem) {
  if (!moment) {
    problem = {0, expected};
    return StepEnd::wrong;
  }
  Moment at = *moment;
  if (at.wall.hour >= 0 && !at.has_offset && !resolve_zone(at, {}, profile_zone)) return StepEnd::wrong;
  if (at.has_offset && at.zone.empty()) at.zone = at.offset == 0 ? "utc" : "stated";
  keep_moment(at, values, arena);
  return StepEnd::good;
}

/// A form that names no day is no fault of the sender: the field stays empty.
StepEnd read_2379(std::string_view profile_zone, Values& values, Arena& arena, StepProblem& problem) {
  const std::string_view text = values.text[0];
  if (text.empty()) return StepEnd::good;
  const std::string_view format = values.count > 1 && !values.text[1].empty() ? values.text[1] : format_2379_of(text);
  if (!names_day_2379(format)) {
    values.count = 1;
    values.text[0] = {};
    problem = {1, "a code of a day or moment: 102, 203, 303 ..."};
    return StepEnd::left_out;
  }
  return read_moment(parse_2379(text, format), profile_zone, "a date in the format that its code names", values, arena,
                     problem);
}

/// 12345 with two decimals is 123.45; a value that has a point already is read as it stands (R written where N is due).
StepEnd read_decimal(std::uint32_t decimals, Values& values, Arena& arena, StepProblem& problem) {
  std::string_view text = plain_decimal(values.text[0], arena);
  problem = {0, "a number"};
  if (text.empty()) return StepEnd::wrong;
  if (decimals == 0 || text.find('.') != std::string_view::npos) {
    values.text[0] = text;
    return StepEnd::good;
  }
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t zeros = text.size() <= decimals ? decimals + 1 - text.size() : 0;
  char* const start = arena.room(text.size() + zeros + 2);
  char* out = start;
  if (negative) *out++ = '-';
  out = std::fill_n(out, zeros, '0');
  const std::size_t whole = text.size() + zeros - decimals;  // characters in front of the point
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + zeros == whole) *out++ = '.';
    *out++ = text[i];
  }
  if (zeros > 0) {  // the padding zeros came first: put the point behind the leading 0
    char* const digits = start + (negative ? 1 : 0);
    if (std::find(digits, out, '.') == out) {
      std::copy_backward(digits + 1, out, out + 1);
      digits[1] = '.';
      ++out;
    }
  }
  values.text[0] = arena.keep(start, static_cast<std::size_t>(out - start));
  return StepEnd::good;
}

StepEnd read_number(std::uint32_t index, Values& values, Arena& arena, StepProblem& problem) {
  if (values.text[index].empty()) return StepEnd::good;
  const std::string_view text = plain_decimal(values.text[index], arena);
  problem = {index, "a number"};
  if (text.empty()) return StepEnd::wrong;
  values.text[index] = text;
  return StepEnd::good;
}

StepEnd read_quantity(const Codec& codec, Values& values, Arena& arena, StepProblem& problem) {
  if (const StepEnd end = read_number(0, values, arena, problem); end != StepEnd::good) return end;
  if (values.count < 2) values.text[1] = {};
  values.count = 2;
  if (values.text[0].empty()) {
    values.text[1] = {};
    return StepEnd::good;
  }
  if (codec.table == nullptr || values.text[1].empty()) return StepEnd::good;
  const std::uint32_t row = codec.table->find({&values.text[1], 1});
  values.kept_code = values.text[1];
  problem = {1, {}};
  if (row == CodeTable::no_row && !codec.table->otherwise()) return StepEnd::unknown_code;
  values.text[1] = row == CodeTable::no_row ? (*codec.table->otherwise())[0] : codec.table->rows()[row].values[0];
  return row == CodeTable::no_row ? StepEnd::stand_in : StepEnd::good;
}

StepEnd read_money(const Codec& codec, Values& values, Arena& arena, StepProblem& problem) {
  if (const StepEnd end = read_number(0, values, arena, problem); end != StepEnd::good) return end;
  if (values.count < 2 || values.text[1].empty()) values.text[1] = codec.text;
  values.count = 2;
  if (values.text[0].empty()) values.text[1] = {};
  return StepEnd::good;
}

void read_join(const Codec& codec, Values& values, Arena& arena) {
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < values.count; ++i) bytes += values.text[i].size() + codec.text.size();
  char* const start = arena.room(bytes + 1);
  char* out = start;
  for (std::uint32_t i = 0; i < values.count; ++i) {
    if (values.text[i].empty()) continue;
    if (out != start) out = std::copy(codec.text.begin(), codec.text.end(), out);
    out = std::copy(values.text[i].begin(), values.text[i].end(), out);
  }
  values.text[0] = arena.keep(start, static_cast<std::size_t>(out - start));
  values.count = 1;
}

void read_split(const Codec& codec, Values& values) {
  std::string_view rest = values.text[0];
  values.count = 0;
  while (values.count + 1 < values_max) {
    const std::size_t end = codec.text.empty() ? std::string_view::npos : rest.find(codec.text);
    values.text[values.count++] = rest.substr(0, end);
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + codec.text.size());
  }
  values.text[values.count++] = rest;
}

template <class Change>
void change_bytes(Values& values, Arena& arena, Change change) {
  for (std::uint32_t i = 0; i < values.count; ++i) {
    char* const start = arena.room(values.text[i].size() + 1);
    std::transform(values.text[i].begin(), values.text[i].end(), start, change);
    values.text[i] = arena.keep(start, values.text[i].size());
  }
}

void trim(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
}

StepEnd read_simple_date(CodecKind kind, Values& values, Arena& arena, StepProblem& problem) {
  Moment moment;
  if (values.text[0].empty()) return StepEnd::good;
  if (kind == CodecKind::date) {
    problem = {0, "a date CCYYMMDD or YYMMDD"};
    if (!parse_date(values.text[0], moment.wall)) {
      const auto iso = parse_iso(values.text[0]);
      if (!iso) return StepEnd::wrong;
      moment.wall = iso->wall;
      moment.wall.hour = -1;
    }
    keep_moment(moment, values, arena);
    return StepEnd::good;
  }
  problem = {0, "a time HHMM or HHMMSS"};
  if (!parse_time(values.text[0], moment.wall)) return StepEnd::wrong;
  moment.wall.year = 2000;
  moment.wall.month = moment.wall.day = 1;
  keep_moment(moment, values, arena);
  values.text[0].remove_prefix(11);
  return StepEnd::good;
}

}  // namespace

StepEnd read_step(const Codec& codec, std::string_view profile_zone, Values& values, Arena& arena,
                  StepProblem& problem) {
  switch (codec.kind) {
    case CodecKind::table: return values.empty() ? StepEnd::good : read_table(codec, values, problem);
    case CodecKind::date_time: return read_date_time(profile_zone, values, arena, problem);
    case CodecKind::date_time_2379: return read_2379(profile_zone, values, arena, problem);
    case CodecKind::date_time_iso:
      return read_moment(parse_iso(values.text[0]), profile_zone, "an ISO 8601 date and time", values, arena, problem);
    case CodecKind::epoch_ms:
    case CodecKind::epoch_s:
      return read_moment(from_epoch(values.text[0], codec.kind == CodecKind::epoch_ms), profile_zone,
                         "a count since 1970", values, arena, problem);
    case CodecKind::date:
    case CodecKind::time: return read_simple_date(codec.kind, values, arena, problem);
    case CodecKind::number:
      for (std::uint32_t i = 0; i < values.count; ++i)
        if (const StepEnd end = read_number(i, values, arena, problem); end != StepEnd::good) return end;
      return StepEnd::good;
    case CodecKind::boolean:
      problem = {0, "true or false"};
      return values.text[0].empty() || values.text[0] == "true" || values.text[0] == "false" ? StepEnd::good
                                                                                             : StepEnd::wrong;
    case CodecKind::decimal:
      return values.text[0].empty() ? StepEnd::good : read_decimal(codec.number, values, arena, problem);
    case CodecKind::quantity: return read_quantity(codec, values, arena, problem);
    case CodecKind::money: return read_money(codec, values, arena, problem);
    case CodecKind::degrees: {
      if (values.text[0].empty()) return StepEnd::good;
      const std::string_view degrees =
          read_degrees(values.text[0], values.count > 1 ? values.text[1] : std::string_view{}, arena);
      problem = {0, "degrees, minutes and seconds DDDMMSS"};
      if (degrees.empty()) return StepEnd::wrong;
      values.text[0] = degrees;
      values.count = 1;
      return StepEnd::good;
    }
    case CodecKind::join: read_join(codec, values, arena); return StepEnd::good;
    case CodecKind::split: read_split(codec, values); return StepEnd::good;
    case CodecKind::upper:
      change_bytes(values, arena, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      return StepEnd::good;
    case CodecKind::lower:
      change_bytes(values, arena, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      return StepEnd::good;
    case CodecKind::trim:
      for (std::uint32_t i = 0; i < values.count; ++i) trim(values.text[i]);
      return StepEnd::good;
    case CodecKind::pad:
      for (std::uint32_t i = 0; i < values.count; ++i)
        while (values.text[i].size() > 1 && values.text[i][0] == codec.text[0]) values.text[i].remove_prefix(1);
      return StepEnd::good;
    default: return StepEnd::good;
  }
}

}  // namespace crossdock::mapping
