// Inwards: values of pairs, and totals that a document states against what stands in it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/run_sources.hpp"
#include "translators/mapping/total.hpp"

namespace crossdock::mapping {

/// The value of a place in a pair; a second pair with another value is told once a line.
template <class Source>
std::string_view Run<Source>::pair_value(const Place& place, Anchor& anchor, const Line* line) {
  if constexpr (requires { source_.pair_value(place, anchor, 0); }) {
    Anchor second{};
    bool has_second = false;
    if (!source_.locate(place.locator, anchor, second, has_second)) return {};
    const std::string_view value = source_.value(place, anchor);
    if (value.empty()) return {};
    if (line != nullptr && place.warn_pair) {
      std::string_view other;
      for (std::uint32_t i = 1; other.empty() && source_.spot(place, anchor, i).element != 0; ++i)
        if (source_.pair_value(place, anchor, i) != value) other = source_.pair_value(place, anchor, i);
      if (has_second && other.empty() && source_.value(place, second) != value) other = source_.value(place, second);
      if (!other.empty())
        report(Code::map_cardinality, line->at,
               "`" + place.text + "` stands more than once, the second time with `" +
                   std::string(other.substr(0, 100)) + "`; the first was read",
               &place, anchor, other);
    }
    if (coverage_ != nullptr) {
      const Qualifier& pair = program_.qualifiers[place.pair];
      Place code = place;
      (pair.in_component ? code.component : code.element) = program_.spots[pair.spots.first];
      looked.emplace_back(Source::order(anchor), source_.spot(place, anchor).element);
      looked.emplace_back(Source::order(anchor), source_.spot(code, anchor).element);
    }
    return value;
  } else {
    return {};  // trees have no pairs
  }
}

/// `CTT.01 <-> count(PO1)`: what stands there against what there is. Told once a place, however many events look.
template <class Source>
void Run<Source>::check_total(const Line& line) {
  const Total& total = program_.totals[line.total];
  const Place& place = program_.places[line.places.first];
  Anchor anchor{};
  const std::string_view stated = place_value(place, anchor, &line);
  if (stated.empty()) return;
  if (coverage_ != nullptr) ++coverage_->runs[&line - program_.lines.data()];
  const std::size_t before = walked_.size();
  source_.walk(program_.locators[total.locator], walked_);
  DecimalSum found;
  bool numbers = true;
  for (std::size_t i = before; i < walked_.size(); ++i) {
    if (total.kind == TotalKind::count) {
      found.add("1", 0);
      continue;
    }
    const Place& part = program_.places[total.place];
    const std::string_view value = source_.value(part, walked_[i]);
    if (!value.empty()) numbers = found.add(value, implied_of(part.rule)) && numbers;
  }
  walked_.resize(before);
  if (!numbers) return;  // the guide has told of what is no number
  const std::string right = place.rule != nullptr ? found.text_for(*place.rule) : found.text();
  if (same_number(stated, right)) return;
  const std::string at = mark_text(line.at, false), path = source_.path(place, anchor);
  if (std::any_of(findings_->begin(), findings_->end(), [&](const Finding& finding) {
        return finding.code == Code::map_total_wrong && finding.map_line == at && finding.path == path &&
               finding.set == context_->set && finding.group == context_->group &&
               finding.interchange == context_->interchange;
      }))
    return;
  report(Code::map_total_wrong, line.at,
         "`" + place.text + "` says " + std::string(stated.substr(0, 40)) + ", and " +
             line.text.substr(line.text.find("> ") + 2) + " is " + right,
         &place, anchor, stated, right);
}

CROSSDOCK_RUN_OF_EACH_SOURCE;

}  // namespace crossdock::mapping
