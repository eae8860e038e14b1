// Frames to JSON text, in the order of the schema.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "translators/mapping/frame.hpp"
#include "translators/mapping/json_buffer.hpp"

namespace crossdock::mapping {

/// Frames that hold all that their schemas require are written by flat steps in one pass; for others, or where a frame
/// has more slots than a mask has bits, the tree of nodes is walked with care: parts are tried and taken back.
class JsonEmitter {
 public:
  JsonEmitter(const Program& program, const Frames& frames, std::vector<Incomplete>& incomplete, JsonBuffer& out)
      : program_(program), frames_(frames), incomplete_(incomplete), out_(out) {}
  /// The data object of an event, behind what `out` holds; false where a required field is missing. `incomplete` then
  /// tells of it, and of parts that were left out.
  bool emit(std::uint32_t layout);

 private:
  // flat steps
  [[nodiscard]] char* frame(const Layout& layout, std::uint32_t base, char* to);
  [[nodiscard]] char* list(const EmitStep& step, const Slot& slot, char* to);
  [[nodiscard]] char* value(const EmitStep& step, const Slot& slot, char* to);
  // with care
  bool object(std::uint32_t node, std::uint32_t base, bool& wrote);
  bool field(std::uint32_t node, std::uint32_t base, bool& wrote);
  void items(const EmitNode& node, std::uint32_t base, bool& wrote);
  const Program& program_;
  const Frames& frames_;
  std::vector<Incomplete>& incomplete_;
  JsonBuffer& out_;
};

}  // namespace crossdock::mapping
