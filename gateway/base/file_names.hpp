// Which names of files count: globs, and the names that uploads in progress carry.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossdock::base {

/// `*` any run, `?` one character; nothing else is special. The whole name must match.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view name);

/// True for names that uploads in progress carry: a leading dot, a trailing ~, or one of the usual endings (.part .tmp
/// .filepart ...).
[[nodiscard]] bool is_temporary_name(std::string_view name);

/// Whether one of the patterns matches the whole name.
[[nodiscard]] bool matches_any(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace crossdock::base
