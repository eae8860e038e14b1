// What a simulated system really did: which effects it applied, how often, in which order. Kept apart from what it
// remembers of idempotency keys, so that a forgetful system still knows afterwards that it doubled something.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::simulate {

/// One effect as posted.
struct Effect {
  std::string key;    ///< Idempotency-Key; may be empty
  std::string event;  ///< CloudEvents id
  std::string call;   ///< path it was posted to: another operation is another effect
  std::string type, subject, lane, message;
  std::int64_t recorded_us = 0;  ///< recordedtime, 0 if absent
  std::uint64_t sequence = 0;    ///< of the payload's events; 0 if absent
  std::string body_sha256;
};

class Ledger {
 public:
  Ledger() = default;
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Reads the state file, if there is one, and appends to it from now on. A last line cut off by a crash is dropped.
  /// Errors: channel.simulate.state.
  [[nodiscard]] Status open(const std::string& path);
  /// The effect happened (again).
  void apply(const Effect& effect);
  /// Everything applied is on the disk when this returns; one sync for all since the last. Nothing without a state
  /// file.
  void settle();
  /// What the system remembers: keys and bodies. `forget` empties that memory, not the ledger.
  [[nodiscard]] bool knows_key(std::string_view key) const;
  /// Did anything ever take effect under this key? Business records outlive the memory of keys.
  [[nodiscard]] bool has_effect(std::string_view key) const;
  [[nodiscard]] bool knows_body(std::string_view sha256) const;
  /// Body hash that came with the key; empty if unknown.
  [[nodiscard]] std::string_view body_of(std::string_view key) const;
  void forget();
  [[nodiscard]] bool forgot() const { return forgot_; }

  [[nodiscard]] std::uint64_t effects() const { return effects_; }
  [[nodiscard]] std::uint64_t doubled() const { return doubled_; }
  [[nodiscard]] std::uint64_t order_violations() const { return order_violations_; }
  /// JSON object members (without braces): effects, distinct, doubled, order_violations, lanes, by_type, doubles,
  /// violations.
  [[nodiscard]] std::string json_members() const;
  /// One JSON object a line for each effect, in order of application.
  [[nodiscard]] std::string json_lines() const;

 private:
  struct Lane {
    std::int64_t recorded_us = 0;
    std::string message;
    std::uint64_t sequence = 0;
  };
  void record(const Effect& effect);
  void check_order(const Effect& effect);

  int file_ = -1;
  std::string pending_;  ///< lines not yet written
  std::uint64_t effects_ = 0, doubled_ = 0, order_violations_ = 0;
  bool forgot_ = false;
  std::unordered_map<std::string, std::uint32_t> applied_;  ///< event id and call -> times
  std::unordered_map<std::string, std::string> keys_;       ///< key -> body hash
  std::unordered_set<std::string> bodies_, effect_keys_;
  std::unordered_map<std::string, Lane> lanes_;
  std::map<std::string, std::uint64_t> by_type_;
  std::vector<std::string> doubles_, violations_;  ///< the first hundred
  std::vector<std::string> lines_;                 ///< as in the state file
};

}  // namespace crossdock::simulate
