// A large payload on a worker: surveyed in one pass, committed in chunks in a second, in flat memory, resumed where it
// stood. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/pipeline/commit.hpp"
#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {

/// Blocks until the closure is committed.
using WriteNow = std::function<Status(const store::Store::Work&)>;
/// Takes over deliveries that may begin.
using DeliverNow = std::function<void(std::vector<LaneItemPtr>)>;

/// Takes the message of `input` from its payload to its outbox; its deliveries, and those of its acknowledgements,
/// stand in the table. `deliver` gets acknowledgements of first copies that go out again. Errors: of reading the
/// payload, of the store, of the working file.
[[nodiscard]] Status process_large(const PlannerInput& input, const CommitInput& commit, const PayloadSource& payload,
                                   const WriteNow& write, const DeliverNow& deliver, Committed& out);

}  // namespace crossdock::pipeline
