// One SSH session: handshake, host key, log-in. Every call of libssh2 is repeated until it is done or its time is over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/channels/sftp/settings.hpp"
#include "gateway/channels/sftp/socket.hpp"
#include "translators/base/result.hpp"

struct _LIBSSH2_SESSION;
struct _LIBSSH2_SFTP;

namespace crossdock::sftp {

/// A host key that a server showed.
struct HostKey {
  std::string type, fingerprint, line;  ///< `line`: type and base64, as known_hosts has it
};

/// Of one thread at a time.
class Session {
 public:
  /// Connects, agrees on algorithms and looks at the host key: one that is not pinned is refused before anything of
  /// ours is said. With `host_key_type` only keys of this type are asked for. Errors: files.unreachable, files.timeout,
  /// files.proxy, sftp.handshake, sftp.algorithm, sftp.host_key_unknown.
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const Settings& settings,
                                                             const std::string& host_key_type = {});
  /// The same without looking whether the key is pinned and without logging in.
  [[nodiscard]] static Result<HostKey> show_host_key(const Settings& settings, const std::string& host_key_type);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Key first, then password, then keyboard-interactive, as the server asks; several where it wants several.
  /// Errors: files.authentication, sftp.key, files.timeout, files.connection_lost.
  [[nodiscard]] Status log_in(const Settings& settings);
  /// Errors: sftp.no_subsystem.
  [[nodiscard]] Status start_sftp();

  /// Calls until it answers something other than "again"; waits for the socket in between, at most `timeout` without
  /// any sign of life. The result is the call's; negative ones are for error().
  [[nodiscard]] Result<long> call(const std::function<long()>& once);
  /// For calls that return a pointer: null is "again" or a failure.
  [[nodiscard]] Result<void*> call_pointer(const std::function<void*()>& once);
  /// What the last failing call means. `what` says what was tried and on what.
  [[nodiscard]] Error error(const std::string& what);

  [[nodiscard]] _LIBSSH2_SFTP* sftp() const { return sftp_; }
  [[nodiscard]] bool is_lost() const { return lost_; }
  [[nodiscard]] const HostKey& host_key() const { return host_key_; }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const;

 private:
  Session() = default;
  [[nodiscard]] Status connect(const Settings& settings, const std::string& host_key_type);
  [[nodiscard]] Status prefer(const Settings& settings, const std::string& host_key_type);
  [[nodiscard]] Result<bool> try_key(const Settings& settings);
  [[nodiscard]] Result<bool> try_password(const Settings& settings, bool interactive);
  [[nodiscard]] Result<std::string> methods(const Settings& settings);
  [[nodiscard]] Deadline next_deadline() const;

  Socket socket_;
  _LIBSSH2_SESSION* session_ = nullptr;
  _LIBSSH2_SFTP* sftp_ = nullptr;
  std::chrono::milliseconds timeout_{60'000};
  std::chrono::steady_clock::time_point connect_deadline_{};
  bool connecting_ = true;  ///< until logged in one deadline holds for everything
  bool lost_ = false;
  std::string password_;  ///< what keyboard-interactive answers with; emptied after the log-in
  HostKey host_key_;
  friend struct Answers;
};

/// Whether one of the pins means this key.
[[nodiscard]] bool is_agreed(const Settings& settings, const HostKey& key);
/// Host key types that a server is asked for one by one.
[[nodiscard]] const std::vector<std::string>& host_key_types();

}  // namespace crossdock::sftp
