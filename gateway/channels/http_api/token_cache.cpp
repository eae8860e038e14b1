// Fetching and keeping the token.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/token_cache.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "gateway/channels/http_api/text.hpp"

namespace crossdock::http_api {
namespace {

constexpr std::int64_t lifetime_unstated_s = 300, lifetime_max_s = 86'400;
constexpr std::int64_t margin_max_s = 30;

}  // namespace

TokenCache::TokenCache(TokenSettings settings, TransferPool& pool, const base::Clock& clock)
    : settings_(std::move(settings)), pool_(pool), clock_(clock) {}

void TokenCache::get(Callback callback) {
  if (!token_.empty() && clock_.steady() < fresh_until_) return callback(token_);
  waiting_.push_back(std::move(callback));
  if (!fetching_) fetch();
}

void TokenCache::invalidate(const std::string& token) {
  if (token == token_) token_.clear();
}

void TokenCache::fetch() {
  fetching_ = true;
  std::string form = "grant_type=client_credentials";
  if (!settings_.scope.empty()) form += "&scope=" + percent_encoded(settings_.scope);
  if (!settings_.audience.empty()) form += "&audience=" + percent_encoded(settings_.audience);
  Transfer transfer;
  transfer.url = settings_.token_url;
  transfer.body = std::make_shared<const std::string>(std::move(form));
  // RFC 6749 s2.3.1: both parts are form-encoded before they are joined.
  transfer.headers = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json",
                      "Authorization: Basic " + base64(percent_encoded(settings_.client_id) + ":" +
                                                       percent_encoded(settings_.client_secret.reveal()))};
  transfer.tls = settings_.tls;
  transfer.connect_timeout = settings_.connect_timeout;
  transfer.timeout = settings_.timeout;
  transfer.response_bytes_max = 64U << 10;
  transfer.internal = settings_.internal;
  pool_.submit(std::move(transfer), [self = shared_from_this()](TransferResult result) { self->settle(result); });
}

void TokenCache::settle(const TransferResult& result) {
  fetching_ = false;
  Result<std::string> outcome =
      fail(Code::channel_http_token, "the token address answered " + std::to_string(result.status));
  if (result.status == 0)
    outcome = fail(Code::channel_http_token, "the token address could not be reached: " + result.error);
  boost::system::error_code error;
  const auto value = result.status == 200 ? boost::json::parse(result.body, error) : boost::json::value();
  if (!error && value.is_object()) {
    const auto& object = value.get_object();
    const auto* token = object.if_contains("access_token");
    const auto* lifetime = object.if_contains("expires_in");
    if (token != nullptr && token->is_string() && is_header_value(token->get_string())) {
      std::int64_t seconds = lifetime != nullptr && lifetime->is_int64() ? lifetime->get_int64() : lifetime_unstated_s;
      seconds = std::clamp<std::int64_t>(seconds, 0, lifetime_max_s);
      token_ = std::string(token->get_string());
      fresh_until_ = clock_.steady() + std::chrono::seconds(seconds - std::min(margin_max_s, seconds / 10 + 1));
      outcome = token_;
    } else {
      outcome = fail(Code::channel_http_token, "the token address answered without an access_token");
    }
  }
  for (const Callback& callback : std::exchange(waiting_, {})) callback(outcome);
}

}  // namespace crossdock::http_api
