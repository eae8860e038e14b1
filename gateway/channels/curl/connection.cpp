// libcurl's CONNECT_ONLY: after the log-in the bytes are ours, TLS included.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/curl/connection.hpp"

#include <poll.h>

#include <array>

namespace crossdock::curl {
namespace {

class EasyConnection final : public Connection {
 public:
  explicit EasyConnection(std::chrono::milliseconds timeout) : timeout_(timeout) {}

  Status open(const ServerSettings& server, const std::string& scheme) {
    easy_.reach(server, scheme);
    curl_easy_setopt(easy_.get(), CURLOPT_CONNECT_ONLY, 1L);
    const Failure failure = easy_.perform();
    if (failure.code == CURLE_OK) {
      curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &socket_);
      if (socket_ != CURL_SOCKET_BAD) return {};
      return fail(Code::mail_connection, "the server closed the connection after the log-in");
    }
    const std::string where = server.host + ": " + failure.text;
    if (failure.code == CURLE_LOGIN_DENIED) return fail(Code::mail_login, where);
    if (is_certificate_failure(failure.code)) return fail(Code::mail_certificate, where);
    return fail(Code::mail_connection, where);
  }

  Status write(std::string_view bytes) override {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &sent);
      if (code == CURLE_AGAIN) {
        TRY_STATUS(wait(POLLOUT));
        continue;
      }
      if (code != CURLE_OK) return fail(Code::mail_connection, curl_easy_strerror(code));
      bytes.remove_prefix(sent);
    }
    return {};
  }

  Result<std::string_view> read() override {
    for (;;) {
      std::size_t got = 0;
      const CURLcode code = curl_easy_recv(easy_.get(), buffer_.data(), buffer_.size(), &got);
      if (code == CURLE_AGAIN) {
        TRY_STATUS(wait(POLLIN));
        continue;
      }
      if (code != CURLE_OK) return fail(Code::mail_connection, curl_easy_strerror(code));
      if (got == 0) return fail(Code::mail_connection, "the server closed the connection");
      return std::string_view(buffer_.data(), got);
    }
  }

 private:
  Status wait(short events) const {
    pollfd one{socket_, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(timeout_.count()));
    if (ready > 0 || (ready < 0 && errno == EINTR)) return {};
    return fail(Code::mail_connection, "the server said nothing for " + std::to_string(timeout_.count()) + " ms");
  }

  Easy easy_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::chrono::milliseconds timeout_;
  std::array<char, 64U << 10> buffer_{};
};

}  // namespace

Result<std::unique_ptr<Connection>> connect(const ServerSettings& server, const std::string& scheme) {
  auto out = std::make_unique<EasyConnection>(server.timeout);
  TRY_STATUS(out->open(server, scheme));
  return out;
}

}  // namespace crossdock::curl
