// The gateway as one process: configuration, store, pipeline, channels and API on one runtime.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::cli {

struct DaemonOptions {
  std::string configuration_folder, data_folder, share_folder;
};

class Daemon {
 public:
  explicit Daemon(DaemonOptions options);
  ~Daemon();
  /// Runs until SIGTERM or SIGINT and a complete drain. Errors: configuration.*, store.*, channel.http.listen.
  Status run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::cli
