// Reading, spooling, archiving: through the file layer where durability hangs on it.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/file_moves.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>

#include "gateway/base/file_layer.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::directory {
namespace {

constexpr std::size_t chunk_bytes = 256U << 10;
constexpr std::size_t name_bytes_max = 255;  // of one name in a folder (NAME_MAX)

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

tl::unexpected<Error> unreadable(const std::string& path) {
  return fail(Code::file_unreadable, path + ": " + std::strerror(errno));
}

bool is_still(int descriptor, const FileFacts& facts) {
  struct stat now {};
  if (::fstat(descriptor, &now) != 0 || !S_ISREG(now.st_mode)) return false;
  return static_cast<std::uint64_t>(now.st_size) == facts.size && now.st_ino == facts.inode &&
         now.st_mtim.tv_sec * 1'000'000'000LL + now.st_mtim.tv_nsec == facts.modified_ns;
}

Result<std::size_t> read_some(int descriptor, char* to, const std::string& path) {
  for (;;) {
    const ssize_t got = ::read(descriptor, to, chunk_bytes);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return unreadable(path);
  }
}

/// Nothing is filled where it was given up.
Result<ReadFile> spool(int descriptor, const std::string& path, const std::string& spool_folder,
                       const std::atomic<bool>& leaving) {
  static std::atomic<std::uint64_t> number{0};
  ReadFile out;
  out.spooled_path = spool_folder + "/directory-" + std::to_string(::getpid()) + "-" +
                     std::to_string(number.fetch_add(1)) +
                     ".spool";  // what a killed program leaves is removed by that ending at the next start
  const auto buffer = std::make_unique<char[]>(chunk_bytes);
  Sha256 digest;
  const Status copied = base::files().copy_and_sync(out.spooled_path, [&]() -> Result<std::string_view> {
    if (leaving) return std::string_view();
    TRY(const std::size_t got, read_some(descriptor, buffer.get(), path));
    const std::string_view bytes(buffer.get(), got);
    digest.update(bytes);
    out.spooled_bytes += got;
    return bytes;
  });
  if (!copied || leaving) remove_spooled(out.spooled_path);
  TRY_STATUS(copied);
  if (leaving) return ReadFile{};
  TRY_STATUS(base::files().sync_directory(spool_folder));
  out.spooled_sha256 = to_hex(digest.finish());
  return out;
}

/// `20260518T143200Z`
std::string stamp(base::Instant at) {
  std::string out;
  for (const char c : base::to_rfc3339(at)) {
    if (c == '.') break;
    if (c != '-' && c != ':' && c != 'Z') out += c;
  }
  return out + "Z";
}

}  // namespace

Result<ReadFile> read_file(const std::string& folder, const FileFacts& facts, const std::string& spool_folder,
                           std::uint64_t inline_bytes_max, const std::atomic<bool>& leaving) {
  const std::string path = folder + "/" + facts.name;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT) return ReadFile{};  // taken away meanwhile
    return unreadable(path);
  }
  if (!is_still(file.get(), facts)) return ReadFile{};
  ReadFile out;
  if (facts.size > inline_bytes_max) {
    TRY(out, spool(file.get(), path, spool_folder, leaving));
    if (out.spooled_path.empty()) return out;
  } else {
    out.bytes.resize(facts.size);
    std::size_t have = 0;
    while (have < out.bytes.size()) {
      const ssize_t got = ::read(file.get(), out.bytes.data() + have, out.bytes.size() - have);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return unreadable(path);
      if (got == 0) return ReadFile{};
      have += static_cast<std::size_t>(got);
    }
  }
  out.unchanged = is_still(file.get(), facts);
  if (out.unchanged) return out;
  if (!out.spooled_path.empty()) remove_spooled(out.spooled_path);
  return ReadFile{};
}

Status dispose_file(const DisposeRequest& request) {
  base::FileLayer& files = base::files();
  const std::string path = request.folder + "/" + request.facts.name;
  const auto as_dispose = [](Status done) -> Status {
    if (!done) return fail(Code::channel_directory_dispose, done.error().detail);
    return {};
  };
  {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0 && errno == ENOENT) return {};
    if (file.get() >= 0 && !is_still(file.get(), request.facts)) return {};
  }
  if (request.archive_folder.empty()) {
    TRY_STATUS(as_dispose(files.remove(path)));
  } else {
    TRY_STATUS(as_dispose(files.make_directories(request.archive_folder)));
    std::string name = stamp(request.at) + "-" + std::to_string(request.facts.inode) + "-" + request.facts.name;
    if (name.size() > name_bytes_max) name.resize(name_bytes_max);  // the message keeps the whole of it
    const std::string archived = request.archive_folder + "/" + name;
    TRY_STATUS(as_dispose(files.rename(path, archived)));
    TRY_STATUS(as_dispose(files.sync_directory(request.archive_folder)));
  }
  if (!request.marker.empty() && files.exists(request.folder + "/" + request.marker))
    TRY_STATUS(as_dispose(files.remove(request.folder + "/" + request.marker)));
  return as_dispose(files.sync_directory(request.folder));
}

void remove_spooled(const std::string& path) { static_cast<void>(base::files().remove(path)); }

}  // namespace crossdock::directory
