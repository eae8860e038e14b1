// Folder listing by openat/fstatat: one pass, nothing followed.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <unordered_set>

namespace crossdock::directory {
namespace {

constexpr std::array<std::string_view, 7> temporary_endings{".part",    ".tmp",        ".temp",   ".filepart",
                                                            ".partial", ".crdownload", ".writing"};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return glob_matches(pattern, name); });
}

bool is_wanted(std::string_view name, const ListingRules& rules) {
  if (is_temporary_name(name)) return false;
  if (!rules.marker.empty() && name.ends_with(rules.marker)) return false;
  if (!rules.include.empty() && !matches_any(rules.include, name)) return false;
  return !matches_any(rules.exclude, name);
}

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

Result<std::vector<FileFacts>> list_files(const std::string& folder, const ListingRules& rules) {
  const std::unique_ptr<DIR, CloseFolder> opened(::opendir(folder.c_str()));
  if (!opened) return fail(Code::file_unreadable, "folder " + folder + ": " + std::strerror(errno));
  std::vector<std::string> names;
  std::unordered_set<std::string> markers;
  errno = 0;
  while (const dirent* entry = ::readdir(opened.get())) {
    std::string name(entry->d_name);
    if (!rules.marker.empty() && name.ends_with(rules.marker)) markers.insert(name);
    if (is_wanted(name, rules)) names.push_back(std::move(name));
  }
  if (errno != 0) return fail(Code::file_unreadable, "folder " + folder + ": " + std::strerror(errno));
  std::vector<FileFacts> files;
  for (std::string& name : names) {
    struct stat facts {};
    if (!rules.marker.empty() && !markers.contains(name + rules.marker)) continue;
    if (::fstatat(::dirfd(opened.get()), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone meanwhile
    if (!S_ISREG(facts.st_mode)) continue;
    files.push_back({std::move(name), static_cast<std::uint64_t>(facts.st_size), facts.st_ino,
                     facts.st_mtim.tv_sec * 1'000'000'000LL + facts.st_mtim.tv_nsec});
  }
  std::sort(files.begin(), files.end(), [](const FileFacts& a, const FileFacts& b) {
    return a.modified_ns != b.modified_ns ? a.modified_ns < b.modified_ns : a.name < b.name;
  });
  if (files.size() > rules.files_max) files.resize(rules.files_max);
  return files;
}

}  // namespace crossdock::directory
