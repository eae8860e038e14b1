// Bodies to flows: which short way each line has, what it needs there, which lines share their segment.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/flow_builder.hpp"

#include <algorithm>

namespace crossdock::mapping {
namespace {

using canonical::SchemaNode;
using Kind = Flow::Kind;

/// The fields are slots of one frame, with bits of their own in its mask.
bool fills_one_frame(const Program& program, const Line& line) {
  const SlotRef* const slots = program.slots.data() + line.slots.first;
  return line.slots.count <= QuickStep::fields_max && std::all_of(slots, slots + line.slots.count, [&](SlotRef ref) {
           return ref.frame == slots->frame && ref.slot < masked_slots_max;
         });
}

/// Which short way inwards a line has.
Kind kind_of(const Program& program, const Line& line, bool one_segment) {
  const auto text_fields = [&](std::uint32_t count) {
    if (line.slots.count != count) return false;
    for (std::uint32_t i = 0; i < count; ++i)
      if (program.slots[line.slots.first + i].slot == nothing ||
          program.slot_types[line.slots.first + i] != SchemaNode::Kind::string)
        return false;
    return true;
  };
  if (line.plain) return Kind::text;
  // Trees remember nothing: what is looked for twice would be told twice.
  const bool literal = line.literal_to_field && line.total == nothing && text_fields(line.slots.count);
  if (program.guide == nullptr) return literal ? Kind::constant : Kind::line;
  if (line.total != nothing) return Kind::line;
  for (std::uint32_t i = 0; i < line.places.count; ++i)
    if (program.places[line.places.first + i].pair != nothing) return Kind::line;
  if (literal) return Kind::constant;
  bool else_only = true;
  for (std::uint32_t i = 0; i < line.codecs.count; ++i)
    else_only = else_only && program.codecs[line.codecs.first + i].kind >= CodecKind::else_place;
  if (!line.has_literal && else_only && one_segment && line.places.count == 1 && text_fields(1)) return Kind::text;
  if (line.has_literal || line.codecs.count != 1 || line.places.count == 0 || !one_segment) return Kind::line;
  const Codec& codec = program.codecs[line.codecs.first];
  const auto no_components = [&] {
    for (std::uint32_t i = 0; i < line.places.count; ++i)
      if (program.places[line.places.first + i].component != 0) return false;
    return true;
  };
  if (line.one_code && line.keep.count <= QuickStep::keeps_max && fills_one_frame(program, line)) return Kind::code;
  if (codec.kind == CodecKind::date_time && text_fields(1) && no_components()) return Kind::moment;
  if (codec.kind == CodecKind::number && line.places.count == 1 && line.slots.count == 1 &&
      program.slot_types[line.slots.first] != SchemaNode::Kind::boolean)
    return Kind::number;
  if (codec.kind == CodecKind::quantity && text_fields(2) && no_components() && line.keep.count == 0)
    return Kind::quantity;
  return Kind::line;
}

/// A table's values as slots, row by row, and which slots each row fills.
void lay_out_cells(Program& program, const Codec& codec, QuickStep& step) {
  step.cells = static_cast<std::uint32_t>(program.cells.size());
  step.masks = static_cast<std::uint32_t>(program.cell_masks.size());
  for (std::size_t i = 0; i < codec.flat.size(); ++i) {
    const std::string_view text = codec.flat[i];
    Slot& cell = program.cells.emplace_back();
    cell.data = text.data();
    cell.size = static_cast<std::uint32_t>(text.size());
    cell.kind = codec.flat_plain ? Slot::Kind::plain : Slot::Kind::text;
    const std::size_t column = i % step.columns;
    if (column == 0) program.cell_masks.push_back(0);
    if (!text.empty()) program.cell_masks.back() |= mask_of(step.column[column]);
  }
}

QuickStep quick_step(Program& program, const Line& line, Kind kind) {
  const Codec& codec = program.codecs[line.codecs.first];
  const std::uint32_t frame = program.slots[line.slots.first].frame;
  QuickStep step;
  step.slot.fill({frame, nothing});
  step.keep.fill({frame, nothing});
  step.table = codec.table;
  step.values = codec.flat.data();
  step.plain = codec.flat_plain;
  if (kind == Kind::moment) {
    step.slot[0].slot = codec.zone_slot;
    step.slot[1].slot = codec.zone_code_slot;
    return step;
  }
  if (kind == Kind::quantity) {
    step.slot[0] = program.slots[line.slots.first + 1];
    return step;
  }
  step.columns = static_cast<std::uint8_t>(codec.columns.size());
  step.frame = frame;
  for (std::uint32_t i = 0; i < line.slots.count; ++i)
    step.column[i] = static_cast<std::uint16_t>(program.slots[line.slots.first + i].slot);
  lay_out_cells(program, codec, step);
  step.keeps = static_cast<std::uint8_t>(line.keep.count);
  for (std::uint32_t i = 0; i < line.keep.count; ++i) step.keep[i] = program.slots[line.keep.first + i];
  if (line.keep_odd) step.usual = codec.usual.data();
  return step;
}

class FlowBuilder {
 public:
  explicit FlowBuilder(Program& program) : program_(program) {}

  Range body(const Body& body) {
    std::vector<Flow> steps;
    append(body, steps);
    const Range out{static_cast<std::uint32_t>(program_.flows.size()), static_cast<std::uint32_t>(steps.size())};
    program_.flows.insert(program_.flows.end(), steps.begin(), steps.end());
    return out;
  }

 private:
  void append(const Body& body, std::vector<Flow>& steps) {
    std::size_t segment = no_segment;  // where the lines at hand look
    for (std::uint32_t i = body.ops.first; i < body.ops.first + body.ops.count; ++i) {
      const Op& op = program_.ops[i];
      if (!op.inwards) continue;
      if (op.kind == Op::Kind::block) {
        block(op.index, steps);
        segment = no_segment;
        continue;
      }
      std::uint32_t locator = nothing;
      const Flow step = line(op.index, locator);
      if (!step.looks) {
        segment = no_segment;
      } else if (segment == no_segment || steps[segment].locator != locator || steps[segment].skips != step.skips) {
        segment = steps.size();
        Flow& found = steps.emplace_back();
        found.kind = Kind::segment;
        found.locator = locator;
        found.skips = step.skips;
      }
      if (segment != no_segment) ++steps[segment].skip;
      steps.push_back(step);
    }
  }

  /// A block without a place is a guard over its steps, and nothing else.
  void block(std::uint32_t index, std::vector<Flow>& steps) {
    const Block& block = program_.blocks[index];
    if (block.arrow == Arrow::outwards) return;
    Alternative& only = program_.alternatives[block.alternatives.first];
    const bool alone = block.alternatives.count == 1;
    Flow step;
    if (alone && only.locator == nothing) {
      const std::size_t at = steps.size();
      step.kind = Kind::when;
      step.guard = only.guard;
      steps.push_back(step);
      append(only.body, steps);
      steps[at].skip = static_cast<std::uint32_t>(steps.size() - 1 - at);
      return;
    }
    for (std::uint32_t i = 0; i < block.alternatives.count; ++i) {
      Alternative& alternative = program_.alternatives[block.alternatives.first + i];
      alternative.body.flow = body(alternative.body);
    }
    step.kind = Kind::each;
    step.index = index;
    step.locator = alone ? only.locator : nothing;
    steps.push_back(step);
  }

  Flow line(std::uint32_t index, std::uint32_t& locator) {
    const Line& line = program_.lines[index];
    Flow step;
    step.index = index;
    step.guard = line.guard;
    bool one_segment = true, pair = false;
    if (line.places.count > 0 && !line.literal_to_field) {
      const Place& place = program_.places[line.places.first];
      step.element = place.element;
      step.component = place.component;
      locator = place.locator;
      pair = place.pair != nothing;
      step.single = line.places.count == 1 && !pair;
      step.skips = true;
      for (std::uint32_t i = 0; i < line.places.count; ++i) {
        const Place& other = program_.places[line.places.first + i];
        one_segment = one_segment && other.locator == locator;
        if (i > 0 && i <= step.more.size()) step.more[i - 1] = other.element;
        step.simple = i == 0 || (step.simple && i <= step.more.size() && other.component == 0);
      }
      step.skips = one_segment;
      one_segment = one_segment && !program_.locators[locator].dynamic;
      for (std::uint32_t i = 0; i < line.codecs.count; ++i)
        step.skips = step.skips && program_.codecs[line.codecs.first + i].kind < CodecKind::else_place;
      step.looks = one_segment && !pair && (program_.guide != nullptr || line.plain);
    }
    step.kind = kind_of(program_, line, one_segment);
    if (line.slots.count > 0) step.slot = program_.slots[line.slots.first];
    step.raw = step.kind == Kind::number && program_.slot_types[line.slots.first] != SchemaNode::Kind::string;
    if (step.kind == Kind::code || step.kind == Kind::moment || step.kind == Kind::quantity) {
      step.step = static_cast<std::uint32_t>(program_.quick_steps.size());
      program_.quick_steps.push_back(quick_step(program_, line, step.kind));
    }
    return step;
  }

  static constexpr std::size_t no_segment = static_cast<std::size_t>(-1);
  Program& program_;
};

}  // namespace

void build_flows(Program& program) {
  FlowBuilder builder(program);
  for (Entry& entry : program.entries) entry.body.flow = builder.body(entry.body);
}

}  // namespace crossdock::mapping
