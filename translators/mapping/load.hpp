// From map.yaml to a CompiledMap: reads the map, what it extends, its tables and schemas, checks everything, compiles.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/canonical/schema.hpp"
#include "translators/mapping/compiled_map.hpp"

namespace crossdock {
class Catalogue;
class TextSource;
}  // namespace crossdock

namespace crossdock::mapping {

/// Where a map's parts come from. Paths as `maps/codes/x12-1650.yaml`.
struct MapSources {
  canonical::ReadText read;
  std::function<Result<const guide::CompiledGuide*>(const std::string& id)> guide;
  std::function<std::vector<std::string>(const std::string& folder)> list;  ///< for nearest names; may be empty
};

/// Where a map's file and samples stand: `maps/<id>`; for `partners/acme/214` the partner's own folder, `<id>`.
[[nodiscard]] std::string map_folder(const std::string& id);

/// Loads `<map_folder>/map.yaml`. Every fault (and note) of the map, its tables and schemas is appended in one pass,
/// with file, line and column in `map_line`; with a fault of severity error the result is the first one as an Error.
/// Errors: map.unknown and all map.* codes of the checker.
[[nodiscard]] Result<std::unique_ptr<CompiledMap>> load_map(const MapSources& sources, const std::string& id,
                                                            std::vector<Finding>& faults);
[[nodiscard]] Result<std::unique_ptr<CompiledMap>> load_map(const Catalogue& catalogue, const std::string& id,
                                                            std::vector<Finding>& faults);

/// Checks one code table of `maps/codes/` on its own.
void check_table(const TextSource& source, const std::string& path, std::vector<Finding>& faults);

/// Checks a canonical event (JSON text of a whole CloudEvent) against the attributes that every event has and the
/// schema of its type. Findings name the field in `path` (`data.shipment.id`) and carry its place in the text. An event
/// that is no JSON object is an Error.
[[nodiscard]] Status check_event(const TextSource& source, std::string_view event_json, std::vector<Finding>& findings);

}  // namespace crossdock::mapping
