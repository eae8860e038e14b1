// The bytes of a remote file, kept in memory while they are few and in a synced spool file when they are not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/channels/files/remote_folder.hpp"

namespace crossdock::files {

struct Download {
  std::string bytes;         ///< of small files
  std::string spooled_path;  ///< of larger ones: a synced copy, of whoever takes it
  std::uint64_t size = 0;
  std::string sha256;  ///< lower-case hex
};

/// Reads all of it; more than `size_max` bytes are files.changed: the file grows. Constant memory. What an error leaves
/// is removed. Errors: those of RemoteFolder::read, files.changed, file.unwritable.
[[nodiscard]] Result<Download> download(RemoteFolder& from, const std::string& path, std::uint64_t size_max,
                                        const std::string& spool_folder, std::uint64_t inline_bytes_max);
void remove_spooled(const Download& download);

}  // namespace crossdock::files
