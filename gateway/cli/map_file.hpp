// `--map FILE`: a map.yaml that is not installed takes the place of the map whose id it names, with what stands beside
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "translators/base/result.hpp"
#include "translators/base/text_source.hpp"

namespace crossdock::cli {

struct MapFile {
  std::string id;                            ///< of the map; what was given where that is no file
  std::shared_ptr<const TextSource> source;  ///< `installed`, or the same with the file's map in place of that id's
};

/// `text` is the id of a map, a map file, or a folder that holds a map.yaml; empty stays empty. Errors:
/// file.unreadable, map.key (the file has no line `map: ID`).
[[nodiscard]] Result<MapFile> open_map_file(std::shared_ptr<const TextSource> installed, const std::string& text);

}  // namespace crossdock::cli
