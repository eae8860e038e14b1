// What an overlay narrows: usage, repeats, lengths, codes, notes.
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
namespace {

const std::vector<std::string_view> overlay_keys{"overlay",  "partner",    "name", "extension",
                                                 "segments", "conditions", "add"};

bool is_trigger(const CompiledGuide& guide, NodeIndex node) {
  const NodeIndex parent = guide.nodes[node].parent;
  return parent != no_node && guide.nodes[parent].kind == Node::Kind::loop && guide.nodes[parent].first_child == node;
}

}  // namespace

std::optional<OverlayPlace> parse_overlay_place(const std::string& text) {
  OverlayPlace out;
  const std::size_t slash = text.rfind('/');
  const std::size_t dot = text.find('.', slash == std::string::npos ? 0 : slash);
  out.path = text.substr(0, dot);
  if (dot == std::string::npos) return out;
  std::string_view rest = std::string_view(text).substr(dot + 1);
  const std::size_t second = rest.find('.');
  const auto element = whole_number(rest.substr(0, second));
  if (!element || *element == 0 || *element > elements_in_segment_max) return std::nullopt;
  out.element = *element;
  if (second == std::string_view::npos) return out;
  const auto component = whole_number(rest.substr(second + 1));
  if (!component || *component == 0 || *component > elements_in_segment_max) return std::nullopt;
  out.component = *component;
  return out;
}

void OverlayReader::read(const YamlNode& root) {
  MapReader reader(root, *faults_, "an overlay", overlay_keys);
  if (!reader.valid()) return;
  const std::string extension = reader.text("extension");
  extension_ = extension == "true";
  if (!extension.empty() && extension != "true" && extension != "false")
    faults_->add(Code::guide_value, *root.find("extension"), "\"extension\" is not usable", "true or false");
  if (const std::string name = reader.text("name"); !name.empty()) guide_->name = name;
  if (const YamlNode* add = reader.get("add")) read_additions(*add);
  if (const YamlNode* segments = reader.get("segments"); segments != nullptr && !segments->is_map())
    faults_->add(Code::guide_value, *segments, "\"segments\" is not a map", "places and what they are narrowed to");
  else if (segments != nullptr)
    for (std::size_t i = 0; i + 1 < segments->items.size(); i += 2)
      read_entry(segments->items[i], segments->items[i + 1]);
  if (const YamlNode* conditions = reader.get("conditions")) read_conditions(*conditions);
  drop_unused_rules();
}

void OverlayReader::widens(const YamlNode& at, const std::string& message, const std::string& expected) {
  if (!extension_)
    faults_->add(Code::guide_widens, at, message + ", which widens the guide", expected + ", or extension: true");
}

std::vector<NodeIndex> OverlayReader::resolve(const YamlNode& at, const std::string& path) {
  std::vector<NodeIndex> exact, by_tag;
  std::vector<std::string> names;
  for (NodeIndex node = 1; node < guide_->nodes.size(); ++node) {
    if (guide_->nodes[node].kind != Node::Kind::segment) continue;
    names.push_back(guide_->path(node));
    if (names.back() == path) exact.push_back(node);
    if (guide_->nodes[node].tag == path) by_tag.push_back(node);
  }
  if (path.find('/') == std::string::npos && !by_tag.empty()) return by_tag;
  if (exact.empty()) {
    const std::string near = nearest_name(path, std::vector<std::string_view>(names.begin(), names.end()));
    faults_->add(Code::guide_reference, at,
                 "there is no place \"" + path + "\" in " + guide_->id +
                     (near.empty() ? "" : "; did you mean \"" + near + "\"?"),
                 "a segment tag, or a path such as LX/AT7");
  }
  return exact;
}

void OverlayReader::read_entry(const YamlNode& key, const YamlNode& value) {
  const std::optional<OverlayPlace> place = parse_overlay_place(key.text);
  if (!place) {
    faults_->add(Code::guide_value, key, "\"" + key.text + "\" is no place", "TAG, PATH/TAG or PATH/TAG.02");
    return;
  }
  const std::vector<NodeIndex> nodes = resolve(key, place->path);
  if (nodes.empty()) return;
  const std::vector<std::uint16_t> rules = own_rules(nodes);
  if (place->element != 0) {
    for (std::uint16_t rule : rules) narrow_at(key, value, rule, place->element, place->component);
    return;
  }
  MapReader reader(value, *faults_, key.text, {"usage", "repeat", "elements", "notes"});
  if (!reader.valid()) return;
  if (const YamlNode* usage = reader.get("usage"))
    for (NodeIndex node : nodes) narrow_usage(*usage, key.text, guide_->nodes[place_of(node)].usage);
  if (const YamlNode* repeat = reader.get("repeat"))
    for (NodeIndex node : nodes) narrow_repeat(*repeat, key.text, guide_->nodes[place_of(node)].repeat_max);
  for (std::uint16_t rule : rules) {
    const std::vector<SyntaxNote> notes =
        read_notes(reader.get("notes"), guide_->segments[rule].elements.size(), *faults_);
    guide_->segments[rule].notes.insert(guide_->segments[rule].notes.end(), notes.begin(), notes.end());
  }
  if (const YamlNode* elements = reader.get("elements"); elements != nullptr && elements->is_map()) {
    for (std::size_t i = 0; i + 1 < elements->items.size(); i += 2) {
      const std::optional<OverlayPlace> at = parse_overlay_place("." + elements->items[i].text);
      if (!at || at->element == 0)
        faults_->add(Code::guide_value, elements->items[i],
                     "\"" + elements->items[i].text + "\" is no element position", "\"02\" or \"02.1\"");
      else
        for (std::uint16_t rule : rules)
          narrow_at(elements->items[i], elements->items[i + 1], rule, at->element, at->component);
    }
  } else if (elements != nullptr) {
    faults_->add(Code::guide_value, *elements, "\"elements\" is not a map", "\"02\": {usage: M}");
  }
}

NodeIndex OverlayReader::place_of(NodeIndex segment) const {
  return is_trigger(*guide_, segment) ? guide_->nodes[segment].parent : segment;
}

std::vector<std::uint16_t> OverlayReader::own_rules(const std::vector<NodeIndex>& nodes) {
  std::map<std::uint16_t, std::uint16_t> copies;
  std::vector<std::uint16_t> out;
  for (NodeIndex node : nodes) {
    std::uint16_t& rule = guide_->nodes[node].rule;
    const auto [at, made] = copies.try_emplace(rule, static_cast<std::uint16_t>(guide_->segments.size()));
    if (made) {
      SegmentRule copy = guide_->segments[rule];
      guide_->segments.push_back(std::move(copy));
      out.push_back(at->second);
    }
    rule = at->second;
  }
  return out;
}

void OverlayReader::narrow_usage(const YamlNode& at, const std::string& name, Usage& usage) {
  const Usage wanted = read_usage(at, *faults_, true);
  if (usage == Usage::mandatory && wanted != Usage::mandatory)
    widens(at, name + " is mandatory and would no longer be", "M");
  if (usage == Usage::forbidden && wanted != Usage::forbidden) widens(at, name + " is not used and would be", "N");
  usage = wanted;
}

void OverlayReader::narrow_repeat(const YamlNode& at, const std::string& name, std::uint32_t& repeat) {
  const std::uint32_t wanted = read_repeat(at, *faults_);
  if (wanted > repeat)
    widens(at, name + " may repeat " + std::to_string(repeat) + " times at most",
           "a repeat up to " + std::to_string(repeat));
  repeat = wanted;
}

void OverlayReader::narrow_at(const YamlNode& key, const YamlNode& value, std::uint16_t rule, std::uint32_t element,
                              std::uint32_t component) {
  SegmentRule& segment = guide_->segments[rule];
  const std::string name = segment.tag + (element < 10 ? ".0" : ".") + std::to_string(element) +
                           (component == 0 ? "" : "." + std::to_string(component));
  if (element > segment.elements.size()) {
    faults_->add(Code::guide_reference, key, "there is no element " + name,
                 segment.tag + ".01 to ." + std::to_string(segment.elements.size()));
    return;
  }
  ElementRule* target = &segment.elements[element - 1];
  if (component > target->components.size()) {
    faults_->add(Code::guide_reference, key, "there is no component " + name,
                 "1 to " + std::to_string(target->components.size()));
    return;
  }
  if (component != 0) target = &target->components[component - 1];
  narrow_element(value, name, *target);
}

void OverlayReader::narrow_element(const YamlNode& value, const std::string& name, ElementRule& rule) {
  MapReader reader(value, *faults_, name, {"usage", "repeat", "min", "max", "codes"});
  if (!reader.valid()) return;
  if (const YamlNode* usage = reader.get("usage")) narrow_usage(*usage, name, rule.usage);
  if (const YamlNode* repeat = reader.get("repeat")) narrow_repeat(*repeat, name, rule.repeat_max);
  constexpr std::uint32_t length_limit = 999'999'999;
  const std::uint32_t low = reader.number("min", 0, length_limit, rule.length_min);
  const std::uint32_t high = reader.number("max", 1, length_limit, rule.length_max);
  if (low < rule.length_min)
    widens(*value.find("min"), name + " has at least " + std::to_string(rule.length_min) + " characters",
           "a min from " + std::to_string(rule.length_min));
  if (high > rule.length_max)
    widens(*value.find("max"), name + " has at most " + std::to_string(rule.length_max) + " characters",
           "a max up to " + std::to_string(rule.length_max));
  if (low > high) faults_->add(Code::guide_value, value, name + " has a min above its max", "min <= max");
  rule.length_min = low;
  rule.length_max = high;
  if (const YamlNode* codes = reader.get("codes")) narrow_codes(*codes, name, rule);
}

void OverlayReader::narrow_codes(const YamlNode& codes, const std::string& name, ElementRule& rule) {
  if (!codes.is_sequence() || codes.items.empty()) {
    faults_->add(Code::guide_value, codes, "the codes of " + name + " are not a list", "[BM, PO]");
    return;
  }
  std::vector<CodeList::Entry> entries;
  for (const YamlNode& item : codes.items) {
    if (rule.codes != nullptr && !rule.codes->contains(item.text)) {
      const std::string near = rule.codes->nearest(item.text);
      widens(item,
             "\"" + item.text + "\" is not in code list " + rule.codes->id() + " of " + name +
                 (near.empty() ? "" : " (did you mean " + near + "?)"),
             rule.codes->summary());
    }
    entries.push_back({item.text, rule.codes == nullptr ? std::string() : std::string(rule.codes->meaning(item.text))});
  }
  auto list = std::make_shared<CodeList>(rule.codes == nullptr ? rule.reference : rule.codes->id(), std::move(entries));
  rule.codes = list.get();
  guide_->code_lists.push_back(std::move(list));
}

}  // namespace crossdock::guide
