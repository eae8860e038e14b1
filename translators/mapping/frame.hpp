// The values of an event while a map runs: slots instead of a tree of names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translators/mapping/program.hpp"
#include "translators/mapping/slot.hpp"

namespace crossdock::mapping {

/// Frames of one event in one array. Nothing is cleared that the masks say is not there.
class Frames {
 public:
  void begin(const Layout& layout) {
    used_ = 0;
    text_bytes_ = 0;
    open(layout);
    bases_.assign(1, 0);
  }
  void set(SlotRef ref, std::string_view text, Slot::Kind kind) { set_at(bases_[ref.frame], ref.slot, text, kind); }
  void set_at(std::uint32_t base, std::uint32_t slot, std::string_view text, Slot::Kind kind) {
    Slot& to = slots_[base + slot];
    to.data = text.data();
    to.size = static_cast<std::uint32_t>(text.size());
    to.kind = kind;
    slots_[base].filled |= mask_of(slot);
    text_bytes_ += text.size();
  }
  /// Values that are laid out already: the cells with a text go to their slots, `mask` says which those are. All slots
  /// have a bit of their own.
  void set_cells(std::uint32_t frame, const Slot* cells, const std::uint16_t* slots, std::size_t count,
                 std::uint64_t mask) {
    Slot* const to = slots_.data() + bases_[frame];
    for (std::size_t i = 0; i < count; ++i) {
      if (cells[i].size == 0) continue;
      to[slots[i]] = cells[i];
      text_bytes_ += cells[i].size;
    }
    to->filled |= mask;
  }
  void set_kind(SlotRef ref, Slot::Kind kind) { slots_[bases_[ref.frame] + ref.slot].kind = kind; }
  [[nodiscard]] Slot::Kind kind_at(std::uint32_t base, std::uint32_t slot) const {
    return (slots_[base].filled & mask_of(slot)) == 0 ? Slot::Kind::absent : slots_[base + slot].kind;
  }
  [[nodiscard]] Slot::Kind kind(SlotRef ref) const { return kind_at(bases_[ref.frame], ref.slot); }
  /// Empty where nothing stands, or a list.
  [[nodiscard]] std::string_view text_at(std::uint32_t base, std::uint32_t slot) const {
    const Slot::Kind kind = kind_at(base, slot);
    if (kind == Slot::Kind::absent || kind == Slot::Kind::list) return {};
    return {slots_[base + slot].data, slots_[base + slot].size};
  }
  [[nodiscard]] std::string_view text(SlotRef ref) const { return text_at(bases_[ref.frame], ref.slot); }
  /// Null where nothing stands.
  [[nodiscard]] const Slot* find(SlotRef ref) const {
    const std::uint32_t base = bases_[ref.frame];
    const Slot* const slot = slots_.data() + base + ref.slot;
    return (slots_[base].filled & mask_of(ref.slot)) == 0 || slot->kind == Slot::Kind::absent ? nullptr : slot;
  }
  /// Slots of a frame; only those whose bit is set in the mask of the first one mean anything.
  [[nodiscard]] const Slot* frame(std::uint32_t base) const { return slots_.data() + base; }
  /// Base of a list's first item, `nothing` without one; then of the item behind an item.
  [[nodiscard]] std::uint32_t first_item(std::uint32_t base, std::uint32_t slot) const {
    return kind_at(base, slot) == Slot::Kind::list ? slots_[base + slot].items.head : nothing;
  }
  [[nodiscard]] std::uint32_t next_item(std::uint32_t item) const { return slots_[item].size; }
  /// Appends an item to a list; its base.
  std::uint32_t add_item(std::uint32_t list_base, std::uint32_t list_slot, const Layout& layout) {
    const bool first = kind_at(list_base, list_slot) != Slot::Kind::list;
    const std::uint32_t base = open(layout);
    Slot& list = slots_[list_base + list_slot];
    if (first) {
      list.kind = Slot::Kind::list;
      list.items = {base, base};
      slots_[list_base].filled |= mask_of(list_slot);
    } else {
      slots_[list.items.tail].size = base;
      list.items.tail = base;
    }
    return base;
  }
  /// Takes the list's last item away again.
  void drop_item(std::uint32_t list_base, std::uint32_t list_slot, std::uint32_t base) {
    Slot& list = slots_[list_base + list_slot];
    if (list.items.head == base) {
      list.kind = Slot::Kind::absent;
      if (list_slot < masked_slots_max) slots_[list_base].filled &= ~mask_of(list_slot);
    } else {
      std::uint32_t at = list.items.head;
      while (next_item(at) != base) at = next_item(at);
      slots_[at].size = nothing;
      list.items.tail = at;
    }
    used_ = base;
  }
  [[nodiscard]] bool any(std::uint32_t base) const { return slots_[base].filled != 0; }
  [[nodiscard]] std::uint64_t filled(std::uint32_t base) const { return slots_[base].filled; }
  /// Makes `base` the frame at hand at that depth; what was there, for close_frame().
  [[nodiscard]] std::uint32_t open_frame(std::uint32_t frame, std::uint32_t base) {
    if (frame < bases_.size()) return std::exchange(bases_[frame], base);
    bases_.push_back(base);
    return nothing;
  }
  void close_frame(std::uint32_t frame, std::uint32_t old) {
    if (old == nothing)
      bases_.pop_back();
    else
      bases_[frame] = old;
  }
  /// A value as it is, empty where nothing stands.
  [[nodiscard]] Slot copy(SlotRef ref) const {
    const Slot* const slot = find(ref);
    return slot == nullptr || slot->kind == Slot::Kind::list ? Slot{} : *slot;
  }
  [[nodiscard]] std::uint32_t base(std::uint32_t frame) const { return bases_[frame]; }
  /// What the values of all frames come to, and their keys: as JSON they take no more, save for escapes.
  [[nodiscard]] std::size_t text_bytes() const { return text_bytes_; }

 private:
  std::uint32_t open(const Layout& layout) {
    const auto slots = static_cast<std::uint32_t>(layout.slot_schema.size());
    const std::uint32_t base = used_;
    used_ += slots;
    if (slots_.size() < used_) slots_.resize(2 * std::size_t{used_});
    slots_[base].filled = 0;
    slots_[base].size = nothing;
    for (std::uint32_t i = masked_slots_max; i < slots; ++i) slots_[base + i].kind = Slot::Kind::absent;
    text_bytes_ += layout.text_bytes;
    return base;
  }
  std::vector<Slot> slots_;
  std::uint32_t used_ = 0;
  std::size_t text_bytes_ = 0;
  std::vector<std::uint32_t> bases_;
};

/// A part of an event that lacks what its schema requires.
struct Incomplete {
  std::string path;    ///< of the field that is missing
  bool fatal = false;  ///< the event as a whole lacks it; else the part was left out
};

}  // namespace crossdock::mapping
