// Which files of a folder count, oldest first. Symbolic links, folders, devices, hidden and temporary names do not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/file_names.hpp"
#include "translators/base/result.hpp"

namespace crossdock::directory {

using base::glob_matches;
using base::is_temporary_name;

struct ListingRules {
  std::vector<std::string> include;  ///< globs with * and ?; empty: all
  std::vector<std::string> exclude;
  std::string marker;              ///< not empty: a file counts only with its marker file `<name><marker>` beside it
  std::size_t files_max = 10'000;  ///< looked at in one listing, oldest first
};

/// One candidate. Together the fields are the file's identity: a file written again under the name has another.
struct FileFacts {
  std::string name;
  std::uint64_t size = 0, inode = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileFacts&) const = default;
};

/// Candidates of the folder, oldest first. Errors: file.unreadable.
[[nodiscard]] Result<std::vector<FileFacts>> list_files(const std::string& folder, const ListingRules& rules);

}  // namespace crossdock::directory
