// Frames to JSON text.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/frame.hpp"

namespace crossdock::mapping {

/// Items from `from` up to and without `to`; false where one was left out for what it lacks.
bool JsonEmitter::items(const EmitStep& node, std::uint32_t from, std::uint32_t to, JsonBuffer& out, bool& wrote) {
  const std::uint32_t item = program_.layouts[node.layout].emit;
  bool whole = true;
  for (std::uint32_t at = from; at != to; at = frames_.next_item(at)) {
    const std::size_t mark = out.size();
    const std::size_t problems = incomplete_.size();
    if (wrote) out.put(',');
    bool filled = false;
    if (object(item, at, out, filled) && filled) {
      wrote = true;
      continue;
    }
    out.cut(mark);
    whole = whole && incomplete_.size() == problems;
    for (std::size_t i = problems; i < incomplete_.size(); ++i) incomplete_[i].fatal = false;
  }
  return whole;
}

void JsonEmitter::list(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote) {
  const EmitStep& node = steps_[step];
  if (node.layout == nothing) return;
  std::uint32_t from = frames_.first_item(base, node.slot);
  if (carried_ != nullptr && node.carried_list) {
    if (const std::uint32_t tail = frames_.kept_tail(node.slot); tail != nothing) {
      const std::uint32_t end = frames_.next_item(tail);
      if (std::string_view text; carried_->find(step, text)) {
        if (!text.empty()) out.put(text.substr(1));
        wrote = !text.empty();
      } else {
        const std::size_t mark = out.size();
        if (items(node, from, end, out, wrote)) carried_->keep(step, out.text().substr(mark), false);
      }
      from = end;
    }
  }
  items(node, from, nothing, out, wrote);
}

/// One child of an object; false where the object lacks something that its schema requires.
bool JsonEmitter::field(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote) {
  const EmitStep& child = steps_[step];
  const Slot* const frame = frames_.frame(base);
  if ((child.mask & frame->filled) == 0) {
    if (!child.required) return true;
    incomplete_.push_back({program_.emit[step].path, true});
    return false;
  }
  const std::uint32_t comma = wrote ? 0 : 1;  // the key has it in front
  const std::string_view key(child.key + comma, child.key_size - comma);
  if (child.kind == EmitNode::Kind::leaf) {
    const Slot& slot = frame[child.slot];
    const std::string_view value(slot.data, slot.size);
    if (slot.kind == Slot::Kind::plain) {
      out.put_plain(key, value);
      wrote = true;
      return true;
    }
    if (slot.kind != Slot::Kind::absent) {
      out.put(key);
      if (slot.kind == Slot::Kind::text)
        out.put_string(value);
      else
        out.put(value);
      wrote = true;
      return true;
    }
    if (child.required) incomplete_.push_back({program_.emit[step].path, true});
    return !child.required;
  }
  const std::size_t mark = out.size(), problems = incomplete_.size();
  bool filled = false, whole = true;
  out.put(key);
  if (child.kind == EmitNode::Kind::object) {
    whole = object(step, base, out, filled);
  } else {
    out.put('[');
    list(step, base, out, filled);
    out.put(']');
  }
  if (filled && whole) {
    wrote = true;
    return true;
  }
  out.cut(mark);
  if (!filled) incomplete_.resize(problems);  // an object without content may lack what it requires
  if (child.required) {
    if (!filled) incomplete_.push_back({program_.emit[step].path, true});
    return false;
  }
  for (std::size_t k = problems; k < incomplete_.size(); ++k) incomplete_[k].fatal = false;
  return true;
}

/// Children that no line of one event alone fills: their text is made once for all events of a set.
bool JsonEmitter::carried_run(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote) {
  if (std::string_view text; carried_->find(step, text)) {
    if (text.empty()) return true;
    out.put(wrote ? text : text.substr(1));
    wrote = true;
    return true;
  }
  const std::size_t mark = out.size(), problems = incomplete_.size();
  const bool comma = wrote;
  bool good = true;
  const std::uint32_t end = steps_[step].run_end;
  for (std::uint32_t i = step; i < end; ++i) good = field(i, base, out, wrote) && good;
  if (incomplete_.size() == problems) carried_->keep(step, out.text().substr(mark), comma);
  return good;
}

/// Writes `{...}`; `wrote` says whether anything stands in it. False: a required field is missing.
bool JsonEmitter::object(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote) {
  const EmitStep* child = steps_ + steps_[step].first;
  const EmitStep* const end = child + steps_[step].count;
  const Slot* const frame = frames_.frame(base);
  const std::uint64_t filled = frame->filled;
  bool good = true, any = false;
  out.put('{');
  while (child != end) {
    if (carried_ != nullptr && child->run_end != 0) {
      good = carried_run(static_cast<std::uint32_t>(child - steps_), base, out, any) && good;
      child = steps_ + child->run_end;
      continue;
    }
    const EmitStep& at = *child++;
    if ((at.mask & filled) == 0 && !at.required) continue;
    if (at.kind == EmitNode::Kind::leaf && (at.mask & filled) != 0) {
      if (const Slot& slot = frame[at.slot]; slot.kind == Slot::Kind::plain) {
        const std::uint32_t comma = any ? 0 : 1;  // the key has it in front
        out.put_plain({at.key + comma, at.key_size - comma}, {slot.data, slot.size});
        any = true;
        continue;
      }
    }
    good = field(static_cast<std::uint32_t>(&at - steps_), base, out, any) && good;
  }
  out.put('}');
  wrote = any;
  return good;
}

bool JsonEmitter::emit(std::uint32_t layout, JsonBuffer& out) {
  bool wrote = false;
  incomplete_.clear();
  return object(program_.layouts[layout].emit, 0, out, wrote);
}

}  // namespace crossdock::mapping
