// The last steps of compiling a map: compact forms of what runs often.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "translators/base/json_text.hpp"
#include "translators/mapping/flow_builder.hpp"
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
      close.mask = node.mask;
      close.slot = 0;
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

/// Locators in the order of their levels, and of how they are found: what a level forgets when it moves on stands
/// together.
void sort_locators(Program& program) {
  const auto count = static_cast<std::uint32_t>(program.locators.size());
  for (Locator& locator : program.locators) {
    locator.simple = program.guide != nullptr && is_simple(program, locator);
    locator.scanned = locator.simple && !program.steps[locator.steps.first].loop;
  }
  const auto rank = [](const Locator& locator) { return locator.steps.count == 0 ? 0 : locator.scanned ? 1 : 2; };
  std::vector<std::uint32_t> order(count), place(count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Locator &x = program.locators[a], &y = program.locators[b];
    return x.level != y.level ? x.level < y.level : rank(x) < rank(y);
  });
  // A `for` and a place may have asked for the same segment.
  const auto same = [&](const Locator& x, const Locator& y) {
    return x.scanned && y.scanned && x.level == y.level &&
           program.steps[x.steps.first].node == program.steps[y.steps.first].node;
  };
  std::vector<Locator> sorted;
  program.locators_of_level.assign(program.levels.size(), {});
  for (const std::uint32_t from : order) {
    const Locator& locator = program.locators[from];
    LevelLocators& own = program.locators_of_level[locator.level];
    const auto known = std::find_if(sorted.begin() + own.scanned.first, sorted.end(),
                                    [&](const Locator& other) { return same(locator, other); });
    place[from] = static_cast<std::uint32_t>(known - sorted.begin());
    if (known != sorted.end()) continue;
    sorted.push_back(locator);
    Range& range = locator.scanned ? own.scanned : own.others;
    if (locator.steps.count == 0)
      own.self = place[from];
    else if (range.count++ == 0)
      range.first = place[from];
  }
  program.locators = std::move(sorted);
  auto moved = [&](std::uint32_t& locator) {
    if (locator != nothing) locator = place[locator];
  };
  for (Place& at : program.places) moved(at.locator);
  for (Total& at : program.totals) moved(at.locator);
  for (Alternative& at : program.alternatives) moved(at.locator);
  for (Entry& at : program.entries) moved(at.locator);
}

/// For each level with such locators: which of them a segment of a guide node is the answer to.
void lay_out_scans(Program& program) {
  for (LevelLocators& own : program.locators_of_level) {
    if (own.scanned.count == 0) continue;
    own.scan = static_cast<std::uint32_t>(program.scanned_at.size());
    program.scanned_at.resize(program.scanned_at.size() + program.guide->nodes.size());
    for (std::uint32_t i = 0; i < own.scanned.count; ++i)
      program.scanned_at[own.scan + program.steps[program.locators[own.scanned.first + i].steps.first].node] =
          static_cast<std::uint16_t>(i + 1);
  }
}

/// True where a place is one element of one segment: locator, element and component say all.
bool is_fixed(const Program& program, std::uint32_t place) {
  return program.guide != nullptr && program.places[place].pair == nothing;
}

void finish_conditions(Program& program) {
  using Test = ConditionText::Test;
  for (Condition& condition : program.conditions) {
    condition.standing = condition.test == Test::present || condition.test == Test::absent;
    condition.wanted = condition.test == Test::present || condition.test == Test::in;
    condition.common = condition.test != Test::timed && condition.other_slot.slot == nothing;
    if (condition.place == nothing) {
      condition.common = condition.common && condition.slot.slot != nothing;
    } else if (is_fixed(program, condition.place)) {
      const Place& place = program.places[condition.place];
      condition.locator = place.locator;
      condition.element = place.element;
      condition.component = place.component;
    } else {
      condition.common = false;
    }
    if (condition.other_place == nothing) continue;
    condition.common = condition.common && is_fixed(program, condition.other_place);
    if (!condition.common) continue;
    const Place& other = program.places[condition.other_place];
    condition.other_locator = other.locator;
    condition.other_element = other.element;
    condition.other_component = other.component;
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
  lay_out_scans(program);
  finish_conditions(program);
  build_flows(program);
  for (Entry& entry : program.entries) finish_entry(entry);
}

}  // namespace crossdock::mapping
