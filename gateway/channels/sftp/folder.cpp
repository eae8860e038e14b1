// The calls of SFTP. libssh2 splits large buffers into requests and keeps them under way; what it needs for that is a
// buffer much larger than a request, shown again with what is not confirmed yet at its front.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/sftp/folder.hpp"

#include <libssh2.h>
#include <libssh2_sftp.h>

#include <cstring>
#include <vector>

namespace crossdock::sftp {
namespace {

using files::EntryKind;
using files::RemoteEntry;

constexpr std::size_t name_buffer_bytes = 64U << 10;
constexpr long file_mode = 0640, folder_mode = 0750;

unsigned int length_of(const std::string& path) { return static_cast<unsigned int>(path.size()); }

EntryKind kind_of(const LIBSSH2_SFTP_ATTRIBUTES& attributes) {
  if ((attributes.flags & LIBSSH2_SFTP_ATTR_PERMISSIONS) == 0) return EntryKind::other;
  if (LIBSSH2_SFTP_S_ISREG(attributes.permissions)) return EntryKind::file;
  if (LIBSSH2_SFTP_S_ISDIR(attributes.permissions)) return EntryKind::folder;
  return LIBSSH2_SFTP_S_ISLNK(attributes.permissions) ? EntryKind::link : EntryKind::other;
}

RemoteEntry entry_of(std::string name, const LIBSSH2_SFTP_ATTRIBUTES& attributes) {
  RemoteEntry out;
  out.name = std::move(name);
  out.kind = kind_of(attributes);
  if ((attributes.flags & LIBSSH2_SFTP_ATTR_SIZE) != 0) out.size = attributes.filesize;
  if ((attributes.flags & LIBSSH2_SFTP_ATTR_ACMODTIME) != 0)
    out.modified_s = static_cast<std::int64_t>(attributes.mtime);
  return out;
}

/// An open file or folder of the server; close() asks the server, the destructor only makes sure of it.
class Handle {
 public:
  static Result<Handle> open(Session& session, const std::string& path, unsigned long flags, int type) {
    TRY(void* const handle, session.call_pointer([&]() -> void* {
      return libssh2_sftp_open_ex(session.sftp(), path.data(), length_of(path), flags, file_mode, type);
    }));
    if (handle == nullptr) return tl::unexpected(session.error("opening " + path));
    return Handle(session, static_cast<LIBSSH2_SFTP_HANDLE*>(handle));
  }
  Handle(Handle&& other) noexcept : session_(other.session_), handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() { static_cast<void>(close("")); }
  Status close(const std::string& path) {
    LIBSSH2_SFTP_HANDLE* const handle = std::exchange(handle_, nullptr);
    if (handle == nullptr || session_->is_lost()) return {};  // with its session
    TRY(const long failed, session_->call([handle]() -> long { return libssh2_sftp_close_handle(handle); }));
    if (failed != 0) return tl::unexpected(session_->error("closing " + path));
    return {};
  }
  [[nodiscard]] LIBSSH2_SFTP_HANDLE* get() const { return handle_; }

 private:
  Handle(Session& session, LIBSSH2_SFTP_HANDLE* handle) : session_(&session), handle_(handle) {}
  Session* session_;
  LIBSSH2_SFTP_HANDLE* handle_;
};

/// What is written: the bytes not yet confirmed, with new ones behind them.
class Window {
 public:
  explicit Window(const files::ByteSource& source) : source_(source), bytes_(2 * window_bytes) {}
  /// Fills up to the window; false when nothing is left.
  Result<bool> fill() {
    if (begin_ >= window_bytes) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    while (end_ - begin_ < window_bytes && !ended_) {
      if (pending_.empty()) {
        TRY(pending_, source_());
        ended_ = pending_.empty();
      }
      const std::size_t part = std::min(pending_.size(), bytes_.size() - end_);
      if (part == 0) break;
      std::memcpy(bytes_.data() + end_, pending_.data(), part);
      end_ += part;
      pending_.remove_prefix(part);
    }
    return end_ > begin_;
  }
  [[nodiscard]] const char* data() const { return bytes_.data() + begin_; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  void confirm(std::size_t count) { begin_ += count; }

 private:
  const files::ByteSource& source_;
  std::vector<char> bytes_;
  std::string_view pending_;
  std::size_t begin_ = 0, end_ = 0;
  bool ended_ = false;
};

}  // namespace

Status Folder::list(const std::string& folder, const std::function<Status(RemoteEntry)>& visit) {
  TRY(Handle handle, Handle::open(*session_, folder, 0, LIBSSH2_SFTP_OPENDIR));
  std::vector<char> name(name_buffer_bytes);
  for (;;) {
    LIBSSH2_SFTP_ATTRIBUTES attributes{};
    TRY(const long length, session_->call([&]() -> long {
      return libssh2_sftp_readdir_ex(handle.get(), name.data(), name.size(), nullptr, 0, &attributes);
    }));
    if (length == 0) break;
    if (length < 0) return tl::unexpected(error("listing " + folder));
    std::string text(name.data(), static_cast<std::size_t>(length));
    if (text != "." && text != "..") TRY_STATUS(visit(entry_of(std::move(text), attributes)));
  }
  return handle.close(folder);
}

Result<std::optional<RemoteEntry>> Folder::stat(const std::string& path) {
  LIBSSH2_SFTP_ATTRIBUTES attributes{};
  TRY(const long failed, session_->call([&]() -> long {
    return libssh2_sftp_stat_ex(session_->sftp(), path.data(), length_of(path), LIBSSH2_SFTP_LSTAT, &attributes);
  }));
  if (failed != 0) {
    Error why = error("looking at " + path);
    if (why.code == Code::files_not_found) return std::optional<RemoteEntry>();
    return tl::unexpected(std::move(why));
  }
  return std::optional<RemoteEntry>(entry_of(path.substr(path.rfind('/') + 1), attributes));
}

Status Folder::read(const std::string& path, std::uint64_t offset, const files::ByteSink& sink) {
  TRY(Handle handle, Handle::open(*session_, path, LIBSSH2_FXF_READ, LIBSSH2_SFTP_OPENFILE));
  if (offset != 0) libssh2_sftp_seek64(handle.get(), offset);
  std::vector<char> buffer(window_bytes);
  for (;;) {
    TRY(const long got, session_->call([&]() -> long {
      return static_cast<long>(libssh2_sftp_read(handle.get(), buffer.data(), buffer.size()));
    }));
    if (got < 0) return tl::unexpected(error("reading " + path));
    if (got == 0) break;
    TRY_STATUS(sink(std::string_view(buffer.data(), static_cast<std::size_t>(got))));
  }
  return handle.close(path);
}

Status Folder::sync(void* handle) {
  if (!syncs_) return {};
  TRY(const long failed,
      session_->call([handle]() -> long { return libssh2_sftp_fsync(static_cast<LIBSSH2_SFTP_HANDLE*>(handle)); }));
  if (failed == 0) return {};
  Error why = error("fsync");
  if (why.code != Code::files_unsupported) return tl::unexpected(std::move(why));
  syncs_ = false;  // fsync@openssh.com is not offered: what else can be done is done, the size is looked at
  return {};
}

Result<std::uint64_t> Folder::write(const files::WriteRequest& request) {
  const unsigned long flags = LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | (request.offset == 0 ? LIBSSH2_FXF_TRUNC : 0);
  TRY(Handle handle, Handle::open(*session_, request.path, flags, LIBSSH2_SFTP_OPENFILE));
  if (request.offset != 0) libssh2_sftp_seek64(handle.get(), request.offset);
  Window window(request.source);
  std::uint64_t written = 0;
  for (;;) {
    TRY(const bool more, window.fill());
    if (!more) break;
    TRY(const long confirmed, session_->call([&]() -> long {
      return static_cast<long>(libssh2_sftp_write(handle.get(), window.data(), window.size()));
    }));
    if (confirmed < 0) return tl::unexpected(error("writing " + request.path));
    window.confirm(static_cast<std::size_t>(confirmed));
    written += static_cast<std::uint64_t>(confirmed);
  }
  if (request.sync) TRY_STATUS(sync(handle.get()));
  TRY_STATUS(handle.close(request.path));
  return written;
}

Status Folder::rename_replacing(const std::string& from, const std::string& to) {
  if (renames_posix_) {
    TRY(const long failed, session_->call([&]() -> long {
      return libssh2_sftp_posix_rename_ex(session_->sftp(), from.data(), from.size(), to.data(), to.size());
    }));
    if (failed == 0) return {};
    if (failed == static_cast<long>(LIBSSH2_FX_OP_UNSUPPORTED)) {
      renames_posix_ = false;
    } else {
      Error why = error("renaming " + from + " to " + to);
      if (why.code != Code::files_unsupported) return tl::unexpected(std::move(why));
      renames_posix_ = false;
    }
  }
  // Without posix-rename@openssh.com there is a moment without the file.
  if (auto removed = remove(to); !removed && removed.error().code != Code::files_not_found) return removed;
  return rename(from, to, false);
}

Status Folder::rename(const std::string& from, const std::string& to, bool may_replace) {
  if (may_replace) return rename_replacing(from, to);
  // Servers differ: OpenSSH fails without a reason, ProFTPD says "exists", others replace silently.
  TRY(const auto there, stat(to));
  if (there) return fail(Code::files_exists, to);
  TRY(const long failed, session_->call([&]() -> long {
    return libssh2_sftp_rename_ex(session_->sftp(), from.data(), length_of(from), to.data(), length_of(to), 0);
  }));
  if (failed == 0) return {};
  Error why = error("renaming " + from + " to " + to);
  if (why.code != Code::files_failed) return tl::unexpected(std::move(why));
  TRY(const auto now, stat(to));
  if (now) why.code = Code::files_exists;
  return tl::unexpected(std::move(why));
}

Status Folder::remove(const std::string& path) {
  TRY(const long failed,
      session_->call([&]() -> long { return libssh2_sftp_unlink_ex(session_->sftp(), path.data(), length_of(path)); }));
  if (failed != 0) return tl::unexpected(error("removing " + path));
  return {};
}

Status Folder::make_folder(const std::string& path) {
  TRY(const long failed, session_->call([&]() -> long {
    return libssh2_sftp_mkdir_ex(session_->sftp(), path.data(), length_of(path), folder_mode);
  }));
  if (failed == 0) return {};
  Error why = error("making " + path);
  if (why.code == Code::files_connection_lost || is_lost()) return tl::unexpected(std::move(why));
  TRY(const auto there, stat(path));
  if (there && there->kind != EntryKind::file) return {};
  return tl::unexpected(std::move(why));
}

files::Capabilities Folder::capabilities() const { return {renames_posix_, false, syncs_, true, true}; }

Status Folder::keep_alive() {
  TRY(const auto here, stat("."));
  static_cast<void>(here);
  return {};
}

}  // namespace crossdock::sftp
