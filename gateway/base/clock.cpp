// RFC 3339 and the machine's clocks.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/clock.hpp"

#include <fmt/format.h>

#include <array>

namespace crossdock::base {
namespace {

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  SteadyInstant steady() const override { return std::chrono::steady_clock::now(); }
};

/// Reads exactly `count` digits at `at`, which moves on; -1 when there are none.
int digits(std::string_view text, std::size_t& at, int count) {
  int value = 0;
  for (int i = 0; i < count; ++i, ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] > '9') return -1;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool take(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

/// The fraction of a second in microseconds; further digits are cut.
std::optional<std::int64_t> fraction(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  ++at;
  std::int64_t value = 0;
  int seen = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++seen)
    if (seen < 6) value = value * 10 + (text[at] - '0');
  if (seen == 0) return std::nullopt;
  for (; seen < 6; ++seen) value *= 10;
  return value;
}

std::optional<std::chrono::minutes> offset(std::string_view text, std::size_t& at) {
  if (take(text, at, "Zz")) return std::chrono::minutes{0};
  const bool negative = at < text.size() && text[at] == '-';
  if (!take(text, at, "+-")) return std::nullopt;
  const int hours = digits(text, at, 2);
  if (hours < 0 || hours > 23 || !take(text, at, ":")) return std::nullopt;
  const int minutes = digits(text, at, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  const std::chrono::minutes total{hours * 60 + minutes};
  return negative ? -total : total;
}

/// `count` digits and a character behind them; where the next goes.
char* put(char* to, unsigned value, int count, char after) {
  for (int i = count - 1; i >= 0; --i, value /= 10) to[i] = static_cast<char>('0' + value % 10);
  to[count] = after;
  return to + count + 1;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_rfc3339(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  std::array<char, 27> text;  // written by hand: each message has several times
  char* to = text.data();
  to = put(to, static_cast<unsigned>(static_cast<int>(date.year())), 4, '-');
  to = put(to, static_cast<unsigned>(date.month()), 2, '-');
  to = put(to, static_cast<unsigned>(date.day()), 2, 'T');
  to = put(to, static_cast<unsigned>(time.hours().count()), 2, ':');
  to = put(to, static_cast<unsigned>(time.minutes().count()), 2, ':');
  const auto micros = static_cast<unsigned>(time.subseconds().count());
  to = put(to, static_cast<unsigned>(time.seconds().count()), 2, micros != 0 ? '.' : 'Z');
  if (micros != 0) to = put(to, micros, 6, 'Z');
  return {text.data(), to};
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  std::size_t at = 0;
  const int year = digits(text, at, 4);
  if (year < 0 || !take(text, at, "-")) return std::nullopt;
  const int month = digits(text, at, 2);
  if (month < 0 || !take(text, at, "-")) return std::nullopt;
  const int day = digits(text, at, 2);
  if (day < 0 || !take(text, at, "Tt ")) return std::nullopt;
  const int hour = digits(text, at, 2);
  if (hour < 0 || hour > 23 || !take(text, at, ":")) return std::nullopt;
  const int minute = digits(text, at, 2);
  if (minute < 0 || minute > 59 || !take(text, at, ":")) return std::nullopt;
  const int second = digits(text, at, 2);
  if (second < 0 || second > 60) return std::nullopt;
  const auto micros = fraction(text, at);
  if (!micros) return std::nullopt;
  const auto zone = offset(text, at);
  if (!zone || at != text.size()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + std::chrono::microseconds{*micros} - *zone;
}

std::string utc_day(Instant at) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace crossdock::base
