// Frames to JSON text.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/frame.hpp"

namespace crossdock::mapping {
void JsonEmitter::list(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote) {
  const EmitStep& node = program_.emit_steps[step];
  if (node.layout == nothing) return;
  const std::uint32_t item = program_.layouts[node.layout].emit;
  for (std::uint32_t at = frames_.at_base(base, node.slot).head; at != nothing; at = frames_.at_base(at, 0).head) {
    const std::size_t mark = out.size();
    const std::size_t problems = incomplete_.size();
    if (wrote) out.put(',');
    bool filled = false;
    if (object(item, at, out, filled) && filled) {
      wrote = true;
      continue;
    }
    out.cut(mark);
    for (std::size_t i = problems; i < incomplete_.size(); ++i) incomplete_[i].fatal = false;
  }
}

/// Writes `{...}`; `wrote` says whether anything stands in it. False: a required field is missing.
bool JsonEmitter::object(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote) {
  const EmitStep& node = program_.emit_steps[step];
  const std::uint64_t filled_slots = frames_.filled(base);
  bool good = true;
  wrote = false;
  out.put('{');
  for (std::uint32_t i = node.first; i < node.first + node.count; ++i) {
    const EmitStep& child = program_.emit_steps[i];
    if ((child.mask & filled_slots) == 0) {
      if (!child.required) continue;
      incomplete_.push_back({program_.emit[i].path, true});
      good = false;
      continue;
    }
    const std::size_t mark = out.size();
    out.put(wrote ? std::string_view(child.key, child.key_size) : std::string_view(child.key + 1, child.key_size - 1));
    bool filled = false, whole = true;
    const std::size_t problems = incomplete_.size();
    if (child.kind == EmitNode::Kind::leaf) {
      const Slot& slot = frames_.at_base(base, child.slot);
      filled = slot.kind != Slot::Kind::absent;
      if (slot.kind == Slot::Kind::text)
        out.put_string(slot.text);
      else if (filled)
        out.put(slot.text);
    } else if (child.kind == EmitNode::Kind::object) {
      whole = object(i, base, out, filled);
    } else {
      out.put('[');
      list(i, base, out, filled);
      out.put(']');
    }
    if (filled && whole) {
      wrote = true;
      continue;
    }
    out.cut(mark);
    if (!filled) incomplete_.resize(problems);  // an object without content may lack what it requires
    if (child.required) {
      if (!filled) incomplete_.push_back({program_.emit[i].path, true});
      good = false;
    } else {
      for (std::size_t k = problems; k < incomplete_.size(); ++k) incomplete_[k].fatal = false;
    }
  }
  out.put('}');
  return good;
}

bool JsonEmitter::emit(std::uint32_t layout, JsonBuffer& out) {
  bool wrote = false;
  incomplete_.clear();
  return object(program_.layouts[layout].emit, 0, out, wrote);
}

}  // namespace crossdock::mapping
