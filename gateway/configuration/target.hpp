// Typed values of targets/*.yaml: the systems that events go to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/section.hpp"

namespace crossdock::configuration {

enum class TargetKind : std::uint8_t { http, directory };
enum class Once : std::uint8_t { key, lookup, same_bytes, none };
enum class OnUnknown : std::uint8_t { park, resend };
enum class Usage : std::uint8_t { test, production };

struct ApiKey {
  std::string header = "x-api-key";
  SecretReference value;
};
struct Basic {
  std::string user;
  SecretReference password;
};
/// OAuth2 client credentials (RFC 6749 s4.4).
struct OAuth2 {
  std::string token_url, client_id, scope, audience;
  SecretReference client_secret;
};
struct Authentication {
  SecretReference bearer;
  std::optional<ApiKey> api_key;
  std::optional<Basic> basic;
  std::optional<OAuth2> oauth2;
};

struct TargetTls {
  std::string certificate, authorities;
  SecretReference key;
};

struct HeaderLine {
  std::string name, value;
};

/// One named call.
struct Operation {
  enum class Method : std::uint8_t { post, put, patch };
  Named name;
  std::string url;  ///< empty: the target's
  Method method = Method::post;
  Named body{"event", 0, 0};  ///< `event` (the CloudEvent itself), `data` (its data), or a map
  std::string content_type;
  std::vector<HeaderLine> headers;
};

struct Lookup {
  Named url;  ///< `{key}` is filled in
};

struct TargetLimits {
  std::uint32_t in_flight = 64, per_second = 0;  ///< per_second 0: no limit
  std::chrono::milliseconds connect_timeout{5'000}, timeout{30'000};
  std::uint64_t response_bytes_max = 256ULL << 10;
};

struct Retry {
  std::chrono::milliseconds first{1'000}, longest{600'000}, give_up_after{3LL * 86'400'000};
};

struct Breaker {
  std::uint32_t failures = 10;
  std::chrono::milliseconds probe_every{10'000};
};

struct Target {
  Named id;
  std::string name;
  TargetKind kind = TargetKind::http;
  std::string url, folder, file_name = "{event}.json";
  Once once = Once::key;
  OnUnknown on_unknown = OnUnknown::park;
  std::vector<Usage> accepts{Usage::production};
  Authentication authentication;
  SecretReference sign;
  TargetTls tls;
  bool internal = true;
  std::vector<Operation> operations;
  std::optional<Lookup> lookup;
  std::vector<Named> refuse_on, retry_on;  ///< HTTP statuses as text: `409`
  TargetLimits limits;
  Retry retry;
  Breaker breaker;

  std::string file;
  [[nodiscard]] const Operation* operation(std::string_view name) const;
};

[[nodiscard]] const Section& target_section();
[[nodiscard]] const Section& retry_section();

}  // namespace crossdock::configuration
