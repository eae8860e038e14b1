// Reads elements.yaml and segments.yaml; a version that extends another states additions, changes and removals only.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/dictionary.hpp"

#include <algorithm>
#include <cctype>

#include "translators/guide/nearest.hpp"
#include "translators/guide/syntax_note.hpp"

namespace crossdock::guide {
namespace {

const std::vector<std::string_view> composites_keys{"version",    "extends", "remove",
                                                    "composites", "sources", "differences"};
constexpr int lineage_max = 4;  ///< versions that extend each other
const std::vector<std::string_view> elements_keys{"version",    "extends", "remove",     "elements",
                                                  "composites", "sources", "differences"};
const std::vector<std::string_view> segments_keys{"version", "extends", "remove", "segments", "sources", "differences"};

bool known_type(const std::string& text, ElementDefinition& element) {
  if (text == "AN")
    element.type = ElementType::text;
  else if (text == "ID")
    element.type = ElementType::identifier;
  else if (text == "R")
    element.type = ElementType::decimal;
  else if (text == "DT")
    element.type = ElementType::date;
  else if (text == "TM")
    element.type = ElementType::time;
  else if (text == "B")
    element.type = ElementType::binary;
  else if (text == "N")
    element.type = ElementType::numeric;
  else if (text.size() == 2 && text[0] == 'N' && text[1] >= '0' && text[1] <= '9') {
    element.type = ElementType::numeric;
    element.implied_decimals = static_cast<std::uint8_t>(text[1] - '0');
  } else
    return false;
  return true;
}

/// `an..35`, `n3`: what the UN directories print. The digits of `n` may number more than one byte each says.
bool known_format(const std::string& text, ElementDefinition& element) {
  std::size_t at = text.find_first_not_of("an");
  if (at == std::string::npos || at == 0) return false;
  const std::string kind = text.substr(0, at);
  if (kind == "an")
    element.type = ElementType::text;
  else if (kind == "a")
    element.type = ElementType::alphabetic;
  else if (kind == "n")
    element.type = ElementType::number;
  else
    return false;
  const bool up_to = text.compare(at, 2, "..") == 0;
  const std::optional<std::uint32_t> length = whole_number(text.substr(at + (up_to ? 2 : 0)));
  if (!length || *length == 0) return false;
  element.length_max = *length;
  element.length_min = up_to ? 1 : *length;
  return true;
}

bool is_tag(std::string_view text) {
  if (text.size() < 2 || text.size() > 3) return false;
  if (text[0] < 'A' || text[0] > 'Z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

template <class Map>
std::string nearest_key(const std::string& wanted, const Map& map) {
  std::vector<std::string_view> names;
  names.reserve(map.size());
  for (const auto& [key, value] : map) names.push_back(key);
  std::sort(names.begin(), names.end());
  return nearest_name(wanted, names);
}

std::string did_you_mean(const std::string& near) {
  return near.empty() ? std::string() : "; did you mean \"" + near + "\"?";
}

/// Opens one file of a version: parsed, its keys checked, its `version` compared.
std::optional<YamlNode> open_file(const TextSource& source, const std::string& version,
                                  const std::vector<std::string_view>& keys, Faults& faults) {
  Result<std::string> text = source.read(faults.file());
  if (!text) {
    faults.add_at(Code::guide_unknown, 1, 1, 0, "the file cannot be read: " + text.error().detail,
                  "a dictionary file of " + version);
    return std::nullopt;
  }
  std::optional<YamlNode> root = parse_yaml(*text, faults);
  if (!root) return std::nullopt;
  MapReader reader(*root, faults, "a dictionary file", keys);
  if (!reader.valid()) return std::nullopt;
  const std::string stated = reader.text("version", true);
  if (!stated.empty() && stated != version)
    faults.add(Code::guide_value, *root->find("version"),
               "the file says version \"" + stated + "\" but stands in the folder of " + version, version);
  return root;
}

template <class Map>
void apply_removals(const YamlNode& root, Map& map, Faults& faults) {
  const YamlNode* list = root.find("remove");
  if (list == nullptr || !list->is_sequence()) return;
  for (const YamlNode& item : list->items)
    if (map.erase(item.text) == 0)
      faults.add(
          Code::guide_reference, item,
          "\"" + item.text + "\" is to be removed but does not exist" + did_you_mean(nearest_key(item.text, map)));
}

}  // namespace

std::uint32_t read_repeat(const YamlNode& node, Faults& faults) {
  if (node.is_scalar()) {
    if (node.text == "unbounded") return unbounded;
    if (const auto value = whole_number(node.text); value && *value >= 1) return *value;
  }
  faults.add(Code::guide_value, node, "a repeat is not usable", "a whole number from 1, or unbounded");
  return 1;
}

Usage read_usage(const YamlNode& node, Faults& faults, bool overlay) {
  if (node.is_scalar()) {
    if (node.text == "M") return Usage::mandatory;
    if (node.text == "O") return Usage::optional;
    if (node.text == "C") return Usage::conditional;
    if (overlay && node.text == "N") return Usage::forbidden;
  }
  faults.add(Code::guide_value, node, "a usage is not usable", overlay ? "M, O, C or N (not used)" : "M, O or C");
  return Usage::optional;
}

std::vector<SyntaxNote> read_notes(const YamlNode* node, std::size_t count, Faults& faults) {
  std::vector<SyntaxNote> out;
  if (node == nullptr || node->kind == YamlNode::Kind::null) return out;
  if (!node->is_sequence()) {
    faults.add(Code::guide_value, *node, "\"notes\" is not a list", "a list such as [P0304]");
    return out;
  }
  for (const YamlNode& item : node->items) {
    if (std::optional<SyntaxNote> note = parse_note(item.text, count))
      out.push_back(std::move(*note));
    else
      faults.add(Code::guide_value, item,
                 "\"" + item.text + "\" is no syntax note over " + std::to_string(count) + " elements",
                 "P, R, E, C or L and two or more two-digit positions from 01 to " + std::to_string(count) +
                     ", or D1 to D7 and such positions as (01,02)");
  }
  return out;
}

std::string type_name(ElementType type, std::uint8_t implied_decimals) {
  switch (type) {
    case ElementType::text: return "AN";
    case ElementType::identifier: return "ID";
    case ElementType::numeric: return "N" + std::to_string(implied_decimals);
    case ElementType::decimal: return "R";
    case ElementType::date: return "DT";
    case ElementType::time: return "TM";
    case ElementType::binary: return "B";
    case ElementType::alphabetic: return "A";
    case ElementType::number: return "N";
    default: return "composite";
  }
}

void Dictionary::load(std::vector<Finding>& findings) {
  load_elements(version_, 0, findings);
  load_composites(version_, 0, findings);
  load_segments(version_, 0, findings);
  check_references(findings);
}

void Dictionary::check_references(std::vector<Finding>& findings) const {
  for (const auto& [id, composite] : composites_)
    if (const auto at = mentions_.find(id); at != mentions_.end()) check_mentions(at->second, true, findings);
  for (const auto& [tag, segment] : segments_)
    if (const auto at = mentions_.find(tag); at != mentions_.end()) check_mentions(at->second, false, findings);
}

void Dictionary::check_mentions(const std::vector<Mention>& mentions, bool in_composite,
                                std::vector<Finding>& findings) const {
  for (const Mention& mention : mentions) {
    if (elements_.contains(mention.id) || (!in_composite && composites_.contains(mention.id))) continue;
    Faults faults(mention.file, findings);
    faults.add_at(Code::guide_reference, mention.line, mention.column, mention.offset,
                  "there is no element \"" + mention.id + "\"" + did_you_mean(nearest_key(mention.id, elements_)),
                  in_composite ? "an element of elements.yaml" : "an element or composite of elements.yaml");
  }
}

void Dictionary::load_elements(const std::string& version, int depth, std::vector<Finding>& findings) {
  Faults faults("maps/guides/" + version + "/elements.yaml", findings);
  lineage_.push_back(version);
  const std::optional<YamlNode> root = open_file(*source_, version, elements_keys, faults);
  if (!root) return;
  if (const YamlNode* extends = root->find("extends"); extends != nullptr && extends->is_scalar()) {
    const bool again = std::find(lineage_.begin(), lineage_.end(), extends->text) != lineage_.end();
    if (depth + 1 >= lineage_max || again) {
      faults.add(Code::guide_limit, *extends,
                 again ? "the version extends itself" : "too many versions extend each other",
                 "a chain of at most " + std::to_string(lineage_max));
      return;
    }
    load_elements(extends->text, depth + 1, findings);
  }
  if (const YamlNode* remove = root->find("remove"); remove != nullptr && remove->is_sequence())
    for (const YamlNode& item : remove->items)
      if (elements_.erase(item.text) + composites_.erase(item.text) == 0)
        faults.add(Code::guide_reference, item,
                   "\"" + item.text + "\" is to be removed but does not exist" +
                       did_you_mean(nearest_key(item.text, elements_)));
  if (const YamlNode* elements = root->find("elements"); elements != nullptr && elements->is_map())
    for (std::size_t i = 0; i + 1 < elements->items.size(); i += 2)
      read_element(elements->items[i], elements->items[i + 1], faults);
  if (const YamlNode* composites = root->find("composites"); composites != nullptr && composites->is_map())
    for (std::size_t i = 0; i + 1 < composites->items.size(); i += 2)
      read_composite(composites->items[i], composites->items[i + 1], faults);
}

void Dictionary::load_composites(const std::string& version, int depth, std::vector<Finding>& findings) {
  const std::string file = "maps/guides/" + version + "/composites.yaml";
  if (!source_->exists(file)) return;  // X12 keeps them with the elements
  Faults faults(file, findings);
  const std::optional<YamlNode> root = open_file(*source_, version, composites_keys, faults);
  if (!root) return;
  if (const YamlNode* extends = root->find("extends"); extends != nullptr && extends->is_scalar()) {
    if (depth + 1 >= lineage_max || extends->text == version) {
      faults.add(Code::guide_limit, *extends, "too many versions extend each other",
                 "a chain of at most " + std::to_string(lineage_max));
      return;
    }
    load_composites(extends->text, depth + 1, findings);
  }
  apply_removals(*root, composites_, faults);
  if (const YamlNode* composites = root->find("composites"); composites != nullptr && composites->is_map())
    for (std::size_t i = 0; i + 1 < composites->items.size(); i += 2)
      read_composite(composites->items[i], composites->items[i + 1], faults);
}

void Dictionary::read_element(const YamlNode& key, const YamlNode& node, Faults& faults) {
  MapReader reader(node, faults, "element " + key.text, {"name", "type", "min", "max", "codes", "format"});
  if (!reader.valid()) return;
  ElementDefinition element;
  element.id = key.text;
  element.name = reader.text("name", true);
  element.codes = reader.text("codes");
  if (const YamlNode* format = reader.get("format")) {
    if (!format->is_scalar() || !known_format(format->text, element))
      faults.add(Code::guide_value, *format, "element " + key.text + " has an unusable format \"" + format->text + "\"",
                 "a, n or an and a length such as an3 or an..35");
    elements_[element.id] = std::move(element);
    return;
  }
  const std::string type = reader.text("type", true);
  if (!type.empty() && !known_type(type, element))
    faults.add(Code::guide_value, *node.find("type"), "element " + key.text + " has the unknown type \"" + type + "\"",
               "AN, ID, N, N0 to N9, R, DT, TM or B");
  constexpr std::uint32_t length_limit = 999'999'999;
  element.length_min = reader.number("min", 0, length_limit, 1, true);
  element.length_max = reader.number("max", 1, length_limit, length_limit, true);
  if (element.length_min > element.length_max)
    faults.add(Code::guide_value, *node.find("min"), "element " + key.text + " has a min above its max", "min <= max");
  elements_[element.id] = std::move(element);
}

std::vector<ElementUse> Dictionary::read_uses(const YamlNode& list, const std::string& owner, Faults& faults) {
  std::vector<ElementUse> out;
  std::vector<Mention>& mentions = mentions_[owner];
  mentions.clear();
  if (!list.is_sequence() || list.items.empty() || list.items.size() > elements_in_segment_max) {
    faults.add(Code::guide_value, list, "the elements are not a usable list",
               "1 to " + std::to_string(elements_in_segment_max) + " entries [id, usage] or [id, usage, repeat]");
    return out;
  }
  for (const YamlNode& item : list.items) {
    ElementUse use;
    if (!item.is_sequence() || item.items.size() < 2 || item.items.size() > 3 || !item.items[0].is_scalar()) {
      faults.add(Code::guide_value, item, "an entry is not usable", "[id, usage] or [id, usage, repeat]");
      out.push_back(use);
      continue;
    }
    use.id = item.items[0].text;
    use.usage = read_usage(item.items[1], faults);
    if (item.items.size() == 3) use.repeat_max = read_repeat(item.items[2], faults);
    mentions.push_back({faults.file(), use.id, item.items[0].line, item.items[0].column, item.items[0].offset});
    out.push_back(std::move(use));
  }
  return out;
}

void Dictionary::read_composite(const YamlNode& key, const YamlNode& node, Faults& faults) {
  MapReader reader(node, faults, "composite " + key.text, {"name", "components", "notes"});
  if (!reader.valid()) return;
  CompositeDefinition composite;
  composite.id = key.text;
  composite.name = reader.text("name", true);
  if (const YamlNode* components = reader.require("components"))
    composite.components = read_uses(*components, key.text, faults);
  composite.notes = read_notes(reader.get("notes"), composite.components.size(), faults);
  if (elements_.contains(key.text))
    faults.add(Code::guide_duplicate, key, "\"" + key.text + "\" is an element and a composite", "one of them");
  composites_[composite.id] = std::move(composite);
}

void Dictionary::load_segments(const std::string& version, int depth, std::vector<Finding>& findings) {
  Faults faults("maps/guides/" + version + "/segments.yaml", findings);
  const std::optional<YamlNode> root = open_file(*source_, version, segments_keys, faults);
  if (!root) return;
  if (const YamlNode* extends = root->find("extends"); extends != nullptr && extends->is_scalar()) {
    if (depth + 1 >= lineage_max || extends->text == version) {
      faults.add(Code::guide_limit, *extends, "too many versions extend each other",
                 "a chain of at most " + std::to_string(lineage_max));
      return;
    }
    load_segments(extends->text, depth + 1, findings);
  }
  apply_removals(*root, segments_, faults);
  if (const YamlNode* segments = root->find("segments"); segments != nullptr && segments->is_map())
    for (std::size_t i = 0; i + 1 < segments->items.size(); i += 2)
      read_segment(segments->items[i], segments->items[i + 1], faults);
}

void Dictionary::read_segment(const YamlNode& key, const YamlNode& node, Faults& faults) {
  MapReader reader(node, faults, "segment " + key.text, {"name", "elements", "notes"});
  if (!reader.valid()) return;
  if (!is_tag(key.text))
    faults.add(Code::guide_value, key, "\"" + key.text + "\" is no segment tag",
               "two or three capitals or digits, a letter first");
  SegmentDefinition segment;
  segment.tag = key.text;
  segment.name = reader.text("name", true);
  if (const YamlNode* elements = reader.require("elements")) segment.elements = read_uses(*elements, key.text, faults);
  segment.notes = read_notes(reader.get("notes"), segment.elements.size(), faults);
  segments_[segment.tag] = std::move(segment);
}

const ElementDefinition* Dictionary::element(const std::string& id) const {
  const auto at = elements_.find(id);
  return at == elements_.end() ? nullptr : &at->second;
}
const CompositeDefinition* Dictionary::composite(const std::string& id) const {
  const auto at = composites_.find(id);
  return at == composites_.end() ? nullptr : &at->second;
}
const SegmentDefinition* Dictionary::segment(const std::string& tag) const {
  const auto at = segments_.find(tag);
  return at == segments_.end() ? nullptr : &at->second;
}

std::vector<std::string> Dictionary::tags() const {
  std::vector<std::string> out;
  for (const auto& [tag, segment] : segments_) out.push_back(tag);
  return out;
}

}  // namespace crossdock::guide
