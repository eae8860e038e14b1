// The `format:` of a map: settings of its document.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/mapping/faults.hpp"
#include "translators/mapping/format.hpp"
#include "translators/yaml/yaml_view.hpp"

namespace crossdock::mapping {

/// `node` may be absent. Every fault is reported with its line and column.
[[nodiscard]] Format read_format(const yaml::YamlView& node, DocumentKind document, const std::string& file,
                                 Faults& faults);

/// `json`, `xml`, `csv`, `fixed`; segments for anything else.
[[nodiscard]] DocumentKind document_kind(std::string_view name);

}  // namespace crossdock::mapping
