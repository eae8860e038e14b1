// Group commit: BEGIN IMMEDIATE, closures, entries of the books, COMMIT (synced), then the callbacks.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/writer.hpp"

#include <pthread.h>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/log.hpp"

namespace crossdock::store {
namespace {

/// So many times log_pages_max the log may grow while readers, or the thread that brings it home, keep it from
/// beginning anew; then the writer waits for them, longer the longer the log is. Each page of a long log makes every
/// read of the store slower. After a wait that was in vain the log grows by log_pages_max before the next.
constexpr int log_patience = 4;
constexpr int log_wait_ms = 100;  // for each log_pages_max

/// A commit writes some thirty pages however few closures it holds. After a group of this size, which tells of load,
/// the next waits a little until as many have come.
constexpr std::size_t busy_group_min = 16;
constexpr std::chrono::microseconds company_time_max{400};

const Sql sql_begin{"BEGIN IMMEDIATE"};
const Sql sql_commit{"COMMIT"};
const Sql sql_rollback{"ROLLBACK"};

}  // namespace

Writer::Writer(const StoreSettings& settings, std::unique_ptr<SqliteConnection> connection, base::Executor& executor)
    : settings_(settings), connection_(std::move(connection)), executor_(executor) {
  sqlite3_wal_hook(
      connection_->handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Writer*>(self)->log_pages_.store(pages, std::memory_order_relaxed);
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Status Writer::add(Store::Work work, Store::Done done, bool urgent, bool direct) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || (!urgent && queue_.size() >= settings_.queue_max)) return fail(Code::store_busy);
    queue_.push_back({std::move(work), std::move(done), direct, {}});
    if (queue_.size() != wake_at_) return {};  // the writer is at work, or waits for more
  }
  wake_.notify_one();
  return {};
}

StoreFigures Writer::figures() const {
  StoreFigures out;
  out.commits = commits_.load();
  out.closures = closures_.load();
  const std::lock_guard lock(mutex_);
  out.queued = queue_.size();
  return out;
}

void Writer::loop() {
  pthread_setname_np(pthread_self(), "store-writer");
  std::vector<Job> group;
  for (;;) {
    group.clear();
    {
      std::unique_lock lock(mutex_);
      await(lock, 1);
      if (queue_.empty()) return;
      if (last_group_ >= busy_group_min) await(lock, std::min(last_group_, settings_.group_max));
      while (!queue_.empty() && group.size() < settings_.group_max) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    last_group_ = group.size();
    commit(group);
    keep_log_short();
  }
}

void Writer::await(std::unique_lock<std::mutex>& lock, std::size_t count) {
  const auto enough = [&] { return ending_ || queue_.size() >= count; };
  wake_at_ = count;
  if (count == 1)
    wake_.wait(lock, enough);
  else
    wake_.wait_for(lock, company_time_max, enough);
  wake_at_ = 0;
}

void Writer::commit(std::vector<Job>& group) {
  // Each round either commits or finds at least one closure that fails; a failed one is left out of the next round.
  for (;;) {
    connection_->clear_status();
    connection_->execute(sql_begin);
    if (const Status begun = connection_->status(); !begun) die(begun.error().text());
    if (!attempt(group)) {  // one failed: undo all of it, run the others again
      connection_->clear_status();
      connection_->forget();
      connection_->execute(sql_rollback);
      if (const Status undone = connection_->status(); !undone) die(undone.error().text());
      std::vector<Job> kept, failed;
      for (Job& job : group) (job.result ? kept : failed).push_back(std::move(job));
      answer(std::move(failed));
      group = std::move(kept);
      if (group.empty()) return;
      continue;
    }
    answer(std::move(group));
    group.clear();
    return;
  }
}

bool Writer::attempt(std::vector<Job>& group) {
  const auto until = std::chrono::steady_clock::now() + base::limits::store_group_time_max;
  std::size_t count = 0;
  for (Job& job : group) {
    ++count;
    job.result = job.work(*connection_);
    if (job.result && !connection_->status()) job.result = connection_->status();
    if (!job.result) return false;
    if (std::chrono::steady_clock::now() > until) break;
  }
  if (count < group.size()) {  // time is up: what did not run goes back to the head of the queue, in order
    const std::lock_guard lock(mutex_);
    for (std::size_t i = group.size(); i > count; --i) queue_.push_front(std::move(group[i - 1]));
    group.resize(count);
  }
  connection_->flush_entries();
  CROSSDOCK_FAILPOINT("store.before_commit");
  connection_->execute(sql_commit);
  if (const Status done = connection_->status(); !done) die(done.error().text());
  CROSSDOCK_FAILPOINT("store.after_commit");
  commits_.fetch_add(1);
  closures_.fetch_add(count);
  return true;
}

void Writer::answer(std::vector<Job>&& group) {
  auto posted = std::make_shared<std::vector<Job>>();
  std::vector<Job> direct;
  for (Job& job : group)
    if (job.done) (job.direct ? direct : *posted).push_back(std::move(job));
  if (!posted->empty())
    executor_.post([posted] {
      for (Job& job : *posted) {
        job.work = {};
        job.done(std::move(job.result));
      }
    });
  for (Job& job : direct) job.done(std::move(job.result));
}

void Writer::keep_log_short() {
  const int pages = log_pages_.load(std::memory_order_relaxed);
  if (pages < next_log_wait_) next_log_wait_ = 0;  // it has begun anew
  if (pages < settings_.log_pages_max) return;
  const int lengths = pages / settings_.log_pages_max;
  const bool wait = lengths >= log_patience && pages >= next_log_wait_;
  if (wait) connection_->set_patience(std::chrono::milliseconds{log_wait_ms * lengths});
  const int result = sqlite3_wal_checkpoint_v2(
      connection_->handle(), nullptr, wait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (!wait) return;
  connection_->set_patience(std::nullopt);
  next_log_wait_ = result == SQLITE_OK ? 0 : pages + settings_.log_pages_max;
}

}  // namespace crossdock::store
