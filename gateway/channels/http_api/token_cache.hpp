// OAuth2 client credentials: one token for all calls of a target, fetched once however many wait for it, renewed before
// it ends. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"
#include "translators/base/result.hpp"

namespace crossdock::http_api {

struct TokenSettings {
  std::string token_url, client_id, scope, audience;
  configuration::Secret client_secret;
  std::shared_ptr<const TlsSettings> tls;
  std::chrono::milliseconds connect_timeout{5000}, timeout{30000};
  bool internal = false;
};

/// All on the pipeline's executor. Source: RFC 6749 s4.4 and s5.
class TokenCache : public std::enable_shared_from_this<TokenCache> {
 public:
  using Callback = std::function<void(Result<std::string>)>;
  TokenCache(TokenSettings settings, TransferPool& pool, const base::Clock& clock);
  /// The token, at once when it is fresh, else when it was fetched. Errors: channel.http.token.
  void get(Callback callback);
  /// The target refused this token: the next get() fetches another, unless that has happened already.
  void invalidate(const std::string& token);

 private:
  void fetch();
  void settle(const TransferResult& result);

  const TokenSettings settings_;
  TransferPool& pool_;
  const base::Clock& clock_;
  std::string token_;
  base::SteadyInstant fresh_until_;
  bool fetching_ = false;
  std::vector<Callback> waiting_;
};

}  // namespace crossdock::http_api
