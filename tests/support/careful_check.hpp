// Validation of a set without its quick way: the findings must be the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "translators/guide/validate.hpp"

namespace crossdock::test {

/// True where the careful check finds in this document what `findings` holds. A document that was put in order, be it
/// its own, is not judged quickly.
inline bool findings_alike(wire::SegmentDocument document, const guide::CompiledGuide& guide,
                           const guide::ValidationOptions& options, const std::vector<Finding>& findings) {
  std::vector<std::uint32_t> order(document.segment_count());
  std::iota(order.begin(), order.end(), 0U);
  document.reorder(order);
  guide::SetTree tree;
  std::vector<Finding> careful;
  guide::validate_set(document, guide, options, tree, careful);
  if (careful.size() != findings.size()) return false;
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (to_json_line(careful[i]) != to_json_line(findings[i])) return false;
  return true;
}

}  // namespace crossdock::test
