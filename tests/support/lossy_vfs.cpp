// Blocks written since the last sync stand in memory, over the real file; xSync brings them there.
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/lossy_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace crossdock::tests {
namespace {

constexpr sqlite3_int64 block_bytes = 4096;

/// What this process sees of one file; shared by all its handles.
struct Content {
  std::mutex mutex;
  std::map<sqlite3_int64, std::vector<char>> blocks;  ///< unsynced, by block number
  sqlite3_int64 size = -1;                            ///< as seen; -1: as the real file
  bool cut = false;                                   ///< truncated since the last sync
};

std::mutex registry_mutex;
std::map<std::string, std::shared_ptr<Content>> registry;

std::shared_ptr<Content> content_of(const char* path) {
  const std::lock_guard lock(registry_mutex);
  auto& slot = registry[path];
  if (!slot) slot = std::make_shared<Content>();
  return slot;
}

/// SQLite allocates szOsFile bytes: ours, then the real VFS's file.
struct File {
  sqlite3_file base;
  std::shared_ptr<Content>* content;
  [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

sqlite3_int64 seen_size(File* file) {
  if ((*file->content)->size >= 0) return (*file->content)->size;
  sqlite3_int64 size = 0;
  file->real()->pMethods->xFileSize(file->real(), &size);
  return size;
}

int load_block(File* file, sqlite3_int64 number, std::vector<char>& block) {
  block.assign(static_cast<std::size_t>(block_bytes), 0);
  sqlite3_int64 size = 0;
  file->real()->pMethods->xFileSize(file->real(), &size);
  const sqlite3_int64 at = number * block_bytes;
  if (at >= size || (*file->content)->cut) return SQLITE_OK;
  const int length = static_cast<int>(std::min(block_bytes, size - at));
  return file->real()->pMethods->xRead(file->real(), block.data(), length, at);
}

int x_close(sqlite3_file* file) {
  const int result =
      ours(file)->real()->pMethods != nullptr ? ours(file)->real()->pMethods->xClose(ours(file)->real()) : SQLITE_OK;
  delete ours(file)->content;
  ours(file)->content = nullptr;
  return result;
}

int x_read(sqlite3_file* handle, void* out, int amount, sqlite3_int64 offset) {
  File* file = ours(handle);
  Content& content = **file->content;
  const std::lock_guard lock(content.mutex);
  if (content.size < 0 && content.blocks.empty())
    return file->real()->pMethods->xRead(file->real(), out, amount, offset);
  const sqlite3_int64 size = seen_size(file);
  char* to = static_cast<char*>(out);
  std::memset(to, 0, static_cast<std::size_t>(amount));
  const sqlite3_int64 end = std::min<sqlite3_int64>(offset + amount, size);
  std::vector<char> loaded;
  for (sqlite3_int64 at = offset; at < end;) {
    const sqlite3_int64 number = at / block_bytes;
    const sqlite3_int64 until = std::min(end, (number + 1) * block_bytes);
    const std::vector<char>* block = &loaded;
    if (const auto found = content.blocks.find(number); found != content.blocks.end())
      block = &found->second;
    else if (const int result = load_block(file, number, loaded); result != SQLITE_OK)
      return result;
    std::memcpy(to + (at - offset), block->data() + (at - number * block_bytes), static_cast<std::size_t>(until - at));
    at = until;
  }
  return end < offset + amount ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

int x_write(sqlite3_file* handle, const void* from, int amount, sqlite3_int64 offset) {
  File* file = ours(handle);
  Content& content = **file->content;
  const std::lock_guard lock(content.mutex);
  const sqlite3_int64 size = seen_size(file);
  const char* bytes = static_cast<const char*>(from);
  for (sqlite3_int64 at = offset; at < offset + amount;) {
    const sqlite3_int64 number = at / block_bytes;
    const sqlite3_int64 until = std::min(offset + amount, (number + 1) * block_bytes);
    auto found = content.blocks.find(number);
    if (found == content.blocks.end()) {
      std::vector<char> block;
      if (const int result = load_block(file, number, block); result != SQLITE_OK) return result;
      found = content.blocks.emplace(number, std::move(block)).first;
    }
    std::memcpy(found->second.data() + (at - number * block_bytes), bytes + (at - offset),
                static_cast<std::size_t>(until - at));
    at = until;
  }
  content.size = std::max(size, offset + amount);
  return SQLITE_OK;
}

int x_truncate(sqlite3_file* handle, sqlite3_int64 size) {
  File* file = ours(handle);
  Content& content = **file->content;
  const std::lock_guard lock(content.mutex);
  content.blocks.erase(content.blocks.lower_bound((size + block_bytes - 1) / block_bytes), content.blocks.end());
  if (size == 0) content.cut = true;
  content.size = size;
  return SQLITE_OK;
}

int x_sync(sqlite3_file* handle, int flags) {
  File* file = ours(handle);
  Content& content = **file->content;
  const std::lock_guard lock(content.mutex);
  sqlite3_file* real = file->real();
  if (content.size >= 0) {
    sqlite3_int64 real_size = 0;
    real->pMethods->xFileSize(real, &real_size);
    const sqlite3_int64 keep = content.cut ? 0 : std::min(real_size, content.size);
    if (keep < real_size)
      if (const int result = real->pMethods->xTruncate(real, keep); result != SQLITE_OK) return result;
  }
  for (const auto& [number, block] : content.blocks) {
    const sqlite3_int64 at = number * block_bytes;
    const int length = static_cast<int>(std::min(block_bytes, content.size - at));
    if (length <= 0) continue;
    if (const int result = real->pMethods->xWrite(real, block.data(), length, at); result != SQLITE_OK) return result;
  }
  content.blocks.clear();
  content.size = -1;
  content.cut = false;
  return real->pMethods->xSync(real, flags);
}

int x_file_size(sqlite3_file* handle, sqlite3_int64* out) {
  File* file = ours(handle);
  const std::lock_guard lock((*file->content)->mutex);
  *out = seen_size(file);
  return SQLITE_OK;
}

int x_lock(sqlite3_file* file, int level) { return ours(file)->real()->pMethods->xLock(ours(file)->real(), level); }
int x_unlock(sqlite3_file* file, int level) { return ours(file)->real()->pMethods->xUnlock(ours(file)->real(), level); }
int x_check_lock(sqlite3_file* file, int* out) {
  return ours(file)->real()->pMethods->xCheckReservedLock(ours(file)->real(), out);
}
int x_control(sqlite3_file* file, int operation, void* argument) {
  if (operation == SQLITE_FCNTL_CHUNK_SIZE || operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  return ours(file)->real()->pMethods->xFileControl(ours(file)->real(), operation, argument);
}
int x_sector(sqlite3_file* file) { return ours(file)->real()->pMethods->xSectorSize(ours(file)->real()); }
int x_traits(sqlite3_file* file) { return ours(file)->real()->pMethods->xDeviceCharacteristics(ours(file)->real()); }
int x_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return ours(file)->real()->pMethods->xShmMap(ours(file)->real(), page, size, extend, out);
}
int x_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return ours(file)->real()->pMethods->xShmLock(ours(file)->real(), offset, count, flags);
}
void x_shm_barrier(sqlite3_file* file) { ours(file)->real()->pMethods->xShmBarrier(ours(file)->real()); }
int x_shm_unmap(sqlite3_file* file, int remove) {
  return ours(file)->real()->pMethods->xShmUnmap(ours(file)->real(), remove);
}

const sqlite3_io_methods methods = {
    2,         x_close,  x_read,   x_write,   x_truncate, x_sync,        x_file_size, x_lock,  x_unlock, x_check_lock,
    x_control, x_sector, x_traits, x_shm_map, x_shm_lock, x_shm_barrier, x_shm_unmap, nullptr, nullptr};

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find("unix"); }

int x_open(sqlite3_vfs*, const char* path, sqlite3_file* handle, int flags, int* out_flags) {
  File* file = ours(handle);
  std::memset(static_cast<void*>(file), 0, sizeof(File));
  const int result = real_vfs()->xOpen(real_vfs(), path, file->real(), flags, out_flags);
  if (file->real()->pMethods == nullptr) return result;
  file->base.pMethods = &methods;
  file->content = new std::shared_ptr<Content>(path != nullptr ? content_of(path) : std::make_shared<Content>());
  return result;
}

int x_delete(sqlite3_vfs*, const char* path, int sync_folder) {
  {
    const std::lock_guard lock(registry_mutex);
    registry.erase(path);
  }
  return real_vfs()->xDelete(real_vfs(), path, sync_folder);
}

}  // namespace

std::string register_lossy_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_initialize();
    sqlite3_vfs made = *real_vfs();
    made.zName = "lossy";
    made.pNext = nullptr;
    made.szOsFile = static_cast<int>(sizeof(File)) + real_vfs()->szOsFile;
    made.xOpen = x_open;
    made.xDelete = x_delete;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? "lossy" : "";
}

void forget_unsynced() {
  const std::lock_guard lock(registry_mutex);
  registry.clear();
}

}  // namespace crossdock::tests
