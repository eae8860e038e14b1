// Identify, validate, acknowledge, translate, route: one payload in, one plan out. Touches no store and may run on a
// worker. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "gateway/pipeline/context.hpp"
#include "gateway/pipeline/plan.hpp"

namespace crossdock::pipeline {

/// What the planner works with; all of it may be used from a worker while the pipeline goes on.
struct PlannerInput {
  std::shared_ptr<const Rules> rules;
  const Documents& documents;
  store::MessageRow message;
  std::function<std::string()> next_id;  ///< UUIDv7 texts
  base::Instant now{};
  bool again = false;
};
/// Gives the payload's bytes piece by piece to the sink; may be called twice.
using PayloadSource = std::function<Status(const std::function<Status(std::string_view)>&)>;

/// The hash of the payload's bytes, as the message's row names it.
[[nodiscard]] Sha256Bytes payload_hash(const store::MessageRow& message);

/// Whose interchange it is: as a person has assigned it, else by its envelope and its channel.
[[nodiscard]] Identified identify_sender(const PlannerInput& input, const EnvelopeId& sender, const std::string& gs02);

/// The message as it begins its way, nothing known of it yet.
[[nodiscard]] Plan empty_plan(const PlannerInput& input);
/// `head`: the first bytes of the payload, up to 64 KiB, for the envelope.
[[nodiscard]] Plan make_plan(const PlannerInput& input, std::string_view head, const PayloadSource& payload);

/// The plan of an event posted by a system. Errors: identify.document.
[[nodiscard]] Status plan_system_event(const PlannerInput& input, std::string_view json, Plan& plan);
/// The event's row and deliveries.
[[nodiscard]] PlannedEvent plan_event(const PlannerInput& input, canonical::Event&& event, std::size_t set);

}  // namespace crossdock::pipeline
