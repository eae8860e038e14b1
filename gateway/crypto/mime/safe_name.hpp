// File names that partners give, made safe to use as names of files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crossdock::mime {

inline constexpr std::size_t file_name_bytes_max = 200;

struct SafeName {
  std::string name;      ///< one path component, UTF-8, 1 to file_name_bytes_max bytes
  bool changed = false;  ///< it is not what was given
};

/// Keeps a legal name as it is. Drops the path (both slashes), control and direction characters, blanks and dots at
/// both ends (no hidden files, no `..`); replaces characters that some file system refuses (`<>:"|?*` and bytes that
/// are not UTF-8) with `_`; keeps device names of Windows off; shortens before the extension. What leaves nothing
/// becomes `fallback`.
[[nodiscard]] SafeName safe_file_name(std::string_view utf8, std::string_view fallback = "document");

}  // namespace crossdock::mime
