// Boundary two: everything that was decided about a message, from its verdicts to the outbox, in one transaction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/pipeline/outbound.hpp"
#include "gateway/pipeline/plan.hpp"

namespace crossdock::pipeline {

/// Whether an interchange came before.
enum class Seen : std::uint8_t { fresh, repeated, conflict };

/// What the transaction found and made; set anew by each run of it.
struct Committed {
  std::vector<LaneItemPtr> items;                    ///< deliveries that may begin
  std::vector<std::pair<Code, std::string>> alarms;  ///< what a person should see: code and detail
  store::MessageRow message;
};

struct CommitInput {
  std::shared_ptr<const Bundle> bundle;
  const Documents* documents = nullptr;
  std::string payload_folder;
  base::Instant now{};
};

/// Looks up duplicates, writes interchanges, sets, events, deliveries and acknowledgements, and the message's statuses.
/// May run twice.
[[nodiscard]] Status commit_plan(store::Transaction& transaction, Plan& plan, const CommitInput& input, Committed& out);

/// Interchanges of a plan, from `from` up to before `to`.
struct Part {
  std::size_t from = 0, to = 0;
};

/// A large payload goes in several transactions while its message is under way; none of its deliveries begins before
/// the last. First: duplicates of its interchanges are looked up (again alike, should it be resumed) and their keys
/// written, part by part; `seen` is what was found of the part.
[[nodiscard]] Status commit_begin(store::Transaction& transaction, Plan& survey, const CommitInput& input, Part part,
                                  std::vector<Seen>& seen, Committed& out);
/// Then chunks of sets with their events and deliveries; `sets_done` is where a resumed reading goes on.
[[nodiscard]] Status commit_chunk(store::Transaction& transaction, Plan& chunk, const Plan& survey,
                                  const CommitInput& input, const std::vector<Seen>& seen, std::uint64_t sets_done,
                                  Committed& out);
/// Then acknowledgements, part by part; `done` is where a resumed reading goes on: all sets and these interchanges.
[[nodiscard]] Status commit_answers(store::Transaction& transaction, Plan& survey, const CommitInput& input,
                                    const std::vector<Seen>& seen, Part part, std::uint64_t done, Committed& out);
/// Last: the message's statuses; from here on its deliveries may begin.
[[nodiscard]] Status commit_end(store::Transaction& transaction, Plan& survey, const CommitInput& input,
                                const std::vector<Seen>& seen, Committed& out);

}  // namespace crossdock::pipeline
