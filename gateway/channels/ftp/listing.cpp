// Readers of FTP listings.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/ftp/listing.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace crossdock::ftp {
namespace {

using files::EntryKind;
using files::RemoteEntry;
constexpr std::int64_t day_s = 86'400;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return out;
}

std::optional<std::int64_t> seconds_of(int year, unsigned month, unsigned day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || year < 1970 || year > 9999 || hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 ||
      second > 60)
    return {};
  return std::chrono::sys_days(date).time_since_epoch().count() * day_s + hour * 3600 + minute * 60 + second;
}

/// Takes the next word off the front.
std::string_view word(std::string_view& rest) {
  const std::size_t from = std::min(rest.find_first_not_of(" \t"), rest.size());
  const std::size_t end = std::min(rest.find_first_of(" \t", from), rest.size());
  const std::string_view out = rest.substr(from, end - from);
  rest.remove_prefix(end);
  return out;
}

std::optional<unsigned> month_of(std::string_view text) {
  constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
  for (unsigned i = 0; i < names.size(); ++i)
    if (same_word(text, names[i])) return i + 1;
  return {};
}

/// `23:05` or `2026` behind month and day. A line without year is of the last twelve months.
std::optional<std::int64_t> unix_time(unsigned month, unsigned day, std::string_view text, std::int64_t now_s) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    const auto year = whole<int>(text);
    return year ? seconds_of(*year, month, day, 0, 0, 0) : std::nullopt;
  }
  const auto hour = whole<int>(text.substr(0, colon)), minute = whole<int>(text.substr(colon + 1));
  if (!hour || !minute) return {};
  const std::chrono::year_month_day today{std::chrono::sys_days(std::chrono::days(now_s / day_s))};
  const int year = static_cast<int>(today.year());
  const auto out = seconds_of(year, month, day, *hour, *minute, 0);
  if (out && *out <= now_s + 2 * day_s) return out;  // its clock and zone may be ahead of ours
  return seconds_of(year - 1, month, day, *hour, *minute, 0);
}

bool is_self_or_parent(std::string_view name) { return name.empty() || name == "." || name == ".."; }

std::optional<RemoteEntry> unix_line(std::string_view line, std::int64_t now_s) {
  RemoteEntry out;
  const char type = line.front();
  out.kind = type == '-'   ? EntryKind::file
             : type == 'd' ? EntryKind::folder
             : type == 'l' ? EntryKind::link
                           : EntryKind::other;
  std::string_view rest = line;
  word(rest);  // permissions
  // Owner and group may be one word, two or none: the month is what is looked for, the size stands before it.
  std::optional<std::uint64_t> size;
  for (int words = 0; words < 8; ++words) {
    const std::string_view one = word(rest);
    if (one.empty()) return {};
    const auto month = month_of(one);
    if (!month || !size) {
      size = whole<std::uint64_t>(one);
      continue;
    }
    const auto day = whole<unsigned>(word(rest));
    const auto time = day ? unix_time(*month, *day, word(rest), now_s) : std::nullopt;
    if (!time || rest.empty()) return {};
    rest.remove_prefix(1);  // one blank: a name may begin with more
    out.name = rest;
    if (const std::size_t arrow = rest.find(" -> "); out.kind == EntryKind::link && arrow != std::string_view::npos)
      out.name = rest.substr(0, arrow);
    out.size = *size;
    out.modified_s = *time;
    return is_self_or_parent(out.name) ? std::nullopt : std::optional(std::move(out));
  }
  return {};
}

/// `11-21-26  11:05PM       <DIR>          name`
std::optional<RemoteEntry> windows_line(std::string_view line) {
  std::string_view rest = line;
  const std::string_view date = word(rest), time = word(rest), size = word(rest);
  if (date.size() < 8 || time.size() < 6 || size.empty()) return {};
  const auto month = whole<unsigned>(date.substr(0, 2)), day = whole<unsigned>(date.substr(3, 2));
  auto year = whole<int>(date.substr(6));
  auto hour = whole<int>(time.substr(0, 2));
  const auto minute = whole<int>(time.substr(3, 2));
  if (!month || !day || !year || !hour || !minute || date[2] != '-' || date[5] != '-') return {};
  if (*year < 100) *year += *year < 70 ? 2000 : 1900;
  if (lower(time[5]) == 'p' && *hour < 12) *hour += 12;
  if (lower(time[5]) == 'a' && *hour == 12) *hour = 0;
  RemoteEntry out;
  out.modified_s = seconds_of(*year, *month, *day, *hour, *minute, 0);
  if (!out.modified_s) return {};
  if (same_word(size, "<dir>")) {
    out.kind = EntryKind::folder;
  } else {
    const auto bytes = whole<std::uint64_t>(size);
    if (!bytes) return {};
    out.kind = EntryKind::file;
    out.size = *bytes;
  }
  const std::size_t name = rest.find_first_not_of(" \t");
  if (name == std::string_view::npos) return {};
  out.name = rest.substr(name);
  return is_self_or_parent(out.name) ? std::nullopt : std::optional(std::move(out));
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (text.size() < 14) return {};
  const auto year = whole<int>(text.substr(0, 4)), hour = whole<int>(text.substr(8, 2)),
             minute = whole<int>(text.substr(10, 2)), second = whole<int>(text.substr(12, 2));
  const auto month = whole<unsigned>(text.substr(4, 2)), day = whole<unsigned>(text.substr(6, 2));
  if (!year || !month || !day || !hour || !minute || !second) return {};
  if (text.size() > 14 && text[14] != '.') return {};
  return seconds_of(*year, *month, *day, *hour, *minute, *second);
}

std::optional<RemoteEntry> parse_facts(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || blank + 1 >= line.size()) return {};
  RemoteEntry out;
  out.name = line.substr(blank + 1);
  std::string_view facts = line.substr(0, blank);
  bool has_type = false;
  while (!facts.empty()) {
    const std::size_t end = std::min(facts.find(';'), facts.size());
    const std::string_view fact = facts.substr(0, end);
    facts.remove_prefix(std::min(end + 1, facts.size()));
    const std::size_t equals = fact.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = fact.substr(0, equals), value = fact.substr(equals + 1);
    if (same_word(key, "type")) {
      has_type = true;
      if (same_word(value, "cdir") || same_word(value, "pdir")) return {};
      out.kind =
          same_word(value, "file")  ? EntryKind::file
          : same_word(value, "dir") ? EntryKind::folder
          : value.size() > 3 && same_word(value.substr(0, 3), "os.") && value.find("link") != std::string_view::npos
              ? EntryKind::link
              : EntryKind::other;
    } else if (same_word(key, "size")) {
      out.size = whole<std::uint64_t>(value).value_or(0);
    } else if (same_word(key, "modify")) {
      out.modified_s = parse_time(value);
    }
  }
  if (!has_type || is_self_or_parent(out.name)) return {};
  return out;
}

std::optional<RemoteEntry> parse_list_line(std::string_view line, std::int64_t now_s) {
  if (line.size() < 10) return {};
  if (line.front() >= '0' && line.front() <= '9') return windows_line(line);
  constexpr std::string_view types = "-dlbcps";
  return types.find(line.front()) == std::string_view::npos ? std::nullopt : unix_line(line, now_s);
}

Status LineSplitter::feed(std::string_view bytes, const std::function<Status(std::string_view)>& line) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    held_ += bytes.substr(0, end);
    if (held_.size() > line_bytes_max)
      return fail(Code::files_protocol, "a line of the listing has more than 8192 bytes");
    if (end == std::string_view::npos) return {};
    bytes.remove_prefix(end + 1);
    TRY_STATUS(finish(line));
  }
  return {};
}

Status LineSplitter::finish(const std::function<Status(std::string_view)>& line) {
  if (held_.ends_with('\r')) held_.pop_back();
  const std::string whole_line = std::move(held_);
  held_.clear();
  return whole_line.empty() ? Status{} : line(whole_line);
}

}  // namespace crossdock::ftp
