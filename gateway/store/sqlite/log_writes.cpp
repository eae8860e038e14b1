// Contiguous writes to the log stand in memory until something else is asked of the file.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/log_writes.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace crossdock::store {
namespace {

constexpr std::size_t gathered_bytes_max = 1U << 20;
constexpr std::size_t piece_bytes_max = 64U << 10;  // SQLite's unix VFS takes less than 128 KiB in one call

struct Gathered {
  std::vector<char> bytes;
  sqlite3_int64 from = 0;
  bool through = false;  ///< nothing is gathered: each write goes to the parent at once
};

/// SQLite allocates szOsFile bytes: ours, then the parent's file. Files that are no log are the parent's alone.
struct LogFile {
  sqlite3_file base;
  Gathered* gathered;
  [[nodiscard]] sqlite3_file* parent() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

LogFile* ours(sqlite3_file* file) { return reinterpret_cast<LogFile*>(file); }
sqlite3_file* parent(sqlite3_file* file) { return ours(file)->parent(); }

int flush(sqlite3_file* file) {
  Gathered& gathered = *ours(file)->gathered;
  int result = SQLITE_OK;
  for (std::size_t at = 0; at < gathered.bytes.size() && result == SQLITE_OK; at += piece_bytes_max)
    result = parent(file)->pMethods->xWrite(parent(file), gathered.bytes.data() + at,
                                            static_cast<int>(std::min(piece_bytes_max, gathered.bytes.size() - at)),
                                            gathered.from + static_cast<sqlite3_int64>(at));
  gathered.bytes.clear();
  return result;
}

int x_close(sqlite3_file* file) {
  const int flushed = flush(file);
  const int closed = parent(file)->pMethods->xClose(parent(file));
  delete ours(file)->gathered;
  ours(file)->gathered = nullptr;
  return flushed != SQLITE_OK ? flushed : closed;
}

int x_read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
  if (const int flushed = flush(file); flushed != SQLITE_OK) return flushed;
  return parent(file)->pMethods->xRead(parent(file), out, amount, offset);
}

int x_write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  Gathered& gathered = *ours(file)->gathered;
  if (gathered.through) return parent(file)->pMethods->xWrite(parent(file), from, amount, offset);
  const bool goes_on = gathered.from + static_cast<sqlite3_int64>(gathered.bytes.size()) == offset;
  if (!goes_on || gathered.bytes.size() >= gathered_bytes_max)
    if (const int flushed = flush(file); flushed != SQLITE_OK) return flushed;
  if (gathered.bytes.empty()) gathered.from = offset;
  const char* bytes = static_cast<const char*>(from);
  gathered.bytes.insert(gathered.bytes.end(), bytes, bytes + amount);
  return SQLITE_OK;
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int flushed = flush(file); flushed != SQLITE_OK) return flushed;
  return parent(file)->pMethods->xTruncate(parent(file), size);
}

int x_sync(sqlite3_file* file, int flags) {
  if (const int flushed = flush(file); flushed != SQLITE_OK) return flushed;
  return parent(file)->pMethods->xSync(parent(file), flags);
}

int x_file_size(sqlite3_file* file, sqlite3_int64* out) {
  if (const int flushed = flush(file); flushed != SQLITE_OK) return flushed;
  return parent(file)->pMethods->xFileSize(parent(file), out);
}

int x_lock(sqlite3_file* file, int level) { return parent(file)->pMethods->xLock(parent(file), level); }
int x_unlock(sqlite3_file* file, int level) { return parent(file)->pMethods->xUnlock(parent(file), level); }
int x_reserved(sqlite3_file* file, int* out) { return parent(file)->pMethods->xCheckReservedLock(parent(file), out); }
int x_control(sqlite3_file* file, int operation, void* argument) {
  return parent(file)->pMethods->xFileControl(parent(file), operation, argument);
}
int x_sector(sqlite3_file* file) { return parent(file)->pMethods->xSectorSize(parent(file)); }
int x_traits(sqlite3_file* file) { return parent(file)->pMethods->xDeviceCharacteristics(parent(file)); }

// Version 1: shared memory belongs to the database's file, never to its log.
const sqlite3_io_methods methods = {1,       x_close,  x_read,     x_write,   x_truncate, x_sync,   x_file_size,
                                    x_lock,  x_unlock, x_reserved, x_control, x_sector,   x_traits, nullptr,
                                    nullptr, nullptr,  nullptr,    nullptr,   nullptr};

sqlite3_vfs* parent_of(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

int x_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* real = parent_of(vfs);
  if ((flags & SQLITE_OPEN_WAL) == 0) return real->xOpen(real, path, file, flags, out_flags);
  std::memset(static_cast<void*>(file), 0, sizeof(LogFile));
  const int result = real->xOpen(real, path, parent(file), flags, out_flags);
  if (result != SQLITE_OK) return result;  // its methods stay null: SQLite will not close it
  file->pMethods = &methods;
  ours(file)->gathered = new Gathered;
  ours(file)->gathered->through = (x_traits(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) == 0;
  return SQLITE_OK;
}

int x_delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  return parent_of(vfs)->xDelete(parent_of(vfs), path, sync_folder);
}
int x_access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
  return parent_of(vfs)->xAccess(parent_of(vfs), path, flags, out);
}
int x_full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  return parent_of(vfs)->xFullPathname(parent_of(vfs), path, size, out);
}

struct Registered {
  std::string name;
  sqlite3_vfs vfs{};
};

}  // namespace

std::string gathering_vfs(const std::string& parent) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Registered>> registered;  // SQLite keeps pointers into it
  const std::lock_guard lock(mutex);
  sqlite3_vfs* real = sqlite3_vfs_find(parent.empty() ? nullptr : parent.c_str());
  if (real == nullptr) return {};
  auto& slot = registered[real->zName];
  if (slot) return slot->name;
  slot = std::make_unique<Registered>();
  slot->name = std::string("gathering-") + real->zName;
  slot->vfs = *real;
  slot->vfs.zName = slot->name.c_str();
  slot->vfs.pNext = nullptr;
  slot->vfs.pAppData = real;
  slot->vfs.szOsFile = static_cast<int>(sizeof(LogFile)) + real->szOsFile;
  slot->vfs.xOpen = x_open;
  slot->vfs.xDelete = x_delete;
  slot->vfs.xAccess = x_access;
  slot->vfs.xFullPathname = x_full_path;
  if (sqlite3_vfs_register(&slot->vfs, 0) != SQLITE_OK) {
    registered.erase(real->zName);
    return {};
  }
  return slot->name;
}

}  // namespace crossdock::store
