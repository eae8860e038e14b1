// The structure that validation found in a transaction set: which place of the guide each segment fills, and the loop
// instances. Mapping reads sets through it. Arrays are reused from set to set. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/guide/compiled_guide.hpp"
#include "translators/wire/growing_array.hpp"
#include "translators/wire/scan_text.hpp"

namespace crossdock::guide {

/// One occurrence of a loop. Instances stand in document order (preorder); instance 0 is the root, the whole set.
/// Occurrences of a hierarchy (HL) stand under the occurrence that they name as their parent: its own segments come
/// first, then the occurrences under it (see `arrange` for documents that send them in another order).
struct LoopInstance {
  NodeIndex node = 0;
  std::uint32_t parent = 0;         ///< instance; the root's parent is itself
  std::uint32_t first_segment = 0;  ///< its trigger
  std::uint32_t end_segment = 0;    ///< one past the last segment of it and of all loops in it
  std::uint32_t end_instance = 0;   ///< index one past the last instance nested in it
  std::uint32_t occurrence = 1;     ///< 1-based among its siblings of the same node; in a hierarchy over the whole set
  std::uint32_t own_end = 0;        ///< in a hierarchy: one past the last segment before the occurrences under it
};

/// Room that findings of the sets before left behind: their texts are written into it again, or stand there already.
struct FindingRoom {
  std::vector<Finding> spare;
  /// Whole lots, as sets left them: lot n holds n findings or none. The next set with so many finds most of their texts
  /// as it needs them (SetPlan).
  std::array<std::vector<Finding>, 17> lots;
  std::string message;
  std::vector<std::uint32_t> chain;  ///< loop instances around a finding
  /// Empties a set's findings, keeping their room.
  void take_back(std::vector<Finding>& findings) {
    constexpr std::size_t kept_max = 64;
    if (const std::size_t count = findings.size(); count < lots.size() && lots[count].empty())
      return lots[count].swap(findings);
    for (Finding& finding : findings)
      if (spare.size() < kept_max) spare.push_back(std::move(finding));
    findings.clear();
  }
};

/// Which sets are alike: those judged by the same plan have the same tree, and values between the same marks, none of
/// which ends with a blank.
struct SharedShape {
  std::uint32_t plan = 0;                ///< number of the plan among those of its SetPlans; 0: judged by none
  const std::uint32_t* marks = nullptr;  ///< offsets of separators in the document's bytes(); value i is behind mark i
  std::uint32_t mark_count = 0;
};

struct SetTree {
  std::vector<NodeIndex>
      node_of_segment;  ///< no_node: a segment that fits nowhere (a finding says so); mapping skips it
  std::vector<std::uint32_t> loop_of_segment;  ///< instance that directly holds the segment
  std::vector<LoopInstance> loops;
  /// Not empty: a hierarchy was sent in another order than its tree's. Element i is the segment that arrange() puts
  /// at i; until then occurrences of that hierarchy stand beside each other, not in a tree.
  std::vector<std::uint32_t> order;
  /// Offsets in the document's bytes() of its component separators, ascending, then one beyond all; those behind
  /// release characters left out.
  wire::GrowingArray<std::uint32_t> components;
  wire::TextMarks marks;  ///< of the document's text, where it was looked at for a plan
  FindingRoom room;
  SharedShape shape;  ///< good until the next set is judged

  void clear() {
    shape = {};
    order.clear();
    node_of_segment.clear();
    loop_of_segment.clear();
    loops.clear();
  }
};

}  // namespace crossdock::guide
