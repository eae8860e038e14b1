// The numbers that stand in the state and status columns, and their names. Never renumber.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace crossdock::store {

/// Named states of the books. The order is also what a whole takes over from its ended parts: the highest.
enum class State : std::uint8_t {
  no_event = 0,
  duplicate = 1,
  not_wanted = 2,
  superseded = 3,
  rejected = 4,
  consumed = 5,
  delivered = 6,
  expired = 7,
  held = 8,
  unknown = 9,
  parked = 10,
  in_progress = 11,
};
inline constexpr int state_count = 12;

/// Where a message stands in the steps. Restart looks for everything before `done`.
enum class Stage : std::uint8_t { received = 0, under_way = 1, done = 2 };

enum class Validation : std::uint8_t { accepted = 0, accepted_with_warnings = 1, rejected = 2, unknown_type = 3 };
enum class Acknowledgement : std::uint8_t { not_due = 0, due = 1, sent = 2, positive = 3, negative = 4, overdue = 5 };

[[nodiscard]] std::string_view name(State state);
[[nodiscard]] std::string_view name(Validation validation);
[[nodiscard]] std::string_view name(Acknowledgement acknowledgement);
/// The state of that name; -1 when there is none.
[[nodiscard]] int state_number(std::string_view name);
/// Delivery status of a message: waiting | sent | unknown | parked | expired | not_wanted.
[[nodiscard]] std::string_view delivery_status(State state, State rank, std::int64_t open);
/// Effect status of a message: none | applied | refused | unknown. `refused`: one of its deliveries was.
[[nodiscard]] std::string_view effect_status(State rank, bool refused);

}  // namespace crossdock::store
