// How a simulated system misbehaves: rules that take hold by probability or for the next requests, repeatable by seed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::simulate {

enum class Misdeed : std::uint8_t {
  slow,            ///< applies, answers after `ms`
  refuse,          ///< 422, not applied
  period_closed,   ///< 409 with a problem document, not applied
  timeout_after,   ///< applies, never answers
  timeout_before,  ///< does not apply, never answers
  busy,            ///< 429 with Retry-After, not applied
  unavailable,     ///< 503 with Retry-After, not applied
  error,           ///< 500, not applied
  garbage,         ///< applies, answers 200 with a body that is none
  malformed,       ///< applies, answers bytes that are no HTTP
  close_after,     ///< applies, hangs up
  close_before,    ///< does not apply, hangs up
};

struct Rule {
  Misdeed misdeed = Misdeed::slow;
  double probability = 1;
  std::int64_t next = -1;  ///< requests it is left for; negative: for ever
  std::chrono::milliseconds delay{1000};
  std::uint32_t retry_after_s = 1;
  std::string type;     ///< only for events whose type begins so, without `crossdock.`; empty: all
  std::string subject;  ///< only for events of this subject; empty: all
};

[[nodiscard]] std::optional<Misdeed> find_misdeed(std::string_view name);
[[nodiscard]] std::string_view name(Misdeed misdeed);
/// `slow`, or `busy,probability=0.1,next=5,ms=200,retry_after=2,type=load.,subject=shipment/SHP1`. Errors: usage.wrong.
[[nodiscard]] Result<Rule> parse_rule(std::string_view text);

/// The rules in force; the first that takes hold of a request decides.
class Behaviour {
 public:
  explicit Behaviour(std::uint64_t seed) : state_(seed) {}
  void add(Rule rule) { rules_.push_back(std::move(rule)); }
  void clear() { rules_.clear(); }
  void reseed(std::uint64_t seed) { state_ = seed; }
  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
  [[nodiscard]] std::optional<Rule> choose(std::string_view event_type, std::string_view subject = {});

 private:
  [[nodiscard]] double next_unit();
  std::uint64_t state_;
  std::vector<Rule> rules_;
};

}  // namespace crossdock::simulate
