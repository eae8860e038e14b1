// A connection that libcurl made and logged in, on which we speak the protocol ourselves. Blocking, one thread at a
// time. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/channels/curl/easy.hpp"

namespace crossdock::curl {

/// Bytes both ways. Errors: mail.connection.
class Connection {
 public:
  virtual ~Connection() = default;
  [[nodiscard]] virtual Status write(std::string_view bytes) = 0;
  /// At least one byte, at most `room`; fails when the server is silent for longer than its timeout, or closes.
  [[nodiscard]] virtual Result<std::string_view> read() = 0;
};

/// Resolves, connects (through the proxy where there is one), begins TLS, checks the certificate and logs in.
/// Errors: mail.login (refused), mail.certificate, mail.connection.
[[nodiscard]] Result<std::unique_ptr<Connection>> connect(const ServerSettings& server, const std::string& scheme);

}  // namespace crossdock::curl
