// Validation of a set without its quick way: the findings must be the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <vector>

#include "translators/guide/set_plan.hpp"
#include "translators/guide/validate.hpp"

namespace crossdock::test {

inline bool same_findings(const std::vector<Finding>& left, const std::vector<Finding>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Finding& a, const Finding& b) { return to_json_line(a) == to_json_line(b); });
}

inline bool same_tree(const guide::SetTree& left, const guide::SetTree& right) {
  const auto text = [](const guide::LoopInstance& loop) {
    return std::array{std::uint32_t{loop.node}, loop.parent,     loop.first_segment, loop.end_segment,
                      loop.end_instance,        loop.occurrence, loop.own_end};
  };
  return left.node_of_segment == right.node_of_segment && left.loop_of_segment == right.loop_of_segment &&
         std::equal(left.loops.begin(), left.loops.end(), right.loops.begin(), right.loops.end(),
                    [&](const auto& a, const auto& b) { return text(a) == text(b); });
}

/// True where a set is judged alike when its shape is known.
inline bool plans_alike(const wire::SegmentDocument& document, const guide::CompiledGuide& guide,
                        guide::ValidationOptions options, const std::vector<Finding>& findings) {
  guide::SetTree first, again;
  std::vector<Finding> unused, planned;
  options.plans = nullptr;
  guide::validate_set(document, guide, options, first, unused);
  guide::SetPlans plans;
  plans.sets_before = 0;
  options.plans = &plans;
  for (int round = 0; round < 3; ++round) {
    planned.clear();
    guide::validate_set(document, guide, options, again, planned);
  }
  return same_tree(first, again) && same_findings(planned, findings);
}

/// True where the careful check finds in this document what `findings` holds, and a plan too. A document that was put
/// in order, be it its own, is not judged quickly.
inline bool findings_alike(wire::SegmentDocument document, const guide::CompiledGuide& guide,
                           const guide::ValidationOptions& options, const std::vector<Finding>& findings) {
  if (!plans_alike(document, guide, options, findings)) return false;
  std::vector<std::uint32_t> order(document.segment_count());
  std::iota(order.begin(), order.end(), 0U);
  document.reorder(order);
  guide::SetTree tree;
  std::vector<Finding> careful;
  guide::validate_set(document, guide, options, tree, careful);
  return same_findings(careful, findings);
}

}  // namespace crossdock::test
