// The one thread that writes: it takes closures from a bounded queue and commits them in groups.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/store/sqlite/sqlite_connection.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

namespace crossdock::store {

class Writer {
 public:
  Writer(const StoreSettings& settings, std::unique_ptr<SqliteConnection> connection, base::Executor& executor);
  /// Commits what is queued, then ends the thread.
  ~Writer();

  /// `direct`: `done` runs on the writer thread itself (for callers that wait).
  [[nodiscard]] Status add(Store::Work work, Store::Done done, bool urgent, bool direct);
  [[nodiscard]] StoreFigures figures() const;

 private:
  struct Job {
    Store::Work work;
    Store::Done done;
    bool direct;
    Status result{};
  };
  void loop();
  /// Until so many are queued; for more than one, a little while at most.
  void await(std::unique_lock<std::mutex>& lock, std::size_t count);
  void commit(std::vector<Job>& group);
  /// False when a closure failed: its job carries the error, and the transaction is still open.
  [[nodiscard]] bool attempt(std::vector<Job>& group);
  void answer(std::vector<Job>&& group);
  void keep_log_short();

  const StoreSettings settings_;
  std::unique_ptr<SqliteConnection> connection_;
  base::Executor& executor_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool ending_ = false;
  std::size_t wake_at_ = 0;  ///< length of the queue that wakes the writer
  std::size_t last_group_ = 0;
  std::atomic<std::uint64_t> commits_{0}, closures_{0};
  std::atomic<int> log_pages_{0};
  int next_log_wait_ = 0;  ///< pages of the log from which on the writer waits again for those that look into it
  std::thread thread_;
};

}  // namespace crossdock::store
