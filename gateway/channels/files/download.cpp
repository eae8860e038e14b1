// Downloading with a digest.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/download.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "gateway/base/file_layer.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::files {
namespace {

/// A file written piece by piece; removed again unless finish() was reached.
class Spool {
 public:
  ~Spool() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
      ::unlink(path_.c_str());
    }
  }
  Status open(const std::string& folder) {
    static std::atomic<std::uint64_t> number{0};
    path_ = folder + "/files-" + std::to_string(::getpid()) + "-" + std::to_string(number.fetch_add(1)) + ".spool";
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return descriptor_ < 0 ? Status(failed()) : Status{};
  }
  Status append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  Result<std::string> finish(const std::string& folder) {
    if (::fsync(descriptor_) != 0) return failed();
    TRY_STATUS(base::files().sync_directory(folder));
    ::close(std::exchange(descriptor_, -1));
    return path_;
  }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

 private:
  [[nodiscard]] tl::unexpected<Error> failed() const {
    return fail(Code::file_unwritable, path_ + ": " + std::strerror(errno));
  }
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace

Result<Download> download(RemoteFolder& from, const std::string& path, std::uint64_t size_max,
                          const std::string& spool_folder, std::uint64_t inline_bytes_max) {
  Download out;
  Spool spool;
  Sha256 digest;
  const Status read = from.read(path, 0, [&](std::string_view bytes) -> Status {
    out.size += bytes.size();
    if (out.size > size_max) return fail(Code::files_changed, path + " grew while it was read");
    digest.update(bytes);
    if (!spool.is_open() && out.size > inline_bytes_max) {
      TRY_STATUS(spool.open(spool_folder));
      TRY_STATUS(spool.append(out.bytes));
      out.bytes = {};
    }
    if (spool.is_open()) return spool.append(bytes);
    out.bytes += bytes;
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  out.sha256 = to_hex(digest.finish());
  if (spool.is_open()) {
    TRY(out.spooled_path, spool.finish(spool_folder));
  }
  return out;
}

void remove_spooled(const Download& download) {
  if (!download.spooled_path.empty()) static_cast<void>(base::files().remove(download.spooled_path));
}

}  // namespace crossdock::files
