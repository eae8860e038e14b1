// Randomness as an interface, and UUIDs made with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/base/clock.hpp"

namespace crossdock::base {

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// Seeded by the kernel. Not for secrets: those come from the crypto folder. Callable from one thread.
[[nodiscard]] std::unique_ptr<Random> make_system_random();
/// The same sequence for the same seed, on any machine (SplitMix64).
[[nodiscard]] std::unique_ptr<Random> make_seeded_random(std::uint64_t seed);
/// A number in [0, 1).
[[nodiscard]] double unit_interval(Random& random);

/// Makes UUIDv7 texts that ascend, also when the clock stands still or steps back. Callable from one thread.
/// Source: RFC 9562 s5.7 (and s6.2 method 1, counter in rand_a).
class UuidSource {
 public:
  UuidSource(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  /// 36 characters, lower case.
  [[nodiscard]] std::string next();

 private:
  const Clock& clock_;
  Random& random_;
  std::uint64_t last_ms_ = 0;
  std::uint32_t counter_ = 0;
};

}  // namespace crossdock::base
