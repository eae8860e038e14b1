// The REST API as routes: what is read comes from the store's readers, what changes goes through intake and operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/access.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/pipeline/intake.hpp"
#include "gateway/pipeline/operations.hpp"
#include "gateway/store/store.hpp"
#include "translators/base/finding.hpp"

namespace crossdock::api {

/// What the API works with; all of it outlives the API, which outlives the server that holds its routes. Functions run
/// on the io thread.
struct ApiParts {
  store::Store& store;
  pipeline::Intake& intake;
  pipeline::Operations& operations;
  const base::Clock& clock;
  base::Registry& metrics;
  CallerFinder callers;
  /// Checks a CloudEvent against its schema; findings name fields by `path` (`data.load.id`). Runs on `workers`: it
  /// reads the schema.
  std::function<Status(std::string_view event_json, std::vector<Finding>& findings)> check_event;
  std::function<ConfigurationView()> configuration;
  std::function<std::vector<TargetView>()> targets;
  std::function<void()> before_metrics;  ///< sets gauges that are read on demand; may be empty
  std::string version;
  base::Workers& workers;
  base::Executor& executor;  ///< the io thread
};

class Api {
 public:
  explicit Api(ApiParts parts);
  ~Api();
  /// Everything below /api/v1, and /healthz /readyz /metrics. The OpenAPI document shows all routes that `router` holds
  /// when it is asked: it stays where it is as long as it is served.
  void add_routes(http::Router& router);
  /// Only /healthz and /readyz, for a listener that does not serve the API.
  void add_service_routes(http::Router& router);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::api
