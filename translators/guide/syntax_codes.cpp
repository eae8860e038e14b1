// One row a code.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/syntax_codes.hpp"

namespace crossdock::guide {

Code for_syntax(Code code, wire::Syntax syntax) {
  if (syntax == wire::Syntax::x12) return code;
  switch (code) {
    case Code::x12_segment_unknown: return Code::edifact_segment_unknown;
    case Code::x12_segment_unexpected: return Code::edifact_segment_unexpected;
    case Code::x12_segment_missing: return Code::edifact_segment_missing;
    case Code::x12_loop_too_many: return Code::edifact_group_too_many;
    case Code::x12_segment_too_many: return Code::edifact_segment_too_many;
    case Code::x12_segment_not_in_set: return Code::edifact_segment_not_in_message;
    case Code::x12_segment_order: return Code::edifact_segment_order;
    case Code::x12_segment_forbidden: return Code::edifact_segment_forbidden;
    case Code::x12_segment_condition: return Code::edifact_segment_condition;
    case Code::x12_element_missing: return Code::edifact_element_missing;
    case Code::x12_element_conditional_missing: return Code::edifact_element_conditional_missing;
    case Code::x12_element_too_many: return Code::edifact_element_too_many;
    case Code::x12_element_short: return Code::edifact_element_short;
    case Code::x12_element_long: return Code::edifact_element_long;
    case Code::x12_element_character: return Code::edifact_element_character;
    case Code::x12_element_code: return Code::edifact_element_code;
    case Code::x12_element_date: return Code::edifact_element_date;
    case Code::x12_element_time: return Code::edifact_element_time;
    case Code::x12_element_excluded: return Code::edifact_element_excluded;
    case Code::x12_element_repeats: return Code::edifact_element_repeats;
    case Code::x12_element_components: return Code::edifact_element_components;
    case Code::x12_element_forbidden: return Code::edifact_element_forbidden;
    case Code::x12_element_component_separator: return Code::edifact_element_component_separator;
    case Code::x12_element_trailing_blanks: return Code::edifact_element_trailing_blanks;
    case Code::x12_element_trailing_separators: return Code::edifact_element_trailing_separators;
    case Code::x12_element_language_character: return Code::edifact_character_other_set;
    case Code::x12_findings_more: return Code::edifact_findings_more;
    case Code::x12_set_unsupported: return Code::edifact_message_unsupported;
    case Code::x12_set_too_large: return Code::edifact_message_too_large;
    case Code::x12_release_substituted: return Code::edifact_release_substituted;
    default: return code;
  }
}

}  // namespace crossdock::guide
