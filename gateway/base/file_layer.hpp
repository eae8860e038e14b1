// The few file operations that durability rests on, behind an interface so that fault tests can drop what was never
// synced. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::base {

/// All paths are absolute or relative to the working directory. A failed sync is fatal for what was written: never
/// retry it. Errors: file.unreadable, file.unwritable. Callable from any thread.
class FileLayer {
 public:
  virtual ~FileLayer() = default;
  /// Creates or replaces `path` with the bytes and syncs them; the directory entry still needs sync_directory().
  [[nodiscard]] virtual Status write_and_sync(const std::string& path, std::string_view bytes) = 0;
  /// The same with bytes that come in pieces: `next` returns an empty view at the end; it stays valid until the next
  /// call.
  [[nodiscard]] virtual Status copy_and_sync(const std::string& path,
                                             const std::function<Result<std::string_view>()>& next) = 0;
  /// Replaces `to`. Durable after sync_directory() of both folders.
  [[nodiscard]] virtual Status rename(const std::string& from, const std::string& to) = 0;
  /// The same, but a `to` that exists is left alone: then false, and `from` still stands.
  [[nodiscard]] virtual Result<bool> rename_new(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Status remove(const std::string& path) = 0;
  [[nodiscard]] virtual Status sync_directory(const std::string& folder) = 0;
  [[nodiscard]] virtual Status make_directories(const std::string& folder) = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size(const std::string& path) const = 0;
  /// Reads a file in chunks of at most 256 KiB; stops early when `sink` fails.
  [[nodiscard]] virtual Status read(const std::string& path,
                                    const std::function<Status(std::string_view)>& sink) const = 0;
};

/// The machine's files; in test builds with CROSSDOCK_FILE_LAYER=lossy one that forgets unsynced writes when the
/// process is killed.
[[nodiscard]] FileLayer& files();

}  // namespace crossdock::base
