// Hierarchies and bounds of a guide's file.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/load_forms.hpp"

#include <algorithm>

namespace crossdock::guide {
namespace {

/// A two-digit position of the trigger segment; 0 where the key is absent or wrong (then there is a fault).
std::uint16_t read_position(MapReader& reader, std::string_view key, const SegmentRule& rule, Faults& faults,
                            bool required) {
  const YamlNode* node = required ? reader.require(key) : reader.get(key);
  if (node == nullptr) return 0;
  const auto number = node->is_scalar() ? whole_number(node->text) : std::nullopt;
  if (number && *number >= 1 && *number <= rule.elements.size()) return static_cast<std::uint16_t>(*number);
  faults.add(Code::guide_value, *node, "\"" + node->text + "\" is no element of " + rule.tag,
             "01 to " + std::string(rule.elements.size() < 10 ? "0" : "") + std::to_string(rule.elements.size()));
  return 0;
}

}  // namespace

std::vector<Hierarchy::Level> read_levels(const YamlNode& node, Faults& faults) {
  std::vector<Hierarchy::Level> out;
  if (!node.is_map() || node.items.empty()) {
    faults.add(Code::guide_value, node, "\"levels\" is not a map", "{S: [O], O: [I], I: []}");
    return out;
  }
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
    Hierarchy::Level level;
    level.code = node.items[i].text;
    const YamlNode& under = node.items[i + 1];
    if (!under.is_sequence())
      faults.add(Code::guide_value, under, "what may stand under level " + level.code + " is not a list", "[O, I]");
    for (const YamlNode& one : under.items) {
      level.under.push_back(one.text);
      if (node.find(one.text) == nullptr)
        faults.add(Code::guide_reference, one,
                   "level \"" + one.text + "\" is named under " + level.code + " but is no level itself",
                   "an entry " + one.text + ": [...]");
    }
    out.push_back(std::move(level));
  }
  std::sort(out.begin(), out.end(),
            [](const Hierarchy::Level& a, const Hierarchy::Level& b) { return a.code < b.code; });
  return out;
}

void read_hierarchy(const YamlNode& node, NodeIndex loop, CompiledGuide& guide, Faults& faults) {
  MapReader reader(node, faults, "a hierarchy", {"id", "parent", "level", "child", "top", "levels"});
  if (!reader.valid()) return;
  const SegmentRule& rule = guide.segments[guide.nodes[guide.nodes[loop].first_child].rule];
  Hierarchy out;
  out.loop = loop;
  out.id = read_position(reader, "id", rule, faults, true);
  out.parent = read_position(reader, "parent", rule, faults, true);
  out.level = read_position(reader, "level", rule, faults, true);
  out.child = read_position(reader, "child", rule, faults, false);
  if (const YamlNode* levels = reader.get("levels")) out.levels = read_levels(*levels, faults);
  out.top = reader.texts("top");
  for (const std::string& code : out.top)
    if (!out.levels.empty() && out.find(code) == nullptr)
      faults.add(Code::guide_reference, *reader.get("top"), "level \"" + code + "\" is not among the levels",
                 "an entry " + code + ": [...] under levels");
  for (const Hierarchy& other : guide.hierarchies)
    for (NodeIndex at = loop; at != no_node; at = guide.nodes[at].parent)
      if (at == other.loop)
        faults.add(Code::guide_structure, node, "a hierarchy stands inside another one", "one hierarchy at a place");
  guide.hierarchies.push_back(std::move(out));
}

void read_bound(const YamlNode& item, const YamlNode& node, NodeIndex loop, CompiledGuide& guide, Faults& faults) {
  Bound out;
  out.loop = loop;
  if (!node.is_sequence())
    faults.add(Code::guide_value, node, "\"bounded\" is not a list", "[\"0210\"], or [] for any");
  for (const YamlNode& one : node.items) out.ids.push_back(one.text);
  NodeIndex last = guide.nodes[loop].first_child;
  while (guide.nodes[last].next_sibling != no_node) last = guide.nodes[last].next_sibling;
  const Node& end = guide.nodes[last];
  const bool closed =
      end.kind == Node::Kind::segment && end.tag == "LE" && end.usage == Usage::mandatory && end.repeat_max == 1;
  if (guide.nodes[loop].tag != "LS" || !closed)
    faults.add(Code::guide_structure, item,
               "loop " + guide.nodes[loop].loop_id +
                   " is bounded but does not begin with LS "
                   "and end with LE",
               "LS first and LE last, both usage: M and repeat: 1");
  out.end = last;
  guide.bounds.push_back(std::move(out));
}

}  // namespace crossdock::guide
