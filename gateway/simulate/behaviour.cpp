// Misdeeds by rule.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/simulate/behaviour.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace crossdock::simulate {
namespace {

constexpr std::array<std::string_view, 12> names{"slow",           "refuse",    "period_closed", "timeout_after",
                                                 "timeout_before", "busy",      "unavailable",   "error",
                                                 "garbage",        "malformed", "close_after",   "close_before"};

std::string_view next_part(std::string_view& text) {
  const std::size_t comma = text.find(',');
  const std::string_view part = text.substr(0, comma);
  text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  return part;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::optional<Misdeed> find_misdeed(std::string_view wanted) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == wanted) return static_cast<Misdeed>(i);
  return std::nullopt;
}

std::string_view name(Misdeed misdeed) { return names[static_cast<std::size_t>(misdeed)]; }

Result<Rule> parse_rule(std::string_view text) {
  Rule rule;
  const std::string_view first = next_part(text);
  const auto misdeed = find_misdeed(first);
  if (!misdeed) {
    std::string all;
    for (const std::string_view one : names) all += (all.empty() ? "" : ", ") + std::string(one);
    return fail(Code::usage_wrong, "`" + std::string(first) + "` is no behaviour; choose one of: " + all);
  }
  rule.misdeed = *misdeed;
  while (!text.empty()) {
    const std::string_view part = next_part(text);
    const std::string_view key = part.substr(0, part.find('='));
    const std::string_view value = key.size() < part.size() ? part.substr(key.size() + 1) : std::string_view();
    std::int64_t ms = 0;
    bool good = false;
    if (key == "probability")
      good = read_number(value, rule.probability) && rule.probability >= 0 && rule.probability <= 1;
    else if (key == "next")
      good = read_number(value, rule.next);
    else if (key == "retry_after")
      good = read_number(value, rule.retry_after_s);
    else if (key == "type")
      good = !(rule.type = std::string(value)).empty();
    else if (key == "subject")
      good = !(rule.subject = std::string(value)).empty();
    else if (key == "ms" && (good = read_number(value, ms) && ms >= 0 && ms <= 3'600'000))
      rule.delay = std::chrono::milliseconds(ms);
    if (!good)
      return fail(Code::usage_wrong, "`" + std::string(part) +
                                         "` is not understood; write probability=0.1, next=5, ms=200, retry_after=2, "
                                         "type=load. or subject=shipment/SHP1");
  }
  return rule;
}

double Behaviour::next_unit() {
  state_ += 0x9e3779b97f4a7c15ULL;  // SplitMix64
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

std::optional<Rule> Behaviour::choose(std::string_view event_type, std::string_view subject) {
  if (event_type.starts_with("crossdock.")) event_type.remove_prefix(10);
  for (Rule& rule : rules_) {
    if (rule.next == 0 || !event_type.starts_with(rule.type)) continue;
    if (!rule.subject.empty() && rule.subject != subject) continue;
    if (rule.probability < 1 && next_unit() >= rule.probability) continue;
    if (rule.next > 0) --rule.next;
    return rule;
  }
  return std::nullopt;
}

}  // namespace crossdock::simulate
