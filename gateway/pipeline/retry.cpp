// Retry ladder, breaker, token bucket.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/retry.hpp"

#include <algorithm>
#include <cmath>

namespace crossdock::pipeline {

std::chrono::milliseconds retry_delay(const RetryLadder& ladder, std::uint32_t failures,
                                      std::optional<std::chrono::milliseconds> retry_after, base::Random& random) {
  constexpr std::chrono::milliseconds retry_after_max{std::chrono::hours{24}};
  std::chrono::milliseconds delay{1000};
  if (!ladder.delays.empty())
    delay = ladder.delays[std::min<std::size_t>(std::max(failures, 1U) - 1, ladder.delays.size() - 1)];
  const double spread = 1 + ladder.jitter * (2 * base::unit_interval(random) - 1);
  delay = std::chrono::milliseconds{std::llround(static_cast<double>(delay.count()) * spread)};
  if (retry_after) delay = std::max(delay, std::clamp(*retry_after, std::chrono::milliseconds{0}, retry_after_max));
  return delay;
}

bool Breaker::allow(base::SteadyInstant now) {
  if (state_ == State::closed) return true;
  if (state_ == State::probing || now < until_) return false;
  state_ = State::probing;
  return true;
}

void Breaker::succeeded() {
  state_ = State::closed;
  failures_ = 0;
  open_for_ = settings_.open_for;
}

bool Breaker::failed(base::SteadyInstant now) {
  if (state_ == State::probing) {
    open_for_ = std::min(open_for_ * 2, settings_.open_max);
  } else if (state_ == State::open || ++failures_ < settings_.failures) {
    return false;
  }
  state_ = State::open;
  failures_ = 0;
  until_ = now + open_for_;
  return true;
}

bool RateLimit::take(base::SteadyInstant now) {
  if (rate_ <= 0) return true;
  if (last_) tokens_ += std::chrono::duration<double>(now - *last_).count() * rate_;
  last_ = now;
  tokens_ = std::min(tokens_, std::max(1.0, rate_));
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

std::chrono::milliseconds RateLimit::wait() const {
  if (rate_ <= 0 || tokens_ >= 1) return std::chrono::milliseconds{0};
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil((1 - tokens_) / rate_ * 1000))};
}

}  // namespace crossdock::pipeline
