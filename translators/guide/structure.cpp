// One rule, used when tables are built, when a set has gone astray, and when guides are checked.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/structure.hpp"

#include <algorithm>
#include <string>

namespace crossdock::guide {

void find_candidates(const CompiledGuide& guide, std::span<const NodeIndex> positions, std::string_view tag,
                     std::vector<Candidate>& out) {
  out.clear();
  bool clean = true;
  for (std::size_t level = 0; level < positions.size(); ++level) {
    const NodeIndex here = positions[level];
    const Node& parent = guide.nodes[guide.nodes[here].parent];
    const bool trigger = parent.kind == Node::Kind::loop && parent.first_child == here;  // repeats with its loop only
    for (NodeIndex at = here; at != no_node; at = guide.nodes[at].next_sibling) {
      const Node& node = guide.nodes[at];
      if (node.tag == tag && !(at == here && trigger))
        out.push_back({at, static_cast<std::uint16_t>(level), at == here, clean && node.usage != Usage::forbidden});
      if (at != here && node.usage == Usage::mandatory) clean = false;
    }
  }
}

const Candidate* choose(const CompiledGuide& guide, std::span<const Candidate> candidates) {
  for (const Candidate& candidate : candidates)
    if (candidate.clean && !(candidate.same && guide.nodes[candidate.target].repeat_max == 1)) return &candidate;
  return candidates.empty() ? nullptr : &candidates.front();
}

std::vector<NodeIndex> positions_of(const CompiledGuide& guide, NodeIndex segment) {
  std::vector<NodeIndex> out;
  for (NodeIndex at = segment; at != 0 && at != no_node; at = guide.nodes[at].parent) out.push_back(at);
  return out;
}

std::string described(const CompiledGuide& guide, NodeIndex node) {
  std::string out;
  for (NodeIndex at = node; at != 0 && at != no_node; at = guide.nodes[at].parent) {
    const Node& here = guide.nodes[at];
    const std::string name = here.kind == Node::Kind::loop ? "loop " + here.loop_id + " (" + here.tag + ")" : here.tag;
    out = out.empty() ? name : name + "/" + out;
  }
  return out;
}

namespace {

/// Two bounded loops whose identifiers tell them apart.
bool apart(const CompiledGuide& guide, NodeIndex first, NodeIndex second) {
  const Bound* a = guide.bound_of(first);
  const Bound* b = guide.bound_of(second);
  if (a == nullptr || b == nullptr || a->ids.empty() || b->ids.empty()) return false;
  return std::none_of(a->ids.begin(), a->ids.end(), [&](const std::string& id) { return b->admits(id); });
}

/// Siblings of one tag with nothing mandatory between them, the first of which may be skipped or repeated.
void find_alike_siblings(const CompiledGuide& guide, std::vector<Ambiguity>& out) {
  for (NodeIndex first = 1; first < guide.nodes.size(); ++first) {
    const Node& node = guide.nodes[first];
    const bool fixed = node.usage == Usage::mandatory && node.repeat_max == 1;
    if (fixed) continue;
    for (NodeIndex second = node.next_sibling; second != no_node; second = guide.nodes[second].next_sibling) {
      if (guide.nodes[second].tag == node.tag && !apart(guide, first, second)) {
        out.push_back({first, second, false});
        break;
      }
      if (guide.nodes[second].usage == Usage::mandatory) break;
    }
  }
}

}  // namespace

std::vector<Ambiguity> find_ambiguities(const CompiledGuide& guide) {
  std::vector<Ambiguity> out;
  find_alike_siblings(guide, out);
  std::vector<bool> reached(guide.nodes.size(), false);
  std::vector<NodeIndex> taker(guide.nodes.size(), no_node);
  std::vector<NodeIndex> open{guide.nodes[0].first_child};
  std::vector<Candidate> candidates;
  if (open.front() != no_node) reached[open.front()] = true;
  auto reach = [&](NodeIndex target) {
    if (guide.nodes[target].kind == Node::Kind::loop) {
      reached[target] = true;
      target = guide.nodes[target].first_child;
    }
    if (!reached[target]) {
      reached[target] = true;
      open.push_back(target);
    }
  };
  while (!open.empty() && open.back() != no_node) {
    const NodeIndex from = open.back();
    open.pop_back();
    const std::vector<NodeIndex> positions = positions_of(guide, from);
    for (NodeIndex other = 1; other < guide.nodes.size(); ++other) {
      find_candidates(guide, positions, guide.nodes[other].tag, candidates);
      const Candidate* taken = choose(guide, candidates);
      if (taken == nullptr || !taken->clean) continue;
      reach(taken->target);
      const bool finite = taken->same && guide.nodes[taken->target].repeat_max != unbounded;
      for (const Candidate& candidate : candidates) {
        if (candidate.target == taken->target || !candidate.clean) continue;
        if (finite || apart(guide, taken->target, candidate.target))
          reach(candidate.target);
        else if (taker[candidate.target] == no_node)
          taker[candidate.target] = taken->target;
      }
    }
  }
  for (NodeIndex node = 1; node < guide.nodes.size(); ++node)
    if (!reached[node] && taker[node] != no_node) out.push_back({taker[node], node, true});
  return out;
}

}  // namespace crossdock::guide
