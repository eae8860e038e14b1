// The companion form: what a partner must send, in tables, with what the overlay changed marked.
// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "translators/guide/code_list.hpp"
#include "translators/guide/dictionary.hpp"
#include "translators/guide/show.hpp"
#include "translators/guide/syntax_note.hpp"

namespace crossdock::guide {
namespace {

constexpr std::size_t whole_list_max = 40;

std::string usage_word(Usage usage) {
  switch (usage) {
    case Usage::mandatory: return "required";
    case Usage::optional: return "optional";
    case Usage::conditional: return "conditional";
    default: return "not used";
  }
}

std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string repeat_cell(std::uint32_t repeat) { return repeat == unbounded ? "no limit" : std::to_string(repeat); }

bool same_rule(const ElementRule& a, const ElementRule& b) {
  return a.usage == b.usage && a.length_min == b.length_min && a.length_max == b.length_max &&
         a.repeat_max == b.repeat_max && (a.codes == nullptr) == (b.codes == nullptr) &&
         (a.codes == nullptr || a.codes->entries().size() == b.codes->entries().size());
}

/// The place of the base guide with the same path, no_node when the overlay added it.
NodeIndex in_base(const CompiledGuide& guide, NodeIndex node, const CompiledGuide& base) {
  std::vector<NodeIndex> chain;
  for (NodeIndex at = node; at != 0 && at != no_node; at = guide.nodes[at].parent) chain.push_back(at);
  NodeIndex found = 0;
  for (auto at = chain.rbegin(); at != chain.rend() && found != no_node; ++at) {
    NodeIndex next = base.nodes[found].first_child;
    while (next != no_node &&
           (base.nodes[next].tag != guide.nodes[*at].tag || base.nodes[next].kind != guide.nodes[*at].kind ||
            base.nodes[next].loop_id != guide.nodes[*at].loop_id))
      next = base.nodes[next].next_sibling;
    found = next;
  }
  return found;
}

void append_structure(std::string& out, const CompiledGuide& guide, const CompiledGuide* base, NodeIndex first,
                      std::size_t depth) {
  for (NodeIndex at = first; at != no_node; at = guide.nodes[at].next_sibling) {
    const Node& node = guide.nodes[at];
    std::string mark;
    if (base != nullptr) {
      const NodeIndex old = in_base(guide, at, *base);
      if (old == no_node)
        mark = "added";
      else if (base->nodes[old].usage != node.usage || base->nodes[old].repeat_max != node.repeat_max)
        mark = "changed";
    }
    std::string indent;
    for (std::size_t i = 0; i < depth; ++i) indent += "&nbsp;&nbsp;";
    const bool loop = node.kind == Node::Kind::loop;
    out += "| " + indent + (loop ? "loop " + node.loop_id + " (" + node.tag + ")" : node.tag) + " | " +
           (loop ? "" : cell(guide.segments[node.rule].name)) + " | " + usage_word(node.usage) + " | " +
           repeat_cell(node.repeat_max) + (base != nullptr ? " | " + mark : std::string()) + " |\n";
    if (loop) append_structure(out, guide, base, node.first_child, depth + 1);
  }
}

void append_codes(std::string& out, const ElementRule& rule, const std::string& place) {
  if (rule.codes == nullptr || rule.codes->entries().size() > whole_list_max) return;
  out += "\n" + place + " " + cell(rule.name) + ":\n";
  for (const CodeList::Entry& entry : rule.codes->entries())
    out += "- `" + entry.code + "`" + (entry.meaning.empty() ? "" : " " + entry.meaning) + "\n";
}

void append_element(std::string& out, const ElementRule& rule, const ElementRule* old, bool compare,
                    const std::string& place) {
  const bool composite = rule.type == ElementType::composite;
  out += "| " + place + " | " + rule.reference + " | " + cell(rule.name) + " | " + usage_word(rule.usage) + " | " +
         type_name(rule.type, rule.implied_decimals) + " | " +
         (composite ? "" : std::to_string(rule.length_min) + "-" + std::to_string(rule.length_max)) + " | " +
         (rule.codes == nullptr ? "" : rule.codes->summary());
  if (compare) out += std::string(" | ") + (old == nullptr ? "added" : same_rule(rule, *old) ? "" : "changed");
  out += " |\n";
  for (std::size_t i = 0; i < rule.components.size(); ++i) {
    const ElementRule* old_component = old != nullptr && i < old->components.size() ? &old->components[i] : nullptr;
    append_element(out, rule.components[i], old_component, compare, place + "." + std::to_string(i + 1));
  }
}

}  // namespace

std::string show_markdown(const CompiledGuide& guide, const CompiledGuide* base) {
  std::string out = "# " + guide.set + " " + guide.name + " (" + guide.version + ")\n\n";
  out += "Functional group " + guide.functional_group + ".";
  if (base != nullptr) out += " Narrowed from the guide " + base->id + "; the last column says where.";
  out += "\n\n## Segments in order\n\n| Segment | Name | Usage | Repeats |";
  out += base != nullptr ? " Against the standard |\n|---|---|---|---|---|\n" : "\n|---|---|---|---|\n";
  append_structure(out, guide, base, guide.nodes[0].first_child, 0);
  std::map<std::uint16_t, NodeIndex> first_place;
  for (NodeIndex at = 1; at < guide.nodes.size(); ++at)
    if (guide.nodes[at].kind == Node::Kind::segment) first_place.emplace(guide.nodes[at].rule, at);
  for (const auto& [index, node] : first_place) {
    const SegmentRule& rule = guide.segments[index];
    const NodeIndex old = base == nullptr ? no_node : in_base(guide, node, *base);
    const SegmentRule* old_rule = old == no_node ? nullptr : &base->segments[base->nodes[old].rule];
    out += "\n## " + rule.tag + " " + rule.name + "\n\n";
    if (guide.path(node) != rule.tag) out += "At " + guide.path(node) + ".\n\n";
    out += "| Place | Element | Name | Usage | Type | Length | Codes |";
    out += base != nullptr ? " Against the standard |\n|---|---|---|---|---|---|---|---|\n"
                           : "\n|---|---|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < rule.elements.size(); ++i)
      append_element(out, rule.elements[i],
                     old_rule != nullptr && i < old_rule->elements.size() ? &old_rule->elements[i] : nullptr,
                     base != nullptr, rule.tag + (i < 9 ? ".0" : ".") + std::to_string(i + 1));
    for (const SyntaxNote& note : rule.notes) out += "\n- " + sentence(note) + "\n";
    for (std::size_t i = 0; i < rule.elements.size(); ++i)
      append_codes(out, rule.elements[i], rule.tag + (i < 9 ? ".0" : ".") + std::to_string(i + 1));
  }
  if (!guide.conditions.empty()) out += "\n## Conditions\n\n";
  for (const SegmentCondition& condition : guide.conditions) out += "- " + condition.text + "\n";
  return out;
}

}  // namespace crossdock::guide
