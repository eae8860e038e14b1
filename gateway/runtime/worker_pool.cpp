// The threads and the queue of WorkerPool.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/runtime/worker_pool.hpp"

#include <pthread.h>

#include <utility>

namespace crossdock::runtime {
namespace {

constexpr std::size_t thread_name_bytes_max = 15;  // pthread_setname_np(3)

}  // namespace

WorkerPool::WorkerPool(PoolOptions options) : options_(std::move(options)) {
  if (options_.threads == 0) options_.threads = 1;
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), options_.name.substr(0, thread_name_bytes_max).c_str());
  }
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::run(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue_.size() >= options_.queue_max) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    try {
      task();
    } catch (...) {
      failed_.fetch_add(1, std::memory_order_relaxed);
    }
    task = nullptr;  // what it captured goes before the next wait
    lock.lock();
  }
}

}  // namespace crossdock::runtime
