// Validates one transaction set against a guide: every problem in one pass, and the structure that mapping reads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/set_tree.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::guide {

class SetPlans;  // translators/guide/set_plan.hpp

/// What a profile or caller sets; the defaults are the policy of docs (structure, mandatory parts, types, lengths,
/// counts are errors; values outside their code list are warnings, errors only where a map reads them through a table).
struct ValidationOptions {
  std::size_t findings_max = 1000;   ///< kept per set; the rest is counted and said once
  bool components_in_simple = true;  ///< a component separator inside a simple element stays text, with a warning
  /// Moves a finding's severity by code text, set and place (`AT7.01` or a full path); unset: the code's default.
  std::function<Severity(const Finding&, Severity)> severity;
  /// True where a map line reads this element through a table, so that an unknown code is an error (node, 1-based
  /// element).
  std::function<bool(NodeIndex, std::uint16_t)> code_is_read;
  /// What sets of one shape have in common, kept by the caller from set to set: faster, the same findings. Null: none.
  SetPlans* plans = nullptr;
};

/// `document` holds ST..SE. Fills `tree` (cleared first) and appends to `findings` in document order; findings carry
/// path, position, value, expected, element reference and loop id; interchange, group, set ordinals and control number
/// are filled by the caller. Envelope facts (SE01 count, SE02 = ST02) are not its business: the reader checks them.
/// Source: X12.6 (syntax notes, types, lengths), X12.59/997 for the codes.
void validate_set(const wire::SegmentDocument& document, const CompiledGuide& guide, const ValidationOptions& options,
                  SetTree& tree, std::vector<Finding>& findings);

}  // namespace crossdock::guide
