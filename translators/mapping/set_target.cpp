// Building a transaction set from places.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/set_target.hpp"

#include <algorithm>

namespace crossdock::mapping {

using guide::NodeIndex;

bool OutElement::empty() const {
  return std::all_of(components.begin(), components.end(), [](const std::string& part) { return part.empty(); });
}

void OutSegment::set(std::uint16_t element, std::uint16_t component, std::string_view value, std::uint32_t line) {
  if (elements.size() < element) elements.resize(element);
  OutElement& at = elements[element - 1U];
  const std::size_t part = component == 0 ? 0 : component - 1U;
  if (at.components.size() <= part) at.components.resize(part + 1);
  at.components[part] = value;
  at.line = line;
}

std::string_view OutSegment::get(std::uint16_t element, std::uint16_t component) const {
  if (element > elements.size()) return {};
  const OutElement& at = elements[element - 1U];
  const std::size_t part = component == 0 ? 0 : component - 1U;
  return part < at.components.size() ? std::string_view(at.components[part]) : std::string_view{};
}

SetTarget::SetTarget(const Program& program)
    : program_(program), root_(std::make_unique<OutLoop>()), levels_(program.levels.size()) {
  levels_[0] = {root_.get(), nullptr};
}

bool SetTarget::fits(const OutSegment& segment, const Range& qualifiers) const {
  for (std::uint32_t i = 0; i < qualifiers.count; ++i) {
    const Qualifier& qualifier = program_.qualifiers[qualifiers.first + i];
    if (qualifier.paired()) {
      if (spot_of(segment, qualifiers.first + i) == nothing && free_spot(segment, qualifier) == nothing) return false;
      continue;
    }
    const std::string_view value = segment.get(qualifier.element, qualifier.component);
    if (qualifier.by_level != nothing) {
      if (value != segment_at(levels_[qualifier.by_level]).get(qualifier.by_element, 0)) return false;
      continue;
    }
    bool found = false;
    for (std::uint32_t k = 0; k < qualifier.codes.count && !found; ++k)
      found = program_.texts[qualifier.codes.first + k] == value;
    if (found == qualifier.negated) return false;
  }
  return true;
}

void SetTarget::qualify(OutSegment& segment, const Range& qualifiers) {
  for (std::uint32_t i = 0; i < qualifiers.count; ++i) {
    const Qualifier& qualifier = program_.qualifiers[qualifiers.first + i];
    if (qualifier.negated || qualifier.paired()) continue;  // a pair gets its spot with its value
    const std::string value = qualifier.by_level != nothing
                                  ? std::string(segment_at(levels_[qualifier.by_level]).get(qualifier.by_element, 0))
                                  : program_.texts[qualifier.codes.first];
    segment.set(qualifier.element, qualifier.component, value, nothing);
  }
}

/// Goes down a locator; finds what fits the qualifiers or makes it. `fresh`: steps that may repeat are made anew.
SetTarget::Here SetTarget::reach(const Locator& locator, bool fresh, Opened* made) {
  Here here = levels_[locator.level];
  for (std::uint32_t i = 0; i < locator.steps.count; ++i) {
    const Step& step = program_.steps[locator.steps.first + i];
    const bool anew = fresh && program_.guide->nodes[step.node].repeat_max > 1;
    if (step.loop) {
      OutLoop* next = nullptr;
      for (auto& child : here.loop->loops)
        if (!anew && next == nullptr && child->node == step.node && fits(child->trigger, step.qualifiers))
          next = child.get();
      if (next == nullptr) {
        next = here.loop->loops.emplace_back(std::make_unique<OutLoop>()).get();
        next->node = step.node;
        next->parent = here.loop;
        next->trigger.node = program_.guide->nodes[step.node].first_child;
        qualify(next->trigger, step.qualifiers);
        next->passing = step.hierarchy && i + 1 < locator.steps.count;
        next->optional = step.optional;
        if (made != nullptr && made->loop_made == nullptr) *made = {next, nullptr, here.loop};
      }
      here = {next, nullptr};
      continue;
    }
    OutSegment* next = nullptr;
    for (auto& child : here.loop->segments)
      if (!anew && next == nullptr && child->node == step.node && fits(*child, step.qualifiers)) next = child.get();
    if (next == nullptr) {
      next = here.loop->segments.emplace_back(std::make_unique<OutSegment>()).get();
      next->node = step.node;
      qualify(*next, step.qualifiers);
      if (made != nullptr && made->loop_made == nullptr) *made = {nullptr, next, here.loop};
    }
    here = {here.loop, next};
  }
  return here;
}

void SetTarget::put(const Place& place, std::string_view value, std::uint32_t line) {
  OutSegment& segment = segment_at(reach(program_.locators[place.locator], false, nullptr));
  if (place.pair != nothing) return put_pair(segment, place, value, line);
  if (line != nothing && program_.lines[line].total != nothing)
    segment.counted.push_back({place.element, place.component, line});
  segment.set(place.element, place.component, value, line);
}

void SetTarget::open(const Locator& locator, std::uint32_t level, bool fresh) {
  Opened opened;
  const Here here = reach(locator, fresh, &opened);
  opened_.push_back(opened);
  levels_[level] = here;
  OutLoop* loop = here.segment != nullptr ? here.loop : here.loop->parent;
  for (std::uint32_t above = program_.levels[level].above; above != nothing && above != locator.level;
       above = program_.levels[above].above) {
    levels_[above] = {loop, nullptr};
    loop = loop->parent;
  }
}

void SetTarget::close(bool keep) {
  const Opened opened = opened_.back();
  opened_.pop_back();
  if (keep || opened.holder == nullptr) return;
  std::erase_if(opened.holder->loops, [&](const auto& loop) { return loop.get() == opened.loop_made; });
  std::erase_if(opened.holder->segments, [&](const auto& segment) { return segment.get() == opened.segment_made; });
}

std::string_view SetTarget::value(const Place& place) const {
  const Locator& locator = program_.locators[place.locator];
  Here here = levels_[locator.level];
  for (std::uint32_t i = 0; i < locator.steps.count && here.loop != nullptr; ++i) {
    const Step& step = program_.steps[locator.steps.first + i];
    Here next;
    if (step.loop) {
      for (auto& child : here.loop->loops)
        if (next.loop == nullptr && child->node == step.node && fits(child->trigger, step.qualifiers))
          next.loop = child.get();
    } else {
      for (auto& child : here.loop->segments)
        if (next.loop == nullptr && child->node == step.node && fits(*child, step.qualifiers))
          next = {here.loop, child.get()};
    }
    here = next;
  }
  if (here.loop == nullptr) return {};
  if (place.pair == nothing) return segment_at(here).get(place.element, place.component);
  const std::uint32_t spot = spot_of(segment_at(here), place.pair);
  const Spot at = moved(place, spot == nothing ? 0 : spot);
  return spot == nothing ? std::string_view{} : segment_at(here).get(at.element, at.component);
}

void SetTarget::order(const OutLoop& loop, NodeIndex left_out, std::vector<const OutSegment*>& out) const {
  struct Part {
    std::uint16_t order;
    const OutSegment* segment;
    const OutLoop* loop;
  };
  const auto& nodes = program_.guide->nodes;
  std::vector<Part> parts;
  for (const auto& segment : loop.segments) parts.push_back({nodes[segment->node].order, segment.get(), nullptr});
  for (const auto& child : loop.loops)  // what stands under a level of a hierarchy comes behind its own content
    if (child->node != left_out)
      parts.push_back(
          {child->node == loop.node ? std::uint16_t{0xFFFF} : nodes[child->node].order, nullptr, child.get()});
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.order < b.order; });
  if (loop.parent != nullptr) out.push_back(&loop.trigger);
  for (const Part& part : parts) {
    if (part.segment != nullptr)
      out.push_back(part.segment);
    else
      order(*part.loop, left_out, out);
  }
}

std::vector<const OutSegment*> SetTarget::in_order(NodeIndex left_out) const {
  std::vector<const OutSegment*> out;
  order(*root_, left_out, out);
  return out;
}

void SetTarget::take_loops(SetTarget& other, NodeIndex node) {
  for (auto& loop : other.root_->loops) {
    if (loop->node != node) continue;
    loop->parent = root_.get();
    root_->loops.push_back(std::move(loop));
  }
  std::erase_if(other.root_->loops, [](const auto& loop) { return loop == nullptr; });
}

void SetTarget::drop_lone_literals(OutSegment& segment) const {
  if (segment.node == guide::no_node) return;
  for (const guide::SyntaxNote& note : program_.guide->segments[program_.guide->nodes[segment.node].rule].notes) {
    if (note.kind != 'P') continue;
    bool missing = false, only_literals = true;
    for (std::uint16_t i = 1; i <= 64; ++i) {
      if ((note.mask >> (i - 1U) & 1U) == 0) continue;
      const bool there = i <= segment.elements.size() && !segment.elements[i - 1U].empty();
      missing = missing || !there;
      if (!there) continue;
      const std::uint32_t line = segment.elements[i - 1U].line;
      only_literals = only_literals && line != nothing && program_.lines[line].literal_to_place;
    }
    if (!missing || !only_literals) continue;
    for (std::uint16_t i = 1; i <= segment.elements.size() && i <= 64; ++i)
      if ((note.mask >> (i - 1U) & 1U) != 0) segment.elements[i - 1U] = {};
  }
}

void SetTarget::drop_lone_literals() {
  std::vector<OutLoop*> open = {root_.get()};
  while (!open.empty()) {
    OutLoop* const loop = open.back();
    open.pop_back();
    drop_lone_literals(loop->trigger);
    for (auto& segment : loop->segments) drop_lone_literals(*segment);
    for (auto& child : loop->loops) open.push_back(child.get());
  }
}

void SetTarget::clear_numbers() {
  for (const auto& [loop, element] : numbered_) loop->trigger.set(element, 0, {}, nothing);
  numbered_.clear();
}

void SetTarget::number() {
  std::vector<OutLoop*> open = {root_.get()};
  while (!open.empty()) {
    OutLoop* const loop = open.back();
    open.pop_back();
    std::vector<std::uint32_t> counts(program_.guide->nodes.size(), 0);
    for (auto& child : loop->loops) {
      open.push_back(child.get());
      const std::uint32_t count = ++counts[child->node];
      const auto& elements = program_.guide->segments[program_.guide->nodes[child->trigger.node].rule].elements;
      for (std::uint16_t i = 1; i <= elements.size(); ++i)
        if (elements[i - 1U].reference == "554" && elements[i - 1U].usage == guide::Usage::mandatory &&
            child->trigger.get(i, 0).empty())
          child->trigger.set(i, 0, std::to_string(count), nothing), numbered_.emplace_back(child.get(), i);
    }
  }
  if (!program_.guide->hierarchies.empty()) number_hierarchies();
}

}  // namespace crossdock::mapping
