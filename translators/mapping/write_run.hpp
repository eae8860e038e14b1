// Runs a compiled map outwards over one event.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/json/json_document.hpp"
#include "translators/mapping/codec.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/frame.hpp"
#include "translators/mapping/write_target.hpp"

namespace crossdock::mapping {

/// Borrows everything. Findings name the event's field in `path` (`data.shipment.id`).
class WriteRun {
 public:
  WriteRun(const CompiledMap& map, const json::JsonDocument& event, WriteTarget& target, std::vector<Finding>& findings)
      : program_(map.program()), event_(event), target_(target), findings_(findings) {}
  /// The entry that writes events of this type: the first whose guards over fields hold. Null: none. Fills the frames
  /// from the event.
  const Entry* choose();
  /// Writes the chosen entry. False: a finding of severity error was added.
  bool write(const Entry& entry);
  /// Where set: counted by line, how often it wrote something.
  std::vector<std::uint64_t>* runs = nullptr;
  /// `data.shipment.id` of a line's first field.
  [[nodiscard]] std::string field_of(const Line& line) const;

 private:
  void fill_object(const EmitNode& node, std::uint32_t object, std::uint32_t base);
  void run_body(const Body& body);
  void run_block(const Block& block);
  void run_list(const Block& block, const Alternative& alternative);
  void run_rivals(std::uint32_t first);
  void run_line(std::uint32_t index);
  bool field_values(const Line& line, Values& values);
  bool holds(const Range& guard) const;
  bool holds(const Condition& condition) const;
  void report(Code code, const TextMark& at, std::string message, std::string field, std::string_view value,
              std::string expected = {});
  [[nodiscard]] std::string path_of(SlotRef ref) const;

  const Program& program_;
  const json::JsonDocument& event_;
  WriteTarget& target_;
  std::vector<Finding>& findings_;
  Arena arena_;
  Frames frames_;
  const Entry* entry_ = nullptr;
  std::vector<std::uint32_t> layouts_;  ///< of the frames at hand
  std::size_t writes_ = 0;              ///< values put that come from the event
  std::vector<std::uint32_t> taken_;    ///< bases of tied items that were written
  void report_left_over(const Body& body);
  bool failed_ = false;
};

}  // namespace crossdock::mapping
