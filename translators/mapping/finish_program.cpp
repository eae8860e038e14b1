// The last steps of compiling a map: compact forms of what runs often.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "translators/base/json_text.hpp"
#include "translators/mapping/frame.hpp"
#include "translators/mapping/json_buffer.hpp"
#include "translators/mapping/program.hpp"

namespace crossdock::mapping {
namespace {

/// Texts with readable bytes behind them: keys, and values of a table's columns row by row.
class Pool {
 public:
  explicit Pool(std::size_t bytes) : memory_(std::make_unique<char[]>(bytes + text_slack)), to_(memory_.get()) {}
  std::string_view add(std::string_view text) {
    char* const start = to_;
    to_ = std::copy(text.begin(), text.end(), to_);
    return {start, text.size()};
  }
  std::unique_ptr<char[]> memory() { return std::move(memory_); }

 private:
  std::unique_ptr<char[]> memory_;
  char* to_;
};

/// Lays the nodes of a frame's object out as flat steps.
class StepBuilder {
 public:
  StepBuilder(Program& program, Pool& pool) : program_(program), pool_(pool) {}
  void build(Layout& layout) {
    if (layout.emit == nothing || layout.slot_schema.size() > masked_slots_max) return;
    bytes_ = text_slack;
    layout.steps.first = static_cast<std::uint32_t>(program_.emit_steps.size());
    layout.needs.first = static_cast<std::uint32_t>(program_.emit_needs.size());
    children(layout.emit, 0);
    layout.steps.count = static_cast<std::uint32_t>(program_.emit_steps.size()) - layout.steps.first;
    layout.needs.count = static_cast<std::uint32_t>(program_.emit_needs.size()) - layout.needs.first;
    layout.text_bytes = bytes_;
  }

 private:
  void children(std::uint32_t object, std::uint64_t around) {
    const Range range = program_.emit[object].children;
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      const EmitNode& node = program_.emit[i];
      if (node.required) program_.emit_needs.push_back({around, node.mask});
      if (node.kind == EmitNode::Kind::list && node.layout == nothing) continue;
      const std::size_t at = program_.emit_steps.size();
      program_.emit_steps.push_back(step_of(node));
      if (node.kind != EmitNode::Kind::object) continue;
      children(i, node.mask);
      EmitStep close;
      close.kind = EmitStep::Kind::close;
      program_.emit_steps.push_back(close);
      program_.emit_steps[at].skip = static_cast<std::uint32_t>(program_.emit_steps.size() - 1 - at);
    }
  }
  EmitStep step_of(const EmitNode& node) {
    EmitStep step;
    step.mask = node.mask;
    std::string key = node.key.substr(1);
    switch (node.kind) {
      case EmitNode::Kind::leaf: key += '"'; break;
      case EmitNode::Kind::object:
        key += '{';
        step.kind = EmitStep::Kind::open;
        break;
      case EmitNode::Kind::list:
        key += '[';
        step.kind = EmitStep::Kind::list;
        break;
    }
    step.slot = node.kind == EmitNode::Kind::object ? 0 : node.slot;
    step.layout = node.layout;
    step.key = pool_.add(key).data();
    step.key_size = static_cast<std::uint16_t>(key.size());
    bytes_ += static_cast<std::uint32_t>(key.size() + 4);
    return step;
  }
  Program& program_;
  Pool& pool_;
  std::uint32_t bytes_ = 0;
};

std::size_t pool_bytes(const Program& program) {
  std::size_t bytes = 0;
  for (const EmitNode& node : program.emit) bytes += node.key.size() + 1;
  for (const Codec& codec : program.codecs)
    for (const std::string_view text : codec.flat) bytes += text.size();
  return bytes;
}

void pool_values(Program& program, Pool& pool) {
  for (Codec& codec : program.codecs) {
    codec.flat_plain = true;
    for (std::string_view& text : codec.flat) {
      codec.flat_plain = codec.flat_plain && is_plain_json(text);
      text = pool.add(text);
    }
  }
}

bool is_simple(const Program& program, const Locator& locator) {
  if (locator.steps.count != 1 || locator.warn_second || locator.dynamic || locator.optional) return false;
  const Step& step = program.steps[locator.steps.first];
  return !step.hierarchy && !step.own && step.qualifiers.count == 0;
}

/// Locators in the order of their levels: what a level forgets when it moves on stands together.
void sort_locators(Program& program) {
  const auto count = static_cast<std::uint32_t>(program.locators.size());
  std::vector<std::uint32_t> order(count), place(count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return program.locators[a].level < program.locators[b].level;
  });
  std::vector<Locator> sorted;
  program.locators_of_level.assign(program.levels.size(), {});
  program.self_locator.assign(program.levels.size(), nothing);
  for (std::uint32_t i = 0; i < count; ++i) {
    place[order[i]] = i;
    const Locator& locator = sorted.emplace_back(program.locators[order[i]]);
    Range& own = program.locators_of_level[locator.level];
    if (own.count++ == 0) own.first = i;
    sorted.back().simple = program.guide != nullptr && is_simple(program, locator);
    if (locator.steps.count == 0) program.self_locator[locator.level] = i;
  }
  program.locators = std::move(sorted);
  auto moved = [&](std::uint32_t& locator) {
    if (locator != nothing) locator = place[locator];
  };
  for (Place& at : program.places) moved(at.locator);
  for (Total& at : program.totals) moved(at.locator);
  for (Alternative& at : program.alternatives) moved(at.locator);
  for (Entry& at : program.entries) moved(at.locator);
  for (Op& op : program.ops)
    if (op.kind != Op::Kind::block && program.lines[op.index].places.count > 0) moved(op.locator);
}

void finish_conditions(Program& program) {
  for (Condition& condition : program.conditions) {
    if (condition.place == nothing || program.guide == nullptr) continue;
    const Place& place = program.places[condition.place];
    if (place.pair != nothing) continue;
    condition.locator = place.locator;
    condition.element = place.element;
    condition.component = place.component;
  }
}

QuickStep quick_step(const Program& program, const Line& line, Op::Kind kind) {
  const Codec& codec = program.codecs[line.codecs.first];
  const std::uint32_t frame = program.slots[line.slots.first].frame;
  QuickStep step;
  step.slot.fill({frame, nothing});
  step.keep.fill({frame, nothing});
  step.table = codec.table;
  step.values = codec.flat.data();
  step.plain = codec.flat_plain;
  if (kind == Op::Kind::moment) {
    step.slot[0].slot = codec.zone_slot;
    step.slot[1].slot = codec.zone_code_slot;
    return step;
  }
  if (kind == Op::Kind::quantity) {
    step.slot[0] = program.slots[line.slots.first + 1];
    return step;
  }
  step.columns = static_cast<std::uint8_t>(codec.columns.size());
  for (std::uint32_t i = 0; i < line.slots.count; ++i) step.slot[i] = program.slots[line.slots.first + i];
  step.keeps = static_cast<std::uint8_t>(line.keep.count);
  for (std::uint32_t i = 0; i < line.keep.count; ++i) step.keep[i] = program.slots[line.keep.first + i];
  if (line.keep_odd) step.usual = codec.usual.data();
  return step;
}

void finish_ops(Program& program) {
  for (Op& op : program.ops) {
    if (op.kind == Op::Kind::block) continue;
    const Line& line = program.lines[op.index];
    op.guard = line.guard;
    op.raw = op.kind == Op::Kind::number && program.slot_types[line.slots.first] != canonical::SchemaNode::Kind::string;
    if (op.kind != Op::Kind::code && op.kind != Op::Kind::moment && op.kind != Op::Kind::quantity) continue;
    op.step = static_cast<std::uint32_t>(program.quick_steps.size());
    program.quick_steps.push_back(quick_step(program, line, op.kind));
  }
}

void finish_entry(Entry& entry) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned shift = 32; shift > 0; shift -= 4) entry.id_part += digits[(entry.name_hash >> (shift - 4U)) & 15U];
}

}  // namespace

void finish_program(Program& program) {
  for (Codec& codec : program.codecs)
    if (codec.kind == CodecKind::quantity && codec.table != nullptr && codec.flat.empty())
      for (const CodeTable::Row& row : codec.table->rows()) codec.flat.emplace_back(row.values[0]);
  Pool pool(pool_bytes(program));
  pool_values(program, pool);
  StepBuilder builder(program, pool);
  for (Layout& layout : program.layouts) builder.build(layout);
  program.pool = pool.memory();
  sort_locators(program);
  finish_conditions(program);
  finish_ops(program);
  for (Entry& entry : program.entries) finish_entry(entry);
}

}  // namespace crossdock::mapping
