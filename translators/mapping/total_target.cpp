// Outwards: counts, sums and ordinals over what was written.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/set_target.hpp"
#include "translators/mapping/total.hpp"

namespace crossdock::mapping {

using guide::NodeIndex;

/// All occurrences of a locator's steps from `step` on, below `here`.
void SetTarget::collect(const Locator& locator, std::uint32_t step, Here here, std::vector<Here>& out) const {
  if (step == locator.steps.count) {
    out.push_back(here);
    return;
  }
  const Step& down = program_.steps[locator.steps.first + step];
  if (down.optional) collect(locator, step + 1, here, out);
  if (!down.loop) {
    for (auto& child : here.loop->segments)
      if (child->node == down.node && fits(*child, down.qualifiers))
        collect(locator, step + 1, {here.loop, child.get()}, out);
    return;
  }
  for (auto& child : here.loop->loops) {
    if (child->node != down.node) continue;
    if (fits(child->trigger, down.qualifiers)) collect(locator, step + 1, {child.get(), nullptr}, out);
    if (!down.hierarchy) collect(locator, step, {child.get(), nullptr}, out);  // nested ones of the same kind
  }
}

std::string SetTarget::total_of(const Total& total, const Place& place, OutLoop& loop, bool& any) const {
  const Locator& locator = program_.locators[total.locator];
  const NodeIndex around = program_.levels[locator.level].node;
  Here from{&loop, nullptr};
  DecimalSum sum;
  if (total.kind == TotalKind::ordinal) {
    const NodeIndex node =
        locator.steps.count == 0 ? around : program_.steps[locator.steps.first + locator.steps.count - 1].node;
    while (from.loop->parent != nullptr && from.loop->node != node) from.loop = from.loop->parent;
    if (from.loop->parent == nullptr) return {};
    for (auto& sibling : from.loop->parent->loops) {
      if (sibling->node == node) sum.add("1", 0);
      if (sibling.get() == from.loop) break;
    }
    any = true;
    return sum.text();
  }
  while (from.loop->parent != nullptr && from.loop->node != around) from.loop = from.loop->parent;
  std::vector<Here> found;
  collect(locator, 0, from, found);
  for (const Here here : found) {
    if (total.kind == TotalKind::count) {
      any = sum.add("1", 0);
      continue;
    }
    const Place& part = program_.places[total.place];
    Spot at{part.element, part.component};
    if (part.pair != nothing) {
      const std::uint32_t spot = spot_of(segment_at(here), part.pair);
      if (spot == nothing) continue;
      at = moved(part, spot);
    }
    const std::string_view value = segment_at(here).get(at.element, at.component);
    any = (!value.empty() && sum.add(value, implied_of(part.rule))) || any;
  }
  return place.rule != nullptr ? sum.text_for(*place.rule) : sum.text();
}

/// False where the segment holds nothing but totals of nothing.
bool SetTarget::fill_segment(OutSegment& segment, OutLoop& loop) {
  bool filled = segment.counted.empty();
  for (const OutSegment::Counted& counted : segment.counted) {
    const Line& line = program_.lines[counted.line];
    const Place& place = program_.places[line.places.first];
    bool any = false;
    const std::string text = total_of(program_.totals[line.total], place, loop, any);
    segment.set(counted.element, counted.component, any ? text : "", counted.line);
    filled = filled || any;
  }
  for (const OutElement& element : segment.elements) {
    if (filled || element.empty() || element.line == nothing) continue;
    filled = program_.lines[element.line].total == nothing;
  }
  return filled;
}

bool SetTarget::fill_loop(OutLoop& loop) {
  std::erase_if(loop.segments, [&](const auto& segment) { return !fill_segment(*segment, loop); });
  std::erase_if(loop.loops, [&](const auto& child) { return !fill_loop(*child); });
  if (loop.parent == nullptr) return true;
  return fill_segment(loop.trigger, loop) || !loop.segments.empty() || !loop.loops.empty();
}

void SetTarget::fill_totals() { fill_loop(*root_); }

void SetTarget::clear_totals() {
  std::vector<OutLoop*> open = {root_.get()};
  const auto clear = [](OutSegment& segment) {
    for (const OutSegment::Counted& counted : segment.counted)
      segment.set(counted.element, counted.component, "0", counted.line);
  };
  while (!open.empty()) {
    OutLoop* const loop = open.back();
    open.pop_back();
    clear(loop->trigger);
    for (auto& segment : loop->segments) clear(*segment);
    for (auto& child : loop->loops) open.push_back(child.get());
  }
}

}  // namespace crossdock::mapping
