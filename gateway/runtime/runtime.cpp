// The io loop, timers, signals and the two phases of shutdown.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/runtime/runtime.hpp"

#include <pthread.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <csignal>
#include <thread>

#include "gateway/runtime/asio.hpp"

namespace crossdock::runtime {
namespace asio = boost::asio;

struct Runtime::State {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::signal_set signals{context};
  asio::steady_timer deadline{context};
  std::vector<std::unique_ptr<WorkerPool>> pools;
  std::vector<ShutdownStep> steps;
  std::size_t undrained = 0;
  bool finished = false;
  std::atomic<bool> stopping{false};
  std::atomic<std::thread::id> io_thread{};
  std::chrono::milliseconds signal_deadline{0};
  std::function<void()> reload;
  asio::io_context tls{1};
  asio::executor_work_guard<asio::io_context::executor_type> tls_work{tls.get_executor()};
  std::thread tls_thread;

  void stop_tls() {
    tls.stop();
    if (tls_thread.joinable()) tls_thread.join();
  }
  void begin_shutdown(std::chrono::milliseconds drain_deadline);
  void abandon();
  void finish();
  void await_signal();
};

namespace {

class AsioTimer final : public Timer {
 public:
  AsioTimer(asio::io_context& context, std::chrono::milliseconds delay, std::function<void()> task)
      : timer_(context, delay), alive_(std::make_shared<bool>(true)) {
    timer_.async_wait([alive = alive_, task = std::move(task)](const boost::system::error_code& error) {
      if (!error && *alive) task();
    });
  }
  ~AsioTimer() override { *alive_ = false; }
  void cancel() override {
    *alive_ = false;
    timer_.cancel();
  }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> alive_;  // false: a wait that already completed must not run its task
};

}  // namespace

asio::io_context& io_context(Runtime& runtime) { return runtime.state().context; }

asio::io_context& tls_context(Runtime& runtime) {
  Runtime::State& state = runtime.state();
  if (!state.tls_thread.joinable()) {
    state.tls_thread = std::thread([&state] { state.tls.run(); });
    pthread_setname_np(state.tls_thread.native_handle(), "tls");
  }
  return state.tls;
}

Runtime::Runtime(const std::vector<PoolOptions>& pools) : state_(std::make_unique<State>()) {
  for (const PoolOptions& options : pools) state_->pools.push_back(std::make_unique<WorkerPool>(options));
}

Runtime::~Runtime() {
  state_->stop_tls();
  for (auto& pool : state_->pools) pool->stop();
}

void Runtime::run() {
  state_->io_thread = std::this_thread::get_id();
  state_->context.run();
  state_->stop_tls();
  for (auto& pool : state_->pools) pool->stop();
  // Pools are joined: what they posted last still runs, so that no answer of theirs is lost silently.
  state_->context.restart();
  state_->context.poll();
  state_->io_thread = std::thread::id{};
}

void Runtime::post(std::function<void()> task) { asio::post(state_->context, std::move(task)); }

void Runtime::post_after(std::chrono::milliseconds delay, std::function<void()> task) {
  auto timer = std::make_shared<asio::steady_timer>(state_->context, delay);
  timer->async_wait([timer, task = std::move(task)](const boost::system::error_code& error) {
    if (!error) task();
  });
}

std::unique_ptr<Timer> Runtime::after(std::chrono::milliseconds delay, std::function<void()> task) {
  return std::make_unique<AsioTimer>(state_->context, delay, std::move(task));
}

bool Runtime::on_io_thread() const { return state_->io_thread.load() == std::this_thread::get_id(); }

WorkerPool& Runtime::pool(std::string_view name) {
  for (auto& pool : state_->pools)
    if (pool->name() == name) return *pool;
  assert(!"a pool is asked for that the runtime was not given");
  std::abort();
}

const std::vector<std::unique_ptr<WorkerPool>>& Runtime::pools() const { return state_->pools; }

void Runtime::add_shutdown_step(ShutdownStep step) { state_->steps.push_back(std::move(step)); }

bool Runtime::stopping() const { return state_->stopping.load(); }

void Runtime::request_stop(std::chrono::milliseconds deadline) {
  if (state_->stopping.exchange(true)) return;
  post([this, deadline] { state_->begin_shutdown(deadline); });
}

void Runtime::handle_signals(std::chrono::milliseconds deadline, std::function<void()> reload) {
  state_->signal_deadline = deadline;
  state_->reload = std::move(reload);
  state_->signals.add(SIGTERM);
  state_->signals.add(SIGINT);
  state_->signals.add(SIGHUP);
  state_->await_signal();
}

void Runtime::State::await_signal() {
  signals.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (signal == SIGHUP) {
      if (reload && !stopping) reload();
    } else if (!stopping.exchange(true)) {
      begin_shutdown(signal_deadline);
    } else {
      abandon();
    }
    await_signal();
  });
}

void Runtime::State::begin_shutdown(std::chrono::milliseconds drain_deadline) {
  undrained = steps.size();
  if (undrained == 0) return finish();
  deadline.expires_after(drain_deadline);
  deadline.async_wait([this](const boost::system::error_code& error) {
    if (!error) abandon();
  });
  for (ShutdownStep& step : steps) {
    step.drain([this, called = std::make_shared<bool>(false)] {
      if (*called) return;
      *called = true;
      if (--undrained == 0) finish();
    });
  }
}

void Runtime::State::abandon() {
  if (finished) return;
  for (ShutdownStep& step : steps)
    if (step.abandon) step.abandon();
  finish();
}

void Runtime::State::finish() {
  if (finished) return;
  finished = true;
  deadline.cancel();
  signals.cancel();
  work.reset();
  context.stop();
}

}  // namespace crossdock::runtime
