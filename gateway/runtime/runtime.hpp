// Owner of the io thread and of the worker pools. No Asio here: see asio.hpp for the few files that open sockets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/executor.hpp"
#include "gateway/runtime/worker_pool.hpp"
#include "translators/base/result.hpp"

namespace crossdock::runtime {

/// A one-shot timer; destroying it cancels it. Belongs to the io thread.
class Timer {
 public:
  virtual ~Timer() = default;
  virtual void cancel() = 0;
};

/// One part that takes work from outside. Both functions run on the io thread.
struct ShutdownStep {
  std::string name;
  /// Phase one: take nothing new, finish what is begun, then call `drained` (once, on the io thread, at once if there
  /// is nothing).
  std::function<void(std::function<void()> drained)> drain;
  /// Phase two, only when the deadline passed first: drop what is left.
  std::function<void()> abandon;
};

class Runtime final : public base::Executor {
 public:
  /// Starts the pools' threads; the io thread is whoever calls run().
  explicit Runtime(const std::vector<PoolOptions>& pools);
  ~Runtime() override;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Runs the io loop in the calling thread until the shutdown is complete: steps drained or abandoned, pools joined.
  void run();
  /// Runs `task` on the io thread, later. Thread-safe.
  void post(std::function<void()> task) override;
  /// As post(), `delay` from now. Thread-safe; what is pending when the loop ends never runs.
  void post_after(std::chrono::milliseconds delay, std::function<void()> task) override;
  /// Runs `task` on the io thread after `delay`, unless cancelled. Call on the io thread (or before run()).
  [[nodiscard]] std::unique_ptr<Timer> after(std::chrono::milliseconds delay, std::function<void()> task);
  [[nodiscard]] bool on_io_thread() const;

  /// The pool of that name; it must have been given to the constructor.
  [[nodiscard]] WorkerPool& pool(std::string_view name);
  [[nodiscard]] const std::vector<std::unique_ptr<WorkerPool>>& pools() const;

  /// Steps drain at the same time. Call before run() or on the io thread.
  void add_shutdown_step(ShutdownStep step);
  /// Begins the shutdown: phase one for every step, phase two after `deadline`. A second call shortens nothing.
  /// Thread-safe.
  void request_stop(std::chrono::milliseconds deadline);
  [[nodiscard]] bool stopping() const;

  /// SIGTERM and SIGINT begin the shutdown (a second one abandons at once); SIGHUP calls `reload` on the io thread.
  void handle_signals(std::chrono::milliseconds deadline, std::function<void()> reload);

  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

/// Runs `task` on the pool, then `done` with its result on the io thread. False when the pool refuses (queue full):
/// nothing runs then. A task that throws yields internal.bug with the exception's text.
template <class T>
[[nodiscard]] bool offload(Runtime& runtime, WorkerPool& pool, std::function<Result<T>()> task,
                           std::function<void(Result<T>)> done) {
  return pool.run([&runtime, task = std::move(task), done = std::move(done)]() mutable {
    auto result = std::make_shared<Result<T>>(fail(Code::internal_bug));
    try {
      *result = task();
    } catch (const std::exception& problem) {
      *result = fail(Code::internal_bug, problem.what());
    }
    task = nullptr;
    runtime.post([result = std::move(result), done = std::move(done)] { done(std::move(*result)); });
  });
}

}  // namespace crossdock::runtime
