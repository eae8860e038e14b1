// Small encodings of HTTP: base64, percent, header values, the signature of Standard Webhooks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::http_api {

[[nodiscard]] std::string base64(std::string_view bytes);
/// Everything but letters, digits and -._~ as %XX (RFC 3986 s2.3).
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// True if it can stand in a header: no control characters.
[[nodiscard]] bool is_header_value(std::string_view text);
/// `whsec_` and base64, or base64 alone, to the key's bytes. Errors: configuration.value.format.
[[nodiscard]] Result<std::string> signing_key(std::string_view secret);
/// `v1,BASE64` over `id.timestamp.body`. Source: Standard Webhooks 1.0.
[[nodiscard]] std::string webhook_signature(std::string_view key, std::string_view id, std::int64_t timestamp,
                                            std::string_view body);

}  // namespace crossdock::http_api
