// Where single-threaded code runs next: the io thread in the daemon, a hand-cranked queue in tests. Knows no Asio.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

namespace crossdock::base {

/// One thread of execution. Tasks run one after the other, in the order posted; a task never runs inside post().
class Executor {
 public:
  virtual ~Executor() = default;
  /// Callable from any thread.
  virtual void post(std::function<void()> task) = 0;
  /// Runs `task` once, `delay` from now on the steady clock. Not cancellable: a task checks for itself whether it still
  /// matters. Callable from any thread.
  virtual void post_after(std::chrono::milliseconds delay, std::function<void()> task) = 0;
};

/// A bounded pool for work that would stall the executor (translating large payloads, reading files).
class Workers {
 public:
  virtual ~Workers() = default;
  /// Runs `work` on a thread of the pool; false when its queue is full: the caller tries again later.
  [[nodiscard]] virtual bool run(std::function<void()> work) = 0;
};

}  // namespace crossdock::base
