// Tokens and failures.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/credentials.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "translators/base/digest.hpp"

namespace crossdock::http {

std::optional<std::string_view> bearer_token(const RequestHead& head) {
  constexpr std::string_view scheme = "bearer ";
  const std::string* value = head.header("Authorization");
  if (value == nullptr || head.header_count("Authorization") != 1 || value->size() <= scheme.size())
    return std::nullopt;
  if (!equals_ignoring_case(std::string_view(*value).substr(0, scheme.size()), scheme)) return std::nullopt;
  std::string_view token = std::string_view(*value).substr(scheme.size());
  while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
  if (token.empty()) return std::nullopt;
  return token;
}

std::string token_digest(std::string_view token) { return to_hex(sha256(token)); }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string traceparent_of(const RequestHead& head) {
  const std::string* value = head.header("traceparent");
  constexpr std::size_t length = 55;  // 00-<32>-<16>-<2>
  if (value == nullptr || value->size() != length) return {};
  for (std::size_t i = 0; i < length; ++i) {
    const char c = (*value)[i];
    const bool dash = i == 2 || i == 35 || i == 52;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return {};
  }
  return *value;
}

bool FailureLimiter::note(const std::string& address) {
  const base::SteadyInstant now = clock_.steady();
  if (buckets_.size() >= addresses_max && !buckets_.contains(address)) buckets_.clear();
  const auto [found, fresh] = buckets_.try_emplace(address);
  Bucket& bucket = found->second;
  if (!fresh) {
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    bucket.tokens = std::min(burst, bucket.tokens + seconds * per_second);
  }
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace crossdock::http
