// Opening, migrating and checkpointing the embedded store.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <future>

#include "gateway/base/file_layer.hpp"
#include "gateway/store/messages.hpp"
#include "gateway/store/schema.hpp"
#include "gateway/store/sqlite/log_writes.hpp"
#include "gateway/store/sqlite/readers.hpp"
#include "gateway/store/sqlite/writer.hpp"

#ifdef CROSSDOCK_FAILPOINTS
namespace crossdock::tests {
/// tests/support/lossy_vfs.cpp: the VFS that forgets what was not synced; its name.
[[nodiscard]] std::string register_lossy_vfs();
}  // namespace crossdock::tests
#endif

namespace crossdock::store {
namespace {

const Sql sql_version{"PRAGMA user_version"};

/// One process at a time works on a data folder; the kernel gives the lock back however the process ends.
class FolderLock {
 public:
  [[nodiscard]] Status take(const std::string& path) {
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (file_ < 0) return fail(Code::store_open, path + ": " + std::strerror(errno));
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) return fail(Code::store_in_use, "another process holds " + path);
    return {};
  }
  FolderLock() = default;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  int file_ = -1;
};

Status migrate(SqliteConnection& connection) {
  std::size_t version = 0;
  if (const auto rows = connection.query(sql_version); rows->next())
    version = static_cast<std::size_t>(rows->integer(0));
  TRY_STATUS(connection.status());
  const auto steps = migrations();
  if (version > steps.size())
    return fail(Code::store_newer, "its schema version is " + std::to_string(version) + ", this program knows " +
                                       std::to_string(steps.size()));
  if (version == steps.size()) return {};
  connection.script("BEGIN IMMEDIATE");  // all steps or none, with one sync
  for (; version < steps.size(); ++version) connection.script(steps[version]);
  connection.script("PRAGMA user_version=" + std::to_string(version));
  connection.script("COMMIT");
  return connection.status();
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const StoreSettings& settings, std::unique_ptr<FolderLock> lock, std::unique_ptr<SqliteConnection> writer,
              std::unique_ptr<SqliteConnection> checkpointer, base::Executor& executor)
      : settings_(settings),
        payload_folder_(settings.folder + "/payloads"),
        lock_(std::move(lock)),
        checkpoint_connection_(std::move(checkpointer)),
        readers_(settings, settings.folder + "/crossdock.db", executor),
        writer_(std::make_unique<Writer>(settings, std::move(writer), executor)),
        checkpointer_([this] { checkpoint_loop(); }) {}

  ~SqliteStore() override {
    {
      const std::lock_guard guard(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    checkpointer_.join();  // before the writer, whose figures it reads
    writer_.reset();
  }

  Status write(Work work, Done done, bool urgent) override {
    return writer_->add(std::move(work), std::move(done), urgent, false);
  }
  Status read(std::function<Status(Connection&)> work, Done done) override {
    return readers_.add(std::move(work), std::move(done));
  }
  Status write_now(const Work& work) override {
    std::promise<Status> promise;
    TRY_STATUS(writer_->add(
        work, [&](Status result) { promise.set_value(std::move(result)); }, true, true));
    return promise.get_future().get();
  }
  Status read_now(const std::function<Status(Connection&)>& work) override { return readers_.now(work); }
  const std::string& payload_folder() const override { return payload_folder_; }
  StoreFigures figures() const override {
    StoreFigures out = writer_->figures();
    out.checkpoints = checkpoints_.load();
    return out;
  }
  std::uint64_t disk_free_bytes() const override {
    struct statvfs figures {};
    if (::statvfs(settings_.folder.c_str(), &figures) != 0) return 0;
    return static_cast<std::uint64_t>(figures.f_bavail) * figures.f_frsize;
  }

 private:
  /// Passive: never waits for readers or the writer. The writer restarts the log when a checkpoint has caught up with
  /// it.
  void checkpoint_loop() {
    pthread_setname_np(pthread_self(), "store-home");
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds{500}, [this] { return ending_; })) {
      const std::uint64_t commits = writer_->figures().commits;
      if (commits == seen) continue;
      seen = commits;
      const int result = sqlite3_wal_checkpoint_v2(checkpoint_connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                                   nullptr, nullptr);
      if ((result & 0xFF) == SQLITE_IOERR || (result & 0xFF) == SQLITE_FULL)
        die(sqlite3_errmsg(checkpoint_connection_->handle()));
      checkpoints_.fetch_add(1);
    }
  }

  const StoreSettings settings_;
  const std::string payload_folder_;
  std::unique_ptr<FolderLock> lock_;
  std::unique_ptr<SqliteConnection> checkpoint_connection_;
  Readers readers_;
  std::unique_ptr<Writer> writer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::atomic<std::uint64_t> checkpoints_{0};
  std::thread checkpointer_;
};

/// Nobody else works on the folder: what is unfinished there, a killed program has left.
void remove_unfinished(const std::string& payload_folder) {
  std::error_code problem;  // what cannot be removed only takes room
  for (const auto& entry : std::filesystem::directory_iterator(payload_folder, problem))
    if (entry.path().filename().string().starts_with(unfinished_payload))
      std::filesystem::remove(entry.path(), problem);
}

std::string choose_vfs(const StoreSettings& settings) {
#ifdef CROSSDOCK_FAILPOINTS
  if (const char* layer = std::getenv("CROSSDOCK_FILE_LAYER"); layer != nullptr && std::string_view(layer) == "lossy")
    return tests::register_lossy_vfs();
#endif
  return settings.vfs;
}

/// The fault harness proves itself by turning the syncs off: it must then find what was lost.
std::string choose_synchronous(const StoreSettings& settings) {
#ifdef CROSSDOCK_FAILPOINTS
  if (const char* given = std::getenv("CROSSDOCK_SYNCHRONOUS"); given != nullptr) return given;
#endif
  return settings.synchronous;
}

/// Process-wide, before SQLite's first use: nobody reads its memory statistics, and counting them takes a lock for each
/// allocation.
void configure_sqlite() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);  // too late when something of this process has used SQLite already: only slower
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const StoreSettings& given, base::Executor& executor) {
  configure_sqlite();
  StoreSettings settings = given;
  settings.vfs = choose_vfs(given);
  settings.synchronous = choose_synchronous(given);
  if (settings.synchronous != "full" && settings.synchronous != "off")
    return fail(Code::store_open,
                "synchronous is `" + settings.synchronous + "`; it may be `full`, or `off` in fault tests");
  if (auto made = base::files().make_directories(settings.folder + "/payloads"); !made)
    return fail(Code::store_open, made.error().detail);
  auto lock = std::make_unique<FolderLock>();
  TRY_STATUS(lock->take(settings.folder + "/crossdock.lock"));
  remove_unfinished(settings.folder + "/payloads");
  const std::string path = settings.folder + "/crossdock.db";
  // Gathered writes are with the system at the sync of each commit: only then others learn of it.
  const std::string gathering = settings.synchronous == "full" ? gathering_vfs(settings.vfs) : "";
  TRY(auto writer,
      SqliteConnection::open(path, gathering.empty() ? settings.vfs : gathering, SqliteConnection::Role::writer));
  writer->script("PRAGMA journal_mode=WAL; PRAGMA cache_size=-16384; PRAGMA foreign_keys=0; PRAGMA synchronous=" +
                 settings.synchronous);
  TRY_STATUS(writer->status());
  TRY_STATUS(migrate(*writer));
  // SQLite syncs the folder for its journals, not for the database itself.
  if (auto synced = base::files().sync_directory(settings.folder); !synced)
    return fail(Code::store_open, synced.error().detail);
  TRY(auto checkpointer, SqliteConnection::open(path, settings.vfs, SqliteConnection::Role::checkpointer));
  return std::make_unique<SqliteStore>(settings, std::move(lock), std::move(writer), std::move(checkpointer), executor);
}

}  // namespace crossdock::store
