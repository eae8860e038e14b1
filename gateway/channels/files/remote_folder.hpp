// A partner's server as the rules of pick-up and put see it: one session, blocking calls, errors as values. Each
// protocol folder implements it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::files {

enum class EntryKind : std::uint8_t { file, folder, link, other };

/// One name in a folder. The name is as the server sent it: whoever uses it looks at is_plain_name() first.
struct RemoteEntry {
  std::string name;
  EntryKind kind = EntryKind::other;
  std::uint64_t size = 0;
  std::optional<std::int64_t> modified_s;  ///< seconds since 1970, UTC; none: the server does not say
  bool operator==(const RemoteEntry&) const = default;
};

/// What this server can do, as far as it is known.
struct Capabilities {
  bool replaces_in_one_step = false;  ///< rename(may_replace) never leaves a moment without the file
  bool refuses_taken_names = false;   ///< rename(!may_replace) onto a name that is taken surely fails
  bool syncs = false;                 ///< write() with `sync` is durable at the server
  bool says_times = true;             ///< entries have modified_s
  bool appends = false;               ///< write() may begin at an offset
};

/// The bytes of a write: an empty view is the end; a view stays valid until the next call.
using ByteSource = std::function<Result<std::string_view>()>;
/// Takes bytes of a read; an error stops it and is passed on.
using ByteSink = std::function<Status(std::string_view)>;

struct WriteRequest {
  std::string path;
  std::uint64_t offset = 0;  ///< bytes that stand there already; 0: the file is made or emptied
  bool sync = false;         ///< wanted where the server offers it
  ByteSource source;         ///< what comes behind `offset`
};

/// One session with one server, of one thread at a time. Paths are those of the server; nothing is followed that is a
/// symbolic link. Every call is bounded in time by the connection's time-outs. Large transfers hold a bounded window,
/// never the file.
/// Errors of all calls: files.connection_lost, files.timeout, files.protocol (the session is of no use any more:
/// is_lost()), files.not_found, files.permission, files.exists, files.disk_full, files.failed, files.unsupported.
class RemoteFolder {
 public:
  virtual ~RemoteFolder() = default;
  /// Each name of the folder except `.` and `..`, in the server's order; `visit`'s error stops it.
  [[nodiscard]] virtual Status list(const std::string& folder, const std::function<Status(RemoteEntry)>& visit) = 0;
  /// Nothing where there is no such name. The entry's name is the last part of the path.
  [[nodiscard]] virtual Result<std::optional<RemoteEntry>> stat(const std::string& path) = 0;
  /// From `offset` to the end.
  [[nodiscard]] virtual Status read(const std::string& path, std::uint64_t offset, const ByteSink& sink) = 0;
  /// Returns the bytes written by this call. An error leaves a part of the file behind.
  [[nodiscard]] virtual Result<std::uint64_t> write(const WriteRequest& request) = 0;
  /// Error files.exists when `to` is taken and may not be replaced (where the server tells).
  [[nodiscard]] virtual Status rename(const std::string& from, const std::string& to, bool may_replace) = 0;
  [[nodiscard]] virtual Status remove(const std::string& path) = 0;
  /// One level; that it is there already is no error.
  [[nodiscard]] virtual Status make_folder(const std::string& path) = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  /// A round trip that changes nothing.
  [[nodiscard]] virtual Status keep_alive() = 0;
  /// True after an error that ended the session.
  [[nodiscard]] virtual bool is_lost() const = 0;
  /// What people want to know of the session, in order: {"host key", "ssh-ed25519 SHA256:..."}, {"cipher", "..."}.
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> facts() const = 0;
};

/// Makes sessions with one endpoint (host, user, credentials). Callable from any thread.
class Connector {
 public:
  virtual ~Connector() = default;
  /// Connects and logs in; blocking. Errors: files.unreachable, files.proxy, files.timeout, files.authentication,
  /// files.settings and those of the protocol.
  [[nodiscard]] virtual Result<std::unique_ptr<RemoteFolder>> connect() = 0;
  /// `sftp://shipper@sftp.acme.example:22`: what the log says; without secrets.
  [[nodiscard]] virtual const std::string& endpoint() const = 0;
};

/// True for a name that may become a path of ours and of the server: not empty, `.` or `..`, no slash, backslash or
/// control character, at most 255 bytes.
[[nodiscard]] bool is_plain_name(std::string_view name);
/// `folder`/`name` with one slash between.
[[nodiscard]] std::string join(std::string_view folder, std::string_view name);

}  // namespace crossdock::files
