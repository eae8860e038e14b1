// Small steps over YAML trees that turn what does not fit into faults with line and column.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/faults.hpp"
#include "translators/yaml/yaml_view.hpp"

namespace crossdock::mapping {

using yaml::YamlTree;
using yaml::YamlView;

/// The document, whose root must be a mapping; a fault otherwise.
[[nodiscard]] std::optional<YamlTree> load_yaml(std::string_view text, const std::string& file, Faults& faults);
/// Where a value begins; the file's begin for an absent one.
[[nodiscard]] TextMark mark_of(const YamlView& node, const std::string& file);
/// Scalar text; a fault naming `key` where the node is none.
[[nodiscard]] std::optional<std::string> scalar_of(const YamlView& node, const std::string& key,
                                                   const std::string& file, Faults& faults);
/// Scalars of a sequence, or the one scalar.
[[nodiscard]] std::vector<std::pair<std::string, TextMark>> scalars_of(const YamlView& node, const std::string& key,
                                                                       const std::string& file, Faults& faults);
/// A fault, with the nearest name, for each key that is not among `known`.
void check_keys(const YamlView& mapping, const std::vector<std::string>& known, const std::string& file,
                Faults& faults);

}  // namespace crossdock::mapping
