// POST /webhooks/{path}: verifies the call and hands its body to the intake; the answer waits for durability.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_server/credentials.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/channels/webhook/verification.hpp"
#include "gateway/pipeline/intake.hpp"

namespace crossdock::webhook {

/// One configured webhook.
struct Webhook {
  std::string partner;
  std::string channel;  ///< `acme-freight/webhook`
  std::string map;
  std::string usage;  ///< `test` for a test partner, else empty
  std::uint64_t body_bytes_max = 1U << 20;
  Verification verification;
};

/// The webhook at `/webhooks/<path>` in the configuration in force; null when there is none. On the io thread.
using WebhookFinder = std::function<std::shared_ptr<const Webhook>(std::string_view path)>;

/// All parts outlive the channel; the channel outlives the server whose router holds its route.
struct WebhookParts {
  pipeline::Intake& intake;
  base::Executor& executor;
  base::Workers& workers;  ///< verify large bodies
  const base::Clock& clock;
  base::Registry& metrics;
  WebhookFinder find;
};

class WebhookChannel {
 public:
  explicit WebhookChannel(WebhookParts parts);
  /// 202 when durable (a repeated id with the same bytes: the same answer), 401 without telling which check failed,
  /// 404, 409, 413, 415, 503.
  void add_routes(http::Router& router);

 private:
  std::optional<http::Response> admit(http::Request& request);
  void handle(const http::RequestPtr& request, const http::Responder& respond);
  void decide(const http::RequestPtr& request, const std::shared_ptr<const Webhook>& webhook,
              const Result<std::string>& id, const http::Responder& respond);
  http::Response refuse(const Webhook& webhook, const http::Request& request, const Error& error);

  WebhookParts parts_;
  http::FailureLimiter failures_;
};

}  // namespace crossdock::webhook
