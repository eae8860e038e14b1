// Takes transaction sets out of an interchange that we wrote ourselves, ready to be written again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "translators/base/result.hpp"
#include "translators/mapping/map_set.hpp"

namespace crossdock::pipeline {

/// Sets in document order, without ST and SE; separators inside elements become the writer's marks. Errors: those of
/// the reader.
[[nodiscard]] Result<std::vector<mapping::WrittenSet>> collect_sets(std::string_view bytes);

}  // namespace crossdock::pipeline
