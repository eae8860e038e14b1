// An executor that tests crank by hand, with timers on a fake clock; tasks may be posted from other threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "gateway/base/executor.hpp"
#include "tests/support/fake_clock.hpp"

namespace crossdock::tests {

class ManualExecutor final : public base::Executor {
 public:
  explicit ManualExecutor(FakeClock& clock) : clock_(clock) {}

  void post(std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_all();
  }
  void post_after(std::chrono::milliseconds delay, std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    timers_.emplace(clock_.steady() + delay, std::move(task));
  }

  /// Runs everything that is due; false when there was nothing.
  bool run_ready() {
    bool any = false;
    for (std::function<void()> task; take(task); any = true) task();
    return any;
  }
  /// Runs tasks until `done` holds, waiting for other threads as needed. False after ten seconds of nothing.
  bool run_until(const std::function<bool()>& done) {
    for (;;) {
      run_ready();
      if (done()) return true;
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return !tasks_.empty(); })) return false;
    }
  }
  /// Moves the clock to the next timer, at most `limit` ahead; false when none is that near.
  bool advance_to_next(std::chrono::milliseconds limit) {
    base::SteadyInstant next;
    {
      const std::lock_guard lock(mutex_);
      if (timers_.empty() || timers_.begin()->first > clock_.steady() + limit) return false;
      next = timers_.begin()->first;
    }
    if (next > clock_.steady()) clock_.advance(std::chrono::ceil<std::chrono::microseconds>(next - clock_.steady()));
    return true;
  }

 private:
  bool take(std::function<void()>& task) {
    const std::lock_guard lock(mutex_);
    if (!timers_.empty() && timers_.begin()->first <= clock_.steady()) {
      task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      return true;
    }
    if (tasks_.empty()) return false;
    task = std::move(tasks_.front());
    tasks_.pop_front();
    return true;
  }

  FakeClock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::multimap<base::SteadyInstant, std::function<void()>> timers_;
};

/// Workers that run their work at once, on the calling thread.
class InlineWorkers final : public base::Workers {
 public:
  bool run(std::function<void()> work) override {
    work();
    return true;
  }
};

}  // namespace crossdock::tests
