// The part of an acknowledgement that says what is wrong with a set: AK3 and AK4 of a 997, IK3, IK4 and CTX of a 999.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/acknowledgement/code_lists.hpp"
#include "translators/acknowledgement/report.hpp"

namespace crossdock::acknowledgement {

/// One segment, tag first; components joined by wire::component_mark.
using Row = std::vector<std::string>;

struct ErrorRules {
  Form form = Form::v004010;
  bool warnings = false;                          ///< warnings are reported like errors
  std::function<std::string(std::string)> clean;  ///< takes out what may not stand in a value
};

[[nodiscard]] bool reported(const Finding& finding, const ErrorRules& rules);

/// The rows for the reported findings of a set, in document order: findings of one segment stand together, a row for
/// each thing wrong with the segment, then one (code 8) for its elements. Empty: no segment is in error. At most 99
/// elements a segment. Source: X12.20 (997), 005010X231A1 (999).
[[nodiscard]] std::vector<Row> segment_errors(const SetVerdict& set, const ErrorRules& rules);

}  // namespace crossdock::acknowledgement
