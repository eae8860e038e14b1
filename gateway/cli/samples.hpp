// Samples beside maps: read by a map, written by it, compared. For `test` and `map diff`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "translators/catalogue.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/runner.hpp"

namespace crossdock::cli {

using Differences = std::vector<std::string>;

/// The events of a sample. `differences` takes what kept it from being read.
[[nodiscard]] boost::json::array read_sample(const Catalogue& catalogue, const mapping::CompiledMap& map,
                                             const std::string& text, Differences& differences,
                                             mapping::Coverage* coverage = nullptr);
/// What a map writes from one event or an array: sets from ST to SE, a segment a line; or documents.
[[nodiscard]] std::string write_sample(const mapping::CompiledMap& map, const boost::json::value& events,
                                       Differences& differences, mapping::Coverage* coverage = nullptr);
/// What differs, each with its path: `data.stop.sequence: expected 2, is 3`.
void compare(const boost::json::value* expected, const boost::json::value* found, const std::string& path,
             Differences& differences);
void compare_lines(const std::string& expected, const std::string& found, Differences& differences);
/// `.edi`, `.json`, `.xml`, `.csv`, `.txt`.
[[nodiscard]] const char* extension(mapping::DocumentKind document);

}  // namespace crossdock::cli
