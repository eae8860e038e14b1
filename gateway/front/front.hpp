// The HTTP side of the gateway as a whole: opens the listeners that the configuration names and serves what each is to
// serve. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/api/views.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_server/server.hpp"
#include "gateway/configuration/bundle.hpp"
#include "gateway/pipeline/intake.hpp"
#include "gateway/pipeline/operations.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/store/store.hpp"
#include "translators/base/finding.hpp"

namespace crossdock::front {

/// What the front works with; all of it outlives the front. Functions run on the io thread.
struct FrontParts {
  runtime::Runtime& runtime;  ///< made with the pools of Front::pools() among its own
  store::Store& store;
  pipeline::Intake& intake;
  pipeline::Operations& operations;
  const base::Clock& clock;
  base::Registry& metrics;
  std::string data_folder;
  std::string version;
  std::function<Status(std::string_view event_json, std::vector<Finding>& findings)>
      check_event;  ///< thread-safe: runs on a worker
  std::function<std::vector<api::TargetView>()> targets;
  std::function<void()> before_metrics;                    ///< may be empty
  std::function<void(http::Router&)> add_as2_routes = {};  ///< may be empty
};

class Front {
 public:
  /// The worker pools that the front needs in the runtime.
  [[nodiscard]] static std::vector<runtime::PoolOptions> pools();

  /// Makes the first API token if there is none, empties the spool folder, opens every listener of the bundle, writes
  /// `<data>/listeners.json`. Errors: channel.http.listen, channel.http.tls, file.unwritable, channel.spool.
  [[nodiscard]] static Result<std::unique_ptr<Front>> open(FrontParts parts,
                                                           std::shared_ptr<const configuration::Bundle> bundle);
  ~Front();

  /// Tokens, webhooks and certificates of another bundle from here on; addresses of listeners change with the next
  /// start only. On the io thread.
  void use(std::shared_ptr<const configuration::Bundle> bundle);
  /// Faults of a folder that was refused, shown beside the configuration in force until the next use() or call. On the
  /// io thread.
  void show_refused(const configuration::Faults& faults);
  [[nodiscard]] std::vector<http::Listening> listening() const;
  /// The step for Runtime::add_shutdown_step(): closes listeners, lets begun requests end.
  [[nodiscard]] runtime::ShutdownStep shutdown_step();

  struct State;

 private:
  explicit Front(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// `127.0.0.1:8080`, `[::1]:0` to address and port. Errors: channel.http.listen.
[[nodiscard]] Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text);

}  // namespace crossdock::front
