// The durable store as its users see it: writes that are grouped into commits, reads on connections of their own.
// Knows no pipeline and no SQL dialect's library; the typed operations on rows stand beside it, one file an area.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/base/executor.hpp"
#include "gateway/store/connection.hpp"
#include "translators/base/result.hpp"

namespace crossdock::store {

/// One open write transaction. Closures see it on the writer thread only and keep no reference to it.
class Transaction : public Connection {
 public:
  /// Counts `amount` new units at their entry into the books of that UTC day (days since 1970), in this transaction.
  virtual void count_entry(std::int64_t day, std::string_view unit, std::int64_t amount) = 0;
  /// The first of `count` numbers behind the highest of a table, which `last` selects. The table is asked once: all its
  /// rows must get their numbers here.
  [[nodiscard]] virtual std::int64_t reserve(const Sql& last, std::int64_t count) = 0;
};

/// Figures for metrics and back-pressure.
struct StoreFigures {
  std::uint64_t commits = 0, closures = 0, checkpoints = 0;
  std::size_t queued = 0;
};

/// Durable state. One writer thread groups closures into commits (FULL: synced before any callback runs).
/// A failed write, sync or commit ends the process: what the disk then holds is read at the next start; it is never
/// retried.
class Store {
 public:
  using Work = std::function<Status(Transaction&)>;
  using Done = std::function<void(Status)>;
  virtual ~Store() = default;

  /// Queues a closure; `done` is posted to the executor after the commit that holds it, or with the closure's error
  /// (then nothing of it was kept). A closure may run more than once (a failing neighbour in its group undoes the
  /// group): it must set, not add to, what it captured. Error at once, nothing queued: store.busy. `urgent` closures
  /// are taken even when the queue is full (outcomes of work already begun). Callable from any thread.
  [[nodiscard]] virtual Status write(Work work, Done done, bool urgent = false) = 0;

  /// Runs `work` on a reader thread with a snapshot of the last commit, limited in time; `done` is posted to the
  /// executor. Errors: store.busy, store.read.too_long. Callable from any thread.
  [[nodiscard]] virtual Status read(std::function<Status(Connection&)> work, Done done) = 0;

  /// The same on the calling thread, for command lines, tests and start-up.
  [[nodiscard]] virtual Status write_now(const Work& work) = 0;
  [[nodiscard]] virtual Status read_now(const std::function<Status(Connection&)>& work) = 0;

  /// Folder of payload files.
  [[nodiscard]] virtual const std::string& payload_folder() const = 0;
  [[nodiscard]] virtual StoreFigures figures() const = 0;
  /// Bytes left on the store's disk.
  [[nodiscard]] virtual std::uint64_t disk_free_bytes() const = 0;
};

}  // namespace crossdock::store
