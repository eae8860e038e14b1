// Does a webhook call come from whom it says? Pure: bytes, secrets and the time in, a verdict out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/channels/http_codec/message.hpp"
#include "translators/base/result.hpp"

namespace crossdock::webhook {

enum class Scheme : std::uint8_t { standard_webhooks, hmac_sha256, bearer };
enum class Encoding : std::uint8_t { hex, base64 };

/// How calls of one webhook prove themselves. Any of several secrets or tokens is right, so that they can be exchanged.
struct Verification {
  Scheme scheme = Scheme::standard_webhooks;
  std::vector<std::string> keys;           ///< HMAC keys, raw bytes: see standard_webhooks_key()
  std::vector<std::string> token_digests;  ///< bearer: SHA-256 of each token, lower-case hex
  std::string signature_header = "x-signature", signature_prefix, id_header, timestamp_header;  ///< hmac_sha256
  Encoding encoding = Encoding::hex;
  bool timestamp_signed = false;  ///< hmac_sha256: what is signed is `timestamp.body`, else the body alone
  std::chrono::milliseconds tolerance{300'000};  ///< of a time stamp, past and future
};

/// `whsec_<base64>` (the prefix may be missing) to the key's bytes. Errors: channel.webhook.settings.
[[nodiscard]] Result<std::string> standard_webhooks_key(std::string_view secret);

/// The id under which the call is known (empty: the scheme names none), when it is genuine.
/// Errors: channel.signature.missing, .malformed, .stale, .wrong. For our log, never for the caller.
/// Source: Standard Webhooks 1.0 (signature scheme v1); RFC 2104.
[[nodiscard]] Result<std::string> verify(const Verification& verification, const http::RequestHead& head,
                                         std::string_view body, std::chrono::sys_seconds now);

/// HMAC-SHA256, 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);
/// Standard alphabet, padding optional. Nothing when it holds anything else.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
[[nodiscard]] std::optional<std::string> decode_hex(std::string_view text);

}  // namespace crossdock::webhook
