// Small steps over yaml-cpp that turn its exceptions into faults and keep line and column.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/faults.hpp"

namespace crossdock::mapping {

inline constexpr std::size_t yaml_bytes_max = 4U << 20;

/// The document's root, which must be a mapping; a fault otherwise.
[[nodiscard]] std::optional<YAML::Node> load_yaml(std::string_view text, const std::string& file, Faults& faults);
[[nodiscard]] TextMark mark_of(const YAML::Node& node, const std::string& file);
/// Scalar text; a fault naming `key` where the node is none.
[[nodiscard]] std::optional<std::string> scalar_of(const YAML::Node& node, const std::string& key,
                                                   const std::string& file, Faults& faults);
/// Scalars of a sequence, or the one scalar.
[[nodiscard]] std::vector<std::pair<std::string, TextMark>> scalars_of(const YAML::Node& node, const std::string& key,
                                                                       const std::string& file, Faults& faults);
/// A fault, with the nearest name, for each key that is not among `known`; also for keys that stand twice.
void check_keys(const YAML::Node& mapping, const std::vector<std::string>& known, const std::string& file,
                Faults& faults);

}  // namespace crossdock::mapping
