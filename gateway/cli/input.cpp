// Files, pipes and standard input behind one reader.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

namespace crossdock::cli {
namespace {

constexpr std::size_t chunk_bytes = 256U << 10;

std::string reason(const std::string& what) { return what + ": " + std::strerror(errno); }

/// Reads until `chunk_bytes` or the end. Errors: file.unreadable.
Result<std::size_t> read_chunk(int descriptor, char* to) {
  for (;;) {
    const ssize_t got = ::read(descriptor, to, chunk_bytes);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail(Code::file_unreadable, reason("reading failed"));
  }
}

Status write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR)
      return fail(Code::file_unwritable, reason("copying the input to a temporary file failed"));
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

/// Copies what can be read only once (standard input, a named pipe) to an unnamed temporary file.
Result<int> spool(int from) {
  std::string pattern = (std::filesystem::temp_directory_path() / "crossdock-XXXXXX").string();
  const int copy = ::mkstemp(pattern.data());
  if (copy < 0) return fail(Code::file_unwritable, reason("cannot make a temporary file " + pattern));
  ::unlink(pattern.c_str());
  const auto buffer = std::make_unique<char[]>(chunk_bytes);
  for (;;) {
    auto got = read_chunk(from, buffer.get());
    auto stored = got ? write_all(copy, {buffer.get(), *got}) : Status(tl::unexpected(got.error()));
    if (!stored) {
      ::close(copy);
      return tl::unexpected(stored.error());
    }
    if (*got == 0) return copy;
  }
}

}  // namespace

Result<Input> Input::open(const std::string& path) {
  if (path == "-") {
    TRY(const int copy, spool(STDIN_FILENO));
    return Input(copy, "-");
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(Code::file_unreadable, reason(path));
  struct stat facts {};
  const bool known = ::fstat(descriptor, &facts) == 0;
  if (known && S_ISDIR(facts.st_mode)) {
    ::close(descriptor);
    return fail(Code::file_unreadable, path + " is a folder");
  }
  const std::string name = std::filesystem::path(path).filename().string();
  if (known && S_ISREG(facts.st_mode)) return Input(descriptor, name);
  auto copy = spool(descriptor);
  ::close(descriptor);
  if (!copy) return tl::unexpected(copy.error());
  return Input(*copy, name);
}

Input::Input(Input&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

Input::~Input() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status Input::for_each_chunk(const std::function<Status(std::string_view)>& take) {
  if (::lseek(descriptor_, 0, SEEK_SET) < 0 && errno != ESPIPE) return fail(Code::file_unreadable, reason(name_));
  const auto buffer = std::make_unique<char[]>(chunk_bytes);
  for (;;) {
    TRY(const std::size_t got, read_chunk(descriptor_, buffer.get()));
    if (got == 0) return {};
    TRY_STATUS(take({buffer.get(), got}));
  }
}

Result<Sha256Bytes> Input::hash() {
  Sha256 digest;
  TRY_STATUS(for_each_chunk([&digest](std::string_view bytes) {
    digest.update(bytes);
    return Status{};
  }));
  return digest.finish();
}

Result<std::string> Input::beginning(std::uint64_t bytes_max) {
  if (::lseek(descriptor_, 0, SEEK_SET) < 0 && errno != ESPIPE) return fail(Code::file_unreadable, reason(name_));
  const auto buffer = std::make_unique<char[]>(chunk_bytes);
  std::string out;
  while (out.size() < bytes_max) {
    TRY(const std::size_t got, read_chunk(descriptor_, buffer.get()));
    if (got == 0) break;
    out.append(buffer.get(), std::min<std::uint64_t>(got, bytes_max - out.size()));
  }
  return out;
}

Result<std::string> Input::text(std::uint64_t bytes_max) {
  std::string out;
  TRY_STATUS(for_each_chunk([&](std::string_view bytes) -> Status {
    if (out.size() + bytes.size() > bytes_max)
      return fail(Code::file_unreadable, name_ + " is larger than " + std::to_string(bytes_max) + " bytes");
    out.append(bytes);
    return {};
  }));
  return out;
}

}  // namespace crossdock::cli
