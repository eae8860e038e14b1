// Folder-backed text source.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/file_source.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace crossdock::cli {
namespace {

constexpr std::size_t text_bytes_max = 64U << 20;
constexpr std::string_view maps_folder = "maps", samples_folder = "samples";

bool is_inside(std::string_view path) {
  if (path.starts_with('/')) return false;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (path.substr(0, slash) == "..") return false;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return true;
}

bool has_part(std::string_view path, std::string_view name) {
  for (std::size_t at = path.find(name); at != std::string_view::npos; at = path.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || path[at - 1] == '/') && (end == path.size() || path[end] == '/')) return true;
  }
  return false;
}

/// An open file, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// Nothing where `full` is no regular file; never waits for the other end of a pipe.
std::optional<Result<std::string>> read_regular(const std::string& full) {
  const Descriptor file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return fail(Code::file_unreadable, full + " cannot be opened: " + std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::string text;
  std::size_t filled = 0;
  for (std::size_t room = static_cast<std::size_t>(status.st_size) + 1;; room = filled * 2 + 1) {
    if (room > text_bytes_max + 1) room = text_bytes_max + 1;
    text.resize(room);
    ssize_t got = 0;
    while (filled < room && (got = ::read(file.number(), text.data() + filled, room - filled)) > 0)
      filled += static_cast<std::size_t>(got);
    if (got < 0) return fail(Code::file_unreadable, full + " cannot be read: " + std::strerror(errno));
    if (filled > text_bytes_max)
      return fail(Code::file_unreadable, full + " is larger than " + std::to_string(text_bytes_max) + " bytes");
    if (filled < room) break;  // the file grew where it is not
  }
  text.resize(filled);
  return text;
}

enum class Kind { other, file, folder };

/// As links to files count, links to folders do not: they could lead round in a circle.
Kind kind_of(int folder, const dirent& entry) {
  if (entry.d_type == DT_REG) return Kind::file;
  if (entry.d_type == DT_DIR) return Kind::folder;
  struct stat status {};
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return Kind::other;
  if (::fstatat(folder, entry.d_name, &status, 0) != 0) return Kind::other;
  if (S_ISREG(status.st_mode)) return Kind::file;
  struct stat own {};
  const bool real = ::fstatat(folder, entry.d_name, &own, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(own.st_mode);
  return real ? Kind::folder : Kind::other;
}

/// Adds the names of all files below the folder `name`, `path` before each. `skip`: folders not looked into.
void add_files(int parent, const char* name, const std::string& path, std::string_view skip,
               std::vector<std::string>& names) {
  const int number = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (number < 0) return;
  DIR* folder = ::fdopendir(number);
  if (folder == nullptr) {
    ::close(number);
    return;
  }
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view own = entry->d_name;
    if (own == "." || own == "..") continue;
    const Kind kind = kind_of(number, *entry);
    if (kind == Kind::file) names.push_back(path + "/" + entry->d_name);
    if (kind == Kind::folder && own != skip) add_files(number, entry->d_name, path + "/" + entry->d_name, skip, names);
  }
  ::closedir(folder);
}

}  // namespace

Result<std::string> FileSource::read(const std::string& path) const {
  if (is_inside(path))
    for (const std::string& root : roots_)
      if (auto text = read_regular(root + "/" + path)) return *std::move(text);
  return fail(Code::file_unreadable, path + " does not exist in " + (roots_.empty() ? "no folder" : roots_.back()));
}

bool FileSource::exists(const std::string& path) const {
  struct stat status {};
  return is_inside(path) && std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
           return ::stat((root + "/" + path).c_str(), &status) == 0 && S_ISREG(status.st_mode);
         });
}

std::vector<std::string> FileSource::list(const std::string& folder) const {
  const std::string name = folder.substr(0, folder.find_last_not_of('/') + 1);
  const std::string_view top = std::string_view(name).substr(0, name.find('/'));
  const std::lock_guard lock(mutex_);
  if (top != maps_folder || has_part(name, samples_folder)) return walked(name, {});
  const std::vector<std::string>& all = walked(std::string(maps_folder), samples_folder);
  if (name == maps_folder) return all;
  const std::string first = name + "/", last = name + "0";  // `0` follows `/`
  return {std::lower_bound(all.begin(), all.end(), first), std::lower_bound(all.begin(), all.end(), last)};
}

const std::vector<std::string>& FileSource::walked(const std::string& folder, std::string_view skip) const {
  const auto found = lists_.find(folder);
  if (found != lists_.end()) return found->second;
  std::vector<std::string> names;
  if (is_inside(folder))
    for (const std::string& root : roots_) add_files(AT_FDCWD, (root + "/" + folder).c_str(), folder, skip, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return lists_.emplace(folder, std::move(names)).first->second;
}

}  // namespace crossdock::cli
