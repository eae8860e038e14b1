// SplitMix64 and UUIDv7.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/random.hpp"

#include <random>

namespace crossdock::base {
namespace {

/// SplitMix64 (public domain algorithm of S. Vigna): one 64-bit state, full period.
class SplitMix final : public Random {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace

std::unique_ptr<Random> make_system_random() {
  std::random_device device;
  return make_seeded_random((static_cast<std::uint64_t>(device()) << 32) ^ device());
}

std::unique_ptr<Random> make_seeded_random(std::uint64_t seed) { return std::make_unique<SplitMix>(seed); }

double unit_interval(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1.0p-53; }

std::string UuidSource::next() {
  const auto ms = static_cast<std::uint64_t>(to_micros(clock_.now()) / 1000);
  if (ms > last_ms_) {
    last_ms_ = ms;
    counter_ =
        static_cast<std::uint32_t>(random_.next() & 0x7FF);  // room above: the counter may grow before it carries
  } else if (++counter_ > 0xFFF) {
    ++last_ms_;
    counter_ = 0;
  }
  const std::uint64_t high = (last_ms_ << 16) | 0x7000U | counter_;
  const std::uint64_t low = (random_.next() & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) out += '-';
    const std::uint64_t half = nibble < 16 ? high : low;
    out += hex[(half >> (60 - 4 * (nibble % 16))) & 0xF];
  }
  return out;
}

}  // namespace crossdock::base
