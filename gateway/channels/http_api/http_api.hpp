// The adapter of targets that are called over HTTP: what is sent, with which proof, and what the answer means.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/channels/http_api/outcome.hpp"
#include "gateway/channels/http_api/token_cache.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"
#include "gateway/configuration/target.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::http_api {

/// One named call, ready to make.
struct CallSettings {
  std::string name, url, method, body, content_type;
  std::vector<std::string> headers;
};

/// A target with its secrets resolved.
struct HttpApiSettings {
  std::string target, user_agent = "crossdock", lookup_url;
  std::vector<CallSettings> calls;  ///< at least one; the first takes operations without a name
  std::string authorization;        ///< `Name: value` of bearer, basic, API key; empty: none or OAuth2
  std::optional<TokenSettings> token;
  std::string signing_key;  ///< bytes; empty: not signed
  std::shared_ptr<const TlsSettings> tls;
  std::chrono::milliseconds connect_timeout{5000}, timeout{30000};
  std::size_t response_bytes_max = 256U << 10;
  bool internal = false;
  StatusRules rules;
};

/// Errors: configuration.secret.missing, configuration.value.format.
[[nodiscard]] Result<HttpApiSettings> make_settings(const configuration::Target& target,
                                                    const configuration::SecretStore& secrets,
                                                    const std::filesystem::path& configuration_folder);

/// Shapes an event by a map: the map's name and the event's JSON in, the body out.
using BodyShaper = std::function<Result<std::string>(const std::string& map, const std::string& event_json)>;

class HttpApiAdapter final : public pipeline::TargetAdapter {
 public:
  /// Pool, clock and executor outlive the adapter; calls under way end by themselves when it is destroyed.
  HttpApiAdapter(HttpApiSettings settings, TransferPool& pool, base::Executor& executor, const base::Clock& clock,
                 BodyShaper shaper = {});
  ~HttpApiAdapter() override;
  void attempt(const pipeline::DeliveryRequest& request, std::function<void(pipeline::AttemptOutcome)> done) override;
  void look_up(const pipeline::DeliveryRequest& request, std::function<void(pipeline::LookupOutcome)> done) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::http_api
