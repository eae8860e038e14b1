// Steps of a line: names, arguments, tables.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "translators/guide/code_list.hpp"
#include "translators/mapping/codec.hpp"
#include "translators/mapping/compiler.hpp"

namespace crossdock::mapping {
namespace {

using canonical::SchemaNode;

const std::map<std::string, CodecKind, std::less<>>& simple_steps() {
  static const std::map<std::string, CodecKind, std::less<>> steps = {
      {"date", CodecKind::date},       {"time", CodecKind::time},   {"number", CodecKind::number},
      {"upper", CodecKind::upper},     {"lower", CodecKind::lower}, {"trim", CodecKind::trim},
      {"degrees", CodecKind::degrees}, {"text", CodecKind::text},   {"boolean", CodecKind::boolean}};
  return steps;
}

std::vector<std::string> step_names() {
  std::vector<std::string> out = {"table", "codes", "datetime", "epoch", "decimal", "quantity",  "money",
                                  "join",  "split", "fold",     "pad",   "else",    "attachment"};
  for (const auto& [name, kind] : simple_steps()) out.push_back(name);
  return out;
}

std::optional<std::uint32_t> small_number(const std::string& text) {
  if (text.empty() || text.size() > 3 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  return static_cast<std::uint32_t>(std::stoul(text));
}

}  // namespace

const CodeTable* Compiler::table(const std::string& id, const TextMark& at) {
  const auto known = tables_.find(id);
  if (known != tables_.end()) return known->second;
  const CodeTable* out = nullptr;
  if (auto text = sources_.read("maps/codes/" + id + ".yaml"); id.find('/') == std::string::npos && text) {
    if (auto parsed = CodeTable::parse(*text, "codes/" + id + ".yaml", *faults_)) {
      program_.tables.push_back(std::make_unique<CodeTable>(std::move(*parsed)));
      out = program_.tables.back().get();
    }
  } else {
    std::vector<std::string> names;
    if (sources_.list)
      for (const std::string& path : sources_.list("maps/codes")) {
        const std::size_t slash = path.rfind('/') + 1;
        if (path.ends_with(".yaml")) names.push_back(path.substr(slash, path.size() - slash - 5));
      }
    faults_->add(Code::map_table_wrong, at, "there is no table maps/codes/" + id + ".yaml" + did_you_mean(id, names),
                 {}, id);
  }
  tables_.emplace(id, out);
  return out;
}

/// Every value of the column must be one that the field can have.
void Compiler::check_column(const StepText& text, const CodeTable& table, std::uint32_t column, std::uint32_t schema) {
  const SchemaNode& field = node(schema);
  if (field.allowed.empty()) return;
  for (const CodeTable::Row& row : table.rows()) {
    const std::string& value = row.values[column];
    if (value.empty() || std::find(field.allowed.begin(), field.allowed.end(), value) != field.allowed.end()) continue;
    faults_->add(Code::map_type_mismatch, text.at,
                 "table " + table.id() + ", column " + table.columns()[column] + ": `" + field.path +
                     "` can never be " + value + did_you_mean(value, field.allowed),
                 {}, value);
    return;
  }
}

bool Compiler::compile_table(const StepText& text, const std::vector<Field>& fields, std::size_t places, Codec& codec) {
  if (text.arguments.empty()) {
    faults_->add(Code::map_step_wrong, text.at, "`table` names its table: table(x12-1650)");
    return false;
  }
  codec.kind = CodecKind::table;
  codec.table = table(text.arguments[0].value, text.at);
  if (codec.table == nullptr) return false;
  const auto& columns = codec.table->columns();
  if (fields.size() > values_max || places > values_max) {
    faults_->add(Code::map_step_wrong, text.at,
                 "a line has at most " + std::to_string(values_max) + " places and fields");
    return false;
  }
  if (places != codec.table->key_names().size()) {
    faults_->add(Code::map_step_wrong, text.at,
                 "table " + codec.table->id() + " has " + std::to_string(codec.table->key_names().size()) +
                     " keys; the line gives it " + std::to_string(places) + " places");
    return false;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::uint32_t column = static_cast<std::uint32_t>(i);
    if (text.arguments.size() > 1) {
      const std::string name = i + 1 < text.arguments.size() ? text.arguments[i + 1].value : "";
      column = static_cast<std::uint32_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
    }
    if (column >= columns.size()) {
      faults_->add(Code::map_step_wrong, text.at,
                   "table " + codec.table->id() + " has no column for field " + std::to_string(i + 1) + " of the line");
      return false;
    }
    codec.columns.push_back(column);
    check_column(text, *codec.table, column, fields[i].schema);
  }
  mark_usual_rows(codec);
  return true;
}

/// Rows that are written for their values without a kept code.
void Compiler::mark_usual_rows(Codec& codec) {
  for (const CodeTable::Row& row : codec.table->rows())
    for (const std::uint32_t column : codec.columns) codec.flat.push_back(row.values[column]);
  for (const CodeTable::Row& row : codec.table->rows()) {
    Values values;
    for (const std::uint32_t column : codec.columns) values.text[values.count++] = row.values[column];
    bool kept = false;
    const std::uint32_t written = row_for(codec, values, kept);
    codec.usual.push_back(written != CodeTable::no_row && &codec.table->rows()[written] == &row);
  }
}

bool Compiler::compile_codes(const StepText& text, Codec& codec) {
  std::vector<CodeTable::Row> rows;
  for (const auto& argument : text.arguments) rows.push_back({{argument.key}, {argument.value}, false, text.at});
  for (CodeTable::Row& row : rows) {
    std::size_t first = 0;
    while (rows[first].values != row.values) ++first;
    row.preferred =
        &rows[first] == &row;  // of several codes with one value the first written is the one that is written
  }
  if (rows.empty() || std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.keys[0].empty(); })) {
    faults_->add(Code::map_step_wrong, text.at, "`codes` lists codes and values: codes(A=accepted, D=declined)");
    return false;
  }
  program_.tables.push_back(std::make_unique<CodeTable>(CodeTable::inline_codes(std::move(rows))));
  codec.kind = CodecKind::table;
  codec.table = program_.tables.back().get();
  codec.columns = {0};
  mark_usual_rows(codec);
  return true;
}

bool Compiler::compile_else(const StepText& text, const Scope& scope, Codec& codec) {
  if (!text.reject.empty()) {
    codec.kind = CodecKind::else_reject;
    codec.text = text.reject;
    return true;
  }
  if (text.literal) {
    codec.kind = CodecKind::else_literal;
    codec.text = *text.literal;
    return true;
  }
  if (!text.places.empty()) {
    codec.kind = CodecKind::else_place;
    std::optional<std::uint32_t> before;
    codec.places.first = static_cast<std::uint32_t>(program_.places.size());
    for (const PlaceText& place : text.places) {
      before = places_.resolve(place, scope.level, false, before);
      if (!before) return false;
    }
    codec.places.count = static_cast<std::uint32_t>(text.places.size());
    return true;
  }
  codec.kind = CodecKind::else_field;
  const auto field = resolve_field(*text.field, scope);
  if (!field || field->slot.slot == nothing) return false;
  codec.slot = field->slot;
  return true;
}

/// quantity, money and attachment fill several fields of an object: the line's one field becomes those.
bool Compiler::expand_object(const StepText& text, std::initializer_list<const char*> names, const Scope& scope,
                             std::vector<Field>& fields) {
  const std::uint32_t object = fields.empty() ? 0 : fields[0].schema;
  if (fields.size() != 1 || node(object).kind != SchemaNode::Kind::object) {
    faults_->add(Code::map_step_wrong, text.at,
                 "`" + text.name + "` fills one object field with `" + *names.begin() + "` and more");
    return false;
  }
  const std::uint32_t frame = fields[0].slot.frame;
  std::vector<Field> out;
  for (const char* name : names) {
    const std::uint32_t child = schema_->child(object, name);
    if (child == canonical::Schema::none) {
      faults_->add(Code::map_step_wrong, text.at, "`" + node(object).path + "` has no `" + name + "`");
      return false;
    }
    out.push_back({{frame, slot_of(scope.layouts[frame], child)}, child});
  }
  fields = std::move(out);
  return true;
}

/// `zone` and `zone_code` beside the field, where the schema has them.
void Compiler::bind_zone(const Scope& scope, const std::vector<Field>& fields, Codec& codec) {
  if (fields.empty()) return;
  const std::uint32_t layout = scope.layouts[fields[0].slot.frame];
  for (std::uint32_t parent = 0; parent < schema_->nodes.size(); ++parent) {
    const auto& children = node(parent).children;
    if (node(parent).kind != SchemaNode::Kind::object ||
        std::find(children.begin(), children.end(), fields[0].schema) == children.end())
      continue;
    if (const std::uint32_t zone = schema_->child(parent, "zone"); zone != canonical::Schema::none)
      codec.zone_slot = slot_of(layout, zone);
    if (const std::uint32_t code = schema_->child(parent, "zone_code"); code != canonical::Schema::none)
      codec.zone_code_slot = slot_of(layout, code);
  }
}

/// True where the directory of the line's format code has 205.
bool Compiler::has_long_offsets(const Line& line) const {
  if (line.places.count < 2) return false;
  const guide::ElementRule* rule = program_.places[line.places.first + 1].rule;
  return rule != nullptr && rule->codes != nullptr && rule->codes->contains("205");
}

bool Compiler::compile_datetime(const StepText& text, const Scope& scope, const Line& line, std::vector<Field>& fields,
                                Codec& codec) {
  const std::string argument = text.arguments.empty() ? "" : text.arguments[0].value;
  auto wrong = [&](const std::string& message) {
    faults_->add(Code::map_step_wrong, text.at, message, {}, text.name);
    return false;
  };
  if (argument.empty())
    codec.kind = CodecKind::date_time;
  else if (argument == "2379")
    codec.kind = CodecKind::date_time_2379, codec.number = has_long_offsets(line) ? 1 : 0;
  else if (argument == "iso")
    codec.kind = CodecKind::date_time_iso;
  else
    return wrong("`datetime` takes no argument, 2379 or iso");
  bind_zone(scope, fields, codec);
  if (line.places.count > (codec.kind == CodecKind::date_time ? 3U : codec.kind == CodecKind::date_time_iso ? 1U : 2U))
    return wrong("`datetime` has too many places: date, time, zone code");
  return fields.size() == 1 || wrong("`datetime` fills one field");
}

bool Compiler::compile_attachment(const StepText& text, const LineText& line_text, const Scope& scope, const Line& line,
                                  std::vector<Field>& fields, Codec& codec) {
  codec.kind = CodecKind::attachment;
  const char* problem = nullptr;
  if (line_text.arrow != Arrow::inwards) problem = "`attachment` reads only: use ->";
  if (line.places.count == 0 || line.places.count > 2)
    problem = "`attachment` has one or two places: bytes, code of their filter (B64)";
  if (problem != nullptr) faults_->add(Code::map_step_wrong, text.at, problem, {}, text.name);
  return problem == nullptr && expand_object(text, {"attachment", "length", "media_type"}, scope, fields);
}

bool Compiler::compile_fold(const StepText& text, const Line& line, const std::vector<Field>& fields, Codec& codec) {
  codec.kind = CodecKind::fold;
  codec.text = text.arguments.empty() ? " " : text.arguments[0].value;
  const char* problem = nullptr;
  if (fields.size() != 1 || line.places.count == 0) problem = "`fold` fills one field from one or more places";
  for (std::uint32_t i = 0; i < line.places.count; ++i) {
    const Place& place = program_.places[line.places.first + i];
    if (place.rule == nullptr || place.locator != program_.places[line.places.first].locator) {
      problem = "`fold` needs elements of one segment of a guide, which say how long a piece may be";
      break;
    }
    codec.number = i == 0 ? place.rule->length_max : std::min(codec.number, place.rule->length_max);
  }
  if (problem != nullptr) faults_->add(Code::map_step_wrong, text.at, problem, {}, text.name);
  return problem == nullptr;
}

bool Compiler::compile_step(const StepText& text, const LineText& line_text, const Scope& scope, const Line& line,
                            std::vector<Field>& fields, Codec& codec) {
  const std::string argument = text.arguments.empty() ? "" : text.arguments[0].value;
  auto wrong = [&](const std::string& message) {
    faults_->add(Code::map_step_wrong, text.at, message, {}, text.name);
    return false;
  };
  if (text.name == "else") return compile_else(text, scope, codec);
  if (text.name == "table") return compile_table(text, fields, line.places.count, codec);
  if (text.name == "codes") return compile_codes(text, codec);
  if (const auto simple = simple_steps().find(text.name); simple != simple_steps().end()) {
    codec.kind = simple->second;
    if (codec.kind == CodecKind::degrees)
      codec.number = fields.size() == 1 && node(fields[0].schema).name == "longitude" ? 1 : 0;
    return text.arguments.empty() || wrong("`" + text.name + "` takes no argument");
  }
  if (text.name == "datetime") return compile_datetime(text, scope, line, fields, codec);
  if (text.name == "epoch") {
    codec.kind = argument == "s" ? CodecKind::epoch_s : CodecKind::epoch_ms;
    bind_zone(scope, fields, codec);
    return argument == "s" || argument == "ms" || wrong("`epoch` is epoch(ms) or epoch(s)");
  }
  if (text.name == "decimal") {
    codec.kind = CodecKind::decimal;
    const Place* place = line.places.count == 0 ? nullptr : &program_.places[line.places.first];
    const auto digits = argument.empty() && place != nullptr && place->rule != nullptr
                            ? std::optional<std::uint32_t>(place->rule->implied_decimals)
                            : small_number(argument);
    codec.number = digits.value_or(0);
    return (digits && *digits <= 9) || wrong("`decimal` takes the number of implied decimals, 0 to 9");
  }
  if (text.name == "quantity") {
    codec.kind = CodecKind::quantity;
    if (!argument.empty() && (codec.table = table(argument, text.at)) == nullptr) return false;
    if (!expand_object(text, {"value", "unit"}, scope, fields)) return false;
    if (codec.table != nullptr) check_column(text, *codec.table, 0, fields[1].schema);
    return (line.places.count >= 1 && line.places.count <= 2) ||
           wrong("`quantity` has one or two places: value, unit code");
  }
  if (text.name == "money") {
    codec.kind = CodecKind::money;
    codec.text = argument;
    if (!expand_object(text, {"amount", "currency"}, scope, fields)) return false;
    return (line.places.count >= 1 && line.places.count <= 2) ||
           wrong("`money` has one or two places: amount, currency");
  }
  if (text.name == "attachment") return compile_attachment(text, line_text, scope, line, fields, codec);
  if (text.name == "join" || text.name == "split") {
    codec.kind = text.name == "join" ? CodecKind::join : CodecKind::split;
    codec.text = argument;
    if (argument.empty())
      faults_->add(Code::map_step_one_way, text.at,
                   "`" + text.name + "` without a separator cannot be taken apart again", {}, line_text.text);
    if (codec.kind == CodecKind::join ? fields.size() != 1 : line.places.count != 1)
      return wrong("`join` fills one field; `split` reads one place");
    return true;
  }
  if (text.name == "fold") return compile_fold(text, line, fields, codec);
  if (text.name == "pad") {
    codec.kind = CodecKind::pad;
    const auto width = small_number(argument);
    codec.number = width.value_or(0);
    codec.text = text.arguments.size() > 1 ? text.arguments[1].value : "0";
    return (width && *width > 0 && codec.text.size() == 1) ||
           wrong("`pad` takes a width and one character: pad(6,\"0\")");
  }
  return wrong("`" + text.name + "` is not a step" + did_you_mean(text.name, step_names()));
}

bool Compiler::compile_steps(const LineText& text, const Scope& scope, Line& line, std::vector<Field>& fields) {
  std::vector<Codec> made;
  bool good = true;
  for (const StepText& step : text.steps) {
    Codec codec;
    if (compile_step(step, text, scope, line, fields, codec))
      made.push_back(std::move(codec));
    else
      good = false;
  }
  line.codecs = {static_cast<std::uint32_t>(program_.codecs.size()), static_cast<std::uint32_t>(made.size())};
  program_.codecs.insert(program_.codecs.end(), made.begin(), made.end());
  return good;
}

}  // namespace crossdock::mapping
