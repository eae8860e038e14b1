// Looking places up in a compiled guide.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/compiled_guide.hpp"

#include <algorithm>

namespace crossdock::guide {

NodeIndex CompiledGuide::find_child(NodeIndex loop, std::string_view tag, NodeIndex after) const {
  if (loop >= nodes.size()) return no_node;
  NodeIndex at = after == no_node ? nodes[loop].first_child : nodes[after].next_sibling;
  while (at != no_node && nodes[at].tag != tag) at = nodes[at].next_sibling;
  return at;
}

const Hierarchy::Level* Hierarchy::find(std::string_view code) const {
  const auto at = std::lower_bound(levels.begin(), levels.end(), code,
                                   [](const Level& one, std::string_view wanted) { return one.code < wanted; });
  return at != levels.end() && at->code == code ? &*at : nullptr;
}

bool Bound::admits(std::string_view id) const {
  return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

const Hierarchy* CompiledGuide::hierarchy_of(NodeIndex loop) const {
  for (const Hierarchy& hierarchy : hierarchies)
    if (hierarchy.loop == loop) return &hierarchy;
  return nullptr;
}

const Bound* CompiledGuide::bound_of(NodeIndex loop) const {
  for (const Bound& bound : bounds)
    if (bound.loop == loop) return &bound;
  return nullptr;
}

std::string CompiledGuide::path(NodeIndex node) const {
  std::string out;
  for (NodeIndex at = node; at != 0 && at != no_node; at = nodes[at].parent) {
    const Node& here = nodes[at];
    if (here.parent != no_node && nodes[here.parent].kind == Node::Kind::loop && nodes[here.parent].first_child == at)
      continue;
    out = out.empty() ? here.tag : here.tag + "/" + out;
  }
  return out;
}

}  // namespace crossdock::guide
