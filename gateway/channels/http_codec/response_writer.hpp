// Writes the head of a response (RFC 9112 s4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/channels/http_codec/message.hpp"

namespace crossdock::http {

struct WriteOptions {
  bool keep_alive = true;   ///< false: `Connection: close` is said
  bool version_10 = false;  ///< the request was HTTP/1.0: keep-alive must be said
  std::string_view date;    ///< IMF-fixdate; empty: no Date header
};

/// Appends status line, headers and the empty line to `out`, not the body. Content-Length is that of the body. Header
/// values lose CR, LF and NUL, so that nothing a sender named can end a header.
void append_head(std::string& out, const Response& response, const WriteOptions& options);

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 s5.6.7) from seconds since 1970.
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

}  // namespace crossdock::http
