// What is alike in all events of a set: lines that read nothing of the event's own segments run once a set, and the
// text that they alone decide is written once. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/frame.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {
namespace {

/// What an op does to the event's frame, and whether it looks at the event's own segments.
struct Effects {
  bool own = false;
  std::uint64_t reads = 0, writes = 0;  ///< by mask_of
  std::vector<std::uint32_t> lists;     ///< slots that get items
};

class Finder {
 public:
  Finder(const Program& program, const Entry& entry) : program_(program), own_levels_(program.levels.size(), false) {
    const std::uint32_t from = program.locators[entry.locator].level;
    for (std::uint32_t level = entry.level; level != nothing && level != from; level = program.levels[level].above)
      own_levels_[level] = true;
  }
  Effects of(const Op& op) {
    effects_ = {};
    add(op);
    return effects_;
  }

 private:
  void locator(std::uint32_t index) {
    const Locator& at = program_.locators[index];
    effects_.own = effects_.own || at.dynamic || own_levels_[at.level];
  }
  void places(const Range& range) {
    for (std::uint32_t i = 0; i < range.count; ++i) locator(program_.places[range.first + i].locator);
  }
  void read(SlotRef slot) {
    if (slot.frame == 0 && slot.slot != nothing) effects_.reads |= mask_of(slot.slot);
  }
  void write(SlotRef slot) {
    if (slot.frame == 0 && slot.slot != nothing) effects_.writes |= mask_of(slot.slot);
  }
  void guard(const Range& range) {
    for (std::uint32_t i = 0; i < range.count; ++i) {
      const Condition& condition = program_.conditions[range.first + i];
      if (condition.place != nothing) locator(program_.places[condition.place].locator);
      if (condition.other_place != nothing) locator(program_.places[condition.other_place].locator);
      read(condition.slot);
      read(condition.other_slot);
      for (std::uint32_t k = 0; k < condition.parts.count; ++k) read(program_.slots[condition.parts.first + k]);
    }
  }
  void line(const Line& line) {
    places(line.places);
    if (line.total != nothing) locator(program_.totals[line.total].locator);
    guard(line.guard);
    for (const Range& range : {line.slots, line.keep})
      for (std::uint32_t i = 0; i < range.count; ++i) write(program_.slots[range.first + i]);
    for (std::uint32_t i = 0; i < line.codecs.count; ++i) {
      const Codec& codec = program_.codecs[line.codecs.first + i];
      places(codec.places);
      // Attachments are the event's, not the frame's: each event makes its own.
      effects_.own = effects_.own || codec.kind == CodecKind::attachment;
      if (line.slots.count == 0) continue;
      const std::uint32_t frame = program_.slots[line.slots.first].frame;
      write({frame, codec.zone_slot});
      write({frame, codec.zone_code_slot});
    }
  }
  void add(const Op& op) {
    if (!op.inwards) return;
    if (op.kind != Op::Kind::block) return line(program_.lines[op.index]);
    const Block& block = program_.blocks[op.index];
    if (block.has_list) {
      write(block.list);
      if (block.list.frame == 0) effects_.lists.push_back(block.list.slot);
    }
    if (block.tied) read(block.tie_outer);
    for (std::uint32_t i = 0; i < block.alternatives.count; ++i) {
      const Alternative& alternative = program_.alternatives[block.alternatives.first + i];
      if (alternative.locator != nothing) locator(alternative.locator);
      guard(alternative.guard);
      for (std::uint32_t k = 0; k < alternative.body.ops.count; ++k) add(program_.ops[alternative.body.ops.first + k]);
    }
  }

  const Program& program_;
  std::vector<bool> own_levels_;
  Effects effects_;
};

/// Marks what of an object's text the shared ops alone decide. `own`: slots that the others write.
void mark_text(Program& program, std::uint32_t object, std::uint64_t own, std::uint64_t shared) {
  const EmitStep node = program.emit_steps[object];
  const std::uint32_t end = node.first + node.count;
  for (std::uint32_t i = node.first; i < end; ++i) {
    EmitStep& child = program.emit_steps[i];
    if ((child.mask & own) != 0) {
      if (child.kind == EmitNode::Kind::object) mark_text(program, i, own, shared);
      child.carried_list = child.kind == EmitNode::Kind::list && (child.mask & shared) != 0;
      continue;
    }
    std::uint32_t last = i;
    while (last < end && (program.emit_steps[last].mask & own) == 0) ++last;
    child.run_end = last;
    i = last - 1;
  }
}

void share_ops(Program& program, Entry& entry) {
  Finder finder(program, entry);
  std::uint64_t own_reads = 0, own_writes = 0, shared_writes = 0;
  std::vector<std::uint32_t> lists;
  for (std::uint32_t i = 0; i < entry.body.ops.count; ++i) {
    const std::uint32_t index = entry.body.ops.first + i;
    if (!program.ops[index].inwards) continue;
    const Effects effects = finder.of(program.ops[index]);
    // A shared op runs before the own ones that stand in front of it: neither may see the other.
    const bool shared =
        !effects.own && (own_writes & (effects.reads | effects.writes)) == 0 && (own_reads & effects.writes) == 0;
    (shared ? entry.shared_ops : entry.own_ops).push_back(index);
    if (shared) {
      shared_writes |= effects.writes;
      continue;
    }
    own_reads |= effects.reads;
    own_writes |= effects.writes;
    lists.insert(lists.end(), effects.lists.begin(), effects.lists.end());
  }
  if (entry.shared_ops.empty() || entry.own_ops.empty()) {
    entry.shared_ops.clear();
    entry.own_ops.clear();
    return;
  }
  std::sort(lists.begin(), lists.end());
  lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
  entry.grown_lists = std::move(lists);
  mark_text(program, program.layouts[entry.layout].emit, own_writes, shared_writes);
}

}  // namespace

void share_ops(Program& program) {
  for (Entry& entry : program.entries)
    if (entry.locator != nothing) share_ops(program, entry);
}

}  // namespace crossdock::mapping
