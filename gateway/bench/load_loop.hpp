// One epoll loop that is both the load and the sink of a pipeline measurement: it posts documents over N keep-alive
// connections and counts, by key, what the gateway delivers to it. Loopback only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "translators/base/result.hpp"

namespace crossdock::bench {

struct LoadFigures {
  std::uint64_t accepted = 0;   ///< answers 2xx
  std::uint64_t refused = 0;    ///< other answers (503: tried again with the same request)
  std::uint64_t delivered = 0;  ///< distinct Idempotency-Keys, or Message-IDs, at the sink
  std::uint64_t doubled = 0;    ///< keys that came more than once
  double accept_seconds = 0;    ///< from the first request to the last answer
  double deliver_seconds = 0;   ///< from the first request to the delivery of the last accepted message
};

class LoadLoop {
 public:
  LoadLoop();
  ~LoadLoop();
  /// Opens the sink on 127.0.0.1 and returns its port. Errors: file.unwritable (with the system's reason).
  Result<std::uint16_t> open_sink();
  /// Bodies that come to the sink are counted and not kept: they may be as large as they like.
  void drop_bodies();
  /// Answers what comes to the sink and does nothing else until `until` says true or the time is out.
  Status serve_sink(const std::function<bool()>& until, std::chrono::milliseconds most);
  /// Posts for `duration` over `connections`; `request(n)` makes the n-th whole HTTP request. Then waits until
  /// everything accepted was delivered, or `patience` is over.
  Result<LoadFigures> run(std::uint16_t port, int connections, std::chrono::milliseconds duration,
                          std::chrono::milliseconds patience, const std::function<std::string(std::uint64_t)>& request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::bench
