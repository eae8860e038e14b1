// A clock that tests turn by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/base/clock.hpp"

namespace crossdock::tests {

class FakeClock final : public base::Clock {
 public:
  base::Instant now() const override { return now_; }
  base::SteadyInstant steady() const override { return steady_; }
  void set(base::Instant at) { now_ = at; }
  /// Both clocks go on.
  void advance(std::chrono::microseconds by) {
    now_ += by;
    steady_ += by;
  }

 private:
  base::Instant now_ = base::from_micros(1'779'000'000'000'000);
  base::SteadyInstant steady_{std::chrono::hours{1}};
};

}  // namespace crossdock::tests
