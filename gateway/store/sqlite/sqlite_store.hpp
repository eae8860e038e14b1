// Opens the embedded store.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/base/executor.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/store/store.hpp"

namespace crossdock::store {

/// How the store is opened. Only `synchronous: full` keeps the promises; `off` exists so that the fault harness can
/// prove itself.
struct StoreSettings {
  std::string folder;                ///< `--data`: holds crossdock.db and payloads/
  std::string vfs;                   ///< SQLite VFS name, empty: the machine's
  std::string synchronous = "full";  ///< `full` | `off`
  std::size_t queue_max = base::limits::store_queue_max;
  std::size_t group_max = base::limits::store_group_max;
  std::size_t reader_threads = 2;
  int log_pages_max = 16384;  ///< pages of the write-ahead log above which the writer brings it home (64 MiB)
  std::chrono::milliseconds read_time_max = base::limits::read_time_max;
};

/// Opens or creates the store, runs the migrations. Errors: store.open, store.newer (written by a newer program),
/// store.damaged.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(const StoreSettings& settings, base::Executor& executor);

}  // namespace crossdock::store
