// What to do with a segment that the table does not place cleanly. The order of attempts: another place that may still
// take it, a place behind something mandatory, one occurrence too many, a place already passed, a loop whose trigger is
// missing. SPDX-License-Identifier: Apache-2.0
#include "translators/guide/walker.hpp"

#include <algorithm>

namespace crossdock::guide {

Walker::Walker(const wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree, Reporter& reporter)
    : document_(&document), guide_(&guide), program_(guide.program.get()), tree_(&tree), reporter_(&reporter) {
  tree.node_of_segment.resize(document.segment_count());
  tree.loop_of_segment.resize(document.segment_count());
  levels_[0] = {guide.nodes[0].first_child, 0, 0};
  tree.loops.push_back({0, 0, 0, static_cast<std::uint32_t>(document.segment_count()), 1, 1});
}

NodeIndex Walker::place_first(std::size_t index) {
  const NodeIndex first = guide_->nodes[0].first_child;
  levels_[0] = {first, 1, 0};
  if (document_->tag(index) != guide_->nodes[first].tag) {
    reporter_->report_missing(first, 0, index);
    return no_node;
  }
  record(index, first);
  return first;
}

NodeIndex Walker::refuse(std::size_t index) {
  const std::string tag(document_->tag(index));
  const bool known = std::binary_search(guide_->known_tags.begin(), guide_->known_tags.end(), tag);
  if (known)
    reporter_->report(Code::x12_segment_not_in_set, here(index, no_node),
                      "the segment " + tag + " does not belong to the " + guide_->set, tag,
                      "a segment of " + guide_->id);
  else
    reporter_->report(Code::x12_segment_unknown, here(index, no_node),
                      "there is no segment \"" + tag + "\" in " + guide_->version, tag, "a segment of " + guide_->id);
  record(index, no_node);
  return no_node;
}

NodeIndex Walker::place_slowly(std::size_t index, std::uint16_t number) {
  if (index == 0) {
    if (const NodeIndex first = place_first(index); first != no_node) return first;
  }
  if (number == Program::no_tag) return refuse(index);
  positions_.clear();
  for (std::size_t i = depth_ + 1; i-- > 0;) positions_.push_back(levels_[i].position);
  const std::string_view tag = document_->tag(index);
  find_candidates(*guide_, positions_, tag, candidates_);
  const bool stray = !guide_->bounds.empty() && !narrow_bounds(index);
  const NodeIndex node = place_by_candidates(index);
  if (stray) report_bound(index, node);
  return node;
}

NodeIndex Walker::place_by_candidates(std::size_t index) {
  const std::string_view tag = document_->tag(index);
  const auto exhausted = [&](const Candidate& candidate) {
    return candidate.same && levels_[depth_ - candidate.pop].count >= guide_->nodes[candidate.target].repeat_max;
  };
  for (const Candidate& candidate : candidates_)
    if (candidate.clean && !exhausted(candidate)) return take_candidate(index, candidate);
  for (const Candidate& candidate : candidates_)
    if (exhausted(candidate)) return take_too_many(index, candidate);
  if (!candidates_.empty()) return take_candidate(index, candidates_.front());
  for (std::size_t level = depth_ + 1; level-- > 0;) {
    const NodeIndex loop = guide_->nodes[levels_[level].position].parent;
    for (NodeIndex at = guide_->nodes[loop].first_child; at != no_node && at != levels_[level].position;
         at = guide_->nodes[at].next_sibling)
      if (guide_->nodes[at].tag == tag && !(level != 0 && at == guide_->nodes[loop].first_child))
        return place_out_of_order(index, level, at);
  }
  return place_without_trigger(index);
}

/// LS goes where its identifier is expected, LE to the bounded loop that an LS of its identifier opened. False where
/// there is such a segment and no place wants its identifier.
bool Walker::narrow_bounds(std::size_t index) {
  const std::string_view tag = document_->tag(index);
  const bool opens = tag == "LS";
  if (!opens && tag != "LE") return true;
  const std::string_view id = document_->element(index, 1);
  bool bounds = false;
  const auto fitting = [&](const Candidate& candidate) {
    const NodeIndex loop = opens ? candidate.target : guide_->nodes[candidate.target].parent;
    const Bound* bound = guide_->bound_of(loop);
    if (bound == nullptr) return false;
    bounds = true;
    if (opens) return bound->admits(id);
    const std::uint32_t instance = levels_[depth_ - candidate.pop].instance;
    const LoopInstance& open = tree_->loops[instance];
    return open.node == loop && document_->element(open.first_segment, 1) == id;
  };
  const auto at = std::find_if(candidates_.begin(), candidates_.end(), fitting);
  if (at == candidates_.end()) return !bounds || id.empty();
  std::erase_if(candidates_, [&](const Candidate& candidate) { return !fitting(candidate); });
  return true;
}

void Walker::report_bound(std::size_t index, NodeIndex node) {
  if (node == no_node) return;
  const std::string id(document_->element(index, 1));
  Reporter::Place place = here(index, node);
  place.element = 1;
  if (const auto& rules = guide_->segments[guide_->nodes[node].rule].elements; !rules.empty()) place.rule = &rules[0];
  const Bound* bound = guide_->bound_of(guide_->nodes[node].parent);
  std::string expected;
  if (bound != nullptr && document_->tag(index) == "LE") {
    const LoopInstance& open = tree_->loops[tree_->loop_of_segment[index]];
    expected = std::string(document_->element(open.first_segment, 1)) + ", as LS says";
  } else if (bound != nullptr) {
    for (const std::string& one : bound->ids) expected += (expected.empty() ? "" : " or ") + one;
  }
  reporter_->report(Code::x12_bound_id, place, "no loop that is bounded here has the identifier \"" + id + "\"",
                    document_->element(index, 1), std::move(expected));
}

void Walker::report_rest(std::size_t depth, NodeIndex until, std::size_t index) {
  const Level& level = levels_[depth];
  for (NodeIndex at = guide_->nodes[level.position].next_sibling; at != no_node && at != until;
       at = guide_->nodes[at].next_sibling)
    if (guide_->nodes[at].usage == Usage::mandatory) reporter_->report_missing(at, level.instance, index);
}

void Walker::report_passed(std::size_t depth, NodeIndex target, std::size_t index) {
  for (std::size_t level = depth_; level > depth; --level) report_rest(level, no_node, index);
  if (levels_[depth].position != target) report_rest(depth, target, index);
}

NodeIndex Walker::take_candidate(std::size_t index, const Candidate& candidate) {
  const Node& node = guide_->nodes[candidate.target];
  const std::size_t depth = depth_ - candidate.pop;
  if (!candidate.clean) report_passed(depth, candidate.target, index);
  const bool opens = node.kind == Node::Kind::loop;
  const NodeIndex segment = opens ? node.first_child : candidate.target;
  take(index, segment, depth, candidate.same, opens);
  if (node.usage == Usage::forbidden)
    reporter_->report(Code::x12_segment_forbidden, here(index, segment),
                      "the segment " + node.tag + " is not used in this guide", {}, "no " + node.tag + " here");
  return segment;
}

NodeIndex Walker::take_too_many(std::size_t index, const Candidate& candidate) {
  const Node& node = guide_->nodes[candidate.target];
  const std::size_t depth = depth_ - candidate.pop;
  if (!candidate.clean) report_passed(depth, candidate.target, index);
  const bool loop = node.kind == Node::Kind::loop;
  const NodeIndex segment = loop ? node.first_child : candidate.target;
  take(index, segment, depth, true, loop);
  const std::string limit = std::to_string(node.repeat_max) + (node.repeat_max == 1 ? " time" : " times");
  if (loop)
    reporter_->report(Code::x12_loop_too_many, here(index, segment),
                      "loop " + node.loop_id + " (" + node.tag + ") occurs more than " + limit, {}, "at most " + limit);
  else
    reporter_->report(Code::x12_segment_too_many, here(index, segment),
                      "the segment " + node.tag + " occurs more than " + limit + " here", {}, "at most " + limit);
  return segment;
}

std::uint32_t Walker::occurrences(NodeIndex loop) const {
  return static_cast<std::uint32_t>(std::count_if(tree_->loops.begin(), tree_->loops.end(),
                                                  [&](const LoopInstance& one) { return one.node == loop; }));
}

/// A place already passed: the segment is judged by its rule, but the walk stays where it was. A loop is opened on top
/// of the open ones, so that what belongs to it finds it, and what does not goes on as before.
NodeIndex Walker::place_out_of_order(std::size_t index, std::size_t level, NodeIndex node) {
  const Node& place = guide_->nodes[node];
  const std::string before = guide_->nodes[levels_[level].position].tag;
  NodeIndex segment = node;
  if (place.kind == Node::Kind::loop) {
    if (irregular_from_ != 0) close_to(irregular_from_ - 1, index);
    segment = place.first_child;
    const std::uint32_t number = occurrences(node) + 1;
    open(index, node, number, segment);
    irregular_from_ = depth_;
  }
  record(index, segment);
  reporter_->report(Code::x12_segment_order, here(index, segment), "the segment " + place.tag + " stands out of order",
                    {}, place.tag + " before " + before);
  return segment;
}

/// The tag stands only in loops that are not open. If one of them may begin here, its missing trigger is the one thing
/// reported.
NodeIndex Walker::place_without_trigger(std::size_t index) {
  const std::string_view tag = document_->tag(index);
  NodeIndex best = no_node, best_loop = no_node, passed = no_node;
  std::size_t best_level = 0;
  for (NodeIndex node = 1; node < guide_->nodes.size(); ++node) {
    if (guide_->nodes[node].tag != tag || guide_->nodes[node].kind != Node::Kind::segment) continue;
    passed = passed == no_node ? node : passed;
    NodeIndex loop = guide_->nodes[node].parent;
    while (loop != 0) {  // the outermost loop to open, whose own parent is open
      const NodeIndex outer = guide_->nodes[loop].parent;
      for (std::size_t level = depth_ + 1; level-- > 0;) {
        const Node& position = guide_->nodes[levels_[level].position];
        if (position.parent != outer || position.order > guide_->nodes[loop].order) continue;
        if (best == no_node || level > best_level) best = node, best_loop = loop, best_level = level;
      }
      loop = outer;
    }
  }
  if (best == no_node) {
    record(index, passed);
    reporter_->report(Code::x12_segment_unexpected, here(index, passed),
                      "the segment " + std::string(tag) + " stands where it is not allowed", {},
                      std::string(tag) + " in the loop of " + guide_->nodes[guide_->nodes[passed].parent].tag);
    return passed;
  }
  const bool same = levels_[best_level].position == best_loop;
  reporter_->report_missing(best_loop, levels_[best_level].instance, index);
  close_to(best_level, index);
  levels_[depth_].count = same ? levels_[depth_].count + 1 : 1;
  levels_[depth_].position = best_loop;
  std::vector<NodeIndex> chain;
  for (NodeIndex loop = guide_->nodes[best].parent; loop != best_loop; loop = guide_->nodes[loop].parent)
    chain.push_back(loop);
  open(index, best_loop, levels_[depth_].count, guide_->nodes[best_loop].first_child);
  for (auto loop = chain.rbegin(); loop != chain.rend(); ++loop) {
    levels_[depth_].position = *loop;
    open(index, *loop, 1, guide_->nodes[*loop].first_child);
  }
  levels_[depth_].position = best;
  record(index, best);
  return best;
}

void Walker::finish() {
  const std::size_t end = document_->segment_count();
  const bool closed = end != 0 && tree_->node_of_segment[end - 1] != no_node &&
                      guide_->nodes[tree_->node_of_segment[end - 1]].parent == 0 &&
                      guide_->nodes[tree_->node_of_segment[end - 1]].next_sibling == no_node;
  if (!closed) {
    NodeIndex trailer = guide_->nodes[0].first_child;
    while (guide_->nodes[trailer].next_sibling != no_node) trailer = guide_->nodes[trailer].next_sibling;
    for (std::size_t level = depth_; level > 0; --level) report_rest(level, no_node, end);
    report_rest(0, trailer, end);  // a missing trailer is an envelope fact: the reader says it
  }
  close_to(0, end);
  tree_->loops[0].end_instance = static_cast<std::uint32_t>(tree_->loops.size());
}

}  // namespace crossdock::guide
