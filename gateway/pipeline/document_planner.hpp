// Documents that are no interchanges (JSON, XML, CSV, fixed width): the whole plan of a small one, or the parts of a
// large one. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {

/// Takes the events out of the plan when it holds enough; `events_done` counts from the document's first.
using FlushEvents = std::function<Status(Plan&, std::uint64_t events_done)>;

/// Reads the document by its message's map and fills the plan; what is wrong with the document stands in the plan's
/// message. With `flush` the first `resume_sets` events of the message are stored already and passed over; without it
/// all events stay in the plan. Errors: of reading the payload, of `flush`.
[[nodiscard]] Status plan_document(const PlannerInput& input, const PayloadSource& payload, Plan& plan,
                                   const FlushEvents& flush = {});

}  // namespace crossdock::pipeline
