// Reader threads: each has a connection of its own and answers one question at a time from a snapshot.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/store/sqlite/sqlite_connection.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"

namespace crossdock::store {

class Readers {
 public:
  using Work = std::function<Status(Connection&)>;
  Readers(const StoreSettings& settings, std::string path, base::Executor& executor);
  ~Readers();
  [[nodiscard]] Status add(Work work, Store::Done done);
  /// On the calling thread.
  [[nodiscard]] Status now(const Work& work);

 private:
  struct Job {
    Work work;
    Store::Done done;
  };
  void loop();
  [[nodiscard]] Status answer(std::unique_ptr<SqliteConnection>& connection, const Work& work);

  const StoreSettings settings_;
  const std::string path_;
  base::Executor& executor_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool ending_ = false;
  std::mutex direct_mutex_;
  std::unique_ptr<SqliteConnection> direct_;
  std::vector<std::thread> threads_;
};

}  // namespace crossdock::store
