// Reads HTTP/1.x requests from bytes that arrive in any chunks. Knows no sockets, no clocks, no routes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/channels/http_codec/message.hpp"
#include "translators/base/result.hpp"

namespace crossdock::http {

struct ParserLimits {
  std::uint32_t head_bytes_max = 16U << 10;  ///< request line and headers together
  std::uint32_t headers_max = 100;           ///< header fields
  std::uint64_t body_bytes_max = 1U << 20;   ///< decoded body; may be changed when the head is known
};

/// One request after another from one connection. The head stops the parser once, so that limits can be chosen by
/// route. Source: RFC 9112. Refuses what invites smuggling: both lengths, a transfer coding other than chunked, a
/// second Host.
class RequestParser {
 public:
  explicit RequestParser(const ParserLimits& limits);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  /// Takes bytes from the front of `bytes` and returns how many; decoded body bytes are appended to `body`. What is not
  /// taken must be given again, at the front of more. Stops right after the head, and after the request's last byte.
  /// Errors: channel.http.malformed, .head_too_large, .body_too_large, .transfer_coding, .version, .expectation.
  [[nodiscard]] Result<std::size_t> feed(std::string_view bytes, std::string& body);
  [[nodiscard]] bool head_known() const;
  [[nodiscard]] bool complete() const;
  /// Valid once head_known().
  [[nodiscard]] const RequestHead& head() const;
  /// Moves the head out; call once, when head_known().
  [[nodiscard]] RequestHead take_head();
  /// Decoded body bytes so far.
  [[nodiscard]] std::uint64_t body_bytes() const;
  /// Sets the limit for this request's body; refuses at once when Content-Length says more.
  /// Errors: channel.http.body_too_large.
  Status limit_body(std::uint64_t bytes_max);
  /// Ready for the next request of the connection.
  void reset();

 private:
  struct State;
  ParserLimits limits_;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::http
