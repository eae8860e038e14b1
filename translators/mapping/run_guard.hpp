// Guards inwards: most ask whether a value stands, or which it is. For the .cpp files of Run only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/mapping/run.hpp"

namespace crossdock::mapping {

template <class Source>
inline std::string_view Run<Source>::tested_value(std::uint32_t place, std::uint32_t locator, std::uint16_t element,
                                                  std::uint16_t component) {
  Anchor anchor{};
  if (!quick_ || !source_.locate_again(locator, anchor)) return condition_value(place, {});
  return Source::present(anchor) ? source_.value(element, component, source_.cursor(anchor)) : std::string_view{};
}

/// Whether a value stands, is one of a few, or is that of another place.
template <class Source>
inline bool Run<Source>::holds_commonly(const Condition& condition) {
  const std::string_view value = condition.place == nothing ? frames_.text(condition.slot)
                                                            : tested_value(condition.place, condition.locator,
                                                                           condition.element, condition.component);
  if (condition.standing) return value.empty() != condition.wanted;
  if (condition.other_place != nothing)
    return same_text(value, tested_value(condition.other_place, condition.other_locator, condition.other_element,
                                         condition.other_component)) == condition.wanted;
  const std::string* text = program_.texts.data() + condition.values.first;
  for (const std::string* const end = text + condition.values.count; text != end; ++text)
    if (same_text(*text, value)) return condition.wanted;
  return !condition.wanted;
}

template <class Source>
inline bool Run<Source>::holds(const Range& guard) {
  if (recorder_ != nullptr) [[unlikely]]
    return holds_noted(guard);
  const Condition* condition = program_.conditions.data() + guard.first;
  for (const Condition* const end = condition + guard.count; condition != end; ++condition)
    if (!(condition->common ? holds_commonly(*condition) : holds(*condition))) return false;
  return true;
}

}  // namespace crossdock::mapping
