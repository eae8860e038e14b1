// Reads map.yaml into its parts. Knows no guide and no schema: the compiler checks names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "translators/mapping/faults.hpp"
#include "translators/mapping/source_text.hpp"

namespace crossdock::mapping {

/// `file` is what faults name. Nothing comes back only where there is no YAML mapping at all; other faults leave their
/// part out.
[[nodiscard]] std::optional<MapText> parse_map(std::string_view yaml, const std::string& file, DocumentKind base,
                                               Faults& faults);
/// What `extends:` names; empty without one. Lines of an overlay are read as those of the map it extends (`base`).
[[nodiscard]] std::string extended_map(std::string_view yaml, const std::string& file);

/// Lays an overlay over the map it extends (both as parsed): see "Overlays" in the map language.
[[nodiscard]] MapText lay_over(MapText base, const MapText& overlay, Faults& faults);

}  // namespace crossdock::mapping
