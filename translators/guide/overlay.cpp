// Applies an overlay to a copy of its guide, place by place.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/overlay.hpp"

#include <algorithm>
#include <map>

#include "translators/guide/code_list.hpp"
#include "translators/guide/dictionary.hpp"
#include "translators/guide/nearest.hpp"
#include "translators/guide/program.hpp"
#include "translators/guide/structure.hpp"
#include "translators/guide/syntax_note.hpp"
#include "translators/guide/yaml_tree.hpp"

namespace crossdock::guide {
namespace {

const std::vector<std::string_view> overlay_keys{"overlay",  "partner",    "name", "extension",
                                                 "segments", "conditions", "add"};

/// `LX/AT7.02.1` taken apart.
struct PlaceName {
  std::string path;
  std::uint32_t element = 0, component = 0;
};

std::optional<PlaceName> parse_place(const std::string& text) {
  PlaceName out;
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

bool is_trigger(const CompiledGuide& guide, NodeIndex node) {
  const NodeIndex parent = guide.nodes[node].parent;
  return parent != no_node && guide.nodes[parent].kind == Node::Kind::loop && guide.nodes[parent].first_child == node;
}

class OverlayReader {
 public:
  OverlayReader(CompiledGuide& guide, Faults& faults) : guide_(&guide), faults_(&faults) {}

  void read(const YamlNode& root) {
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

  [[nodiscard]] bool added() const { return added_; }

 private:
  void widens(const YamlNode& at, const std::string& message, const std::string& expected) {
    if (!extension_)
      faults_->add(Code::guide_widens, at, message + ", which widens the guide", expected + ", or extension: true");
  }

  /// Segment places that a name means: a path, or a tag wherever it stands. Empty: a fault was said.
  std::vector<NodeIndex> resolve(const YamlNode& at, const std::string& path) {
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

  void read_entry(const YamlNode& key, const YamlNode& value) {
    const std::optional<PlaceName> place = parse_place(key.text);
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
        const std::optional<PlaceName> at = parse_place("." + elements->items[i].text);
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

  /// A trigger's usage and repeat are its loop's.
  NodeIndex place_of(NodeIndex segment) const {
    return is_trigger(*guide_, segment) ? guide_->nodes[segment].parent : segment;
  }

  /// Copies of the rules of these places, so that other places keep theirs; places that shared one share the copy.
  std::vector<std::uint16_t> own_rules(const std::vector<NodeIndex>& nodes) {
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

  void narrow_usage(const YamlNode& at, const std::string& name, Usage& usage) {
    const Usage wanted = read_usage(at, *faults_, true);
    if (usage == Usage::mandatory && wanted != Usage::mandatory)
      widens(at, name + " is mandatory and would no longer be", "M");
    if (usage == Usage::forbidden && wanted != Usage::forbidden) widens(at, name + " is not used and would be", "N");
    usage = wanted;
  }

  void narrow_repeat(const YamlNode& at, const std::string& name, std::uint32_t& repeat) {
    const std::uint32_t wanted = read_repeat(at, *faults_);
    if (wanted > repeat)
      widens(at, name + " may repeat " + std::to_string(repeat) + " times at most",
             "a repeat up to " + std::to_string(repeat));
    repeat = wanted;
  }

  void narrow_at(const YamlNode& key, const YamlNode& value, std::uint16_t rule, std::uint32_t element,
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

  void narrow_element(const YamlNode& value, const std::string& name, ElementRule& rule) {
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

  void narrow_codes(const YamlNode& codes, const std::string& name, ElementRule& rule) {
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
      entries.push_back(
          {item.text, rule.codes == nullptr ? std::string() : std::string(rule.codes->meaning(item.text))});
    }
    auto list =
        std::make_shared<CodeList>(rule.codes == nullptr ? rule.reference : rule.codes->id(), std::move(entries));
    rule.codes = list.get();
    guide_->code_lists.push_back(std::move(list));
  }

  void read_conditions(const YamlNode& list) {
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

  static std::string listed(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values) out += (out.empty() ? " = " : " or ") + value;
    return out;
  }

  bool read_condition_place(const YamlNode& at, std::vector<std::string> values, ConditionPlace& out) {
    const std::optional<PlaceName> place = parse_place(at.text);
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

  void read_additions(const YamlNode& list) {
    if (!list.is_sequence()) {
      faults_->add(Code::guide_value, list, "\"add\" is not a list", "- {segment: ZZ1, after: PLACE, ...}");
      return;
    }
    for (const YamlNode& item : list.items) {
      widens(item, "a segment is added", "no added segments");
      add_segment(item);
    }
  }

  void add_segment(const YamlNode& item) {
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
      faults_->add(Code::guide_value, item, "\"" + rule.tag + "\" is no segment tag",
                   "two or three capitals or digits");
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

  /// `["127", M]` of an element that the guide has anywhere, or a map that says it in full.
  ElementRule added_element(const YamlNode& item) {
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

  /// Document order over the whole guide, after a place was put in.
  void number_nodes() {
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

  void drop_unused_rules() {
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

  CompiledGuide* guide_;
  Faults* faults_;
  bool extension_ = false;
  bool added_ = false;
};

}  // namespace

Result<std::string> overlay_base(std::string_view text, const std::string& file) {
  std::vector<Finding> findings;
  Faults faults(file, findings);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  if (!root)
    return fail(findings.front().code, findings.front().path + ": " + findings.front().message, findings.front().where);
  const YamlNode* base = root->find("overlay");
  if (base == nullptr || !base->is_scalar())
    return fail(Code::guide_key_missing, file + " does not say which guide it narrows (overlay: x12/004010/214)");
  return base->text;
}

bool overlay_widens(std::string_view text) {
  std::vector<Finding> ignored;
  Faults faults("", ignored);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  const YamlNode* extension = root ? root->find("extension") : nullptr;
  return extension != nullptr && extension->text == "true";
}

Result<std::unique_ptr<CompiledGuide>> load_overlay(const CompiledGuide& base, std::string_view text,
                                                    const std::string& file, std::vector<Finding>& findings) {
  const std::size_t before = findings.size();
  Faults faults(file, findings);
  const std::optional<YamlNode> root = parse_yaml(text, faults);
  auto guide = std::make_unique<CompiledGuide>(base);
  if (root) {
    const YamlNode* stated = root->find("overlay");
    if (stated == nullptr)
      faults.add(Code::guide_key_missing, *root, "the overlay does not say which guide it narrows",
                 "overlay: " + base.id);
    else if (stated->text != base.id)
      faults.add(Code::guide_value, *stated, "the overlay narrows \"" + stated->text + "\", not " + base.id, base.id);
    OverlayReader reader(*guide, faults);
    reader.read(*root);
    if (findings.size() == before && reader.added())
      for (const Ambiguity& pair : find_ambiguities(*guide))
        faults.add(Code::guide_ambiguous, *root,
                   described(*guide, pair.second) + " cannot be told apart from " + described(*guide, pair.first));
  }
  if (findings.size() != before) {
    const Finding& first = findings[before];
    return fail(first.code,
                file + " has " + std::to_string(findings.size() - before) + " faults; the first: " + first.path + ": " +
                    first.message,
                first.where);
  }
  guide->program = make_program(*guide);
  return guide;
}

}  // namespace crossdock::guide
