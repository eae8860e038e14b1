// When to try again, and when to leave a target alone for a while. Pure: time and randomness come in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"
#include "gateway/pipeline/settings.hpp"

namespace crossdock::pipeline {

/// Delay before attempt `failures` + 1. A Retry-After counts as the least, up to a day.
[[nodiscard]] std::chrono::milliseconds retry_delay(const RetryLadder& ladder, std::uint32_t failures,
                                                    std::optional<std::chrono::milliseconds> retry_after,
                                                    base::Random& random);

/// Circuit breaker of one target: closed -> open after failures in a row -> one probe -> closed, or open for twice as
/// long.
class Breaker {
 public:
  enum class State : std::uint8_t { closed, open, probing };
  explicit Breaker(const BreakerSettings& settings) : settings_(settings), open_for_(settings.open_for) {}
  void use(const BreakerSettings& settings) { settings_ = settings; }
  /// May an attempt begin now? An open breaker whose time is up lets one probe through.
  [[nodiscard]] bool allow(base::SteadyInstant now);
  void succeeded();
  /// True when this failure opened it.
  bool failed(base::SteadyInstant now);
  /// The probe that was let through did not take place.
  void abandon() {
    if (state_ == State::probing) state_ = State::open;
  }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] base::SteadyInstant opens_until() const { return until_; }

 private:
  BreakerSettings settings_;
  State state_ = State::closed;
  std::uint32_t failures_ = 0;
  std::chrono::milliseconds open_for_;
  base::SteadyInstant until_{};
};

/// Token bucket: `rate` a second, one second's worth (at least one) at once.
class RateLimit {
 public:
  explicit RateLimit(double rate) : rate_(rate) {}
  void use(double rate) { rate_ = rate; }
  /// Takes a token if there is one.
  [[nodiscard]] bool take(base::SteadyInstant now);
  /// How long until there is one.
  [[nodiscard]] std::chrono::milliseconds wait() const;

 private:
  double rate_;
  double tokens_ = 1;
  std::optional<base::SteadyInstant> last_;
};

}  // namespace crossdock::pipeline
