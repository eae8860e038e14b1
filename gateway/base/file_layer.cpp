// The machine's files through POSIX calls.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/file_layer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

namespace crossdock::base {
namespace {

constexpr std::size_t chunk_bytes = 256U << 10;

tl::unexpected<Error> failed(Code code, const char* what, const std::string& path) {
  return fail(code, std::string(what) + " " + path + ": " + std::strerror(errno));
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

Status write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return failed(Code::file_unwritable, "cannot write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

class PosixFiles final : public FileLayer {
 public:
  Status write_and_sync(const std::string& path, std::string_view bytes) override {
    bool given = false;
    return copy_and_sync(path, [&]() -> Result<std::string_view> {
      if (given) return std::string_view{};
      given = true;
      return bytes;
    });
  }

  Status copy_and_sync(const std::string& path, const std::function<Result<std::string_view>()>& next) override {
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.get() < 0) return failed(Code::file_unwritable, "cannot create", path);
    for (;;) {
      TRY(const std::string_view piece, next());
      if (piece.empty()) break;
      TRY_STATUS(write_all(file.get(), piece, path));
    }
    if (::fsync(file.get()) != 0) return failed(Code::file_unwritable, "cannot sync", path);
    return {};
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return failed(Code::file_unwritable, "cannot rename", from + " to " + to);
    return {};
  }

  Result<bool> rename_new(const std::string& from, const std::string& to) override {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS) return failed(Code::file_unwritable, "cannot rename", from + " to " + to);
    // A file system without that call (NFS and the like): a second name, then the first is taken away.
    if (::link(from.c_str(), to.c_str()) != 0) {
      if (errno == EEXIST) return false;
      return failed(Code::file_unwritable, "cannot rename", from + " to " + to);
    }
    TRY_STATUS(remove(from));
    return true;
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed(Code::file_unwritable, "cannot remove", path);
    return {};
  }

  Status sync_directory(const std::string& folder) override {
    const Descriptor directory(folder, O_RDONLY | O_DIRECTORY);
    if (directory.get() < 0) return failed(Code::file_unwritable, "cannot open folder", folder);
    if (::fsync(directory.get()) != 0) return failed(Code::file_unwritable, "cannot sync folder", folder);
    return {};
  }

  Status make_directories(const std::string& folder) override {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) return fail(Code::file_unwritable, "cannot create folder " + folder + ": " + problem.message());
    return {};
  }

  bool exists(const std::string& path) const override { return ::access(path.c_str(), F_OK) == 0; }

  Result<std::uint64_t> size(const std::string& path) const override {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return failed(Code::file_unreadable, "cannot look at", path);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Status read(const std::string& path, const std::function<Status(std::string_view)>& sink) const override {
    const Descriptor file(path, O_RDONLY);
    if (file.get() < 0) return failed(Code::file_unreadable, "cannot open", path);
    const auto block = std::make_unique<std::array<char, chunk_bytes>>();
    for (;;) {
      const ssize_t got = ::read(file.get(), block->data(), block->size());
      if (got == 0) return {};
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed(Code::file_unreadable, "cannot read", path);
      TRY_STATUS(sink({block->data(), static_cast<std::size_t>(got)}));
    }
  }
};

}  // namespace

#ifdef CROSSDOCK_FAILPOINTS
/// tests/support/lossy_file_layer.cpp: forgets what was not synced.
[[nodiscard]] std::unique_ptr<FileLayer> make_lossy_file_layer(FileLayer& real);
#endif

FileLayer& files() {
  static PosixFiles real;
#ifdef CROSSDOCK_FAILPOINTS
  static const std::unique_ptr<FileLayer> lossy = [] {
    const char* layer = std::getenv("CROSSDOCK_FILE_LAYER");
    return layer != nullptr && std::string_view(layer) == "lossy" ? make_lossy_file_layer(real) : nullptr;
  }();
  if (lossy) return *lossy;
#endif
  return real;
}

}  // namespace crossdock::base
