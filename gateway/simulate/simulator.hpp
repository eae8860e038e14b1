// A simulated system: takes events by POST, answers look-ups, shows its state, and misbehaves when told to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/simulate/behaviour.hpp"
#include "gateway/simulate/http_loop.hpp"
#include "gateway/simulate/ledger.hpp"

namespace crossdock::simulate {

/// How the system makes an effect happen once.
enum class Once : std::uint8_t { key, lookup, same_bytes, none };
[[nodiscard]] std::string_view name(Once once);

struct SimulatorOptions {
  std::string name = "erp";  ///< erp, tms, wms, finance, portal, partner: shown, else alike
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  Once once = Once::key;
  std::string state_file;      ///< empty: memory only
  std::string token;           ///< empty: anyone may post; else bearer token or x-api-key
  std::string signing_secret;  ///< whsec_...: Standard Webhooks signatures are demanded
  bool oauth = false;          ///< bearer tokens come from POST /oauth/token
  std::uint32_t token_lifetime_s = 3600;
  std::uint64_t seed = 1;
  std::vector<Rule> rules;
  std::size_t bodies_kept = 1000;  ///< of the newest effects, for GET /events
};

/// POST / or any path below /events: one event. GET /effects/{key}: 200 or 404. GET /effects, GET /events: one JSON
/// object a line. GET /state. POST /control: {"behave":"busy,next=3"} | {"clear":true} | {"forget":true} | {"seed":7} |
/// {"expire_tokens":true}.
class Simulator {
 public:
  explicit Simulator(SimulatorOptions options);
  /// Errors: channel.simulate.listen, channel.simulate.state.
  [[nodiscard]] Status open();
  [[nodiscard]] std::uint16_t port() const { return loop_.port(); }
  void run();
  void stop() { loop_.stop(); }
  /// One request, without the network.
  [[nodiscard]] Answer answer(const Request& request);
  [[nodiscard]] std::string state_json() const;

 private:
  [[nodiscard]] Answer take_event(const Request& request);
  [[nodiscard]] Answer apply(const Request& request, Effect effect);
  [[nodiscard]] Answer control(const Request& request);
  [[nodiscard]] Answer look_up(std::string_view key) const;
  [[nodiscard]] Answer issue_token(const Request& request);
  [[nodiscard]] bool admitted(const Request& request);
  [[nodiscard]] bool signature_holds(const Request& request) const;

  SimulatorOptions options_;
  HttpLoop loop_;
  Ledger ledger_;
  Behaviour behaviour_;
  std::uint64_t requests_ = 0, repeated_ = 0, unauthorised_ = 0, conflicts_ = 0, misdeeds_ = 0, tokens_issued_ = 0,
                lookups_ = 0;
  std::uint64_t tokens_valid_from_ = 0;
  std::vector<std::string> bodies_;  ///< ring of the newest
};

}  // namespace crossdock::simulate
