// Folder-backed text source.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/file_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t text_bytes_max = 64U << 20, first_read_bytes = 16384;

bool is_inside(const std::string& path) {
  const fs::path parts(path);
  if (parts.is_absolute()) return false;
  return std::none_of(parts.begin(), parts.end(), [](const fs::path& part) { return part == ".."; });
}

}  // namespace

std::string FileSource::locate(const std::string& path) const {
  if (!is_inside(path)) return {};
  for (const std::string& root : roots_) {
    std::string full = root + "/" + path;
    std::error_code failed;
    if (fs::is_regular_file(full, failed)) return full;
  }
  return {};
}

Result<std::string> FileSource::read(const std::string& path) const {
  const std::string full = locate(path);
  if (full.empty())
    return fail(Code::file_unreadable, path + " does not exist in " + (roots_.empty() ? "no folder" : roots_.back()));
  std::FILE* file = std::fopen(full.c_str(), "rbe");
  if (file == nullptr) return fail(Code::file_unreadable, full + " cannot be opened: " + std::strerror(errno));
  std::string text;
  std::size_t got = 0;
  do {
    const std::size_t had = text.size();
    text.resize(had + (had == 0 ? first_read_bytes : had));
    got = std::fread(text.data() + had, 1, text.size() - had, file);
    text.resize(had + got);
  } while (got != 0 && text.size() <= text_bytes_max);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return fail(Code::file_unreadable, full + " cannot be read");
  if (text.size() > text_bytes_max)
    return fail(Code::file_unreadable, full + " is larger than " + std::to_string(text_bytes_max) + " bytes");
  return text;
}

bool FileSource::exists(const std::string& path) const { return !locate(path).empty(); }

std::vector<std::string> FileSource::list(const std::string& folder) const {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(folder);
  return found != lists_.end() ? found->second : lists_.emplace(folder, walk(folder)).first->second;
}

std::vector<std::string> FileSource::walk(const std::string& folder) const {
  std::vector<std::string> names;
  if (!is_inside(folder)) return names;
  for (const std::string& root : roots_) {
    std::error_code failed;
    for (fs::recursive_directory_iterator at(root + "/" + folder, failed), end; !failed && at != end;
         at.increment(failed))
      if (at->is_regular_file(failed)) names.push_back(at->path().native().substr(root.size() + 1));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace crossdock::cli
