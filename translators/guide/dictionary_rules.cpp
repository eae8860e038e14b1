// Rules of elements and segments out of their definitions.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/guide/dictionary.hpp"
#include "translators/guide/syntax_note.hpp"

namespace crossdock::guide {

ElementRule Dictionary::element_rule(const ElementUse& use, std::vector<std::shared_ptr<const CodeList>>& lists,
                                     std::vector<Finding>& findings) {
  ElementRule rule;
  rule.reference = use.id;
  rule.usage = use.usage;
  rule.repeat_max = use.repeat_max;
  if (const CompositeDefinition* whole = composite(use.id)) {
    rule.name = whole->name;
    rule.type = ElementType::composite;
    rule.notes = whole->notes;
    for (const ElementUse& part : whole->components)
      if (element(part.id) != nullptr) rule.components.push_back(element_rule(part, lists, findings));
    return rule;
  }
  const ElementDefinition* definition = element(use.id);
  if (definition == nullptr) return rule;  // said when the dictionary was read
  rule.name = definition->name;
  rule.type = definition->type;
  rule.implied_decimals = definition->implied_decimals;
  rule.length_min = definition->length_min;
  rule.length_max = definition->length_max;
  if (!definition->codes.empty()) {
    if (std::shared_ptr<const CodeList> list = code_list(definition->codes, findings)) {
      rule.codes = list.get();
      if (std::find(lists.begin(), lists.end(), list) == lists.end()) lists.push_back(std::move(list));
    }
  }
  return rule;
}

SegmentRule Dictionary::rule(const SegmentDefinition& segment, std::vector<std::shared_ptr<const CodeList>>& lists,
                             std::vector<Finding>& findings) {
  SegmentRule rule;
  rule.tag = segment.tag;
  rule.name = segment.name;
  rule.notes = segment.notes;
  for (const ElementUse& use : segment.elements) rule.elements.push_back(element_rule(use, lists, findings));
  return rule;
}

}  // namespace crossdock::guide
