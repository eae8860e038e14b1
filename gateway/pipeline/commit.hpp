// Boundary two: everything that was decided about a message, from its verdicts to the outbox, in one transaction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <span>
#include <vector>

#include "gateway/pipeline/outbound.hpp"
#include "gateway/pipeline/plan.hpp"

namespace crossdock::pipeline {

/// Whether an interchange came before.
enum class Seen : std::uint8_t { fresh, repeated, conflict };
struct SeenInterchange {
  std::uint32_t ordinal = 0;
  Seen seen = Seen::fresh;
};

/// What was found of a message's interchanges. Of a file with millions of them nearly all are fresh: only the others
/// take memory.
class SeenInterchanges {
 public:
  /// In the order of the ordinals.
  void add(std::span<const SeenInterchange> found) {
    for (const SeenInterchange& one : found)
      if (one.seen != Seen::fresh) before_.push_back(one);
  }
  [[nodiscard]] Seen of(std::uint64_t ordinal) const {
    const auto at =
        std::lower_bound(before_.begin(), before_.end(), ordinal,
                         [](const SeenInterchange& one, std::uint64_t number) { return one.ordinal < number; });
    return at == before_.end() || at->ordinal != ordinal ? Seen::fresh : at->seen;
  }
  /// Those that are not fresh.
  [[nodiscard]] const std::deque<SeenInterchange>& before() const { return before_; }

 private:
  std::deque<SeenInterchange> before_;  // a vector would hold it twice while it grows
};

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

/// Some attachment is too large to stand in the store.
[[nodiscard]] bool has_large_attachments(const Plan& plan);
/// Makes the files of those. Before the commit and never in it: each waits for the disk.
[[nodiscard]] Status keep_attachments(const Plan& plan, const std::string& payload_folder);

/// Looks up duplicates, writes interchanges, sets, events, deliveries and acknowledgements, and the message's statuses.
/// May run twice.
[[nodiscard]] Status commit_plan(store::Transaction& transaction, Plan& plan, const CommitInput& input, Committed& out);

/// A large payload goes in several transactions while its message is under way; none of its deliveries begins before
/// the last. `first` of all, duplicates of its interchanges are looked up (again alike, should it be resumed) and their
/// keys written, part by part; `seen` is what was found of the part.
[[nodiscard]] Status commit_begin(store::Transaction& transaction, Plan& part, bool first, const CommitInput& input,
                                  std::vector<SeenInterchange>& seen, Committed& out);
/// Then chunks of sets with their events and deliveries; `seen` is of all interchanges, `sets_done` is where a resumed
/// reading goes on.
[[nodiscard]] Status commit_chunk(store::Transaction& transaction, Plan& chunk, const CommitInput& input,
                                  const SeenInterchanges& seen, std::uint64_t sets_done, Committed& out);
/// Then acknowledgements, part by part; `done` is where a resumed reading
/// goes on: all sets and these interchanges.
[[nodiscard]] Status commit_answers(store::Transaction& transaction, Plan& part, const CommitInput& input,
                                    const SeenInterchanges& seen, std::uint64_t done, Committed& out);
/// Last: the message's statuses; from here on its deliveries may begin.
[[nodiscard]] Status commit_end(store::Transaction& transaction, Plan& survey, const CommitInput& input,
                                const SeenInterchanges& seen, Committed& out);

}  // namespace crossdock::pipeline
