// Steps outwards: the inverses.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/codec.hpp"
#include "translators/mapping/date_time.hpp"
#include "translators/mapping/fold.hpp"

namespace crossdock::mapping {
namespace {

StepEnd write_table(const Codec& codec, std::uint32_t places, Values& values, StepProblem& problem) {
  if (values.empty()) {
    values.count = places;
    return StepEnd::good;
  }
  bool kept = false;
  const std::uint32_t row = row_for(codec, values, kept);
  if (row == CodeTable::no_row || (!kept && !values.kept_code.empty())) {
    // A code that the table did not know when it was read: what stands in for it goes back to that code.
    const auto& otherwise = codec.table->otherwise();
    const std::uint32_t known =
        values.kept_code.empty() ? CodeTable::no_row : codec.table->find({&values.kept_code, 1});
    bool same = otherwise.has_value() && !values.kept_code.empty() && known == CodeTable::no_row;
    for (std::uint32_t i = 0; same && i < codec.columns.size(); ++i)
      same = (*otherwise)[codec.columns[i]] == values.text[i];
    if (same) {
      values.text[0] = values.kept_code;
      values.count = 1;
      return StepEnd::good;
    }
  }
  problem = {0, {}};
  const auto& standing = codec.table->default_codes();
  if (row == CodeTable::no_row && !standing) return StepEnd::unknown_code;
  const std::vector<std::string>& keys = row == CodeTable::no_row ? *standing : codec.table->rows()[row].keys;
  values.count = static_cast<std::uint32_t>(keys.size());
  for (std::uint32_t i = 0; i < values.count; ++i) values.text[i] = keys[i];
  return row == CodeTable::no_row ? StepEnd::stand_in : StepEnd::good;
}

/// True where a kept zone code says what the moment says: a code is shared by the times beside it, which may stand in
/// other zones.
bool agrees(std::string_view code, const Moment& moment) {
  const ZoneCode meaning = zone_code(code);
  switch (meaning.kind) {
    case ZoneCode::Kind::unknown: return false;
    case ZoneCode::Kind::local: return !moment.has_offset;
    case ZoneCode::Kind::utc: return moment.has_offset && moment.offset == 0;
    case ZoneCode::Kind::fixed: return moment.has_offset && moment.offset == meaning.minutes;
    case ZoneCode::Kind::zone: return moment.has_offset && offset_at(meaning.zone, moment.wall) == moment.offset;
  }
  return false;
}

StepEnd write_date_time(std::uint32_t places, Values& values, Arena& arena, StepProblem& problem) {
  problem = {0, "an RFC 3339 date and time"};
  values.count = places;
  for (std::uint32_t i = 1; i < places; ++i) values.text[i] = {};
  if (values.text[0].empty()) return StepEnd::good;
  const auto moment = parse_iso(values.text[0]);
  if (!moment) return StepEnd::wrong;
  values.text[0] = arena.copy(date_digits(moment->wall, true));
  if (places > 1) values.text[1] = arena.copy(time_digits(moment->wall));
  if (places < 3) return StepEnd::good;
  if (!values.zone_code.empty() && agrees(values.zone_code, *moment))
    values.text[2] = values.zone_code;
  else if (moment->has_offset && values.zone != "profile")
    values.text[2] = code_for_offset(moment->offset, moment->wall);
  return StepEnd::good;
}

StepEnd write_moment(const Codec& codec, std::uint32_t places, Values& values, Arena& arena, StepProblem& problem) {
  problem = {0, "an RFC 3339 date and time"};
  if (values.text[0].empty()) return StepEnd::good;
  const auto moment = parse_iso(values.text[0]);
  if (codec.kind == CodecKind::time) {
    const std::string padded = "2000-01-01T" + std::string(values.text[0]);
    const auto time = parse_iso(padded);
    if (!time || time->wall.hour < 0) return StepEnd::wrong;
    values.text[0] = arena.copy(time_digits(time->wall));
    return StepEnd::good;
  }
  if (!moment) return StepEnd::wrong;
  switch (codec.kind) {
    case CodecKind::date: values.text[0] = arena.copy(date_digits(moment->wall, true)); break;
    case CodecKind::epoch_ms: values.text[0] = arena.copy(std::to_string(to_epoch_ms(*moment))); break;
    case CodecKind::epoch_s: values.text[0] = arena.copy(std::to_string(to_epoch_ms(*moment) / 1000)); break;
    case CodecKind::date_time_2379: {
      std::string_view format;
      values.text[0] = arena.copy(write_2379(*moment, codec.number == 1, format));
      values.text[1] = format;
      values.count = places;
      break;
    }
    default: break;  // ISO: stays
  }
  return StepEnd::good;
}

/// 123.45 with two decimals is 12345.
StepEnd write_decimal(std::uint32_t decimals, Values& values, Arena& arena, StepProblem& problem) {
  problem = {0, "a number with at most the element's decimals"};
  const std::string_view text = plain_decimal(values.text[0], arena);
  if (text.empty()) return StepEnd::wrong;
  const bool negative = text[0] == '-';
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(negative ? 1 : 0, point - (negative ? 1 : 0)));
  std::string fraction(point < text.size() ? text.substr(point + 1) : std::string_view{});
  while (fraction.size() > decimals && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > decimals) return StepEnd::wrong;
  fraction.resize(decimals, '0');
  digits += fraction;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  values.text[0] = arena.copy((negative && digits != "0" ? "-" : "") + digits);
  return StepEnd::good;
}

StepEnd write_quantity(const Codec& codec, std::uint32_t places, Values& values, StepProblem& problem) {
  const std::uint32_t had = values.count;
  values.count = places;
  if (values.text[0].empty()) values.text[1] = {};
  if (had < 2 || values.text[1].empty() || codec.table == nullptr || places < 2) return StepEnd::good;
  const auto& rows = codec.table->rows();
  const CodeTable::Row* best = nullptr;
  for (const CodeTable::Row& row : rows) {
    if (row.values[0] != values.text[1]) continue;
    if (best == nullptr || row.preferred || row.keys[0] == values.kept_code) best = &row;
    if (row.keys[0] == values.kept_code) break;
  }
  problem = {1, {}};
  if (best == nullptr) return StepEnd::unknown_code;
  values.text[1] = best->keys[0];
  return StepEnd::good;
}

void write_join(const Codec& codec, std::uint32_t places, Values& values) {
  std::string_view rest = values.text[0];
  values.count = places;
  for (std::uint32_t i = 0; i < places; ++i) {
    const std::size_t end = i + 1 == places || codec.text.empty() ? std::string_view::npos : rest.find(codec.text);
    values.text[i] = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + codec.text.size());
  }
}

void write_split(const Codec& codec, Values& values, Arena& arena) {
  std::string out;
  for (std::uint32_t i = 0; i < values.count; ++i) {
    if (values.text[i].empty()) continue;
    if (!out.empty()) out += codec.text;
    out += values.text[i];
  }
  values.text[0] = arena.copy(out);
  values.count = 1;
}

}  // namespace

StepEnd write_step(const Codec& codec, std::uint32_t places, Values& values, Arena& arena, StepProblem& problem) {
  switch (codec.kind) {
    case CodecKind::table: return write_table(codec, places, values, problem);
    case CodecKind::date_time: return write_date_time(places, values, arena, problem);
    case CodecKind::date_time_2379:
    case CodecKind::date_time_iso:
    case CodecKind::epoch_ms:
    case CodecKind::epoch_s:
    case CodecKind::date:
    case CodecKind::time: return write_moment(codec, places, values, arena, problem);
    case CodecKind::decimal:
      return values.text[0].empty() ? StepEnd::good : write_decimal(codec.number, values, arena, problem);
    case CodecKind::number:
      problem.expected = "a number";
      for (std::uint32_t i = 0; i < values.count; ++i) {
        if (values.text[i].empty()) continue;
        problem.value = i;
        values.text[i] = plain_decimal(values.text[i], arena);
        if (values.text[i].empty()) return StepEnd::wrong;
      }
      return StepEnd::good;
    case CodecKind::boolean:
      problem = {0, "true or false"};
      return values.text[0].empty() || values.text[0] == "true" || values.text[0] == "false" ? StepEnd::good
                                                                                             : StepEnd::wrong;
    case CodecKind::quantity: return write_quantity(codec, places, values, problem);
    case CodecKind::money:
      if (values.text[0].empty() || values.text[1] == codec.text) values.text[1] = {};
      values.count = places;
      return StepEnd::good;
    case CodecKind::degrees: {
      if (values.text[0].empty()) return StepEnd::good;
      problem = {0, "decimal degrees"};
      values.count = places;
      return write_degrees(values.text[0], codec.number == 1, values.text[0], values.text[1], arena) ? StepEnd::good
                                                                                                     : StepEnd::wrong;
    }
    case CodecKind::join: write_join(codec, places, values); return StepEnd::good;
    case CodecKind::fold: fold(codec, places, values); return StepEnd::good;
    case CodecKind::split: write_split(codec, values, arena); return StepEnd::good;
    case CodecKind::upper:
    case CodecKind::lower:
    case CodecKind::trim: return read_step(codec, {}, values, arena, problem);
    case CodecKind::pad:
      for (std::uint32_t i = 0; i < values.count; ++i) {
        if (values.text[i].empty() || values.text[i].size() >= codec.number) continue;
        values.text[i] =
            arena.copy(std::string(codec.number - values.text[i].size(), codec.text[0]) + std::string(values.text[i]));
      }
      return StepEnd::good;
    default: return StepEnd::good;
  }
}

}  // namespace crossdock::mapping
