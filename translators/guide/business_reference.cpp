// Looks through the beginning segment by data element numbers: no set needs to be known by name.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/business_reference.hpp"

#include <algorithm>
#include <array>

#include "translators/wire/released.hpp"

namespace crossdock::guide {
namespace {

// Shipment, invoice, purchase order, depositor's order, shipment notice, any reference. Best first.
constexpr auto identifying = std::to_array<std::string_view>({"145", "76", "324", "285", "396", "127"});

}  // namespace

std::optional<BusinessReference> find_business_reference(const wire::SegmentDocument& document,
                                                         const CompiledGuide& guide) {
  if (document.segment_count() < 2) return std::nullopt;
  const std::string_view tag = document.tag(1);
  const auto rule = std::find_if(guide.segments.begin(), guide.segments.end(),
                                 [tag](const SegmentRule& segment) { return segment.tag == tag; });
  if (rule == guide.segments.end()) return std::nullopt;
  if (guide.syntax == wire::Syntax::edifact && tag == "BGM") {  // 1004, in C106 from D.97A on
    const std::string_view raw = document.element(1, 2);
    const char release = document.released(1) ? document.delimiters.release : '\0';
    const std::size_t end = release == 0 ? raw.find(document.delimiters.component)
                                         : wire::find_unreleased(raw, document.delimiters.component, release);
    std::string value;
    wire::append_unreleased(value, raw.substr(0, end), release);
    while (!value.empty() && value.back() == ' ') value.pop_back();
    return value.empty() ? std::nullopt : std::optional(BusinessReference{"BGM02", std::move(value)});
  }
  for (const std::string_view wanted : identifying) {
    for (std::size_t i = 0; i < rule->elements.size(); ++i) {
      if (rule->elements[i].reference != wanted) continue;
      std::string_view value = document.element(1, i + 1);
      while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
      if (value.empty()) continue;
      std::string place = std::to_string(i + 1);
      if (place.size() < 2) place.insert(0, "0");
      return BusinessReference{std::string(tag) + place, std::string(value)};
    }
  }
  return std::nullopt;
}

}  // namespace crossdock::guide
