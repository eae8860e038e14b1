// Outwards: pairs of qualifier and value, each in the first free spot of its segment.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/set_target.hpp"

namespace crossdock::mapping {

std::uint32_t SetTarget::spot_of(const OutSegment& segment, std::uint32_t pair) const {
  const auto known =
      std::find_if(segment.pairs.begin(), segment.pairs.end(), [&](const auto& given) { return given.first == pair; });
  return known == segment.pairs.end() ? nothing : known->second;
}

/// The first pair none of whose elements (or components) holds anything.
std::uint32_t SetTarget::free_spot(const OutSegment& segment, const Qualifier& pair) const {
  for (std::uint32_t i = 0; i < pair.spots.count; ++i) {
    const std::uint16_t first = program_.spots[pair.spots.first + i];
    bool free = true;
    for (std::uint16_t at = first; at < first + pair.width && free; ++at) {
      if (pair.in_component)
        free = segment.get(pair.element, at).empty();
      else
        free = at > segment.elements.size() || segment.elements[at - 1U].empty();
    }
    if (free) return i;
  }
  return nothing;
}

Spot SetTarget::moved(const Place& place, std::uint32_t spot) const {
  const Qualifier& pair = program_.qualifiers[place.pair];
  Spot out{place.element, place.component};
  const auto by =
      static_cast<std::uint16_t>(program_.spots[pair.spots.first + spot] - program_.spots[pair.spots.first]);
  (pair.in_component ? out.component : out.element) += by;
  return out;
}

void SetTarget::put_pair(OutSegment& segment, const Place& place, std::string_view value, std::uint32_t line) {
  const Qualifier& pair = program_.qualifiers[place.pair];
  std::uint32_t spot = spot_of(segment, place.pair);
  if (spot == nothing) {
    spot = free_spot(segment, pair);
    if (spot == nothing) {
      no_room_.push_back({place.text, line});
      return;
    }
    segment.pairs.emplace_back(place.pair, spot);
    if (!pair.negated) {
      const std::uint16_t at = program_.spots[pair.spots.first + spot];
      segment.set(pair.in_component ? pair.element : at, pair.in_component ? at : pair.component,
                  program_.texts[pair.codes.first], nothing);
    }
  }
  const Spot at = moved(place, spot);
  segment.set(at.element, at.component, value, line);
}

}  // namespace crossdock::mapping
