// Spool files: written by plain POSIX calls on a worker thread.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace crossdock::http {
namespace {

tl::unexpected<Error> refuse(const std::string& what, int number) {
  return fail(Code::channel_spool, what + ": " + std::generic_category().message(number));
}

}  // namespace

SpooledBody::SpooledBody(std::string path, std::uint64_t bytes, std::string sha256)
    : path_(std::move(path)), bytes_(bytes), sha256_(std::move(sha256)) {}
SpooledBody::~SpooledBody() { ::unlink(path_.c_str()); }

Result<std::unique_ptr<SpoolWriter>> SpoolWriter::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse("a spool file could not be made", errno);
  return std::unique_ptr<SpoolWriter>(new SpoolWriter(path, descriptor));
}

SpoolWriter::~SpoolWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!finished_) ::unlink(path_.c_str());
}

Status SpoolWriter::append(std::string_view bytes) {
  digest_.update(bytes);
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return refuse("a spool file could not be written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::shared_ptr<SpooledBody>> SpoolWriter::finish() {
  if (::fsync(descriptor_) != 0) return refuse("a spool file could not be synced", errno);
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) return refuse("a spool file could not be closed", errno);
  finished_ = true;
  return std::make_shared<SpooledBody>(path_, bytes_, to_hex(digest_.finish()));
}

namespace {

class FileSource final : public BodySource {
 public:
  FileSource(int descriptor, std::uint64_t bytes) : bytes_(bytes), descriptor_(descriptor) {}
  ~FileSource() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  std::uint64_t bytes() const override { return bytes_; }
  Result<std::string> read() override {
    std::string piece(piece_bytes, '\0');
    const ssize_t got = ::read(descriptor_, piece.data(), piece.size());
    if (got < 0) return refuse("a file on its way out could not be read", errno);
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }

 private:
  static constexpr std::size_t piece_bytes = 256U << 10;
  const std::uint64_t bytes_;
  const int descriptor_;
};

}  // namespace

Result<std::shared_ptr<BodySource>> file_source(const std::string& path, std::uint64_t bytes) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return refuse("a file on its way out could not be opened", errno);
  return std::make_shared<FileSource>(descriptor, bytes);
}

std::string fresh_spool_path(const std::string& folder) {
  static std::atomic<std::uint64_t> made{0};
  return folder + "/" + std::to_string(::getpid()) + "-" + std::to_string(++made) + ".spool";
}

Status prepare_spool_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Code::channel_spool, "the folder " + folder + " could not be made: " + error.message());
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".spool") std::filesystem::remove(entry.path(), error);
  return {};
}

}  // namespace crossdock::http
