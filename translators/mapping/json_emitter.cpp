// Frames to JSON text by flat steps.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/json_emitter.hpp"

namespace crossdock::mapping {

// Each value is written with a comma behind it; what closes an object or a list writes over the last one. An object is
// only opened where something stands in it, so that there is always a comma to write over.

namespace {

/// Copies short texts without asking how long they are: both sides have `text_slack` bytes to spare.
inline char* copy_slack(char* to, const char* from, std::size_t size) {
  std::memcpy(to, from, text_slack);
  if (size > text_slack) [[unlikely]]
    std::memcpy(to + text_slack, from + text_slack, size - text_slack);
  return to + size;
}

}  // namespace

/// A value that is no plain text: a number or a truth value, or a text that may need escapes.
char* JsonEmitter::value(const EmitStep& step, const Slot& slot, char* to) {
  if (slot.kind == Slot::Kind::raw) {
    to = copy_slack(to, step.key, step.key_size) - 1;  // without the quote
    std::memcpy(to, slot.data, slot.size);
    to += slot.size;
    *to = ',';
    return to + 1;
  }
  to = copy_slack(to, step.key, step.key_size);
  if (!copy_plain_json(to, slot.data, slot.size)) {
    const std::string_view escaped = out_.escape({slot.data, slot.size});  // in quotes
    to = out_.reserve_behind(to, escaped.size() + frames_.text_bytes()) - 1;
    std::memcpy(to, escaped.data(), escaped.size());
    to += escaped.size();
    *to = ',';
    return to + 1;
  }
  to += slot.size;
  to[0] = '"';
  to[1] = ',';
  return to + 2;
}

char* JsonEmitter::list(const EmitStep& step, const Slot& slot, char* to) {
  to = copy_slack(to, step.key, step.key_size);
  const Layout& layout = program_.layouts[step.layout];
  for (std::uint32_t item = slot.items.head; item != nothing; item = frames_.next_item(item)) {
    to = frame(layout, item, to);
    if (to == nullptr) return nullptr;
  }
  to[-1] = ']';
  *to = ',';
  return to + 1;
}

/// Writes `{...},`; null where the frame lacks what its schema requires.
char* JsonEmitter::frame(const Layout& layout, std::uint32_t base, char* to) {
  const Slot* const slots = frames_.frame(base);
  const std::uint64_t filled = slots->filled;
  const EmitNeed* need = program_.emit_needs.data() + layout.needs.first;
  for (const EmitNeed* const end = need + layout.needs.count; need != end; ++need)
    if ((filled & need->lacking) == 0 && (need->around == 0 || (filled & need->around) != 0)) return nullptr;
  *to++ = '{';
  const EmitStep* step = program_.emit_steps.data() + layout.steps.first;
  for (const EmitStep* const end = step + layout.steps.count; step != end; ++step) {
    if ((step->mask & filled) == 0) {
      step += step->skip;
      continue;
    }
    const Slot& slot = slots[step->slot];
    switch (step->kind) {
      case EmitStep::Kind::leaf:
        if (slot.kind != Slot::Kind::plain) {
          to = value(*step, slot, to);
          break;
        }
        to = copy_slack(to, step->key, step->key_size);
        to = copy_slack(to, slot.data, slot.size);
        to[0] = '"';
        to[1] = ',';
        to += 2;
        break;
      case EmitStep::Kind::open: to = copy_slack(to, step->key, step->key_size); break;
      case EmitStep::Kind::close:
        to[-1] = '}';
        *to++ = ',';
        break;
      case EmitStep::Kind::list:
        to = list(*step, slot, to);
        if (to == nullptr) return nullptr;
        break;
    }
  }
  to[-1] = '}';
  *to = ',';
  return to + 1;
}

bool JsonEmitter::emit(std::uint32_t index) {
  incomplete_.clear();
  const Layout& layout = program_.layouts[index];
  if (layout.steps.count != 0 && frames_.filled(0) != 0) {
    char* const start = out_.reserve(frames_.text_bytes());
    if (char* const end = frame(layout, 0, start); end != nullptr) {
      out_.set_end(end - 1);  // the comma
      return true;
    }
  }
  bool wrote = false;
  return object(layout.emit, 0, wrote);
}

}  // namespace crossdock::mapping
