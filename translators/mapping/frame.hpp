// The values of an event while a map runs: slots instead of a tree of names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/json_buffer.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

struct Slot {
  enum class Kind : std::uint8_t { absent, text, raw, list };
  std::string_view text;                         ///< raw: JSON as it stands (number, true, false)
  std::uint32_t head = nothing, tail = nothing;  ///< list: base of the first and last item's frame
  std::uint64_t filled = 0;                      ///< slot 0 of a frame: which slots are filled, by mask_of
  Kind kind = Kind::absent;
};

/// One bit a slot; all slots from 63 on share the last one.
[[nodiscard]] inline std::uint64_t mask_of(std::uint32_t slot) { return std::uint64_t{1} << (slot < 63 ? slot : 63); }

/// Frames of one event in one array. A frame's slot 0 links to the next item of its list (its `head`).
class Frames {
 public:
  void begin(std::uint32_t slots) {
    slots_.assign(slots, {});
    bases_.assign(1, 0);
  }
  void set(SlotRef ref, std::string_view text, Slot::Kind kind) {
    const std::uint32_t base = bases_[ref.frame];
    set_at(base, ref.slot, text, kind);
  }
  void set_at(std::uint32_t base, std::uint32_t slot, std::string_view text, Slot::Kind kind) {
    Slot& to = slots_[base + slot];
    to.text = text;
    to.kind = kind;
    slots_[base].filled |= mask_of(slot);
  }
  [[nodiscard]] Slot& at(SlotRef ref) { return slots_[bases_[ref.frame] + ref.slot]; }
  [[nodiscard]] const Slot& at(SlotRef ref) const { return slots_[bases_[ref.frame] + ref.slot]; }
  [[nodiscard]] Slot& at_base(std::uint32_t base, std::uint32_t slot) { return slots_[base + slot]; }
  [[nodiscard]] const Slot& at_base(std::uint32_t base, std::uint32_t slot) const { return slots_[base + slot]; }
  /// Appends an item to a list; its base.
  std::uint32_t add_item(std::uint32_t list_base, std::uint32_t list_slot, std::uint32_t slots) {
    const auto base = static_cast<std::uint32_t>(slots_.size());
    slots_.resize(slots_.size() + slots);
    Slot& list = slots_[list_base + list_slot];
    list.kind = Slot::Kind::list;
    slots_[list_base].filled |= mask_of(list_slot);
    if (list.head == nothing)
      list.head = base;
    else
      slots_[list.tail].head = base;
    list.tail = base;
    return base;
  }
  /// Takes the list's last item away again.
  void drop_item(std::uint32_t list_base, std::uint32_t list_slot, std::uint32_t base) {
    Slot& list = slots_[list_base + list_slot];
    if (list.head == base) {
      list = {};
      if (list_slot < 63) slots_[list_base].filled &= ~mask_of(list_slot);
    } else {
      std::uint32_t at = list.head;
      while (slots_[at].head != base) at = slots_[at].head;
      slots_[at].head = nothing;
      list.tail = at;
    }
    slots_.resize(base);
  }
  [[nodiscard]] bool any(std::uint32_t base) const { return slots_[base].filled != 0; }
  [[nodiscard]] std::uint64_t filled(std::uint32_t base) const { return slots_[base].filled; }
  /// Bases of the frames at hand, by depth.
  std::vector<std::uint32_t>& bases() { return bases_; }
  [[nodiscard]] std::uint32_t base(std::uint32_t frame) const { return bases_[frame]; }

 private:
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> bases_;
};

/// A part of an event that lacks what its schema requires.
struct Incomplete {
  std::string path;    ///< of the field that is missing
  bool fatal = false;  ///< the event as a whole lacks it; else the part was left out
};

/// Writes frames as JSON in the order of the schema.
class JsonEmitter {
 public:
  JsonEmitter(const Program& program, const Frames& frames, std::vector<Incomplete>& incomplete)
      : program_(program), frames_(frames), incomplete_(incomplete) {}
  /// The data object of an event; false where a required field is missing.
  bool emit(std::uint32_t layout, JsonBuffer& out);

 private:
  bool object(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote);
  void list(std::uint32_t step, std::uint32_t base, JsonBuffer& out, bool& wrote);
  const Program& program_;
  const Frames& frames_;
  std::vector<Incomplete>& incomplete_;
};

}  // namespace crossdock::mapping
