// A TCP connection with a deadline, direct or by a proxy.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/channels/sftp/settings.hpp"
#include "translators/base/result.hpp"

namespace crossdock::sftp {

using Deadline = std::chrono::steady_clock::time_point;

/// Owns a non-blocking socket.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket();
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// Waits until the socket can be read or written (events of poll). Errors: files.timeout.
[[nodiscard]] Status wait_for(const Socket& socket, short events, Deadline deadline);

/// Connected to host:port, by the proxy where there is one: SOCKS5 (RFC 1928, 1929), CONNECT (RFC 9110 s9.3.6). The
/// host's name is then resolved by the proxy. Every address of a name is tried.
/// Errors: files.unreachable, files.timeout, files.proxy.
[[nodiscard]] Result<Socket> connect_to(const Settings& settings, Deadline deadline);

/// Reads what a proxy answers to CONNECT: true for 2xx. `head` is all up to the empty line. Errors: files.proxy.
[[nodiscard]] Status check_connect_answer(std::string_view head);

}  // namespace crossdock::sftp
