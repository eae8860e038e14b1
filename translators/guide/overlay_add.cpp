// What an overlay adds: conditions between segments, and custom segments.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/overlay_reader.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "translators/guide/code_list.hpp"
#include "translators/guide/dictionary.hpp"
#include "translators/guide/nearest.hpp"
#include "translators/guide/structure.hpp"
#include "translators/guide/syntax_note.hpp"

namespace crossdock::guide {

void OverlayReader::read_conditions(const YamlNode& list) {
  if (!list.is_sequence()) {
    faults_->add(Code::guide_value, list, "\"conditions\" is not a list",
                 "- {when: PLACE, in: [VALUES], require: PLACE, with: [VALUES]}");
    return;
  }
  for (const YamlNode& item : list.items) {
    MapReader reader(item, *faults_, "a condition", {"when", "in", "require", "forbid", "with"});
    if (!reader.valid()) continue;
    SegmentCondition condition;
    const YamlNode* when = reader.require("when");
    const YamlNode* require = reader.get("require");
    const YamlNode* forbid = reader.get("forbid");
    if ((require == nullptr) == (forbid == nullptr)) {
      faults_->add(Code::guide_key_missing, item, "a condition needs one of \"require\" and \"forbid\"",
                   "one of the two");
      continue;
    }
    if (when == nullptr) continue;
    condition.forbids = forbid != nullptr;
    const YamlNode& then = condition.forbids ? *forbid : *require;
    const bool read = read_condition_place(*when, reader.texts("in"), condition.when);
    if (!read_condition_place(then, reader.texts("with"), condition.then) || !read) continue;
    condition.text = "where " + when->text + listed(condition.when.values) + " stands, " + then.text +
                     listed(condition.then.values) + (condition.forbids ? " must not" : " must stand too");
    guide_->conditions.push_back(std::move(condition));
  }
}

std::string OverlayReader::listed(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? " = " : " or ") + value;
  return out;
}

bool OverlayReader::read_condition_place(const YamlNode& at, std::vector<std::string> values, ConditionPlace& out) {
  const std::optional<OverlayPlace> place = parse_overlay_place(at.text);
  if (!place) {
    faults_->add(Code::guide_value, at, "\"" + at.text + "\" is no place", "TAG, PATH/TAG or PATH/TAG.02");
    return false;
  }
  const std::vector<NodeIndex> nodes = resolve(at, place->path);
  if (nodes.empty()) return false;
  std::size_t exact = 0;
  while (exact < nodes.size() && guide_->path(nodes[exact]) != place->path) ++exact;
  if (nodes.size() > 1 && exact == nodes.size()) {
    faults_->add(Code::guide_ambiguous, at, place->path + " stands at several places",
                 "the full path of one of them, such as " + guide_->path(nodes[0]));
    return false;
  }
  out.node = nodes[exact == nodes.size() ? 0 : exact];
  out.element = static_cast<std::uint16_t>(place->element);
  if (place->element > guide_->segments[guide_->nodes[out.node].rule].elements.size()) {
    faults_->add(Code::guide_reference, at, "there is no element " + at.text, "an element of " + place->path);
    return false;
  }
  out.values = std::move(values);
  return true;
}

void OverlayReader::read_additions(const YamlNode& list) {
  if (!list.is_sequence()) {
    faults_->add(Code::guide_value, list, "\"add\" is not a list", "- {segment: ZZ1, after: PLACE, ...}");
    return;
  }
  for (const YamlNode& item : list.items) {
    widens(item, "a segment is added", "no added segments");
    add_segment(item);
  }
}

void OverlayReader::add_segment(const YamlNode& item) {
  MapReader reader(item, *faults_, "an added segment",
                   {"segment", "name", "after", "usage", "repeat", "elements", "notes"});
  if (!reader.valid()) return;
  SegmentRule rule;
  rule.tag = reader.text("segment", true);
  rule.name = reader.text("name");
  const bool tag_good = rule.tag.size() >= 2 && rule.tag.size() <= 3 &&
                        std::all_of(rule.tag.begin(), rule.tag.end(),
                                    [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  if (!tag_good)
    faults_->add(Code::guide_value, item, "\"" + rule.tag + "\" is no segment tag", "two or three capitals or digits");
  if (const YamlNode* elements = reader.require("elements");
      elements != nullptr && elements->is_sequence() && elements->items.size() <= elements_in_segment_max)
    for (const YamlNode& element : elements->items) rule.elements.push_back(added_element(element));
  rule.notes = read_notes(reader.get("notes"), rule.elements.size(), *faults_);
  Node node;
  node.tag = rule.tag;
  if (const YamlNode* usage = reader.require("usage")) node.usage = read_usage(*usage, *faults_);
  if (const YamlNode* repeat = reader.require("repeat")) node.repeat_max = read_repeat(*repeat, *faults_);
  const YamlNode* after = reader.require("after");
  if (after == nullptr || !tag_good || guide_->nodes.size() >= no_node - 1U) return;
  const std::vector<NodeIndex> places = resolve(*after, after->text);
  if (places.empty()) return;
  const NodeIndex before = places.front();
  node.parent = guide_->nodes[before].parent;
  node.next_sibling = guide_->nodes[before].next_sibling;
  node.rule = static_cast<std::uint16_t>(guide_->segments.size());
  guide_->nodes[before].next_sibling = static_cast<NodeIndex>(guide_->nodes.size());
  guide_->nodes.push_back(std::move(node));
  guide_->segments.push_back(std::move(rule));
  if (!std::binary_search(guide_->known_tags.begin(), guide_->known_tags.end(), guide_->nodes.back().tag)) {
    guide_->known_tags.push_back(guide_->nodes.back().tag);
    std::sort(guide_->known_tags.begin(), guide_->known_tags.end());
  }
  number_nodes();
  added_ = true;
}

ElementRule OverlayReader::added_element(const YamlNode& item) {
  ElementRule rule;
  if (item.is_sequence() && item.items.size() >= 2) {
    for (const SegmentRule& segment : guide_->segments)
      for (const ElementRule& known : segment.elements)
        if (known.reference == item.items[0].text) rule = known;
    if (rule.reference.empty())
      faults_->add(Code::guide_reference, item.items[0], "the guide has no element \"" + item.items[0].text + "\"",
                   "an element of this guide, or a map that says it in full");
    rule.usage = read_usage(item.items[1], *faults_);
    rule.repeat_max = item.items.size() > 2 ? read_repeat(item.items[2], *faults_) : 1;
    return rule;
  }
  MapReader reader(item, *faults_, "an added element", {"name", "type", "min", "max", "usage", "repeat", "codes"});
  if (!reader.valid()) return rule;
  rule.name = reader.text("name", true);
  rule.reference = "local";
  const std::string type = reader.text("type", true);
  const std::map<std::string, ElementType> types{{"AN", ElementType::text},    {"ID", ElementType::identifier},
                                                 {"N0", ElementType::numeric}, {"R", ElementType::decimal},
                                                 {"DT", ElementType::date},    {"TM", ElementType::time}};
  if (const auto at = types.find(type); at != types.end())
    rule.type = at->second;
  else
    faults_->add(Code::guide_value, item, "the type \"" + type + "\" is not usable here", "AN, ID, N0, R, DT or TM");
  rule.length_min = reader.number("min", 0, 999'999, 1, true);
  rule.length_max = reader.number("max", 1, 999'999, 1, true);
  if (const YamlNode* usage = reader.require("usage")) rule.usage = read_usage(*usage, *faults_);
  if (const YamlNode* repeat = reader.get("repeat")) rule.repeat_max = read_repeat(*repeat, *faults_);
  if (const YamlNode* codes = reader.get("codes")) narrow_codes(*codes, rule.name, rule);
  return rule;
}

void OverlayReader::number_nodes() {
  std::uint16_t order = 0;
  NodeIndex at = 0;
  while (at != no_node) {
    guide_->nodes[at].order = order++;
    if (guide_->nodes[at].first_child != no_node) {
      at = guide_->nodes[at].first_child;
      continue;
    }
    while (at != no_node && guide_->nodes[at].next_sibling == no_node) at = guide_->nodes[at].parent;
    if (at != no_node) at = guide_->nodes[at].next_sibling;
  }
}

void OverlayReader::drop_unused_rules() {
  std::vector<std::uint16_t> moved(guide_->segments.size(), 0xFFFF);
  std::vector<SegmentRule> kept;
  for (Node& node : guide_->nodes) {
    if (node.kind != Node::Kind::segment) continue;
    if (moved[node.rule] == 0xFFFF) {
      moved[node.rule] = static_cast<std::uint16_t>(kept.size());
      kept.push_back(std::move(guide_->segments[node.rule]));
    }
    node.rule = moved[node.rule];
  }
  guide_->segments = std::move(kept);
}

}  // namespace crossdock::guide
