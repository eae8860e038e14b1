// A named pool of threads behind one bounded queue: where blocking work (disk, store reads, key operations) goes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/executor.hpp"

namespace crossdock::runtime {

struct PoolOptions {
  std::string name;
  std::size_t threads = 1;
  std::size_t queue_max = 1024;  ///< tasks waiting, not counting those that run
};

/// Runs tasks in order of submission on its own threads. Thread-safe.
class WorkerPool final : public base::Workers {
 public:
  explicit WorkerPool(PoolOptions options);
  /// As stop().
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full or the pool was stopped: the caller refuses politely. A task must not throw; one that
  /// does is counted in failed() and its thread goes on.
  [[nodiscard]] bool run(std::function<void()> task) override;
  /// Takes no further task, runs what is queued, joins the threads. May be called twice.
  void stop();

  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] std::size_t threads() const { return options_.threads; }
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  void work();

  PoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::atomic<std::uint64_t> refused_{0}, failed_{0};
  std::vector<std::thread> threads_;
};

}  // namespace crossdock::runtime
