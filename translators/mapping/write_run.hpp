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
  void report_step(const Line& line, const Codec& codec, StepEnd end, const StepProblem& problem,
                   std::string_view whole);
  bool leave_rest(const Line& line, std::uint32_t index, const Values& values, std::string_view whole);
  bool field_values(const Line& line, Values& values);
  bool holds(const Range& guard) const;
  bool holds(const Condition& condition) const;
  void report(Code code, const TextMark& at, std::string message, std::string field, std::string_view value,
              std::string expected = {});
  [[nodiscard]] std::string path_of(SlotRef ref) const;
  [[nodiscard]] std::string path_of(SlotRef ref, std::uint32_t layout_index) const;

  const Program& program_;
  const json::JsonDocument& event_;
  WriteTarget& target_;
  std::vector<Finding>& findings_;
  Arena arena_;
  Frames frames_;
  const Entry* entry_ = nullptr;
  std::vector<std::uint32_t> layouts_;       ///< of the frames at hand
  std::vector<std::uint32_t> line_layouts_;  ///< by line: layout of the frame that it wrote from last
  std::size_t writes_ = 0;                   ///< values put that come from the event
  std::vector<std::uint32_t> taken_;         ///< bases of tied items that were written
  void report_left_over(const Body& body);
  std::uint32_t fold_ = nothing;      ///< of the list at hand: the line whose text may go on in the next segment
  std::string_view going_on_, rest_;  ///< its text in this segment, where it began in one before; what is left of it
  bool failed_ = false;
};

}  // namespace crossdock::mapping
