// Lines and blocks outwards.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/write_run.hpp"

#include <algorithm>

#include "translators/mapping/date_time.hpp"
#include "translators/mapping/fold.hpp"

namespace crossdock::mapping {

using json::JsonNode;

void WriteRun::fill_object(const EmitNode& node, std::uint32_t object, std::uint32_t base) {
  for (std::uint32_t i = 0; i < node.children.count; ++i) {
    const EmitNode& child = program_.emit[node.children.first + i];
    const std::string_view key = std::string_view(child.key).substr(2, child.key.size() - 4);  // `,"key":`
    const std::uint32_t found = event_.member(object, key);
    if (found == JsonNode::none) continue;
    const JsonNode& value = event_.node(found);
    if (child.kind == EmitNode::Kind::object) {
      fill_object(child, found, base);
    } else if (child.kind == EmitNode::Kind::leaf) {
      if (!value.text.empty())
        frames_.set_at(base, child.slot, value.text,
                       value.kind == JsonNode::Kind::string ? Slot::Kind::text : Slot::Kind::raw);
    } else if (value.kind == JsonNode::Kind::list && child.layout != nothing) {
      const Layout& layout = program_.layouts[child.layout];
      for (std::uint32_t item = value.first_child; item != JsonNode::none; item = event_.node(item).next_sibling) {
        const std::uint32_t made = frames_.add_item(base, child.slot, layout);
        fill_object(program_.emit[layout.emit], item, made);
      }
    }
  }
}

const Entry* WriteRun::choose() {
  const std::uint32_t type = event_.member(0, "type"), data = event_.member(0, "data");
  if (type == JsonNode::none || data == JsonNode::none) return nullptr;
  for (const Entry& entry : program_.entries) {
    if (!entry.writes || entry.type != event_.node(type).text) continue;
    const Layout& layout = program_.layouts[entry.layout];
    frames_.begin(layout);
    fill_object(program_.emit[layout.emit], data, 0);
    layouts_.assign(1, entry.layout);
    entry_ = &entry;
    if (holds(entry.guard)) return &entry;
  }
  return nullptr;
}

bool WriteRun::write(const Entry& entry) {
  failed_ = false;
  if (entry.locator != nothing) target_.open(program_.locators[entry.locator], entry.level, true);
  run_body(entry.body);
  if (entry.locator != nothing) target_.close(true);
  report_left_over(entry.body);
  return !failed_;
}

/// Items of a tied list that belong to nothing that was written.
void WriteRun::report_left_over(const Body& body) {
  for (std::uint32_t i = 0; i < body.ops.count; ++i) {
    const Op op = program_.ops[body.ops.first + i];
    if (op.kind != Op::Kind::block) continue;
    const Block& block = program_.blocks[op.index];
    report_left_over(program_.alternatives[block.alternatives.first].body);
    if (!block.tied || block.arrow == Arrow::inwards || block.list.frame != 0) continue;
    for (std::uint32_t base = frames_.first_item(frames_.base(block.list.frame), block.list.slot); base != nothing;
         base = frames_.next_item(base)) {
      if (std::find(taken_.begin(), taken_.end(), base) != taken_.end()) continue;
      const std::string tie(frames_.text_at(base, block.tie_item.slot));
      report(Code::map_tie_broken, block.at,
             "an item of `" + path_of(block.list) + "` with number `" + tie + "` belongs to nothing that was written",
             path_of(block.list), tie);
    }
  }
}

void WriteRun::run_body(const Body& body) {
  for (std::uint32_t i = 0; i < body.ops.count; ++i) {
    const Op op = program_.ops[body.ops.first + i];
    if (op.kind == Op::Kind::block) {
      run_block(program_.blocks[op.index]);
      continue;
    }
    const Line& line = program_.lines[op.index];
    if (line.rival_of_earlier) continue;
    if (line.rival != nothing)
      run_rivals(op.index);
    else
      run_line(op.index);
  }
}

void WriteRun::run_block(const Block& block) {
  if (block.arrow == Arrow::inwards) return;
  // Outwards the first of several places is written.
  const Alternative& alternative = program_.alternatives[block.alternatives.first];
  if (block.has_list) return run_list(block, alternative);
  if (!holds(alternative.guard)) return;
  if (alternative.locator == nothing) return run_body(alternative.body);
  const std::size_t before = writes_;
  target_.open(program_.locators[alternative.locator], alternative.level, false);
  run_body(alternative.body);
  target_.close(writes_ != before);
}

void WriteRun::run_list(const Block& block, const Alternative& alternative) {
  const std::uint32_t frame = block.list.frame + 1;
  const std::string tied = block.tied ? std::string(frames_.text(block.tie_outer)) : std::string();
  for (std::uint32_t base = frames_.first_item(frames_.base(block.list.frame), block.list.slot); base != nothing;
       base = frames_.next_item(base)) {
    if (block.tied && frames_.text_at(base, block.tie_item.slot) != tied) continue;
    if (block.tied) taken_.push_back(base);
    const auto old_layouts = layouts_;
    const std::uint32_t old = frames_.open_frame(frame, base);
    layouts_.resize(std::max<std::size_t>(layouts_.size(), frame + 1));
    layouts_[frame] = block.layout;
    const std::uint32_t outer_fold = fold_;
    fold_ = alternative.fold;
    bool more = holds(alternative.guard);
    if (more && !block.tied) taken_.push_back(base);  // another block may be tied to the same list
    while (more) {
      const std::size_t before = writes_;
      going_on_ = rest_;
      rest_ = {};
      target_.open(program_.locators[alternative.locator], alternative.level, true);
      run_body(alternative.body);
      target_.close(writes_ != before);
      more = !rest_.empty();
    }
    going_on_ = {};
    fold_ = outer_fold;
    frames_.close_frame(frame, old);
    layouts_ = old_layouts;
  }
}

/// Lines with a table and the same fields: the one that holds the kept code, else the first with a row.
void WriteRun::run_rivals(std::uint32_t first) {
  std::uint32_t chosen = nothing, open = nothing;
  for (std::uint32_t index = first; index != nothing; index = program_.lines[index].rival) {
    const Line& line = program_.lines[index];
    if (line.arrow == Arrow::inwards || !holds(line.guard)) continue;
    if (open == nothing) open = index;
    Values values;
    if (!field_values(line, values)) continue;
    for (std::uint32_t i = 0; i < line.codecs.count; ++i) {
      const Codec& codec = program_.codecs[line.codecs.first + i];
      if (codec.kind != CodecKind::table) continue;
      bool kept = false;
      const bool has_row = row_for(codec, values, kept) != CodeTable::no_row;
      if (kept) return run_line(index);
      if (has_row && chosen == nothing) chosen = index;
    }
  }
  if (chosen == nothing) chosen = open;
  if (chosen != nothing) run_line(chosen);
}

bool WriteRun::field_values(const Line& line, Values& values) {
  bool any = false;
  values.count = line.slots.count;
  for (std::uint32_t i = 0; i < line.slots.count; ++i) {
    values.text[i] = frames_.text(program_.slots[line.slots.first + i]);
    any = any || !values.text[i].empty();
  }
  if (line.keep.count > 0) values.kept_code = frames_.text(program_.slots[line.keep.first]);
  for (std::uint32_t i = 0; i < line.codecs.count; ++i) {
    const Codec& codec = program_.codecs[line.codecs.first + i];
    const std::uint32_t frame = line.slots.count > 0 ? program_.slots[line.slots.first].frame : 0;
    if (codec.zone_code_slot != nothing) values.zone_code = frames_.text({frame, codec.zone_code_slot});
    if (codec.zone_slot != nothing) values.zone = frames_.text({frame, codec.zone_slot});
  }
  return any;
}

void WriteRun::report_step(const Line& line, const Codec& codec, StepEnd end, const StepProblem& problem,
                           std::string_view whole) {
  const std::string value(whole.substr(0, 100));
  if (end == StepEnd::wrong) {
    return report(Code::map_value_wrong, line.at, "`" + value + "` is not " + std::string(problem.expected),
                  field_of(line), value, std::string(problem.expected));
  }
  std::string known;
  for (const CodeTable::Row& row : codec.table->rows()) {
    const std::string& word = row.values[codec.columns.empty() ? 0 : codec.columns[0]];
    if (!word.empty() && known.size() < 200 && (", " + known + ",").find(", " + word + ",") == std::string::npos)
      known += (known.empty() ? "" : ", ") + word;
  }
  const std::string table = codec.table->is_inline() ? "the codes of this line" : "table " + codec.table->id();
  if (end == StepEnd::stand_in) {
    const std::string& code = codec.table->default_codes()->front();
    return report(Code::map_table_otherwise, line.at,
                  "no row of " + table + " writes `" + value + "`; " +
                      (code.empty() ? "it was left out" : "its default " + code + " was written"),
                  field_of(line), value, known);
  }
  report(Code::map_table_unwritable, line.at, "no row of " + table + " writes `" + value + "`", field_of(line), value,
         known);
}

/// What a folded text has too much for its segment goes to the next one of the list. False: there is none.
bool WriteRun::leave_rest(const Line& line, std::uint32_t index, const Values& values, std::string_view whole) {
  if (values.rest.empty()) return true;
  if (index == fold_) {
    rest_ = values.rest;
    return true;
  }
  const guide::ElementRule* rule = program_.places[line.places.first].rule;
  const std::string room = std::to_string(line.places.count) + " x " + std::to_string(rule->length_max);
  report(Code::map_element_length, line.at,
         "a text of " + std::to_string(characters_in(whole)) + " characters does not fit into the " + room + " of " +
             program_.places[line.places.first].text,
         field_of(line), whole, room + " characters");
  return false;
}

void WriteRun::run_line(std::uint32_t index) {
  const Line& line = program_.lines[index];
  if (line.arrow == Arrow::inwards || line.literal_to_field || !holds(line.guard)) return;
  line_layouts_.resize(program_.lines.size(), nothing);
  if (line.slots.count > 0 && program_.slots[line.slots.first].frame < layouts_.size())
    line_layouts_[index] = layouts_[program_.slots[line.slots.first].frame];
  if (line.literal_to_place) {
    if (runs != nullptr) ++(*runs)[index];
    for (std::uint32_t i = 0; i < line.places.count; ++i)
      target_.put(program_.places[line.places.first + i], line.literal, index);
    return;
  }
  if (line.total != nothing) {  // its value is known when all else is written
    if (runs != nullptr) ++(*runs)[index];
    return target_.put(program_.places[line.places.first], "0", index);
  }
  Values values;
  if (!line.attribute.empty()) {
    const std::uint32_t found = event_.member(0, line.attribute);
    values.count = 1;
    if (found != JsonNode::none) values.text[0] = event_.node(found).text;
  }
  const bool from_event = line.attribute.empty() ? field_values(line, values) : !values.text[0].empty();
  bool any = from_event;
  for (std::uint32_t i = 0; !any && i < line.codecs.count; ++i) {
    const Codec& codec = program_.codecs[line.codecs.first + i];
    if (codec.kind == CodecKind::else_field) values.text[0] = frames_.text(codec.slot);
    if (codec.kind == CodecKind::else_literal) values.text[0] = codec.text;
    any = !values.text[0].empty();
    if (codec.kind == CodecKind::else_reject && !any) {
      const auto code = find_code(codec.text);
      report(code.value_or(Code::map_rejected), line.at,
             (code ? std::string(info(*code).what) : "the map rejects this event: " + codec.text) + " (`" +
                 field_of(line) + "` is empty)",
             field_of(line), {});
      return;
    }
  }
  if (!any) return;
  if (index == fold_ && !going_on_.empty()) values.text[0] = going_on_;
  for (std::uint32_t i = line.codecs.count; i-- > 0;) {
    const Codec& codec = program_.codecs[line.codecs.first + i];
    if (codec.kind >= CodecKind::else_place) continue;
    const Values before = values;
    StepProblem problem;
    const StepEnd end = write_step(codec, line.places.count, values, arena_, problem);
    if (codec.kind == CodecKind::fold && !leave_rest(line, index, values, before.text[0])) return;
    if (end == StepEnd::good) continue;
    report_step(line, codec, end, problem, before.text[problem.value]);
    if (end == StepEnd::stand_in) continue;
    return;
  }
  for (std::uint32_t i = 0; i < line.places.count && i < values.count; ++i) {
    if (values.text[i].empty()) continue;
    target_.put(program_.places[line.places.first + i], values.text[i], index);
    if (runs != nullptr) ++(*runs)[index];
    if (from_event) ++writes_;
  }
}

bool WriteRun::holds(const Condition& condition) const {
  using Test = ConditionText::Test;
  if (condition.place != nothing || condition.other_place != nothing) return true;
  if (condition.slot.slot == nothing) {
    bool any = false;
    for (std::uint32_t i = 0; i < condition.parts.count && !any; ++i)
      any = frames_.kind(program_.slots[condition.parts.first + i]) != Slot::Kind::absent;
    return any == (condition.test == Test::present);
  }
  const std::string_view value = frames_.text(condition.slot);
  if (condition.test == Test::present) return !value.empty();
  if (condition.test == Test::timed) return has_time_of_day(value);
  if (condition.test == Test::absent) return value.empty() && frames_.kind(condition.slot) == Slot::Kind::absent;
  bool found = condition.other_slot.slot != nothing && value == frames_.text(condition.other_slot);
  for (std::uint32_t i = 0; i < condition.values.count && !found; ++i)
    found = program_.texts[condition.values.first + i] == value;
  return found == (condition.test == Test::in);
}

bool WriteRun::holds(const Range& guard) const {
  for (std::uint32_t i = 0; i < guard.count; ++i)
    if (!holds(program_.conditions[guard.first + i])) return false;
  return true;
}

std::string WriteRun::path_of(SlotRef ref) const {
  return path_of(ref, ref.frame < layouts_.size() ? layouts_[ref.frame] : entry_->layout);
}

std::string WriteRun::path_of(SlotRef ref, std::uint32_t layout_index) const {
  const canonical::Schema& schema = *program_.schemas[entry_->schema];
  const Layout& layout = program_.layouts[layout_index];
  return ref.slot < layout.slot_schema.size() && layout.slot_schema[ref.slot] != nothing
             ? "data." + schema.nodes[layout.slot_schema[ref.slot]].path
             : "data";
}

std::string WriteRun::field_of(const Line& line) const {
  if (line.slots.count == 0) return "data";
  const SlotRef ref = program_.slots[line.slots.first];
  const auto index = static_cast<std::size_t>(&line - program_.lines.data());
  const bool written = index < line_layouts_.size() && line_layouts_[index] != nothing;
  return written ? path_of(ref, line_layouts_[index]) : path_of(ref);
}

void WriteRun::report(Code code, const TextMark& at, std::string message, std::string field, std::string_view value,
                      std::string expected) {
  Finding finding;
  finding.code = code;
  finding.severity = info(code).severity;
  finding.message = std::move(message);
  finding.path = std::move(field);
  finding.value = std::string(value.substr(0, 200));
  finding.expected = std::move(expected);
  finding.map_line = mark_text(at, false);
  if (finding.severity == Severity::error) failed_ = true;
  findings_.push_back(std::move(finding));
}

}  // namespace crossdock::mapping
