// Counters, gauges and histograms, printed as Prometheus text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::base {

class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// Durations in seconds, in fixed buckets from 0.5 ms to 60 s.
class Histogram {
 public:
  static constexpr double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                      0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
  static constexpr std::size_t bound_count = sizeof(bounds) / sizeof(bounds[0]);
  void observe(double seconds);

 private:
  friend class Registry;
  std::atomic<std::uint64_t> buckets_[bound_count + 1] = {};
  std::atomic<double> sum_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// All metrics of the process. What it hands out lives as long as it does; look-ups lock, so keep the reference.
class Registry {
 public:
  Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});
  /// The whole registry. Source: Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct Family;
  [[nodiscard]] Family& family(std::string_view name, std::string_view help, std::string_view type);
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Family>, std::less<>> families_;
};

/// The process's registry.
[[nodiscard]] Registry& metrics();

}  // namespace crossdock::base
