// Turns a parsed map into a program and finds every fault on the way. Internal to mapping; load.hpp is the door.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "translators/mapping/faults.hpp"
#include "translators/mapping/load.hpp"
#include "translators/mapping/place_resolver.hpp"
#include "translators/mapping/program.hpp"
#include "translators/mapping/source_text.hpp"

namespace crossdock::mapping {

/// One place or field that a line writes, kept for the checker.
struct Write {
  std::string key;    ///< what is written, `field 3:shipment.id` or `place LX/AT7.01`; empty: a kept code, which may
                      ///< share its field
  std::string shown;  ///< for people
  std::uint32_t line = nothing;
  std::vector<std::uint32_t> guard;  ///< Program::conditions that hold there, those of the blocks around included
  std::string rival;  ///< lines with the same text here are alternatives outwards and may write the same place
  TextMark at;
};

/// Compiles one map. Use once.
class Compiler {
 public:
  Compiler(const MapSources& sources, const MapText& map, const guide::CompiledGuide* guide,
           const json::JsonSchema* document_schema, Faults& faults);
  /// The program; worth running only when no fault of severity error was added.
  Program compile();

 private:
  /// Where a line stands.
  struct Scope {
    std::uint32_t level = 0;
    std::vector<std::uint32_t> layouts;  ///< of the frames at hand, outermost (the event) first
    std::uint32_t object = 0;            ///< schema node that fields start from
    Arrow arrow = Arrow::both;
    std::vector<std::uint32_t> guard;
    std::string block;  ///< tells places of different blocks apart
  };
  struct Field {
    SlotRef slot;
    std::uint32_t schema = 0;
  };

  // compiler.cpp: entries and blocks
  void compile_event(const EventText& text, std::uint32_t group);
  void compile_entry(const EventText& text, std::uint32_t group, const PlaceText* place);
  void compile_attributes(const EventText& text, const Scope& scope, Entry& entry);
  Body compile_body(const std::vector<Relation>& relate, const Scope& scope);
  void compile_block(const BlockText& text, Scope scope, std::vector<Op>& ops);
  bool open_field(const BlockText& text, Scope& scope, Block& block);
  std::size_t load_schema(const EventText& text);
  // line_compiler.cpp: lines, guards, fields
  void compile_line(const LineText& text, const Scope& scope, std::vector<Op>& ops);
  bool compile_places(const LineText& text, const Scope& scope, Line& line);
  bool compile_total(const LineText& text, const Scope& scope, Line& line);
  bool note_pair(const Place& place, const Scope& scope, std::uint32_t index, const std::vector<std::uint32_t>& guard,
                 const TextMark& at);
  bool compile_fields(const LineText& text, const Scope& scope, Line& line, std::vector<Field>& fields);
  bool compile_attribute(const LineText& text, const FieldText& field, Line& line);
  void type_places(const Line& line, const std::vector<Field>& fields);
  void check_types(const LineText& text, const Line& line, const std::vector<Field>& fields);
  void note_writes(const LineText& text, const Scope& scope, std::uint32_t index, const std::vector<Field>& fields);
  void link_rivals(const std::vector<Op>& ops);
  bool compile_condition(const ConditionText& text, const Scope& scope, Condition& condition);
  void finish_object_conditions();
  [[nodiscard]] std::uint32_t fold_of(const Alternative& alternative) const;
  bool tie(const BlockText& text, const Scope& outer, const Scope& inner, Block& block);
  std::optional<Range> compile_guard(const std::vector<ConditionText>& guard, const Scope& scope);
  std::optional<std::uint32_t> find_schema(const FieldText& text, const Scope& scope, std::uint32_t& frame);
  std::optional<Field> resolve_field(const FieldText& text, const Scope& scope);
  std::uint32_t slot_of(std::uint32_t layout, std::uint32_t schema);
  Range add_texts(const std::vector<std::string>& texts);
  // step_compiler.cpp: codecs
  bool compile_steps(const LineText& text, const Scope& scope, Line& line, std::vector<Field>& fields);
  bool compile_datetime(const StepText& text, const Scope& scope, const Line& line, std::vector<Field>& fields,
                        Codec& codec);
  [[nodiscard]] bool has_long_offsets(const Line& line) const;
  bool compile_fold(const StepText& text, const Line& line, const std::vector<Field>& fields, Codec& codec);
  bool compile_step(const StepText& text, const LineText& line_text, const Scope& scope, const Line& line,
                    std::vector<Field>& fields, Codec& codec);
  bool compile_table(const StepText& text, const std::vector<Field>& fields, std::size_t places, Codec& codec);
  bool compile_codes(const StepText& text, Codec& codec);
  bool compile_else(const StepText& text, const Scope& scope, Codec& codec);
  bool compile_attachment(const StepText& text, const LineText& line_text, const Scope& scope, const Line& line,
                          std::vector<Field>& fields, Codec& codec);
  bool expand_object(const StepText& text, std::initializer_list<const char*> names, const Scope& scope,
                     std::vector<Field>& fields);
  void bind_zone(const Scope& scope, const std::vector<Field>& fields, Codec& codec);
  const CodeTable* table(const std::string& id, const TextMark& at);
  void mark_usual_rows(Codec& codec);
  void check_column(const StepText& text, const CodeTable& table, std::uint32_t column, std::uint32_t schema);
  // emit_builder.cpp
  std::uint32_t build_emit(std::uint32_t layout, std::uint32_t schema);
  bool holds_slots(std::uint32_t layout, std::uint32_t schema) const;

  [[nodiscard]] const canonical::SchemaNode& node(std::uint32_t schema) const { return schema_->nodes[schema]; }

  const MapSources& sources_;
  const MapText& map_;
  const guide::CompiledGuide* guide_;
  Faults* faults_;
  Program program_;
  PlaceResolver places_;
  const canonical::Schema* schema_ = nullptr;       ///< of the entry at hand
  std::vector<Write> field_writes_, place_writes_;  ///< of the entry at hand
  std::map<std::string, std::size_t> schemas_;
  std::map<std::string, const CodeTable*> tables_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> slots_;  ///< layout, schema node
  struct ObjectCondition {
    std::uint32_t condition, layout, frame, schema;
  };
  std::vector<ObjectCondition> object_conditions_;  ///< of the entry at hand; their parts are known at its end
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>
      lists_;  ///< layout, schema node of a list: layout of its items
};

/// Clashing lines, required fields that nothing fills, mandatory elements that nothing writes (checker.cpp).
void check_entry(const Program& program, const Entry& entry, const canonical::Schema& schema,
                 const PlaceResolver& places, const std::vector<Write>& field_writes,
                 const std::vector<Write>& place_writes, const EventText& text, Faults& faults);

}  // namespace crossdock::mapping
