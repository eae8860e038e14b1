// Questions that others ask of a compiled map.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/compiled_map.hpp"

#include <algorithm>

namespace crossdock::mapping {

bool CompiledMap::reads_code(guide::NodeIndex node, std::uint16_t element) const {
  return std::binary_search(code_places_.begin(), code_places_.end(), std::pair{node, element});
}

CompiledMap::CompiledMap(std::string id, Program program) : id_(std::move(id)), program_(std::move(program)) {
  finish_program(program_);
  if (program_.guide == nullptr) return;
  const auto& nodes = program_.guide->nodes;
  for (const Line& line : program_.lines) {
    if (line.arrow == Arrow::outwards) continue;
    for (std::uint32_t c = 0; c < line.codecs.count; ++c) {
      const Codec& codec = program_.codecs[line.codecs.first + c];
      if (codec.table == nullptr || codec.table->otherwise()) continue;
      for (std::uint32_t i = codec.kind == CodecKind::quantity ? 1 : 0; i < line.places.count; ++i) {
        const Place& place = program_.places[line.places.first + i];
        const Locator& locator = program_.locators[place.locator];
        guide::NodeIndex node = locator.steps.count == 0
                                    ? program_.levels[locator.level].node
                                    : program_.steps[locator.steps.first + locator.steps.count - 1].node;
        code_places_.emplace_back(node, place.element);
        // A loop stands for its trigger: callers may ask with either.
        if (nodes[node].kind == guide::Node::Kind::loop && nodes[node].first_child != guide::no_node)
          code_places_.emplace_back(nodes[node].first_child, place.element);
      }
    }
  }
  std::sort(code_places_.begin(), code_places_.end());
  code_places_.erase(std::unique(code_places_.begin(), code_places_.end()), code_places_.end());
}

std::vector<std::string> CompiledMap::event_types() const {
  std::vector<std::string> out;
  for (const Entry& entry : program_.entries)
    if (std::find(out.begin(), out.end(), entry.type) == out.end()) out.push_back(entry.type);
  return out;
}

std::vector<std::string> CompiledMap::written_types() const {
  std::vector<std::string> out;
  for (const Entry& entry : program_.entries)
    if (entry.writes && std::find(out.begin(), out.end(), entry.type) == out.end()) out.push_back(entry.type);
  return out;
}

}  // namespace crossdock::mapping
