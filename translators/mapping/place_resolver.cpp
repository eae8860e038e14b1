// Place resolution: the loop at hand, then the loops around it, up to the set, then what stands outside the `for`.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/place_resolver.hpp"

#include <algorithm>

#include "translators/guide/code_list.hpp"

namespace crossdock::mapping {

using guide::NodeIndex;

PlaceResolver::PlaceResolver(Program& program, const guide::CompiledGuide* guide, Faults& faults)
    : program_(program), guide_(guide), faults_(&faults) {
  program_.levels.push_back({});
  level_paths_.emplace_back();
  level_shapes_.push_back(0);
  program_.shapes.emplace_back();
  if (guide_ != nullptr) program_.bucket_of_node.assign(guide_->nodes.size(), nothing);
}

std::vector<std::uint32_t> PlaceResolver::search_order(std::uint32_t level) const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t outer = level; outer != nothing; outer = program_.levels[outer].outer)
    for (std::uint32_t at = outer; at != nothing; at = program_.levels[at].above)
      if (std::find(out.begin(), out.end(), at) == out.end()) out.push_back(at);
  return out;
}

std::vector<NodeIndex> PlaceResolver::children(NodeIndex parent, const PathStep& step, bool loops_only) const {
  std::vector<NodeIndex> out;
  const guide::Node& holder = guide_->nodes[parent];
  if (parent != 0 && holder.tag == step.tag && guide_->hierarchy_of(parent) != nullptr) return {parent};
  NodeIndex child = holder.first_child;
  if (holder.kind == guide::Node::Kind::loop && child != guide::no_node)
    child = guide_->nodes[child].next_sibling;  // not its trigger
  for (; child != guide::no_node; child = guide_->nodes[child].next_sibling) {
    const guide::Node& node = guide_->nodes[child];
    if (node.tag == step.tag && (!loops_only || node.kind == guide::Node::Kind::loop)) out.push_back(child);
  }
  if (step.ordinal == 0) return out;
  if (step.ordinal > out.size()) return {};
  return {out[step.ordinal - 1U]};
}

const guide::SegmentRule* PlaceResolver::rule_of(NodeIndex node) const {
  if (guide_ == nullptr) return nullptr;
  if (guide_->nodes[node].kind == guide::Node::Kind::loop) node = guide_->nodes[node].first_child;
  if (node == guide::no_node || guide_->nodes[node].kind != guide::Node::Kind::segment) return nullptr;
  return &guide_->segments[guide_->nodes[node].rule];
}

NodeIndex PlaceResolver::node_of(std::uint32_t locator) const {
  const Locator& at = program_.locators[locator];
  if (at.steps.count == 0) return program_.levels[at.level].node;
  return program_.steps[at.steps.first + at.steps.count - 1].node;
}

const guide::SegmentRule* PlaceResolver::segment_rule(std::uint32_t locator) const {
  return guide_ == nullptr ? nullptr : rule_of(node_of(locator));
}

std::uint32_t PlaceResolver::add_level(NodeIndex node, std::uint32_t above, std::uint32_t outer) {
  program_.levels.push_back(
      {node, guide_ != nullptr && guide_->nodes[node].kind == guide::Node::Kind::segment, above, outer});
  level_paths_.emplace_back();
  level_shapes_.push_back(0);
  return static_cast<std::uint32_t>(program_.levels.size() - 1);
}

std::uint32_t PlaceResolver::add_locator(Locator locator, const std::string& key) {
  const auto [found, added] = known_locators_.emplace(key, static_cast<std::uint32_t>(program_.locators.size()));
  if (added) program_.locators.push_back(locator);
  return found->second;
}

bool PlaceResolver::add_qualifiers(const PathStep& step, NodeIndex node, Step& out, const TextMark& at) {
  const guide::SegmentRule* rule = rule_of(node);
  if (rule == nullptr) return true;
  std::vector<Qualifier> made;
  for (const QualifierText& text : step.qualifiers) {
    if (text.element > rule->elements.size()) {
      faults_->add(Code::map_qualifier_impossible, at,
                   rule->tag + " has " + std::to_string(rule->elements.size()) +
                       " elements; the qualifier asks for element " + std::to_string(text.element));
      return false;
    }
    const guide::ElementRule* element = &rule->elements[text.element - 1U];
    if (text.component != 0) {
      if (text.component > element->components.size()) {
        faults_->add(Code::map_qualifier_impossible, at,
                     "element " + std::to_string(text.element) + " of " + rule->tag + " has no component " +
                         std::to_string(text.component));
        return false;
      }
      element = &element->components[text.component - 1U];
    }
    Qualifier qualifier{
        text.element, text.component, text.negated, {static_cast<std::uint32_t>(program_.texts.size()), 0}, nothing, 0};
    if (text.starred() && !add_spots(text, *rule, qualifier, at)) return false;
    for (const std::string& code : text.codes) {
      if (element->codes != nullptr && !element->codes->contains(code)) {
        std::vector<std::string> codes;
        for (const auto& entry : element->codes->entries()) codes.push_back(entry.code);
        faults_->add(
            Code::map_qualifier_impossible, at,
            "code " + code + " is not in list " + element->reference + " of " + rule->tag + did_you_mean(code, codes),
            element->codes->summary(), code);
      }
      program_.texts.push_back(code);
      ++qualifier.codes.count;
    }
    made.push_back(qualifier);
  }
  out.qualifiers.first = static_cast<std::uint32_t>(program_.qualifiers.size());
  out.qualifiers.count = static_cast<std::uint32_t>(made.size());
  program_.qualifiers.insert(program_.qualifiers.end(), made.begin(), made.end());
  return true;
}

/// Walks the written steps from `first_step` on, below `level`. Nothing and no fault where a step is not there.
std::optional<std::uint32_t> PlaceResolver::descend(const PlaceText& text, std::uint32_t level, std::size_t first_step,
                                                    bool warn_second, std::optional<std::uint32_t> by_level) {
  NodeIndex at = program_.levels[level].node;
  std::vector<Step> steps;
  bool repeats = false, optional = false;
  std::vector<std::string> above;  // codes of the level that the step at hand stands under
  if (const auto known = written_levels_.find(level); known != written_levels_.end()) above = known->second;
  for (std::size_t i = first_step; i < text.steps.size(); ++i) {
    const auto found = children(at, text.steps[i], i + 1 < text.steps.size());
    if (found.empty()) return std::nullopt;
    if (found.size() > 1)
      faults_->add(Code::map_place_ambiguous, text.at,
                   "`" + text.text + "`: " + text.steps[i].tag + " stands " + std::to_string(found.size()) +
                       " times below " + (at == 0 ? "the set" : guide_->path(at)) + "; say which with " +
                       text.steps[i].tag + "#1 to #" + std::to_string(found.size()));
    Step step;
    step.own = guide_->hierarchy_of(at) != nullptr && at != found[0];
    at = found[0];
    const guide::Node& node = guide_->nodes[at];
    step.node = at;
    step.loop = node.kind == guide::Node::Kind::loop;
    if (!add_qualifiers(text.steps[i], at, step, text.at)) return std::nullopt;
    if (!add_levels(text, i, at, above, step)) return std::nullopt;
    optional = optional || step.optional;
    if (program_.bucket_of_node[at] == nothing) program_.bucket_of_node[at] = program_.bucket_count++;
    step.bucket = program_.bucket_of_node[at];
    repeats = repeats || node.repeat_max > 1;
    steps.push_back(step);
  }
  if (by_level) {  // `with TAG by NN`: the element equals that of the level's own segment
    Step& last = steps.back();
    Qualifier qualifier;
    qualifier.element = qualifier.by_element = with_[*by_level].by;
    qualifier.by_level = *by_level;
    const Range old = last.qualifiers;
    last.qualifiers.first = static_cast<std::uint32_t>(program_.qualifiers.size());
    for (std::uint32_t i = 0; i < old.count; ++i)
      program_.qualifiers.push_back(Qualifier(program_.qualifiers[old.first + i]));
    program_.qualifiers.push_back(qualifier);
    last.qualifiers.count = old.count + 1;
  }
  std::string key =
      std::to_string(level) + (warn_second ? "!" : ":") + (by_level ? "w" + std::to_string(*by_level) : "");
  for (std::size_t i = first_step; i < text.steps.size(); ++i) {
    key += "/" + std::to_string(steps[i - first_step].node) + (text.steps[i].optional ? "?" : "");
    for (const std::string& code : text.steps[i].levels) key += "[" + code + "]";
    for (const QualifierText& qualifier : text.steps[i].qualifiers) {
      key += "[" + std::to_string(qualifier.element) + "." + std::to_string(qualifier.component) +
             (qualifier.any_element     ? "*"
              : qualifier.any_component ? ".*"
                                        : "") +
             (qualifier.negated ? "!" : "=");
      for (const std::string& code : qualifier.codes) key += code + "|";
    }
  }
  Locator locator;
  locator.level = level;
  locator.steps = {static_cast<std::uint32_t>(program_.steps.size()), static_cast<std::uint32_t>(steps.size())};
  locator.warn_second = warn_second && repeats;
  locator.dynamic = by_level.has_value();
  locator.optional = optional;
  if (!known_locators_.contains(key)) program_.steps.insert(program_.steps.end(), steps.begin(), steps.end());
  return add_locator(locator, key);
}

bool PlaceResolver::is_own(const PathStep& step, std::uint32_t level) const {
  const bool qualified = std::any_of(step.qualifiers.begin(), step.qualifiers.end(),
                                     [](const QualifierText& qualifier) { return !qualifier.starred(); });
  if (level == 0 || guide_->nodes[program_.levels[level].node].tag != step.tag || qualified || step.ordinal != 0)
    return false;
  const auto known = written_levels_.find(level);
  return step.levels.empty() || (known != written_levels_.end() && known->second == step.levels);
}

/// The level codes of a hierarchy's step, as a qualifier of its level element; what the guide does not allow there.
bool PlaceResolver::add_levels(const PlaceText& text, std::size_t at, NodeIndex node, std::vector<std::string>& above,
                               Step& out) {
  const PathStep& step = text.steps[at];
  const guide::Hierarchy* hierarchy = guide_->hierarchy_of(node);
  const auto impossible = [&](std::string message, std::string expected = {}) {
    faults_->add(Code::map_qualifier_impossible, text.at, "`" + text.text + "`: " + message, std::move(expected));
    return false;
  };
  out.hierarchy = hierarchy != nullptr;
  out.optional = step.optional;
  if (hierarchy == nullptr) {
    if (!step.levels.empty() || step.optional)
      return impossible(step.tag + " is no hierarchy in guide " + guide_->id + "; `[S]` and `?` are for those");
    return true;
  }
  if (step.optional && (step.levels.empty() || at + 1 == text.steps.size() || text.steps[at + 1].tag != step.tag))
    return impossible("a level that may be absent has a code and stands before another level of the hierarchy");
  std::vector<std::string> here = step.levels;
  if (!here.empty() && !hierarchy->levels.empty()) {
    std::vector<std::string> known;
    for (const guide::Hierarchy::Level& level : hierarchy->levels) known.push_back(level.code);
    for (const std::string& code : here) {
      if (hierarchy->find(code) == nullptr) return impossible("there is no level " + code + did_you_mean(code, known));
      const bool allowed =
          above.empty() || std::any_of(above.begin(), above.end(), [&](const std::string& parent) {
            const guide::Hierarchy::Level* level = hierarchy->find(parent);
            return level != nullptr && std::find(level->under.begin(), level->under.end(), code) != level->under.end();
          });
      if (!allowed) return impossible("level " + code + " never stands under level " + above.front());
    }
  }
  if (!here.empty()) {
    Qualifier qualifier;
    qualifier.element = hierarchy->level;
    qualifier.codes = {static_cast<std::uint32_t>(program_.texts.size()), static_cast<std::uint32_t>(here.size())};
    program_.texts.insert(program_.texts.end(), here.begin(), here.end());
    std::vector<Qualifier> all(program_.qualifiers.begin() + out.qualifiers.first,
                               program_.qualifiers.begin() + out.qualifiers.first + out.qualifiers.count);
    all.push_back(qualifier);
    out.qualifiers = {static_cast<std::uint32_t>(program_.qualifiers.size()), static_cast<std::uint32_t>(all.size())};
    program_.qualifiers.insert(program_.qualifiers.end(), all.begin(), all.end());
  }
  if (step.optional)
    above.insert(above.end(), here.begin(), here.end());
  else
    above = std::move(here);
  return true;
}

void PlaceResolver::unknown(const PlaceText& text, std::uint32_t level) {
  std::vector<std::string> names;
  for (const std::uint32_t at : search_order(level)) {
    const guide::Node& holder = guide_->nodes[program_.levels[at].node];
    for (NodeIndex child = holder.first_child; child != guide::no_node; child = guide_->nodes[child].next_sibling)
      names.push_back(guide_->nodes[child].tag);
  }
  std::string expected;
  for (const std::string& name : names) expected += (expected.empty() ? "" : ", ") + name;
  if (expected.size() > 200) expected = expected.substr(0, 200) + "...";
  const std::string& wanted = text.steps[0].tag;
  const bool first_known = std::find(names.begin(), names.end(), wanted) != names.end();
  std::string message = "`" + text.text + "` is not a place of guide " + guide_->id;
  if (first_known && text.steps.size() > 1)
    message += ": below " + wanted + " there is no such path";
  else
    message += did_you_mean(wanted, names);
  faults_->add(Code::map_place_unknown, text.at, std::move(message), std::move(expected), text.text);
}

std::optional<std::uint32_t> PlaceResolver::find(const PlaceText& text, std::uint32_t level, bool warn_second) {
  if (guide_ == nullptr || text.steps.empty()) {
    faults_->add(Code::map_place_unknown, text.at,
                 "`" + text.text + "`: this map reads JSON; its places begin with $ or @", {}, text.text);
    return std::nullopt;
  }
  const std::size_t before = faults_->errors();
  const PathStep& first = text.steps[0];
  std::vector<std::uint32_t> order = text.from_set ? std::vector<std::uint32_t>{0} : search_order(level);
  if (!first.levels.empty())  // a level at hand comes before others of its code
    std::stable_partition(order.begin(), order.end(), [&](std::uint32_t at) { return is_own(first, at); });
  for (const std::uint32_t at : order) {
    const auto with = with_.find(at);
    if (!text.from_set && with != with_.end() && text.steps.size() == 1 &&
        std::find(with->second.tags.begin(), with->second.tags.end(), first.tag) != with->second.tags.end()) {
      if (auto found = descend(text, program_.levels[at].above, 0, warn_second, at)) return found;
    }
    const bool own = is_own(first, at);
    if (own && text.steps.size() == 1) return add_locator({at, {}, false, false}, "self" + std::to_string(at));
    if (program_.levels[at].segment) continue;
    if (auto found = descend(text, at, own ? 1 : 0, warn_second, std::nullopt)) return found;
    if (faults_->errors() != before) return std::nullopt;
  }
  unknown(text, level);
  return std::nullopt;
}

std::optional<PlaceResolver::Walk> PlaceResolver::resolve_for(const PlaceText& text, std::uint32_t level,
                                                              const std::vector<std::string>& with, std::uint16_t by) {
  Walk walk;
  if (guide_ == nullptr || !text.json.empty()) return walk_tree(text, level);
  if (!no_pairs(text, text.steps.size(), "a `for` walks over segments")) return std::nullopt;
  const auto locator = find(text, level, false);
  if (!locator) return std::nullopt;
  walk.locator = *locator;
  const Locator at = program_.locators[*locator];
  std::uint32_t above = at.level;
  for (std::uint32_t i = 0; i < at.steps.count; ++i) {
    const NodeIndex node = program_.steps[at.steps.first + i].node;
    walk.repeats = walk.repeats || guide_->nodes[node].repeat_max > 1;
    above = add_level(node, above, level);
    if (program_.steps[at.steps.first + i].optional) program_.levels[above].step = at.steps.first + i;
    const std::size_t written = text.steps.size() - at.steps.count + i;
    if (!text.steps[written].levels.empty()) written_levels_[above] = text.steps[written].levels;
  }
  walk.level = above;
  if (at.steps.count == 0) {
    walk.level = add_level(program_.levels[at.level].node, program_.levels[at.level].above, level);
    if (const auto known = written_levels_.find(at.level); known != written_levels_.end())
      written_levels_[walk.level] = std::vector<std::string>(known->second);
  }
  if (!with.empty()) {
    with_[walk.level] = {with, by};
    for (const std::string& tag : with)
      if (children(program_.levels[program_.levels[walk.level].above].node, {tag, 0, {}, {}, false}, false).empty())
        faults_->add(Code::map_place_unknown, text.at,
                     "`with " + tag + "`: " + tag + " does not stand beside " + text.text, {}, tag);
  }
  return walk;
}

std::optional<std::uint32_t> PlaceResolver::resolve(const PlaceText& text, std::uint32_t level, bool first,
                                                    std::optional<std::uint32_t> before) {
  Place place;
  place.element = text.element;
  place.component = text.component;
  place.text = text.text;
  if (!text.json.empty() || guide_ == nullptr) {
    const auto locator = find_tree(text, level, false, !first);
    if (!locator) return std::nullopt;
    place.locator = *locator;
    program_.places.push_back(std::move(place));
    return static_cast<std::uint32_t>(program_.places.size() - 1);
  }
  if (text.element == 0) {
    faults_->add(Code::map_place_unknown, text.at,
                 "`" + text.text + "` names a segment; a line names an element (" + text.text + ".01)", {}, text.text);
    return std::nullopt;
  }
  if (text.same_segment) {
    if (!before) {
      faults_->add(Code::map_place_unknown, text.at,
                   "`" + text.text + "` stands behind no place whose segment it could share", {}, text.text);
      return std::nullopt;
    }
    place.locator = program_.places[*before].locator;
    if (moves_with(program_.places[*before].pair, place)) place.pair = program_.places[*before].pair;
  } else {
    if (!text.steps.empty() && !no_pairs(text, text.steps.size() - 1, "the place ends in another segment"))
      return std::nullopt;
    const auto locator = find(text, level, !first);
    if (!locator) return std::nullopt;
    place.locator = *locator;
    if (!text.steps.empty() && !bind_pair(text, place)) return std::nullopt;
    place.warn_pair = place.pair != nothing && !first;
  }
  const guide::SegmentRule* rule = segment_rule(place.locator);
  if (rule == nullptr || text.element > rule->elements.size()) {
    faults_->add(Code::map_place_unknown, text.at,
                 "`" + text.text + "`: " +
                     (rule == nullptr ? "this is no segment"
                                      : rule->tag + " has " + std::to_string(rule->elements.size()) + " elements"),
                 {}, text.text);
    return std::nullopt;
  }
  place.rule = &rule->elements[text.element - 1U];
  if (text.component != 0 && text.component > place.rule->components.size()) {
    faults_->add(
        Code::map_place_unknown, text.at,
        "`" + text.text + "`: the element has " + std::to_string(place.rule->components.size()) + " components", {},
        text.text);
    return std::nullopt;
  }
  if (text.component != 0) place.rule = &place.rule->components[text.component - 1U];
  program_.places.push_back(std::move(place));
  return static_cast<std::uint32_t>(program_.places.size() - 1);
}

}  // namespace crossdock::mapping
