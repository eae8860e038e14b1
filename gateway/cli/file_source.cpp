// Folder-backed text source.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/file_source.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t text_bytes_max = 64U << 20;

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
  std::error_code failed;
  if (const auto size = fs::file_size(full, failed); failed || size > text_bytes_max)
    return fail(Code::file_unreadable, full + " is larger than " + std::to_string(text_bytes_max) + " bytes");
  std::ifstream file(full, std::ios::binary);
  if (!file) return fail(Code::file_unreadable, full + " cannot be opened");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool FileSource::exists(const std::string& path) const { return !locate(path).empty(); }

std::vector<std::string> FileSource::list(const std::string& folder) const {
  std::vector<std::string> names;
  if (!is_inside(folder)) return names;
  for (const std::string& root : roots_) {
    std::error_code failed;
    for (fs::recursive_directory_iterator at(root + "/" + folder, failed), end; !failed && at != end;
         at.increment(failed))
      if (at->is_regular_file(failed)) names.push_back(fs::path(at->path()).lexically_relative(root).generic_string());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace crossdock::cli
