// HTTP requests and responses as values, apart from any socket (RFC 9110).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::http {

struct Header {
  std::string name, value;
};

/// Everything of a request before its body.
struct RequestHead {
  std::string method;          ///< as sent; methods are case-sensitive
  std::string target;          ///< as sent: path and query
  std::uint32_t version = 11;  ///< 10 or 11
  std::vector<Header> headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  /// The raw (still encoded) path and query of the target.
  [[nodiscard]] std::string_view path() const;
  [[nodiscard]] std::string_view query() const;
  /// The value of the first header of that name (case-insensitive); null when absent.
  [[nodiscard]] const std::string* header(std::string_view name) const;
  /// How often a header of that name stands there.
  [[nodiscard]] std::size_t header_count(std::string_view name) const;
  [[nodiscard]] bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// A body that is too large for memory, read in pieces. The calls block: they belong on a worker, one at a time.
class BodySource {
 public:
  virtual ~BodySource() = default;
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
  /// The next piece, empty at the end.
  [[nodiscard]] virtual Result<std::string> read() = 0;
};

struct Response {
  std::uint16_t status = 200;
  std::string content_type;     ///< empty: no Content-Type (and no body)
  std::vector<Header> headers;  ///< beyond Content-Type, Content-Length, Connection, Date, Server
  std::string body;
  std::shared_ptr<BodySource> source;  ///< instead of `body`
  bool close = false;                  ///< end the connection after this answer
};

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
/// `application/json; charset=utf-8` -> `application/json`, lower case.
[[nodiscard]] std::string media_type(std::string_view content_type);
[[nodiscard]] std::string_view reason_phrase(std::uint16_t status);
[[nodiscard]] Response json_response(std::uint16_t status, std::string body);

}  // namespace crossdock::http
