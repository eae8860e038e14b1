// What a compiled entry must still prove: nothing is written twice, nothing that must be filled stays empty.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "translators/mapping/compiler.hpp"

namespace crossdock::mapping {
namespace {

using canonical::SchemaNode;
using Test = ConditionText::Test;

class EntryChecker {
 public:
  EntryChecker(const Program& program, const canonical::Schema& schema, const PlaceResolver& places, Faults& faults)
      : program_(program), schema_(schema), places_(places), faults_(faults) {}

  void clashes(const std::vector<Write>& writes, bool outwards) {
    std::map<std::string, std::vector<const Write*>> by_key;
    for (const Write& write : writes)
      if (!write.key.empty()) by_key[write.key].push_back(&write);
    for (const auto& [key, same] : by_key)
      for (std::size_t i = 0; i < same.size(); ++i)
        for (std::size_t k = i + 1; k < same.size(); ++k) {
          if (outwards && !same[i]->rival.empty() && same[i]->rival == same[k]->rival) continue;
          if (exclude(same[i]->guard, same[k]->guard, outwards)) continue;
          if (outwards &&
              (needs_what_is_absent(*same[i], same[k]->guard) || needs_what_is_absent(*same[k], same[i]->guard)))
            continue;
          faults_.add(Code::map_clash, same[k]->at,
                      "`" + same[k]->shown + "` is already written by the line at " + mark_text(same[i]->at, false) +
                          " and the guards do not exclude each other",
                      {}, same[k]->shown);
        }
  }

  void required(const std::vector<Write>& writes, const TextMark& at) {
    std::set<std::string> paths;
    for (const Write& write : writes) paths.insert(write.shown);
    std::vector<std::string> missing;
    find_missing(paths, 0, missing);
    for (const std::string& path : missing)
      faults_.add(Code::map_field_unfilled, at, "no line fills `" + path + "`, which " + schema_.type + " requires", {},
                  path);
  }

  void mandatory(const std::vector<Write>& writes, const Entry& entry) {
    const guide::CompiledGuide& guide = *program_.guide;
    std::map<guide::NodeIndex, std::set<std::uint16_t>> written;
    for (const Write& write : writes) {
      const Line& line = program_.lines[write.line];
      for (std::uint32_t i = 0; i < line.places.count; ++i) {
        const Place& place = program_.places[line.places.first + i];
        note(written, program_.locators[place.locator], place.element, place.pair);
      }
    }
    if (entry.locator != nothing && !written.empty()) note(written, program_.locators[entry.locator], 0);
    for (const auto& [node, elements] : written) check_segment(guide, node, elements, entry.at);
    for (guide::NodeIndex child = guide.nodes[0].first_child; !written.empty() && child != guide::no_node;
         child = guide.nodes[child].next_sibling) {
      const guide::Node& node = guide.nodes[child];
      if (node.usage == guide::Usage::mandatory && node.kind == guide::Node::Kind::segment && !is_envelope(node.tag) &&
          !written.contains(child))
        faults_.add(Code::map_element_unfilled, entry.at,
                    "segment " + node.tag + " is mandatory in guide " + guide.id + " and no line writes it", {},
                    node.tag);
    }
  }

 private:
  bool exclude(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b, bool outwards) const {
    for (const std::uint32_t x : a)
      for (const std::uint32_t y : b)
        if (x != y && exclude(program_.conditions[x], program_.conditions[y], outwards)) return true;
    return false;
  }

  /// Outwards a line without `else` writes only when one of its fields is there: another line may wait for their
  /// absence.
  bool needs_what_is_absent(const Write& write, const std::vector<std::uint32_t>& guard) const {
    const Line& line = program_.lines[write.line];
    if (line.has_literal || line.slots.count != 1) return false;
    for (std::uint32_t i = 0; i < line.codecs.count; ++i)
      if (program_.codecs[line.codecs.first + i].kind >= CodecKind::else_field) return false;
    const SlotRef slot = program_.slots[line.slots.first];
    return std::any_of(guard.begin(), guard.end(), [&](std::uint32_t index) {
      const Condition& condition = program_.conditions[index];
      return condition.test == Test::absent && condition.place == nothing && condition.slot.frame == slot.frame &&
             condition.slot.slot == slot.slot;
    });
  }

  bool exclude(const Condition& a, const Condition& b, bool outwards) const {
    if (outwards && (a.place != nothing || b.place != nothing)) return false;
    if ((a.place == nothing) != (b.place == nothing)) return false;
    if (a.place != nothing) {
      const Place& x = program_.places[a.place];
      const Place& y = program_.places[b.place];
      if (x.locator != y.locator || x.component != y.component) return false;
      if (x.element != y.element) return needs_value(a.test) && needs_value(b.test) && by_note(x, y);
    } else if (a.slot.frame != b.slot.frame || a.slot.slot != b.slot.slot) {
      return false;
    }
    return disjoint(a, b) || disjoint(b, a);
  }

  static bool needs_value(Test test) { return test == Test::present || test == Test::in || test == Test::timed; }

  /// An E note of the segment says that the two elements never stand together.
  bool by_note(const Place& x, const Place& y) const {
    const guide::SegmentRule* rule = places_.segment_rule(x.locator);
    if (rule == nullptr || x.element > 64 || y.element > 64) return false;
    const std::uint64_t both = (std::uint64_t{1} << (x.element - 1)) | (std::uint64_t{1} << (y.element - 1));
    return std::any_of(rule->notes.begin(), rule->notes.end(),
                       [&](const guide::SyntaxNote& note) { return note.kind == 'E' && (note.mask & both) == both; });
  }

  bool holds(const Condition& condition, const std::string& value) const {
    for (std::uint32_t i = 0; i < condition.values.count; ++i)
      if (program_.texts[condition.values.first + i] == value) return true;
    return false;
  }

  bool disjoint(const Condition& a, const Condition& b) const {
    if (a.test == Test::absent) return needs_value(b.test);
    if (a.test != Test::in) return false;
    for (std::uint32_t i = 0; i < a.values.count; ++i) {
      const std::string& value = program_.texts[a.values.first + i];
      if (b.test == Test::in ? holds(b, value) : b.test == Test::not_in ? !holds(b, value) : b.test != Test::absent)
        return false;
    }
    return true;
  }

  /// A field is filled when a line writes it or a field below it.
  static bool filled(const std::set<std::string>& paths, const std::string& path) {
    const auto next = paths.lower_bound(path);
    return next != paths.end() && next->starts_with(path) &&
           (next->size() == path.size() || (*next)[path.size()] == '.' || (*next)[path.size()] == '[' ||
            below(paths, path));
  }

  static bool below(const std::set<std::string>& paths, const std::string& path) {
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& one) {
      return one.starts_with(path + ".") || one.starts_with(path + "[");
    });
  }

  /// Below objects and list items that lines fill at all.
  void find_missing(const std::set<std::string>& paths, std::uint32_t at, std::vector<std::string>& missing) const {
    for (const std::uint32_t child : schema_.nodes[at].children) {
      const SchemaNode& field = schema_.nodes[child];
      if (field.name == "[]" || filled(paths, field.path)) {
        if (field.kind == SchemaNode::Kind::object || field.kind == SchemaNode::Kind::array)
          find_missing(paths, child, missing);
      } else if (field.required) {
        missing.push_back(field.path);
      }
    }
  }

  void note(std::map<guide::NodeIndex, std::set<std::uint16_t>>& written, const Locator& locator, std::uint16_t element,
            std::uint32_t pair = nothing) const {
    guide::NodeIndex node = program_.levels[locator.level].node;
    auto enter = [&](guide::NodeIndex at) -> std::set<std::uint16_t>* {
      const guide::Node& there = program_.guide->nodes[at];
      if (at == 0) return nullptr;
      return &written[there.kind == guide::Node::Kind::loop ? there.first_child : at];
    };
    for (std::uint32_t i = 0; i < locator.steps.count; ++i) {
      const Step& step = program_.steps[locator.steps.first + i];
      node = step.node;
      if (auto* elements = enter(node))
        for (std::uint32_t q = 0; q < step.qualifiers.count; ++q)
          elements->insert(program_.qualifiers[step.qualifiers.first + q].element);
    }
    auto* elements = enter(node);
    if (elements != nullptr && element != 0) elements->insert(element);
    if (elements != nullptr && pair != nothing) elements->insert(program_.qualifiers[pair].element);
  }

  /// Numbers, parents and child flags of a hierarchy are the writer's business.
  static bool computed(const guide::CompiledGuide& guide, guide::NodeIndex node, std::size_t element) {
    const guide::Hierarchy* hierarchy = guide.hierarchy_of(guide.nodes[node].parent);
    return hierarchy != nullptr && guide.nodes[hierarchy->loop].first_child == node &&
           (element == hierarchy->id || element == hierarchy->parent || element == hierarchy->child);
  }

  void check_segment(const guide::CompiledGuide& guide, guide::NodeIndex node, const std::set<std::uint16_t>& elements,
                     const TextMark& at) {
    const guide::SegmentRule& rule = guide.segments[guide.nodes[node].rule];
    for (std::size_t i = 0; i < rule.elements.size(); ++i) {
      const guide::ElementRule& element = rule.elements[i];
      if (element.usage != guide::Usage::mandatory || element.reference == "554" || computed(guide, node, i + 1) ||
          elements.contains(static_cast<std::uint16_t>(i + 1)))
        continue;
      faults_.add(Code::map_element_unfilled, at,
                  "no line writes " + guide.path(node) + "." + (i + 1 < 10 ? "0" : "") + std::to_string(i + 1) + " (" +
                      element.name + "), which guide " + guide.id + " makes mandatory",
                  {}, rule.tag);
    }
  }

  const Program& program_;
  const canonical::Schema& schema_;
  const PlaceResolver& places_;
  Faults& faults_;
};

}  // namespace

void check_entry(const Program& program, const Entry& entry, const canonical::Schema& schema,
                 const PlaceResolver& places, const std::vector<Write>& field_writes,
                 const std::vector<Write>& place_writes, const EventText& text, Faults& faults) {
  EntryChecker checker(program, schema, places, faults);
  checker.clashes(field_writes, false);
  checker.clashes(place_writes, true);
  if (!field_writes.empty()) checker.required(field_writes, text.at);
  // Outwards the first of several `for` places is written.
  const bool written = std::none_of(program.entries.begin(), program.entries.end(),
                                    [&](const Entry& other) { return other.group == entry.group; });
  if (program.guide != nullptr && !place_writes.empty() && written) checker.mandatory(place_writes, entry);
}

}  // namespace crossdock::mapping
