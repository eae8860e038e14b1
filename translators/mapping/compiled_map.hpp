// A map ready to run in both directions. Built by load_map, shared by all threads, never changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

class CompiledMap {
 public:
  CompiledMap(std::string id, Program program);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] DocumentKind document() const { return program_.document; }
  /// Null for maps of trees.
  [[nodiscard]] const guide::CompiledGuide* guide() const { return program_.guide; }
  /// True where a line reads this element (1-based) of this guide node through a table: a code outside its list is then
  /// an error.
  [[nodiscard]] bool reads_code(guide::NodeIndex node, std::uint16_t element) const;
  /// Types of event that the map makes or writes, `crossdock.load.tendered.v1`.
  [[nodiscard]] std::vector<std::string> event_types() const;
  /// Those that it writes.
  [[nodiscard]] std::vector<std::string> written_types() const;
  [[nodiscard]] const Program& program() const { return program_; }

 private:
  std::string id_;
  Program program_;
  std::vector<std::pair<guide::NodeIndex, std::uint16_t>> code_places_;  ///< sorted
};

}  // namespace crossdock::mapping
