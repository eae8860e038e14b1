// Lines, guards and fields of a map.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translators/mapping/codec.hpp"
#include "translators/mapping/compiler.hpp"

namespace crossdock::mapping {

using canonical::SchemaNode;

Range Compiler::add_texts(const std::vector<std::string>& texts) {
  const Range out{static_cast<std::uint32_t>(program_.texts.size()), static_cast<std::uint32_t>(texts.size())};
  program_.texts.insert(program_.texts.end(), texts.begin(), texts.end());
  return out;
}

std::uint32_t Compiler::slot_of(std::uint32_t layout, std::uint32_t schema) {
  auto& slots = program_.layouts[layout].slot_schema;
  const auto [found, added] = slots_.emplace(std::pair{layout, schema}, static_cast<std::uint32_t>(slots.size()));
  if (added) slots.push_back(schema);
  return found->second;
}

/// The schema node of a written field; `frame` is the frame whose objects it stands in.
std::optional<std::uint32_t> Compiler::find_schema(const FieldText& text, const Scope& scope, std::uint32_t& frame) {
  std::string_view rest = text.path;
  const bool from_data = rest.starts_with("/");
  if (from_data) rest.remove_prefix(1);
  std::uint32_t at = from_data ? 0 : scope.object;
  frame = from_data ? 0 : static_cast<std::uint32_t>(scope.layouts.size() - 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('.'), rest.size());
    const std::uint32_t child =
        node(at).kind == SchemaNode::Kind::object ? schema_->child(at, rest.substr(0, end)) : canonical::Schema::none;
    if (child == canonical::Schema::none) {
      std::vector<std::string> names;
      const std::string prefix = from_data || node(scope.object).path.empty() ? "" : node(scope.object).path + ".";
      for (const std::string& path : schema_->paths())
        if (path.starts_with(prefix)) names.push_back(path.substr(prefix.size()));
      faults_->add(Code::map_field_unknown, text.at,
                   "`" + text.path + "` is not a field of " +
                       (prefix.empty() ? schema_->type : node(scope.object).path) +
                       did_you_mean(from_data ? text.path.substr(1) : text.path, names),
                   {}, text.path);
      return std::nullopt;
    }
    at = child;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return at;
}

std::optional<Compiler::Field> Compiler::resolve_field(const FieldText& text, const Scope& scope) {
  std::uint32_t frame = 0;
  const auto found = find_schema(text, scope, frame);
  if (!found) return std::nullopt;
  if (node(*found).kind == SchemaNode::Kind::array) {
    faults_->add(Code::map_type_mismatch, text.at,
                 "`" + text.path + "` is a list; fill it with a block `for: PLACE <-> " + text.path + "[]`", {},
                 text.path);
    return std::nullopt;
  }
  if (node(*found).kind == SchemaNode::Kind::object) return Field{{frame, nothing}, *found};
  return Field{{frame, slot_of(scope.layouts[frame], *found)}, *found};
}

bool Compiler::compile_condition(const ConditionText& text, const Scope& scope, Condition& condition) {
  condition.test = text.test;
  condition.values = add_texts(text.values);
  if (text.other_place) {
    const auto other = places_.resolve(*text.other_place, scope.level, true, std::nullopt);
    if (!other) return false;
    condition.other_place = *other;
  }
  if (text.other_field) {
    const auto other = resolve_field(*text.other_field, scope);
    if (!other) return false;
    condition.other_slot = other->slot;
  }
  if (text.place) {
    const auto place = places_.resolve(*text.place, scope.level, true, std::nullopt);
    condition.place = place.value_or(nothing);
    return place.has_value();
  }
  const auto field = resolve_field(text.field, scope);
  if (!field) return false;
  condition.slot = field->slot;
  const SchemaNode& schema = node(field->schema);
  if (field->slot.slot == nothing) {
    if (text.test == ConditionText::Test::present || text.test == ConditionText::Test::absent) return true;
    faults_->add(Code::map_type_mismatch, text.field.at,
                 "`" + text.field.path + "` is an object; it can be present or absent only", {}, text.field.path);
    return false;
  }
  for (const std::string& value : text.values)
    if (!schema.allowed.empty() &&
        std::find(schema.allowed.begin(), schema.allowed.end(), value) == schema.allowed.end())
      faults_->add(Code::map_type_mismatch, text.field.at,
                   "`" + text.field.path + "` can never be " + value + did_you_mean(value, schema.allowed), {}, value);
  return true;
}

std::optional<Range> Compiler::compile_guard(const std::vector<ConditionText>& guard, const Scope& scope) {
  std::vector<Condition> made;
  std::vector<ObjectCondition> objects;
  bool good = true;
  for (const ConditionText& text : guard) {
    Condition condition;
    if (!compile_condition(text, scope, condition))
      good = false;
    else if (condition.place == nothing && condition.slot.slot == nothing) {
      const auto field = resolve_field(text.field, scope);
      objects.push_back({static_cast<std::uint32_t>(made.size()), scope.layouts[condition.slot.frame],
                         condition.slot.frame, field->schema});
    }
    made.push_back(condition);
  }
  if (!good) return std::nullopt;
  const Range out{static_cast<std::uint32_t>(program_.conditions.size()), static_cast<std::uint32_t>(made.size())};
  for (ObjectCondition& object : objects) {
    object.condition += out.first;
    object_conditions_.push_back(object);
  }
  program_.conditions.insert(program_.conditions.end(), made.begin(), made.end());
  return out;
}

/// An object is present when one of the slots below it is filled; all lines must be compiled before these are known.
void Compiler::finish_object_conditions() {
  for (const ObjectCondition& object : object_conditions_) {
    const auto& slots = program_.layouts[object.layout].slot_schema;
    const std::string prefix = node(object.schema).path + ".";
    Range parts{static_cast<std::uint32_t>(program_.slots.size()), 0};
    for (std::uint32_t i = 1; i < slots.size(); ++i)
      if (node(slots[i]).path.starts_with(prefix)) {
        program_.slots.push_back({object.frame, i});
        ++parts.count;
      }
    program_.conditions[object.condition].parts = parts;
  }
}

bool Compiler::compile_places(const LineText& text, const Scope& scope, Line& line) {
  std::vector<Place> made;
  std::optional<std::uint32_t> before;
  const std::size_t first = program_.places.size();
  bool good = true;
  for (const PlaceText& place : text.places) {
    const auto found = places_.resolve(place, scope.level, text.first, before);
    if (found) before = found;
    if (found && line.arrow != Arrow::inwards) places_.rank(program_.places[*found].locator);
    good = good && found.has_value();
  }
  line.places = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(program_.places.size() - first)};
  return good;
}

bool Compiler::compile_fields(const LineText& text, const Scope& scope, Line& line, std::vector<Field>& fields) {
  bool good = true;
  for (const FieldText& field : text.fields) {
    if (field.path.starts_with("event.") && schema_->child(0, "event") == canonical::Schema::none) {
      good = compile_attribute(text, field, line) && good;
      continue;
    }
    const auto found = resolve_field(field, scope);
    if (found) fields.push_back(*found);
    good = good && found.has_value();
  }
  std::vector<SlotRef> keep;
  for (const FieldText& field : text.keep) {
    const auto found = resolve_field(field, scope);
    good = good && found.has_value();
    if (found && found->slot.slot != nothing) keep.push_back(found->slot);
  }
  line.keep = {static_cast<std::uint32_t>(program_.slots.size()), static_cast<std::uint32_t>(keep.size())};
  program_.slots.insert(program_.slots.end(), keep.begin(), keep.end());
  return good;
}

/// `event.id` and its like: attributes of the event, outwards only.
bool Compiler::compile_attribute(const LineText& text, const FieldText& field, Line& line) {
  static const std::vector<std::string> names = {"event.id",       "event.type",          "event.source",
                                                 "event.subject",  "event.time",          "event.factkey",
                                                 "event.sequence", "event.correlationid", "event.partitionkey"};
  if (std::find(names.begin(), names.end(), field.path) == names.end()) {
    faults_->add(Code::map_field_unknown, field.at,
                 "`" + field.path + "` is no attribute of an event" + did_you_mean(field.path, names), {}, field.path);
    return false;
  }
  line.attribute = field.path.substr(6);
  if (line.arrow == Arrow::outwards && text.fields.size() == 1) return true;
  faults_->add(Code::map_syntax, text.at,
               "an attribute of the event is written alone and outwards only: PLACE <- " + field.path, {}, text.text);
  return false;
}

/// What a value is in a JSON document: what the first step makes of it, else what the field is.
void Compiler::type_places(const Line& line, const std::vector<Field>& fields) {
  for (std::uint32_t i = 0; i < line.places.count; ++i) {
    ValueType type = ValueType::string;
    const Codec* first = nullptr;
    for (std::uint32_t c = 0; c < line.codecs.count && first == nullptr; ++c)
      if (program_.codecs[line.codecs.first + c].kind < CodecKind::else_place)
        first = &program_.codecs[line.codecs.first + c];
    if (first != nullptr) {
      if (first->kind == CodecKind::number || first->kind == CodecKind::decimal || first->kind == CodecKind::epoch_ms ||
          first->kind == CodecKind::epoch_s)
        type = ValueType::number;
      if (first->kind == CodecKind::boolean) type = ValueType::boolean;
    } else if (fields.size() == 1) {
      const SchemaNode::Kind kind = node(fields[0].schema).kind;
      if (kind == SchemaNode::Kind::integer || kind == SchemaNode::Kind::number) type = ValueType::number;
      if (kind == SchemaNode::Kind::boolean) type = ValueType::boolean;
    }
    program_.places[line.places.first + i].type = type;
  }
}

/// `count(PO1)` instead of fields: one place, no steps.
bool Compiler::compile_total(const LineText& text, const Scope& scope, Line& line) {
  if (!text.total) return true;
  if (text.places.size() != 1 || !text.steps.empty() || text.literal ||
      (text.total->kind == TotalKind::ordinal && line.arrow != Arrow::outwards)) {
    faults_->add(Code::map_syntax, text.at,
                 text.total->kind == TotalKind::ordinal ? "an ordinal is written: PLACE <- ordinal(LOOP)"
                                                        : "a count or sum has one place and no steps",
                 "PLACE <-> count(LOOP), PLACE <-> sum(LOOP.02), PLACE <- ordinal(LOOP)", text.text);
    return false;
  }
  const auto total = places_.resolve_total(*text.total, scope.level);
  if (total) line.total = *total;
  return total.has_value();
}

/// A field that is no text needs a step that makes what it is; a number with an implied point needs one too.
void Compiler::check_types(const LineText& text, const Line& line, const std::vector<Field>& fields) {
  bool converts_number = false, converts_any = false;
  for (std::uint32_t i = 0; i < line.codecs.count; ++i) {
    const CodecKind kind = program_.codecs[line.codecs.first + i].kind;
    converts_number = converts_number || kind == CodecKind::number || kind == CodecKind::decimal ||
                      kind == CodecKind::table || kind == CodecKind::degrees;
    converts_any = converts_any || kind < CodecKind::else_place;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const SchemaNode& field = node(fields[i].schema);
    if (fields[i].slot.slot == nothing)
      faults_->add(Code::map_type_mismatch, text.at,
                   "`" + field.path + "` is an object; name a field in it, or use quantity or money", {}, text.text);
    const bool number = field.kind == SchemaNode::Kind::integer || field.kind == SchemaNode::Kind::number;
    if (!line.has_literal && guide_ != nullptr && number && !converts_number)
      faults_->add(Code::map_type_mismatch, text.at, "`" + field.path + "` is a number; add `| number`", {}, text.text);
    if (line.has_literal && line.literal_to_field && !field.allowed.empty() &&
        std::find(field.allowed.begin(), field.allowed.end(), line.literal) == field.allowed.end())
      faults_->add(Code::map_type_mismatch, text.at,
                   "`" + field.path + "` can never be " + line.literal + did_you_mean(line.literal, field.allowed), {},
                   line.literal);
  }
  if (guide_ == nullptr || converts_number) return;
  for (std::uint32_t i = 0; i < line.places.count; ++i) {
    const Place& place = program_.places[line.places.first + i];
    if (!line.has_literal && place.rule != nullptr && place.rule->type == guide::ElementType::numeric &&
        place.rule->implied_decimals > 0)
      faults_->add(Code::map_type_mismatch, text.at,
                   "`" + place.text + "` is a number with " + std::to_string(place.rule->implied_decimals) +
                       " implied decimals; add `| decimal`",
                   {}, text.text);
  }
}

void Compiler::note_writes(const LineText& text, const Scope& scope, std::uint32_t index,
                           const std::vector<Field>& fields) {
  const Line& line = program_.lines[index];
  std::vector<std::uint32_t> guard = scope.guard;
  for (std::uint32_t i = 0; i < line.guard.count; ++i) guard.push_back(line.guard.first + i);
  std::string rival;
  for (std::uint32_t i = 0; i < line.codecs.count; ++i)
    if (program_.codecs[line.codecs.first + i].kind == CodecKind::table)
      for (const FieldText& field : text.fields) rival += field.path + " ";
  if (line.arrow != Arrow::outwards && !line.literal_to_place)
    for (const Field& field : fields)
      if (field.slot.slot != nothing)
        field_writes_.push_back({"field " + std::to_string(scope.layouts[field.slot.frame]) + scope.block + ":" +
                                     std::to_string(field.schema),
                                 node(field.schema).path,
                                 index,
                                 guard,
                                 {},
                                 text.at});
  for (std::uint32_t i = 0; line.arrow != Arrow::outwards && i < line.keep.count; ++i) {
    const SlotRef slot = program_.slots[line.keep.first + i];
    field_writes_.push_back(
        {{}, node(program_.layouts[scope.layouts[slot.frame]].slot_schema[slot.slot]).path, index, {}, {}, text.at});
  }
  if (line.arrow == Arrow::inwards || line.literal_to_field) return;
  for (std::uint32_t i = 0; i < line.places.count; ++i) {
    const Place& place = program_.places[line.places.first + i];
    if (note_pair(place, scope, index, guard, text.at)) continue;
    place_writes_.push_back({"place " + scope.block + std::to_string(place.locator) + "." +
                                 std::to_string(place.element) + "." + std::to_string(place.component),
                             place.text, index, guard, rival, text.at});
  }
}

/// Pairs stand nowhere for sure: lines that write one clash where they share a code.
bool Compiler::note_pair(const Place& place, const Scope& scope, std::uint32_t index,
                         const std::vector<std::uint32_t>& guard, const TextMark& at) {
  if (place.pair == nothing) return false;
  const Qualifier& pair = program_.qualifiers[place.pair];
  const std::string key = "pair " + scope.block + std::to_string(places_.node_of(place.locator)) + "." +
                          std::to_string(place.element) + "." + std::to_string(place.component) + ":";
  for (std::uint32_t i = 0; i < (pair.negated ? 1 : pair.codes.count); ++i)
    place_writes_.push_back(
        {key + (pair.negated ? "others" : program_.texts[pair.codes.first + i]), place.text, index, guard, {}, at});
  return true;
}

void Compiler::compile_line(const LineText& text, const Scope& scope, std::vector<Op>& ops) {
  Line line;
  line.at = text.at;
  line.text = text.text;
  line.arrow = text.arrow == Arrow::both ? scope.arrow : text.arrow;
  if (text.arrow != Arrow::both && scope.arrow != Arrow::both && text.arrow != scope.arrow) {
    faults_->add(Code::map_syntax, text.at, "the block around goes the other way; this line would never run", {},
                 text.text);
    return;
  }
  std::vector<Field> fields;
  const bool places_good = compile_places(text, scope, line) && compile_total(text, scope, line);
  const bool fields_good = compile_fields(text, scope, line, fields);
  const auto guard = compile_guard(text.guard, scope);
  if (text.literal) {
    line.has_literal = true;
    line.literal = *text.literal;
    line.literal_to_place = text.fields.empty();
    line.literal_to_field = text.places.empty();
    if (line.literal_to_place ? text.arrow == Arrow::inwards : text.arrow != Arrow::inwards) {
      faults_->add(Code::map_syntax, text.at,
                   line.literal_to_place ? "a literal on the right is written into the place: <- or <->"
                                         : "a literal on the left fills the field: ->",
                   {}, text.text);
      return;
    }
  }
  if (!text.keep.empty() && std::none_of(text.steps.begin(), text.steps.end(), [](const StepText& step) {
        return step.name == "table" || step.name == "codes";
      }))
    faults_->add(Code::map_step_wrong, text.at, "`keep` holds the code that a table reads; the line has no table", {},
                 text.text);
  if (!places_good || !fields_good || !guard) return;
  if (text.places.size() > values_max || text.fields.size() > values_max) {
    faults_->add(Code::map_syntax, text.at, "a line has at most " + std::to_string(values_max) + " places and fields");
    return;
  }
  line.guard = *guard;
  line.keep_odd = text.keep_odd;
  if (!compile_steps(text, scope, line, fields)) return;
  line.slots = {static_cast<std::uint32_t>(program_.slots.size()), static_cast<std::uint32_t>(fields.size())};
  for (const Field& field : fields) program_.slots.push_back(field.slot);
  program_.slot_types.resize(program_.slots.size(), SchemaNode::Kind::string);
  for (std::size_t i = 0; i < fields.size(); ++i)
    program_.slot_types[line.slots.first + i] = node(fields[i].schema).kind;
  if (line.total == nothing) check_types(text, line, fields);
  if (guide_ == nullptr) type_places(line, fields);
  const bool moves = line.codecs.count == 0 && !line.has_literal && line.attribute.empty() && line.total == nothing;
  if (moves && line.places.count != fields.size()) {
    faults_->add(Code::map_type_mismatch, text.at,
                 std::to_string(line.places.count) + " places cannot fill " + std::to_string(fields.size()) +
                     " fields without a step that joins or splits them",
                 {}, text.text);
    return;
  }
  line.plain = moves && line.places.count == 1 && program_.places[line.places.first].pair == nothing &&
               line.guard.count == 0 && node(fields[0].schema).kind == SchemaNode::Kind::string;
  const Codec* const only = line.codecs.count == 1 ? &program_.codecs[line.codecs.first] : nullptr;
  line.one_code = only != nullptr && only->kind == CodecKind::table && line.places.count == 1 &&
                  only->columns.size() == fields.size() && !line.has_literal && !fields.empty() &&
                  std::all_of(fields.begin(), fields.end(),
                              [&](const Field& field) { return node(field.schema).kind == SchemaNode::Kind::string; });
  const auto index = static_cast<std::uint32_t>(program_.lines.size());
  program_.lines.push_back(std::move(line));
  note_writes(text, scope, index, fields);
  Op op;
  op.index = index;
  op.inwards = program_.lines[index].arrow != Arrow::outwards;
  ops.push_back(op);
}

/// Lines of one body with a table and the same fields: outwards the first whose table fits writes.
void Compiler::link_rivals(const std::vector<Op>& ops) {
  auto table_line = [&](const Line& line) {
    for (std::uint32_t i = 0; i < line.codecs.count; ++i)
      if (program_.codecs[line.codecs.first + i].kind == CodecKind::table) return true;
    return false;
  };
  auto same_fields = [&](const Line& a, const Line& b) {
    if (a.slots.count != b.slots.count) return false;
    for (std::uint32_t i = 0; i < a.slots.count; ++i) {
      const SlotRef x = program_.slots[a.slots.first + i], y = program_.slots[b.slots.first + i];
      if (x.frame != y.frame || x.slot != y.slot) return false;
    }
    return true;
  };
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].kind == Op::Kind::block || !table_line(program_.lines[ops[i].index])) continue;
    for (std::size_t k = i + 1; k < ops.size(); ++k) {
      if (ops[k].kind == Op::Kind::block || !table_line(program_.lines[ops[k].index]) ||
          !same_fields(program_.lines[ops[i].index], program_.lines[ops[k].index]))
        continue;
      program_.lines[ops[i].index].rival = ops[k].index;
      program_.lines[ops[k].index].rival_of_earlier = true;
      break;
    }
  }
}

}  // namespace crossdock::mapping
