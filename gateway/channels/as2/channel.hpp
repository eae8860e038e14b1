// AS2 as a whole: the route, the queue of MDNs, the adapters, the watch over certificates.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/channels/as2/core.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::as2_channel {

/// On the executor. Outlives the server whose router holds its route, and its adapters.
class Channel {
 public:
  Channel(Parts parts, std::shared_ptr<const Book> book);
  ~Channel();
  void add_routes(http::Router& router);
  /// Goes on with what stands in the store; intake is open. Errors: file.unwritable, store.*.
  [[nodiscard]] Status start();
  /// Another configuration from here on.
  void use(std::shared_ptr<const Book> book);
  /// The adapter of `<partner>/<channel>` in the configuration in force; null when it has none.
  [[nodiscard]] std::unique_ptr<pipeline::TargetAdapter> adapter(const std::string& target);
  /// Nothing new is begun; what is under way ends by itself.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::as2_channel
