// One file from here to there.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/file_names.hpp"
#include "gateway/channels/files/put.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::files {
namespace {

using configuration::FileChannel;

constexpr std::size_t chunk_bytes = 256U << 10;
constexpr int suffixes_max = 99;

std::string filled(std::string pattern, const std::string& name, const std::string& id) {
  for (const auto& [what, with] : {std::pair<std::string, std::string>{"{name}", name}, {"{id}", id}})
    for (std::size_t at = 0; (at = pattern.find(what, at)) != std::string::npos; at += with.size())
      pattern.replace(at, what.size(), with);
  return pattern.size() > 255 ? pattern.substr(pattern.size() - 255) : pattern;
}

/// `name.edi` -> `name-2.edi`
std::string numbered(const std::string& name, int number) {
  if (number == 1) return name;
  const std::size_t dot = name.rfind('.');
  const std::string suffix = "-" + std::to_string(number);
  return dot == std::string::npos || dot == 0 ? name + suffix : name.substr(0, dot) + suffix + name.substr(dot);
}

/// The bytes to be put, from memory or from a file, from an offset on.
class Bytes {
 public:
  static Result<Bytes> open(const PutRequest& request, std::uint64_t offset) {
    Bytes out;
    if (request.bytes) {
      out.text_ = std::string_view(*request.bytes).substr(std::min<std::size_t>(offset, request.bytes->size()));
      return out;
    }
    out.descriptor_ = ::open(request.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (out.descriptor_ < 0 || ::lseek(out.descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0)
      return fail(Code::file_unreadable, request.file + ": " + std::strerror(errno));
    out.buffer_.resize(chunk_bytes);
    return out;
  }
  Bytes(Bytes&& other) noexcept
      : text_(other.text_), buffer_(std::move(other.buffer_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  Bytes& operator=(Bytes&&) = delete;
  ~Bytes() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Result<std::string_view> next() {
    if (descriptor_ < 0) return std::exchange(text_, std::string_view());
    for (;;) {
      const ssize_t got = ::read(descriptor_, buffer_.data(), buffer_.size());
      if (got >= 0) return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
      if (errno != EINTR) return fail(Code::file_unreadable, std::strerror(errno));
    }
  }

 private:
  Bytes() = default;
  std::string_view text_;
  std::string buffer_;
  int descriptor_ = -1;
};

Result<std::uint64_t> size_of(const PutRequest& request) {
  if (request.bytes) return request.bytes->size();
  return base::files().size(request.file);
}

/// Digest of the first `size` bytes of what is put.
Result<Sha256Bytes> digest_of(const PutRequest& request, std::uint64_t size) {
  TRY(Bytes bytes, Bytes::open(request, 0));
  Sha256 digest;
  while (size > 0) {
    TRY(std::string_view part, bytes.next());
    if (part.empty()) break;
    part = part.substr(0, std::min<std::uint64_t>(part.size(), size));
    digest.update(part);
    size -= part.size();
  }
  return digest.finish();
}

Result<Sha256Bytes> digest_there(RemoteFolder& server, const std::string& path) {
  Sha256 digest;
  TRY_STATUS(server.read(path, 0, [&digest](std::string_view bytes) {
    digest.update(bytes);
    return Status{};
  }));
  return digest.finish();
}

/// Where the temporary file may be continued: only where all that stands there is what we would write.
Result<std::uint64_t> resume_at(RemoteFolder& server, const FileChannel& rules, const PutRequest& request,
                                const std::string& temporary, std::uint64_t size) {
  if (size < rules.resume_bytes_min || !server.capabilities().appends) return 0;
  TRY(const auto there, server.stat(temporary));
  if (!there || there->kind != EntryKind::file || there->size == 0 || there->size > size) return 0;
  TRY(const Sha256Bytes ours, digest_of(request, there->size));
  TRY(const Sha256Bytes theirs, digest_there(server, temporary));
  return ours == theirs ? there->size : 0;
}

Status write_temporary(RemoteFolder& server, const FileChannel& rules, const PutRequest& request,
                       const std::string& temporary) {
  TRY(const std::uint64_t size, size_of(request));
  TRY(const std::uint64_t offset, resume_at(server, rules, request, temporary, size));
  TRY(Bytes bytes, Bytes::open(request, offset));
  if (offset < size || size == 0) {
    TRY(const std::uint64_t written, server.write({temporary, offset, true, [&bytes]() { return bytes.next(); }}));
    if (written + offset != size)
      return fail(Code::files_size_differs,
                  temporary + ": " + std::to_string(written + offset) + " bytes went of " + std::to_string(size));
  }
  CROSSDOCK_FAILPOINT("files.put.after_write");
  TRY(const auto there, server.stat(temporary));
  if (!there || there->size != size)
    return fail(Code::files_size_differs, temporary + " has " + std::to_string(there ? there->size : 0) +
                                              " bytes on the server instead of " + std::to_string(size));
  return {};
}

/// Gives the temporary file the first name that the policy allows.
Result<Put> give_name(RemoteFolder& server, const FileChannel& rules, const PutRequest& request,
                      const std::string& temporary) {
  const std::string& folder = rules.put.text;
  if (rules.exists == FileChannel::Exists::replace) {
    TRY_STATUS(server.rename(temporary, join(folder, request.name), true));
    return Put{join(folder, request.name), false};
  }
  const int last = rules.exists == FileChannel::Exists::suffix ? suffixes_max : 1;
  for (int number = 1; number <= last; ++number) {
    const std::string path = join(folder, numbered(request.name, number));
    const Status named = server.rename(temporary, path, false);
    if (named) return Put{path, false};
    if (named.error().code != Code::files_exists) return tl::unexpected(named.error());
    const bool look = rules.exists == FileChannel::Exists::skip_same || request.may_stand_there;
    if (!look) continue;
    TRY(const auto same, holds(server, path, request));
    if (!same || !*same) continue;
    TRY_STATUS(server.remove(temporary));
    return Put{path, true};
  }
  static_cast<void>(server.remove(temporary));
  return fail(Code::files_exists, join(folder, request.name));
}

/// After an unknown outcome: the file may stand there under its name already.
Result<std::optional<Put>> find_put(RemoteFolder& server, const FileChannel& rules, const PutRequest& request) {
  const int last = rules.exists == FileChannel::Exists::suffix ? suffixes_max : 1;
  for (int number = 1; number <= last; ++number) {
    const std::string path = join(rules.put.text, numbered(request.name, number));
    TRY(const auto same, holds(server, path, request));
    if (!same) break;
    if (*same) return std::optional<Put>({path, true});
  }
  return std::optional<Put>();
}

Status put_mark(RemoteFolder& server, const FileChannel& rules, const std::string& path) {
  if (rules.put_marker.empty()) return {};
  TRY(const std::uint64_t none, server.write({path + rules.put_marker, 0, true,
                                              []() -> Result<std::string_view> { return std::string_view(); }}));
  static_cast<void>(none);
  return {};
}

Status make_folders(RemoteFolder& server, const std::string& folder) {
  for (std::size_t at = folder.find('/', 1);; at = folder.find('/', at + 1)) {
    const std::string part = folder.substr(0, at);
    TRY(const auto there, server.stat(part));
    if (!there) TRY_STATUS(server.make_folder(part));
    if (at == std::string::npos) return {};
  }
}

}  // namespace

Result<std::optional<bool>> holds(RemoteFolder& server, const std::string& path, const PutRequest& request) {
  TRY(const auto there, server.stat(path));
  if (!there) return std::optional<bool>();
  TRY(const std::uint64_t size, size_of(request));
  if (there->kind != EntryKind::file || there->size != size) return std::optional<bool>(false);
  TRY(const Sha256Bytes theirs, digest_there(server, path));
  TRY(const Sha256Bytes ours, digest_of(request, size));
  return std::optional<bool>(ours == theirs);
}

Result<Put> put_file(RemoteFolder& server, const FileChannel& rules, const PutRequest& request) {
  if (!is_plain_name(request.name)) return fail(Code::files_name, request.name);
  if (rules.make_folders) TRY_STATUS(make_folders(server, rules.put.text));
  std::optional<Put> put;
  if (request.may_stand_there || rules.exists == FileChannel::Exists::skip_same) {
    TRY(put, find_put(server, rules, request));
  }
  if (!put) {
    const std::string temporary = join(rules.put.text, filled(rules.temporary, request.name, request.delivery_id));
    TRY_STATUS(write_temporary(server, rules, request, temporary));
    TRY(put, give_name(server, rules, request, temporary));
    CROSSDOCK_FAILPOINT("files.put.after_rename");
  }
  TRY_STATUS(put_mark(server, rules, put->path));
  return *put;
}

Result<std::size_t> remove_stale(RemoteFolder& server, const FileChannel& rules, std::int64_t now_s) {
  if (rules.stale_after.count() == 0) return 0;
  const std::string pattern = filled(rules.temporary, "*", "*");
  const std::int64_t before = now_s - rules.stale_after.count() / 1000;
  std::vector<std::string> stale;
  TRY_STATUS(server.list(rules.put.text, [&](const RemoteEntry& entry) -> Status {
    const bool old = entry.modified_s && *entry.modified_s < before;
    if (entry.kind == EntryKind::file && old && is_plain_name(entry.name) && base::glob_matches(pattern, entry.name))
      stale.push_back(entry.name);
    return {};
  }));
  for (const std::string& name : stale) TRY_STATUS(server.remove(join(rules.put.text, name)));
  return stale.size();
}

}  // namespace crossdock::files
