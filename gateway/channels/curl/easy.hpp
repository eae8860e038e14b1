// How a server is reached by libcurl: address, TLS, proxy, log-in, timeouts. One handle is used by one thread at a
// time. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gateway/configuration/secret.hpp"
#include "translators/base/result.hpp"

namespace crossdock::curl {

/// Paths are absolute.
struct ServerSettings {
  enum class Tls : std::uint8_t {
    implicit,      ///< from the first byte (imaps, smtps, ftps)
    explicit_tls,  ///< asked for in the dialogue; refused where the server has none
    none,          ///< in the clear
  };
  std::string host;
  std::uint16_t port = 0;
  Tls tls = Tls::implicit;
  std::string user;
  configuration::Secret password;
  configuration::Secret bearer;  ///< OAuth2 access token (SASL XOAUTH2, OAUTHBEARER) instead of the password
  std::string authorities_file;  ///< PEM; empty: the system's
  std::string certificate_file;  ///< ours, PEM; empty: none
  configuration::Secret key;     ///< its key, PEM
  std::string proxy;             ///< `socks5h://host:port`, `http://host:port`; empty: none
  std::string proxy_user;
  configuration::Secret proxy_password;
  std::chrono::milliseconds connect_timeout{20'000};
  std::chrono::milliseconds timeout{60'000};  ///< longest silence of the server
};

/// What ended a call: libcurl's code, the server's last reply code (0: none) and its text.
struct Failure {
  CURLcode code = CURLE_OK;
  long reply = 0;
  std::string text;   ///< for people, without secrets
  std::string words;  ///< the server's last line
};

/// An easy handle with a buffer for its error text.
class Easy {
 public:
  Easy();
  ~Easy();
  Easy(const Easy&) = delete;
  Easy& operator=(const Easy&) = delete;
  [[nodiscard]] CURL* get() const { return easy_; }
  /// Forgets all options (not the connection), then sets those that reach the server. `scheme` is `imap`, `smtp` or
  /// `ftp`; the s is added where TLS is implicit.
  void reach(const ServerSettings& server, const std::string& scheme, const std::string& path = {});
  /// Runs it. What went wrong, in words.
  [[nodiscard]] Failure perform();
  /// Lines of the server's answers during the last perform(), at most 1000.
  [[nodiscard]] const std::vector<std::string>& replies() const { return replies_; }

 private:
  CURL* easy_;
  char error_[CURL_ERROR_SIZE] = {};
  std::vector<std::string> replies_;
  static std::size_t take_reply(char* bytes, std::size_t one, std::size_t count, void* user);
};

/// True where a failure means that the server was not reached at all, or not trusted: nothing can have happened there.
[[nodiscard]] bool is_before_login(CURLcode code);
/// True where certificate, name or key of either side were not accepted.
[[nodiscard]] bool is_certificate_failure(CURLcode code);

/// Percent-encodes one component of a URL's path.
[[nodiscard]] std::string escape(std::string_view text);

}  // namespace crossdock::curl
