// Folder listing by openat/fstatat: one pass, nothing followed.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <unordered_set>

namespace crossdock::directory {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

bool is_wanted(std::string_view name, const ListingRules& rules) {
  if (is_temporary_name(name)) return false;
  if (!rules.marker.empty() && name.ends_with(rules.marker)) return false;
  if (!rules.include.empty() && !base::matches_any(rules.include, name)) return false;
  return !base::matches_any(rules.exclude, name);
}

}  // namespace

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
