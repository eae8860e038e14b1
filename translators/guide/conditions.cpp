// The conditions between segments that an overlay adds.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/guide/diagnose.hpp"

namespace crossdock::guide {
namespace {

bool met(const wire::SegmentDocument& document, const SetTree& tree, const ConditionPlace& place, std::size_t segment) {
  if (tree.node_of_segment[segment] != place.node) return false;
  if (place.element == 0) return true;
  const std::string_view value = document.element(segment, place.element);
  if (place.values.empty()) return !value.empty();
  return std::find(place.values.begin(), place.values.end(), value) != place.values.end();
}

/// The innermost loop (or the root) that holds both places.
NodeIndex common_loop(const CompiledGuide& guide, NodeIndex a, NodeIndex b) {
  for (NodeIndex outer = guide.nodes[a].parent; outer != no_node && outer != 0; outer = guide.nodes[outer].parent)
    for (NodeIndex other = guide.nodes[b].parent; other != no_node && other != 0; other = guide.nodes[other].parent)
      if (outer == other) return outer;
  return 0;
}

}  // namespace

void Reporter::check_conditions() {
  for (const SegmentCondition& condition : guide_->conditions) {
    const NodeIndex loop = common_loop(*guide_, condition.when.node, condition.then.node);
    for (std::uint32_t instance = 0; instance < tree_->loops.size(); ++instance)
      if (tree_->loops[instance].node == loop) check_condition(condition, instance);
  }
}

void Reporter::check_condition(const SegmentCondition& condition, std::uint32_t instance) {
  const LoopInstance& scope = tree_->loops[instance];
  std::size_t asks = scope.end_segment, answers = scope.end_segment;
  for (std::size_t i = scope.first_segment; i < scope.end_segment; ++i) {
    if (asks == scope.end_segment && met(*document_, *tree_, condition.when, i)) asks = i;
    if (answers == scope.end_segment && met(*document_, *tree_, condition.then, i)) answers = i;
  }
  if (asks == scope.end_segment || (answers == scope.end_segment) == condition.forbids) return;
  const ConditionPlace& about = condition.forbids ? condition.then : condition.when;
  Place place;
  place.segment = condition.forbids ? answers : asks;
  place.node = about.node;
  place.instance = tree_->loop_of_segment[place.segment];
  const std::string_view value =
      about.element == 0 ? std::string_view{} : document_->element(place.segment, about.element);
  report(Code::x12_segment_condition, place, "the partner's guide says: " + condition.text, value, condition.text);
}

}  // namespace crossdock::guide
