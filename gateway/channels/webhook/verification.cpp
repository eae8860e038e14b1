// The three ways to verify a webhook call. Every comparison takes a time that does not depend on the secret.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/webhook/verification.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>

#include "gateway/channels/http_server/credentials.hpp"

namespace crossdock::webhook {
namespace {

constexpr std::size_t signatures_max = 16;  // in one header
constexpr std::size_t digest_bytes = 32;
constexpr std::size_t id_bytes_max = 255;
constexpr std::string_view secret_prefix = "whsec_";

Status check_time(std::string_view text, std::chrono::milliseconds tolerance, std::chrono::sys_seconds now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t seconds_max = 253402300799;  // end of year 9999: beyond it the difference could overflow
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > seconds_max)
    return fail(Code::channel_signature_malformed, "the time stamp is not a number of seconds since 1970");
  const auto difference = now - std::chrono::sys_seconds(std::chrono::seconds(seconds));
  if (difference > tolerance || difference < -tolerance)
    return fail(Code::channel_signature_stale,
                "the time stamp is " + std::to_string(difference.count()) + " s from now");
  return {};
}

Result<std::string_view> required(const http::RequestHead& head, std::string_view name) {
  const std::string* value = head.header(name);
  if (value == nullptr || value->empty())
    return fail(Code::channel_signature_missing, "the header " + std::string(name) + " is missing");
  if (head.header_count(name) != 1)
    return fail(Code::channel_signature_malformed, "the header " + std::string(name) + " stands there more than once");
  return std::string_view(*value);
}

Status check_id(std::string_view id) {
  if (id.size() > id_bytes_max) return fail(Code::channel_signature_malformed, "the id is longer than 255 bytes");
  for (const char c : id)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F)
      return fail(Code::channel_signature_malformed, "the id holds other than printable ASCII");
  return {};
}

/// True when any candidate equals any expected digest; looks at all pairs, whatever it finds.
bool any_equal(const std::vector<std::string>& expected, const std::vector<std::string>& candidates) {
  unsigned equal = 0;
  for (const std::string& one : expected)
    for (const std::string& other : candidates)
      equal |= static_cast<unsigned>(http::equal_in_constant_time(one, other));
  return equal != 0;
}

Result<std::string> verify_standard(const Verification& verification, const http::RequestHead& head,
                                    std::string_view body, std::chrono::sys_seconds now) {
  TRY(const auto id, required(head, "webhook-id"));
  TRY(const auto stamp, required(head, "webhook-timestamp"));
  TRY(auto signatures, required(head, "webhook-signature"));
  TRY_STATUS(check_id(id));
  std::vector<std::string> candidates;
  for (std::size_t seen = 0; !signatures.empty(); ++seen) {
    if (seen == signatures_max) return fail(Code::channel_signature_malformed, "more than 16 signatures");
    const std::size_t end = signatures.find(' ');
    const std::string_view one = signatures.substr(0, end);
    signatures = end == std::string_view::npos ? std::string_view{} : signatures.substr(end + 1);
    if (!one.starts_with("v1,")) continue;  // other versions of the scheme may stand beside
    if (auto bytes = decode_base64(one.substr(3)); bytes && bytes->size() == digest_bytes)
      candidates.push_back(std::move(*bytes));
  }
  if (candidates.empty()) return fail(Code::channel_signature_malformed, "no readable v1 signature");
  TRY_STATUS(check_time(stamp, verification.tolerance, now));
  std::string content;
  content.reserve(id.size() + stamp.size() + body.size() + 2);
  content.append(id).append(".").append(stamp).append(".").append(body);
  std::vector<std::string> expected;
  for (const std::string& key : verification.keys) expected.push_back(hmac_sha256(key, content));
  if (!any_equal(expected, candidates)) return fail(Code::channel_signature_wrong);
  return std::string(id);
}

/// The id of a call under the schemes that do not sign one; empty when no header is configured for it.
Result<std::string> named_id(const Verification& verification, const http::RequestHead& head) {
  if (verification.id_header.empty()) return std::string{};
  TRY(const auto id, required(head, verification.id_header));
  TRY_STATUS(check_id(id));
  return std::string(id);
}

Result<std::string> verify_hmac(const Verification& verification, const http::RequestHead& head, std::string_view body,
                                std::chrono::sys_seconds now) {
  TRY(auto signature, required(head, verification.signature_header));
  if (!signature.starts_with(verification.signature_prefix))
    return fail(Code::channel_signature_malformed, "the signature does not begin with the agreed prefix");
  signature.remove_prefix(verification.signature_prefix.size());
  const auto bytes = verification.encoding == Encoding::hex ? decode_hex(signature) : decode_base64(signature);
  if (!bytes || bytes->size() != digest_bytes)
    return fail(Code::channel_signature_malformed, "the signature is not an encoded SHA-256");
  std::string content;
  if (!verification.timestamp_header.empty()) {
    TRY(const auto stamp, required(head, verification.timestamp_header));
    TRY_STATUS(check_time(stamp, verification.tolerance, now));
    if (verification.timestamp_signed) content.append(stamp).append(".").append(body);
  }
  std::vector<std::string> expected;
  for (const std::string& key : verification.keys)
    expected.push_back(hmac_sha256(key, content.empty() ? body : content));
  if (!any_equal(expected, {*bytes})) return fail(Code::channel_signature_wrong);
  return named_id(verification, head);
}

Result<std::string> verify_bearer(const Verification& verification, const http::RequestHead& head) {
  const auto token = http::bearer_token(head);
  if (!token) return fail(Code::channel_signature_missing, "there is no bearer token");
  if (!any_equal(verification.token_digests, {http::token_digest(*token)}))
    return fail(Code::channel_signature_wrong, "the bearer token is not known");
  return named_id(verification, head);
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.ends_with("=="))
    text.remove_suffix(2);
  else if (text.ends_with('='))
    text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFFF;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFF));
    }
  }
  return out;
}

std::optional<std::string> decode_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

Result<std::string> standard_webhooks_key(std::string_view secret) {
  if (secret.starts_with(secret_prefix)) secret.remove_prefix(secret_prefix.size());
  auto key = decode_base64(secret);
  if (!key || key->empty())
    return fail(Code::channel_webhook_settings, "a secret of Standard Webhooks is not whsec_ and base64");
  return std::move(*key);
}

Result<std::string> verify(const Verification& verification, const http::RequestHead& head, std::string_view body,
                           std::chrono::sys_seconds now) {
  switch (verification.scheme) {
    case Scheme::standard_webhooks: return verify_standard(verification, head, body, now);
    case Scheme::hmac_sha256: return verify_hmac(verification, head, body, now);
    case Scheme::bearer: return verify_bearer(verification, head);
  }
  return fail(Code::internal_bug);
}

}  // namespace crossdock::webhook
