// Boundary two: everything that was decided about a message, from its verdicts to the outbox, in one transaction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/pipeline/outbound.hpp"
#include "gateway/pipeline/plan.hpp"

namespace crossdock::pipeline {

/// What the transaction found and made; set anew by each run of it.
struct Committed {
  std::vector<LaneItemPtr> items;           ///< deliveries that may begin
  std::vector<std::pair<Code, std::string>> alarms;  ///< what a person should see: code and detail
  store::MessageRow message;
};

struct CommitInput {
  std::shared_ptr<const Bundle> bundle;
  const Documents* documents = nullptr;
  std::string payload_folder;
  base::Instant now{};
};

/// Looks up duplicates, writes interchanges, sets, events, deliveries and acknowledgements, and the message's statuses. May run twice.
[[nodiscard]] Status commit_plan(store::Transaction& transaction, Plan& plan, const CommitInput& input, Committed& out);

}  // namespace crossdock::pipeline
