// Offload, timers, bounded queues and the two phases of shutdown.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/runtime/runtime.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace crossdock::runtime {
namespace {

TEST(Runtime, offload_returns_to_the_io_thread_with_the_result) {
  Runtime runtime({{"reader", 2, 8}});
  bool on_io = false, task_elsewhere = false;
  int value = 0;
  runtime.post([&] {
    const std::function<Result<int>()> task = [&]() -> Result<int> {
      task_elsewhere = !runtime.on_io_thread();
      return 42;
    };
    ASSERT_TRUE(offload<int>(runtime, runtime.pool("reader"), task, [&](Result<int> result) {
      on_io = runtime.on_io_thread();
      value = result.value();
      runtime.request_stop(std::chrono::seconds(1));
    }));
  });
  runtime.run();
  EXPECT_TRUE(on_io);
  EXPECT_TRUE(task_elsewhere);
  EXPECT_EQ(value, 42);
}

TEST(Runtime, offload_turns_an_exception_into_internal_bug) {
  Runtime runtime({{"reader", 1, 8}});
  Result<int> seen = 0;
  const std::function<Result<int>()> task = []() -> Result<int> { throw std::runtime_error("third party"); };
  ASSERT_TRUE(offload<int>(runtime, runtime.pool("reader"), task, [&](Result<int> result) {
    seen = std::move(result);
    runtime.request_stop(std::chrono::seconds(1));
  }));
  runtime.run();
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Code::internal_bug);
  EXPECT_EQ(seen.error().detail, "third party");
}

TEST(Runtime, a_cancelled_or_destroyed_timer_never_runs) {
  Runtime runtime({});
  bool cancelled_ran = false, destroyed_ran = false;
  auto cancelled = runtime.after(std::chrono::milliseconds(0), [&] { cancelled_ran = true; });
  auto destroyed = runtime.after(std::chrono::milliseconds(0), [&] { destroyed_ran = true; });
  cancelled->cancel();
  destroyed.reset();
  auto last = runtime.after(std::chrono::milliseconds(1), [&] { runtime.request_stop(std::chrono::seconds(1)); });
  runtime.run();
  EXPECT_FALSE(cancelled_ran);
  EXPECT_FALSE(destroyed_ran);
}

TEST(Runtime, post_after_runs_on_the_io_thread_from_any_thread) {
  Runtime runtime({{"reader", 1, 8}});
  bool on_io = false;
  ASSERT_TRUE(runtime.pool("reader").run([&] {
    runtime.post_after(std::chrono::milliseconds(1), [&] {
      on_io = runtime.on_io_thread();
      runtime.request_stop(std::chrono::seconds(1));
    });
  }));
  runtime.run();
  EXPECT_TRUE(on_io);
}

TEST(Runtime, shutdown_waits_for_every_step_to_drain) {
  Runtime runtime({});
  std::function<void()> slow_drained;
  bool quick = false, abandoned = false;
  runtime.add_shutdown_step(
      {"slow", [&](std::function<void()> drained) { slow_drained = std::move(drained); }, [&] { abandoned = true; }});
  runtime.add_shutdown_step({"quick",
                             [&](const std::function<void()>& drained) {
                               quick = true;
                               drained();
                               drained();  // a second call counts for nothing
                               runtime.post([&] { slow_drained(); });
                             },
                             [&] { abandoned = true; }});
  runtime.request_stop(std::chrono::hours(1));
  runtime.run();
  EXPECT_TRUE(quick);
  EXPECT_FALSE(abandoned);
}

TEST(Runtime, shutdown_abandons_what_does_not_drain_by_the_deadline) {
  Runtime runtime({});
  bool abandoned = false;
  runtime.add_shutdown_step({"stuck", [](const std::function<void()>&) {}, [&] { abandoned = true; }});
  runtime.request_stop(std::chrono::milliseconds(1));
  runtime.run();
  EXPECT_TRUE(abandoned);
}

TEST(Runtime, what_a_pool_posts_last_still_runs) {
  Runtime runtime({{"reader", 1, 8}});
  std::promise<void> go;
  bool answered = false;
  const std::function<Result<int>()> task = [&]() -> Result<int> {
    go.get_future().wait();
    return 1;
  };
  ASSERT_TRUE(offload<int>(runtime, runtime.pool("reader"), task, [&](const Result<int>&) { answered = true; }));
  runtime.add_shutdown_step({"step",
                             [&](const std::function<void()>& drained) {
                               drained();
                               go.set_value();
                             },
                             {}});
  runtime.request_stop(std::chrono::seconds(1));
  runtime.run();
  EXPECT_TRUE(answered);
}

TEST(WorkerPool, refuses_when_its_queue_is_full_and_after_stop) {
  WorkerPool pool({"one", 1, 1});
  std::promise<void> started, release;
  ASSERT_TRUE(pool.run([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  int ran = 0;
  EXPECT_TRUE(pool.run([&] { ++ran; }));
  EXPECT_FALSE(pool.run([&] { ++ran; }));
  EXPECT_EQ(pool.refused(), 1U);
  release.set_value();
  pool.stop();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(pool.run([] {}));
}

TEST(WorkerPool, a_throwing_task_is_counted_and_the_thread_goes_on) {
  WorkerPool pool({"one", 1, 4});
  int ran = 0;
  ASSERT_TRUE(pool.run([] { throw std::runtime_error("no"); }));
  ASSERT_TRUE(pool.run([&] { ++ran; }));
  pool.stop();
  EXPECT_EQ(pool.failed(), 1U);
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace crossdock::runtime
