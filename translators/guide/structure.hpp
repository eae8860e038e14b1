// Where a segment may go: the rule that orders the possible places, and the check that no two places are confused by
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "translators/guide/compiled_guide.hpp"

namespace crossdock::guide {

/// A place that a segment could take next.
struct Candidate {
  NodeIndex target = no_node;  ///< segment, or loop (then the segment is its trigger)
  std::uint16_t pop = 0;       ///< loops to leave first
  bool same = false;           ///< another occurrence of what stands there already
  bool clean = true;           ///< no mandatory place is passed over
};

/// All places for `tag`, nearest first: forward in the loop at hand, then its own repetition, then outward.
/// `positions`: the child that each open loop stands at, innermost first, root last.
void find_candidates(const CompiledGuide& guide, std::span<const NodeIndex> positions, std::string_view tag,
                     std::vector<Candidate>& out);

/// The one that is taken: the first that passes over nothing mandatory and may still occur, else the first. Null if
/// there is none.
[[nodiscard]] const Candidate* choose(const CompiledGuide& guide, std::span<const Candidate> candidates);

/// The positions of a regular state: a segment and the loops around it.
[[nodiscard]] std::vector<NodeIndex> positions_of(const CompiledGuide& guide, NodeIndex segment);

/// Two places that order and triggers cannot tell apart, or a place that is never reached (`first` takes what `second`
/// should get).
struct Ambiguity {
  NodeIndex first = no_node, second = no_node;
  bool unreachable = false;
};
[[nodiscard]] std::vector<Ambiguity> find_ambiguities(const CompiledGuide& guide);

/// Full path of a node for messages: `0200 LX/0205 AT7/MS1`.
[[nodiscard]] std::string described(const CompiledGuide& guide, NodeIndex node);

}  // namespace crossdock::guide
