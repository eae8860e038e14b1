// Bearer tokens: taken from a request, compared by digest; and the memory of who failed how often.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/base/clock.hpp"
#include "gateway/channels/http_codec/message.hpp"

namespace crossdock::http {

/// The token of `Authorization: Bearer TOKEN`; nothing when there is none, more than one header, or another scheme.
/// Source: RFC 6750 s2.1.
[[nodiscard]] std::optional<std::string_view> bearer_token(const RequestHead& head);
/// SHA-256 of a token, lower-case hex: how tokens are stored and looked up. (Tokens hold 256 random bits: no slow hash
/// is needed.)
[[nodiscard]] std::string token_digest(std::string_view token);
/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);
/// `name` where a W3C traceparent is well-formed, else empty. Source: W3C Trace Context s3.2.
[[nodiscard]] std::string traceparent_of(const RequestHead& head);

/// Failed authentications by caller's address. Valid credentials are always served: one address may be a proxy of many.
/// What is limited is how often a wrong one is looked at and logged. On the io thread.
class FailureLimiter {
 public:
  explicit FailureLimiter(const base::Clock& clock) : clock_(clock) {}
  static constexpr double burst = 300, per_second = 5;
  static constexpr std::size_t addresses_max = 4096;
  /// Notes a failure; false when the address had too many of them: answer 429.
  [[nodiscard]] bool note(const std::string& address);

 private:
  struct Bucket {
    double tokens = burst;
    base::SteadyInstant at;
  };
  const base::Clock& clock_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace crossdock::http
