// From a sorted tree to bytes, in the format that the map names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/mapping/tree_target.hpp"

namespace crossdock::mapping {

/// Nothing where a finding of severity error was added: a value that the format cannot hold.
[[nodiscard]] std::optional<std::string> write_format(const Program& program, const OutNode& root,
                                                      std::vector<Finding>& findings);

}  // namespace crossdock::mapping
