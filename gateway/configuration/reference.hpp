// The reference of all configuration keys and the JSON Schemas, printed from the declarations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::configuration {

/// docs/reference/configuration.md, whole.
[[nodiscard]] std::string configuration_reference();

/// File name below docs/reference/schemas/ and the JSON Schema (draft 7) of each kind of file.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> configuration_schemas();

}  // namespace crossdock::configuration
