// Handshake, host keys, log-in by libssh2.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/sftp/session.hpp"

#include <libssh2.h>
#include <libssh2_sftp.h>
#include <openssl/crypto.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "gateway/channels/sftp/text.hpp"

namespace crossdock::sftp {

/// What keyboard-interactive asks: hidden questions get the password, others nothing. (RFC 4256: the names of the
/// questions are free, so that no more can be told.)
struct Answers {
  static void give(const char*, int, const char*, int, int count, const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts,
                   LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, void** abstract) {
    const auto* session = static_cast<const Session*>(*abstract);
    for (int i = 0; i < count; ++i) {
      const std::string_view answer = prompts[i].echo == 0 ? std::string_view(session->password_) : std::string_view();
      auto* copy = static_cast<char*>(std::malloc(answer.size() + 1));  // libssh2 frees it
      if (copy == nullptr) return;
      std::memcpy(copy, answer.data(), answer.size());
      responses[i].text = copy;
      responses[i].length = static_cast<unsigned int>(answer.size());
    }
  }
};

namespace {

struct Library {
  Library() { failed = libssh2_init(0); }
  int failed = 0;
};

bool start_library() {
  static const Library library;
  return library.failed == 0;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

/// Without ssh-dss, SHA-1 signatures, CBC, RC4, 3DES and MD5, which the library would take.
struct Strong {
  int method;
  const char* names;
};
constexpr Strong strong[] = {
    {LIBSSH2_METHOD_KEX,
     "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
     "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
     "diffie-hellman-group14-sha256,ext-info-c,kex-strict-c-v00@openssh.com"},
    {LIBSSH2_METHOD_HOSTKEY,
     "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256"},
    {LIBSSH2_METHOD_CRYPT_CS,
     "aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr"},
    {LIBSSH2_METHOD_MAC_CS, "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512"},
};

}  // namespace

const std::vector<std::string>& host_key_types() {
  static const std::vector<std::string> types{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                              "ecdsa-sha2-nistp521", "rsa-sha2-512,rsa-sha2-256"};
  return types;
}

Session::~Session() {
  OPENSSL_cleanse(password_.data(), password_.size());
  if (session_ == nullptr) return;
  // A polite good-bye waits for nothing: the peer may be gone.
  if (sftp_ != nullptr && !lost_) static_cast<void>(libssh2_sftp_shutdown(sftp_));
  if (!lost_) static_cast<void>(libssh2_session_disconnect(session_, "done"));
  lost_ = true;
  for (int tries = 0; libssh2_session_free(session_) == LIBSSH2_ERROR_EAGAIN && tries < 100; ++tries) continue;
}

Deadline Session::next_deadline() const {
  return connecting_ ? connect_deadline_ : std::chrono::steady_clock::now() + timeout_;
}

Result<long> Session::call(const std::function<long()>& once) {
  for (;;) {
    const long result = once();
    if (result != LIBSSH2_ERROR_EAGAIN) return result;
    const int directions = libssh2_session_block_directions(session_);
    short events = 0;
    if ((directions & LIBSSH2_SESSION_BLOCK_INBOUND) != 0) events |= POLLIN;
    if ((directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0) events |= POLLOUT;
    if (auto ready = wait_for(socket_, events == 0 ? POLLIN : events, next_deadline()); !ready) {
      lost_ = true;
      return tl::unexpected(ready.error());
    }
  }
}

Result<void*> Session::call_pointer(const std::function<void*()>& once) {
  void* out = nullptr;
  TRY(const long failed, call([&]() -> long {
        out = once();
        return out != nullptr ? 0 : libssh2_session_last_errno(session_);
      }));
  static_cast<void>(failed);
  return out;
}

namespace {

/// SSH_FX_* of draft-ietf-secsh-filexfer; OpenSSH says FAILURE for most of what version 3 has no number for.
Code code_of_status(unsigned long status) {
  switch (status) {
    case LIBSSH2_FX_NO_SUCH_FILE:
    case LIBSSH2_FX_NO_SUCH_PATH: return Code::files_not_found;
    case LIBSSH2_FX_PERMISSION_DENIED:
    case LIBSSH2_FX_WRITE_PROTECT: return Code::files_permission;
    case LIBSSH2_FX_FILE_ALREADY_EXISTS: return Code::files_exists;
    case LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM:
    case LIBSSH2_FX_QUOTA_EXCEEDED: return Code::files_disk_full;
    case LIBSSH2_FX_OP_UNSUPPORTED: return Code::files_unsupported;
    case LIBSSH2_FX_NO_CONNECTION:
    case LIBSSH2_FX_CONNECTION_LOST: return Code::files_connection_lost;
    case LIBSSH2_FX_BAD_MESSAGE: return Code::files_protocol;
    default: return Code::files_failed;
  }
}

bool ends_session(int error) {
  switch (error) {
    case LIBSSH2_ERROR_SOCKET_SEND:
    case LIBSSH2_ERROR_SOCKET_RECV:
    case LIBSSH2_ERROR_SOCKET_DISCONNECT:
    case LIBSSH2_ERROR_SOCKET_TIMEOUT:
    case LIBSSH2_ERROR_BAD_SOCKET:
    case LIBSSH2_ERROR_TIMEOUT:
    case LIBSSH2_ERROR_CHANNEL_CLOSED:
    case LIBSSH2_ERROR_CHANNEL_EOF_SENT: return true;
    default: return false;
  }
}

}  // namespace

Error Session::error(const std::string& what) {
  char* text = nullptr;
  const int number = libssh2_session_last_error(session_, &text, nullptr, 0);
  if (number == LIBSSH2_ERROR_SFTP_PROTOCOL && sftp_ != nullptr) {
    const unsigned long status = libssh2_sftp_last_error(sftp_);
    if (status != LIBSSH2_FX_OK) {
      const Code code = code_of_status(status);
      if (code == Code::files_connection_lost || code == Code::files_protocol) lost_ = true;
      return {code, {}, what + " (SFTP status " + std::to_string(status) + ")"};
    }
  }
  lost_ = true;  // out of step, or gone: nothing more is asked of this session
  const std::string detail = what + ": " + (text != nullptr ? printable(text) : "no reason given");
  if (connecting_ && sftp_ == nullptr) return {Code::sftp_handshake, {}, detail};
  return {ends_session(number) ? Code::files_connection_lost : Code::files_protocol, {}, detail};
}

Status Session::prefer(const Settings& settings, const std::string& host_key_type) {
  const auto set = [this](int method, const std::string& names, const char* key) -> Status {
    if (libssh2_session_method_pref(session_, method, names.c_str()) == 0) return {};
    return fail(Code::sftp_algorithm, std::string("`") + key + "`: none of " + names + " is known here");
  };
  for (const Strong& one : strong) static_cast<void>(libssh2_session_method_pref(session_, one.method, one.names));
  static_cast<void>(libssh2_session_method_pref(session_, LIBSSH2_METHOD_CRYPT_SC, strong[2].names));
  static_cast<void>(libssh2_session_method_pref(session_, LIBSSH2_METHOD_MAC_SC, strong[3].names));
  static_cast<void>(libssh2_session_method_pref(session_, LIBSSH2_METHOD_SIGN_ALGO, "rsa-sha2-512,rsa-sha2-256"));
  if (!settings.key_exchanges.empty())
    TRY_STATUS(set(LIBSSH2_METHOD_KEX, joined(settings.key_exchanges) + ",ext-info-c,kex-strict-c-v00@openssh.com",
                   "key_exchanges"));
  const std::string host_keys = host_key_type.empty() ? joined(settings.host_key_types) : host_key_type;
  if (!host_keys.empty()) TRY_STATUS(set(LIBSSH2_METHOD_HOSTKEY, host_keys, "host_key_types"));
  for (const int method : {LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC})
    if (!settings.ciphers.empty()) TRY_STATUS(set(method, joined(settings.ciphers), "ciphers"));
  for (const int method : {LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC})
    if (!settings.macs.empty()) TRY_STATUS(set(method, joined(settings.macs), "macs"));
  return {};
}

Status Session::connect(const Settings& settings, const std::string& host_key_type) {
  if (!start_library()) return fail(Code::internal_bug, "libssh2 does not start");
  timeout_ = settings.timeout;
  connect_deadline_ = std::chrono::steady_clock::now() + settings.connect_timeout;
  TRY(socket_, connect_to(settings, connect_deadline_));
  session_ = libssh2_session_init_ex(nullptr, nullptr, nullptr, this);
  if (session_ == nullptr) return fail(Code::internal_bug, "no session of libssh2");
  libssh2_session_set_blocking(session_, 0);
  TRY_STATUS(prefer(settings, host_key_type));
  const std::string peer = settings.host + ":" + std::to_string(settings.port);
  TRY(const long failed, call([this]() -> long { return libssh2_session_handshake(session_, socket_.get()); }));
  if (failed != 0) return tl::unexpected(error("handshake with " + peer));
  std::size_t length = 0;
  int type = 0;
  const char* const blob = libssh2_session_hostkey(session_, &length, &type);
  if (blob == nullptr) return fail(Code::sftp_handshake, peer + " showed no host key");
  const std::string_view bytes(blob, length);
  host_key_ = {key_type(bytes), fingerprint(bytes), key_type(bytes) + " " + base64(bytes)};
  return {};
}

Result<HostKey> Session::show_host_key(const Settings& settings, const std::string& host_key_type) {
  const std::unique_ptr<Session> session(new Session());
  TRY_STATUS(session->connect(settings, host_key_type));
  return session->host_key_;
}

bool is_agreed(const Settings& settings, const HostKey& key) {
  return std::any_of(settings.host_keys.begin(), settings.host_keys.end(), [&](std::string pin) {
    while (pin.ends_with('=') && pin.starts_with("SHA256:")) pin.pop_back();
    return pin == key.fingerprint || pin == key.line;
  });
}

Result<std::unique_ptr<Session>> Session::open(const Settings& settings, const std::string& host_key_type) {
  std::unique_ptr<Session> session(new Session());
  TRY_STATUS(session->connect(settings, host_key_type));
  if (!is_agreed(settings, session->host_key_))
    return fail(Code::sftp_host_key_unknown, settings.host + " shows " + session->host_key_.type + " " +
                                                 session->host_key_.fingerprint + "; agreed are " +
                                                 std::to_string(settings.host_keys.size()) + " others");
  return session;
}

Result<std::string> Session::methods(const Settings& settings) {
  TRY(void* const list, call_pointer([&]() -> void* {
        return libssh2_userauth_list(session_, settings.user.data(), static_cast<unsigned int>(settings.user.size()));
      }));
  if (list == nullptr && libssh2_userauth_authenticated(session_) == 0) return tl::unexpected(error("log-in"));
  return list == nullptr ? std::string() : std::string(static_cast<const char*>(list));
}

/// False: the server does not take it (or wants more after it).
Result<bool> Session::try_key(const Settings& settings) {
  const std::string_view key = settings.key->reveal();
  const std::string passphrase(settings.passphrase.reveal());
  TRY(const long failed, call([&]() -> long {
        return libssh2_userauth_publickey_frommemory(session_, settings.user.data(), settings.user.size(), nullptr, 0,
                                                     key.data(), key.size(), passphrase.c_str());
      }));
  if (failed == 0) return true;
  if (failed == LIBSSH2_ERROR_AUTHENTICATION_FAILED || failed == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED) return false;
  char* text = nullptr;
  libssh2_session_last_error(session_, &text, nullptr, 0);
  if (failed == LIBSSH2_ERROR_FILE || failed == LIBSSH2_ERROR_METHOD_NONE ||
      failed == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED || failed == LIBSSH2_ERROR_ALGO_UNSUPPORTED ||
      failed == LIBSSH2_ERROR_PROTO)
    return fail(Code::sftp_key, text != nullptr ? printable(text) : "it cannot be read");
  return tl::unexpected(error("log-in by key"));
}

Result<bool> Session::try_password(const Settings& settings, bool interactive) {
  password_ = std::string(settings.password->reveal());
  const auto user = static_cast<unsigned int>(settings.user.size());
  const auto failed = call([&]() -> long {
    if (interactive)
      return libssh2_userauth_keyboard_interactive_ex(session_, settings.user.data(), user, &Answers::give);
    return libssh2_userauth_password_ex(session_, settings.user.data(), user, password_.data(),
                                        static_cast<unsigned int>(password_.size()), nullptr);
  });
  OPENSSL_cleanse(password_.data(), password_.size());
  password_.clear();
  if (!failed) return tl::unexpected(failed.error());
  if (*failed == 0) return true;
  if (*failed == LIBSSH2_ERROR_PASSWORD_EXPIRED)
    return fail(Code::files_authentication, "the password has expired, the server wants a new one");
  if (*failed == LIBSSH2_ERROR_AUTHENTICATION_FAILED || *failed == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED) return false;
  return tl::unexpected(error("log-in by password"));
}

Status Session::log_in(const Settings& settings) {
  bool key_tried = false, password_tried = false, interactive_tried = false;
  std::string tried;
  for (;;) {
    TRY(const std::string offered, methods(settings));
    if (libssh2_userauth_authenticated(session_) != 0) break;
    const auto offers = [&offered](std::string_view method) {
      return ("," + offered + ",").find("," + std::string(method) + ",") != std::string::npos;
    };
    bool done = false;
    if (settings.key && !key_tried && offers("publickey")) {
      key_tried = true;
      tried += " key";
      TRY(done, try_key(settings));
    } else if (settings.password && !password_tried && offers("password")) {
      password_tried = true;
      tried += " password";
      TRY(done, try_password(settings, false));
    } else if (settings.password && !interactive_tried && offers("keyboard-interactive")) {
      interactive_tried = true;
      tried += " keyboard-interactive";
      TRY(done, try_password(settings, true));
    } else {
      return fail(Code::files_authentication, "user " + settings.user +
                                                  " was not let in; tried:" + (tried.empty() ? " nothing" : tried) +
                                                  "; the server takes " + printable(offered));
    }
    if (done || libssh2_userauth_authenticated(session_) != 0) break;
  }
  return {};
}

Status Session::start_sftp() {
  TRY(void* const sftp, call_pointer([this]() -> void* { return libssh2_sftp_init(session_); }));
  if (sftp == nullptr) {
    const Error reason = error("SFTP");
    return fail(Code::sftp_no_subsystem, reason.detail);
  }
  sftp_ = static_cast<LIBSSH2_SFTP*>(sftp);
  connecting_ = false;
  return {};
}

std::vector<std::pair<std::string, std::string>> Session::facts() const {
  std::vector<std::pair<std::string, std::string>> out;
  const auto add = [&](const char* what, const char* value) {
    if (value != nullptr) out.emplace_back(what, printable(value));
  };
  add("server", libssh2_session_banner_get(session_));
  out.emplace_back("host key", host_key_.type + " " + host_key_.fingerprint);
  add("key exchange", libssh2_session_methods(session_, LIBSSH2_METHOD_KEX));
  add("host key algorithm", libssh2_session_methods(session_, LIBSSH2_METHOD_HOSTKEY));
  add("cipher", libssh2_session_methods(session_, LIBSSH2_METHOD_CRYPT_CS));
  add("mac", libssh2_session_methods(session_, LIBSSH2_METHOD_MAC_CS));
  return out;
}

}  // namespace crossdock::sftp
