// A compiled map as people read it: each line with what stands on either side, and the tables it goes through.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "translators/mapping/compiled_map.hpp"

namespace crossdock::mapping {

/// An indented list: events, blocks, lines with element types, field types and tables.
[[nodiscard]] std::string show_text(const CompiledMap& map);
/// One object: map, document, guide, tables, events[]{type, name, lines[]{at, text, direction, depth, places[]{place,
/// element, type, min, max}, fields[]{type}, tables[]}}.
[[nodiscard]] std::string show_json(const CompiledMap& map);

}  // namespace crossdock::mapping
