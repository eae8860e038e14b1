// Names of states and statuses.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/states.hpp"

namespace crossdock::store {
namespace {

constexpr std::string_view state_names[state_count] = {"no_event", "duplicate", "not_wanted", "superseded",
                                                       "rejected", "consumed",  "delivered",  "expired",
                                                       "held",     "unknown",   "parked",     "in_progress"};
constexpr std::string_view validation_names[] = {"accepted", "accepted_with_warnings", "rejected", "unknown_type"};
constexpr std::string_view acknowledgement_names[] = {"not_due", "due", "sent", "positive", "negative", "overdue"};

}  // namespace

std::string_view name(State state) { return state_names[static_cast<std::size_t>(state)]; }
std::string_view name(Validation validation) { return validation_names[static_cast<std::size_t>(validation)]; }
std::string_view name(Acknowledgement acknowledgement) {
  return acknowledgement_names[static_cast<std::size_t>(acknowledgement)];
}

int state_number(std::string_view name) {
  for (int i = 0; i < state_count; ++i)
    if (state_names[i] == name) return i;
  return -1;
}

std::string_view delivery_status(State state, State rank, std::int64_t open) {
  if (open > 0) return rank == State::parked ? "parked" : "waiting";
  switch (state) {
    case State::in_progress: return "waiting";
    case State::delivered:
    case State::consumed: return "sent";
    case State::unknown: return "unknown";
    case State::parked:
    case State::held: return "parked";
    case State::expired: return "expired";
    default: return "not_wanted";
  }
}

std::string_view effect_status(State rank, bool refused) {
  if (refused) return "refused";
  if (rank == State::unknown) return "unknown";
  return rank == State::delivered ? "applied" : "none";
}

}  // namespace crossdock::store
