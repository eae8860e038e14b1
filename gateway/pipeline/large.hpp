// A large payload on a worker: surveyed in one pass, committed in chunks in a second, in flat memory, resumed where it
// stood. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/pipeline/commit.hpp"
#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {

/// Blocks until the closure is committed.
using WriteNow = std::function<Status(const store::Store::Work&)>;

/// Takes the message of `input` from its payload to its outbox. `out` says what is left to do; its items are
/// acknowledgements only. Errors: of reading the payload, of the store.
[[nodiscard]] Status process_large(const PlannerInput& input, const CommitInput& commit, const PayloadSource& payload,
                                   const WriteNow& write, Committed& out);

}  // namespace crossdock::pipeline
