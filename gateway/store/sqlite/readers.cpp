// Reads in one snapshot each, interrupted when they take too long (a long snapshot keeps the log from shrinking).
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/readers.hpp"

#include <pthread.h>

namespace crossdock::store {
namespace {

constexpr std::size_t queue_max = 256;
const Sql sql_begin{"BEGIN"};
const Sql sql_end{"ROLLBACK"};

}  // namespace

Readers::Readers(const StoreSettings& settings, std::string path, base::Executor& executor)
    : settings_(settings), path_(std::move(path)), executor_(executor) {
  for (std::size_t i = 0; i < settings_.reader_threads; ++i) threads_.emplace_back([this] { loop(); });
}

Readers::~Readers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Status Readers::add(Work work, Store::Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || queue_.size() >= queue_max) return fail(Code::store_busy);
    queue_.push_back({std::move(work), std::move(done)});
  }
  wake_.notify_one();
  return {};
}

Status Readers::now(const Work& work) {
  const std::lock_guard lock(direct_mutex_);
  return answer(direct_, work);
}

void Readers::loop() {
  pthread_setname_np(pthread_self(), "store-reader");
  std::unique_ptr<SqliteConnection> connection;  // opened with the first question: an idle reader costs nothing
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    Status result = answer(connection, job.work);
    executor_.post([done = std::move(job.done), result = std::move(result)]() mutable { done(std::move(result)); });
  }
}

Status Readers::answer(std::unique_ptr<SqliteConnection>& connection, const Work& work) {
  if (!connection) {
    auto opened = SqliteConnection::open(path_, settings_.vfs, SqliteConnection::Role::reader);
    if (!opened) return tl::unexpected(std::move(opened).error());
    connection = std::move(*opened);
  }
  connection->clear_status();
  connection->set_deadline(std::chrono::steady_clock::now() + settings_.read_time_max);
  connection->execute(sql_begin);
  Status result = work(*connection);
  if (result && !connection->status()) result = connection->status();
  connection->clear_status();
  connection->set_deadline(std::nullopt);
  connection->execute(sql_end);
  return result;
}

}  // namespace crossdock::store
