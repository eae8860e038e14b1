// Places that belong to no fixed position: pairs of qualifier and value, and what totals count.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/place_resolver.hpp"

namespace crossdock::mapping {

/// False, with a fault, where one of the first `up_to` steps has a starred qualifier.
bool PlaceResolver::no_pairs(const PlaceText& text, std::size_t up_to, const char* why) {
  for (std::size_t i = 0; i < up_to; ++i)
    for (const QualifierText& qualifier : text.steps[i].qualifiers)
      if (qualifier.starred()) {
        faults_->add(
            Code::map_qualifier_impossible, text.at,
            "`" + text.text + "`: a qualifier with a star reads a pair in the segment of the place, and " + why, {},
            text.text);
        return false;
      }
  return true;
}

/// The elements (or components) of the same kind as the one named, and how many belong to one pair.
bool PlaceResolver::add_spots(const QualifierText& text, const guide::SegmentRule& rule, Qualifier& out,
                              const TextMark& at) {
  const std::vector<guide::ElementRule>& among =
      text.any_component ? rule.elements[text.element - 1U].components : rule.elements;
  const std::uint16_t first = text.any_component ? text.component : text.element;
  out.in_component = text.any_component;
  out.spots.first = static_cast<std::uint32_t>(program_.spots.size());
  out.width = 0;
  for (std::size_t i = first - 1U; i < among.size(); ++i) {
    if (among[i].reference != among[first - 1U].reference) continue;
    const auto spot = static_cast<std::uint16_t>(i + 1);
    if (out.spots.count > 0) {
      const auto width = static_cast<std::uint16_t>(spot - program_.spots.back());
      out.width = out.width == 0 ? width : std::min(out.width, width);
    }
    program_.spots.push_back(spot);
    ++out.spots.count;
  }
  if (out.spots.count > 1) return true;
  faults_->add(Code::map_qualifier_impossible, at,
               (text.any_component ? "component " : "element ") + std::to_string(first) + " of " + rule.tag +
                   " stands once; leave the star out");
  return false;
}

/// Finds the starred qualifier of a place's last step and ties the place to it, where its element is part of the pair.
bool PlaceResolver::bind_pair(const PlaceText& text, Place& place) {
  PathStep starred{text.steps.back().tag, 0, {}, {}, false};
  for (const QualifierText& qualifier : text.steps.back().qualifiers)
    if (qualifier.starred()) starred.qualifiers.push_back(qualifier);
  if (starred.qualifiers.empty()) return true;
  if (starred.qualifiers.size() > 1) {
    faults_->add(Code::map_qualifier_impossible, text.at, "`" + text.text + "`: one qualifier can have a star", {},
                 text.text);
    return false;
  }
  std::uint32_t found = nothing;
  const Locator& locator = program_.locators[place.locator];
  const std::uint32_t steps = locator.steps.count;
  if (steps > 0) {
    const Range all = program_.steps[locator.steps.first + steps - 1].qualifiers;
    for (std::uint32_t i = 0; i < all.count; ++i)
      if (program_.qualifiers[all.first + i].paired()) found = all.first + i;
  } else {
    std::string key = std::to_string(place.locator);
    for (const QualifierText& part : starred.qualifiers) {
      key += (part.any_element ? "," : ",.") + std::to_string(part.element) + "." + std::to_string(part.component) +
             (part.negated ? "!" : "=");
      for (const std::string& code : part.codes) key += code + "|";
    }
    const auto known = known_pairs_.find(key);
    Step step;
    if (known == known_pairs_.end() && !add_qualifiers(starred, node_of(place.locator), step, text.at)) return false;
    found = known == known_pairs_.end() ? step.qualifiers.first : known->second;
    known_pairs_.emplace(key, found);
  }
  if (moves_with(found, place)) place.pair = found;
  return true;
}

/// Is the place's element (or component) part of the pair, and not outside of it?
bool PlaceResolver::moves_with(std::uint32_t pair, const Place& place) const {
  if (pair == nothing) return false;
  const Qualifier& qualifier = program_.qualifiers[pair];
  const std::uint16_t at = qualifier.in_component ? place.component : place.element;
  const std::uint16_t first = program_.spots[qualifier.spots.first];
  return at >= first && at < first + qualifier.width && (!qualifier.in_component || place.element == qualifier.element);
}

std::optional<std::uint32_t> PlaceResolver::resolve_total(const TotalText& text, std::uint32_t level) {
  Total total;
  total.kind = text.kind;
  if (guide_ == nullptr) {
    faults_->add(Code::map_syntax, text.place.at, "count, sum and ordinal are for segments", {}, text.place.text);
    return std::nullopt;
  }
  if (text.kind == TotalKind::sum) {
    const auto place = resolve(text.place, level, true, std::nullopt);
    if (!place) return std::nullopt;
    total.place = *place;
    total.locator = program_.places[*place].locator;
  } else {
    if (text.place.element != 0 || text.place.same_segment) {
      faults_->add(Code::map_syntax, text.place.at,
                   "`" + text.place.text + "` is an element; segments and loops are counted", {}, text.place.text);
      return std::nullopt;
    }
    const auto locator = no_pairs(text.place, text.place.steps.size(), "segments are counted")
                             ? find(text.place, level, false)
                             : std::nullopt;
    if (!locator) return std::nullopt;
    total.locator = *locator;
    if (text.kind == TotalKind::count && program_.locators[*locator].steps.count == 0) {
      faults_->add(Code::map_syntax, text.place.at,
                   "`" + text.place.text + "` is the one at hand; /" + text.place.text + " counts those of the set", {},
                   text.place.text);
      return std::nullopt;
    }
  }
  const Locator at = program_.locators[total.locator];
  if (at.dynamic) {
    faults_->add(Code::map_syntax, text.place.at, "what stands `with` something by a number cannot be counted", {},
                 text.place.text);
    return std::nullopt;
  }
  const PathStep& only = text.place.steps.back();
  if (at.steps.count == 1 && text.place.steps.size() == 1 && only.levels.empty() &&
      program_.steps[at.steps.first].hierarchy) {  // count(HL): all of them, however deep
    Step step = program_.steps[at.steps.first];
    step.hierarchy = false;
    Locator all = at;
    all.steps.first = static_cast<std::uint32_t>(program_.steps.size());
    program_.steps.push_back(step);
    total.locator = add_locator(all, "all" + std::to_string(total.locator));
    if (total.place != nothing) program_.places[total.place].locator = total.locator;
  }
  program_.totals.push_back(total);
  return static_cast<std::uint32_t>(program_.totals.size() - 1);
}

}  // namespace crossdock::mapping
