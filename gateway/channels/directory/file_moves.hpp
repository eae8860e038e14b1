// The blocking parts of the directory channel: reading a file that may still change, archiving or removing it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/channels/directory/listing.hpp"
#include "translators/base/result.hpp"

namespace crossdock::directory {

struct ReadFile {
  bool unchanged = false;  ///< size, time and inode were the same before and after; else nothing else is filled
  std::string bytes;       ///< of small files
  std::string spooled_path, spooled_sha256;  ///< of larger ones: a synced copy
  std::uint64_t spooled_bytes = 0;
};

/// Reads `folder`/`facts.name`; symbolic links are not followed. Once `leaving` is true the copy of a large one is
/// given up, as if the file had changed. Errors: file.unreadable, file.unwritable.
[[nodiscard]] Result<ReadFile> read_file(const std::string& folder, const FileFacts& facts,
                                         const std::string& spool_folder, std::uint64_t inline_bytes_max,
                                         const std::atomic<bool>& leaving);

struct DisposeRequest {
  std::string folder;
  FileFacts facts;
  std::string archive_folder;  ///< empty: the file is removed
  std::string marker;          ///< name of its marker file, empty: none
  base::Instant at;            ///< the archive's time stamp
};

/// Archives as `<stamp>-<inode>-<name>` or removes; the folders are synced. A file that is gone already, or was
/// replaced by another one meanwhile, is left alone and is no error. Errors: channel.directory.dispose.
[[nodiscard]] Status dispose_file(const DisposeRequest& request);

void remove_spooled(const std::string& path);

}  // namespace crossdock::directory
