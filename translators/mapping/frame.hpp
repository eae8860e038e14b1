// The values of an event while a map runs: slots instead of a tree of names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

struct Slot {
  enum class Kind : std::uint8_t { absent, text, raw, list };
  std::string_view text;   ///< raw: JSON as it stands (number, true, false)
  std::uint32_t head = nothing, tail = nothing;  ///< list: base of the first and last item's frame
  std::uint32_t line = nothing;                  ///< that filled it
  Kind kind = Kind::absent;
};

/// Frames of one event in one array. A frame's slot 0 links to the next item of its list (its `head`).
class Frames {
 public:
  void begin(std::uint32_t slots) {
    slots_.assign(slots, {});
    bases_.assign(1, 0);
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
    if (list.head == nothing) list.head = base;
    else slots_[list.tail].head = base;
    list.tail = base;
    return base;
  }
  /// Takes the list's last item away again.
  void drop_item(std::uint32_t list_base, std::uint32_t list_slot, std::uint32_t base) {
    Slot& list = slots_[list_base + list_slot];
    if (list.head == base) {
      list = {};
    } else {
      std::uint32_t at = list.head;
      while (slots_[at].head != base) at = slots_[at].head;
      slots_[at].head = nothing;
      list.tail = at;
    }
    slots_.resize(base);
  }
  [[nodiscard]] bool any(std::uint32_t base, std::uint32_t slots) const {
    for (std::uint32_t i = 1; i < slots; ++i)
      if (slots_[base + i].kind != Slot::Kind::absent) return true;
    return false;
  }
  /// Bases of the frames at hand, by depth.
  std::vector<std::uint32_t>& bases() { return bases_; }
  [[nodiscard]] std::uint32_t base(std::uint32_t frame) const { return bases_[frame]; }

 private:
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> bases_;
};

/// A part of an event that lacks what its schema requires.
struct Incomplete {
  std::string path;   ///< of the field that is missing
  bool fatal = false; ///< the event as a whole lacks it; else the part was left out
};

/// Writes frames as JSON in the order of the schema.
class JsonEmitter {
 public:
  JsonEmitter(const Program& program, const Frames& frames, std::vector<Incomplete>& incomplete)
      : program_(program), frames_(frames), incomplete_(incomplete) {}
  /// The data object of an event; false where a required field is missing.
  bool emit(std::uint32_t layout, std::string& out);

 private:
  bool object(const EmitNode& node, std::uint32_t base, std::string& out, bool& wrote);
  void list(const EmitNode& node, std::uint32_t base, std::string& out, bool& wrote);
  const Program& program_;
  const Frames& frames_;
  std::vector<Incomplete>& incomplete_;
};

}  // namespace crossdock::mapping
