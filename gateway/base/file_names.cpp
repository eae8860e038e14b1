// Globs, and the names of uploads in progress.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/file_names.hpp"

#include <algorithm>
#include <array>

namespace crossdock::base {
namespace {

constexpr std::array<std::string_view, 7> temporary_endings{".part",    ".tmp",        ".temp",   ".filepart",
                                                            ".partial", ".crdownload", ".writing"};

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_temporary_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.back() == '~') return true;
  return std::any_of(temporary_endings.begin(), temporary_endings.end(),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return glob_matches(pattern, name); });
}

}  // namespace crossdock::base
