// Entries and blocks of a map.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/compiler.hpp"

#include <algorithm>

namespace crossdock::mapping {

Compiler::Compiler(const MapSources& sources, const MapText& map, const guide::CompiledGuide* guide,
                   const json::JsonSchema* document_schema, Faults& faults)
    : sources_(sources), map_(map), guide_(guide), faults_(&faults), places_(program_, guide, faults) {
  places_.check_against(document_schema);
  program_.guide = guide;
  if (guide == nullptr) program_.document = map.kind;
  program_.format = map.format;
}

Program Compiler::compile() {
  std::uint32_t group = 0;
  for (const EventText& event : map_.events) compile_event(event, group++);
  if (guide_ == nullptr) places_.finish_tree();
  return std::move(program_);
}

std::size_t Compiler::load_schema(const EventText& text) {
  const auto known = schemas_.find(text.type);
  if (known != schemas_.end()) return known->second;
  std::size_t index = static_cast<std::size_t>(-1);
  if (auto schema = canonical::load_schema(sources_.read, text.type)) {
    index = program_.schemas.size();
    program_.schemas.push_back(std::make_unique<canonical::Schema>(std::move(*schema)));
  } else {
    std::vector<std::string> types;
    if (sources_.list)
      for (const std::string& path : sources_.list("maps/canonical")) {
        const std::size_t slash = path.rfind('/') + 1;
        if (path.ends_with(".schema.json")) types.push_back(path.substr(slash, path.size() - slash - 12));
      }
    faults_->add(Code::map_schema_wrong, text.at,
                 "type " + text.type + ": " + schema.error().text() + did_you_mean(text.type, types), {}, text.type);
  }
  schemas_.emplace(text.type, index);
  return index;
}

/// Entries with several `for` places are compiled once for each; a place that is missing in some of them only is no
/// fault.
void Compiler::compile_event(const EventText& text, std::uint32_t group) {
  if (text.type.empty()) return;
  const std::size_t schema = load_schema(text);
  if (schema == static_cast<std::size_t>(-1)) return;
  schema_ = program_.schemas[schema].get();
  const std::size_t first = program_.entries.size();
  if (text.places.size() < 2) {
    compile_entry(text, group, text.places.empty() ? nullptr : text.places.data());
  } else {
    Faults& outer = *faults_;
    std::vector<std::vector<Finding>> found(text.places.size());
    for (std::size_t i = 0; i < text.places.size(); ++i) {
      Faults own(found[i]);
      faults_ = &own;
      places_.report_to(own);
      compile_entry(text, group, &text.places[i]);
    }
    faults_ = &outer;
    places_.report_to(outer);
    auto same = [](const Finding& a) {
      return [&a](const Finding& b) { return a.code == b.code && a.map_line == b.map_line; };
    };
    for (std::size_t i = 0; i < found.size(); ++i)
      for (const Finding& fault : found[i]) {
        std::size_t in = 0, earlier = 0;
        for (std::size_t k = 0; k < found.size(); ++k) {
          const bool has = std::any_of(found[k].begin(), found[k].end(), same(fault));
          in += has ? 1 : 0;
          earlier += has && k < i ? 1 : 0;
        }
        const bool everywhere_only = fault.code == Code::map_place_unknown || fault.code == Code::map_field_unfilled;
        if (earlier > 0 || (everywhere_only && in < found.size())) continue;
        const std::size_t colon = fault.map_line.rfind(':');
        TextMark at{fault.map_line.substr(0, fault.map_line.rfind(':', colon - 1)), fault.where.line, 0};
        at.column = static_cast<std::uint32_t>(std::strtoul(fault.map_line.c_str() + colon + 1, nullptr, 10));
        outer.add(fault.code, at, fault.message, fault.expected, fault.value);
      }
  }
  for (std::size_t i = first; i < program_.entries.size(); ++i) program_.entries[i].schema = schema;
}

void Compiler::compile_entry(const EventText& text, std::uint32_t group, const PlaceText* place) {
  field_writes_.clear();
  place_writes_.clear();
  object_conditions_.clear();
  Entry entry;
  entry.group = group;
  entry.type = "crossdock." + text.type;
  entry.name = text.name.empty() ? text.type : text.name;
  entry.name_hash = 2166136261U;  // FNV-1a
  for (const char c : entry.name) entry.name_hash = (entry.name_hash ^ static_cast<unsigned char>(c)) * 16777619U;
  entry.cardinality = text.cardinality;
  entry.at = text.at;
  Scope scope;
  if (place != nullptr) {
    const auto walk = places_.resolve_for(*place, 0, text.with, text.by);
    if (!walk) return;
    entry.locator = walk->locator;
    entry.level = scope.level = walk->level;
  }
  entry.layout = static_cast<std::uint32_t>(program_.layouts.size());
  program_.layouts.push_back({0, {nothing}, nothing});
  scope.layouts = {entry.layout};
  if (auto guard = compile_guard(text.guard, scope)) entry.guard = *guard;
  for (std::uint32_t i = 0; i < entry.guard.count; ++i) scope.guard.push_back(entry.guard.first + i);
  entry.body = compile_body(text.relate, scope);
  entry.grouped = text.grouped;
  if (entry.locator != nothing) places_.rank(entry.locator);  // behind what its lines have ranked
  for (const PlaceText& written : text.group)
    if (const auto found = places_.resolve(written, scope.level, true, std::nullopt))
      entry.group_places.push_back(*found);
  compile_attributes(text, scope, entry);
  finish_object_conditions();
  program_.layouts[entry.layout].emit = build_emit(entry.layout, 0);
  entry.writes = !place_writes_.empty();
  check_entry(program_, entry, *schema_, places_, field_writes_, place_writes_, text, *faults_);
  program_.entries.push_back(std::move(entry));
}

void Compiler::compile_attributes(const EventText& text, const Scope& scope, Entry& entry) {
  auto known = [&](const char* path) -> std::optional<Field> {
    std::vector<Finding> unused;
    Faults quiet(unused);
    Faults* loud = std::exchange(faults_, &quiet);
    auto field = resolve_field({path, text.at}, scope);
    faults_ = loud;
    return field;
  };
  auto each = [&](const std::vector<FieldText>& fields, std::initializer_list<const char*> usual,
                  std::vector<SlotRef>& out) {
    for (const FieldText& field : fields)
      if (auto found = resolve_field(field, scope)) out.push_back(found->slot);
    if (!fields.empty()) return;
    for (const char* path : usual)
      if (auto found = known(path)) out.push_back(found->slot);
  };
  for (const FieldText& field : text.subject) {
    const auto found = resolve_field(field, scope);
    const std::size_t dot = field.path.find('.');
    if (found)
      entry.subject.emplace_back(
          field.path.substr(field.path.starts_with("/") ? 1 : 0,
                            dot == std::string::npos ? dot : dot - (field.path.starts_with("/") ? 1 : 0)),
          found->slot);
  }
  each(text.time, {"milestone.occurred_at", "answered_at", "occurred_at", "position.occurred_at"}, entry.time);
  const bool milestone = schema_->child(0, "milestone") != canonical::Schema::none;
  entry.factkey_of_data = text.factkey.empty() && !milestone;
  if (!entry.factkey_of_data)
    each(text.factkey,
         {"milestone.code", "milestone.source_code", "milestone.classifier", "stop.sequence", "milestone.occurred_at",
          "milestone.expected_at"},
         entry.factkey);
  std::vector<std::vector<FieldText>> lanes = text.partitionkey;
  if (lanes.empty()) {
    lanes.push_back({{"context.shipper", text.at}, {"shipment.id", text.at}});
    lanes.push_back({{"context.shipper", text.at}, {"load.id", text.at}});
    lanes.push_back({{"carrier.scac", text.at}, {"shipment.carrier_reference", text.at}});
  }
  const bool shipper_sends =
      map_.shipper.empty() ? guide_ != nullptr && guide_->set == "204" : map_.shipper == "sender";
  for (const auto& lane : lanes) {
    std::vector<AttributePart> parts;
    for (const FieldText& field : lane) {
      using Kind = AttributePart::Kind;
      if (field.path == "context.shipper")
        parts.push_back({shipper_sends ? Kind::sender : Kind::receiver, {}});
      else if (field.path == "context.sender")
        parts.push_back({Kind::sender, {}});
      else if (field.path == "context.receiver")
        parts.push_back({Kind::receiver, {}});
      else if (auto found = text.partitionkey.empty() ? known(field.path.c_str()) : resolve_field(field, scope))
        parts.push_back({Kind::field, found->slot});
    }
    if (parts.size() == lane.size()) entry.partitionkey.push_back(std::move(parts));
  }
}

Body Compiler::compile_body(const std::vector<Relation>& relate, const Scope& scope) {
  std::vector<Op> ops;
  for (const Relation& relation : relate) {
    if (relation.line) compile_line(*relation.line, scope, ops);
    if (relation.block) compile_block(*relation.block, scope, ops);
  }
  link_rivals(ops);
  const Body body{{static_cast<std::uint32_t>(program_.ops.size()), static_cast<std::uint32_t>(ops.size())}};
  program_.ops.insert(program_.ops.end(), ops.begin(), ops.end());
  return body;
}

/// Moves the scope's fields into the object or list item that the block names.
bool Compiler::open_field(const BlockText& text, Scope& scope, Block& block) {
  std::uint32_t frame = 0;
  const auto found = find_schema(*text.field, scope, frame);
  if (!found) return false;
  const canonical::SchemaNode& field = node(*found);
  if (text.list != (field.kind == canonical::SchemaNode::Kind::array)) {
    faults_->add(Code::map_type_mismatch, text.at,
                 "`" + text.field->path + "` is " +
                     (text.list ? "no list; leave the [] out" : "a list; write " + text.field->path + "[]"));
    return false;
  }
  const std::uint32_t object = text.list ? field.children.at(0) : *found;
  if (node(object).kind != canonical::SchemaNode::Kind::object) {
    faults_->add(Code::map_type_mismatch, text.at,
                 "`" + text.field->path + "` does not hold objects; a block fills objects");
    return false;
  }
  scope.object = object;
  if (!text.list) {
    block.object = object;
    scope.layouts.resize(frame + 1);
    return true;
  }
  block.has_list = true;
  block.list = {frame, slot_of(scope.layouts[frame], *found)};
  const auto key = std::pair{scope.layouts[frame], *found};
  const auto known = lists_.find(key);
  block.layout = known != lists_.end() ? known->second : static_cast<std::uint32_t>(program_.layouts.size());
  if (known == lists_.end()) {
    program_.layouts.push_back({object, {nothing}, nothing});
    lists_.emplace(key, block.layout);
  }
  scope.layouts.resize(frame + 1);
  scope.layouts.push_back(block.layout);
  return true;
}

/// `where item = outer`: both are single values.
bool Compiler::tie(const BlockText& text, const Scope& outer, const Scope& inner, Block& block) {
  const auto item = resolve_field(*text.where_item, inner);
  const auto other = resolve_field(*text.where_outer, outer);
  if (!item || !other) return false;
  block.tied = true;
  block.tie_item = item->slot;
  block.tie_outer = other->slot;
  if (item->slot.slot != nothing && other->slot.slot != nothing) return true;
  faults_->add(Code::map_type_mismatch, text.at, "`where` compares two single values");
  return false;
}

/// The line whose text may go on in the next segment: the only `fold` of a body of lines alone, about the block's own
/// segment.
std::uint32_t Compiler::fold_of(const Alternative& alternative) const {
  std::uint32_t found = nothing;
  for (std::uint32_t i = 0; i < alternative.body.ops.count; ++i) {
    const Op& op = program_.ops[alternative.body.ops.first + i];
    if (op.kind == Op::Kind::block) return nothing;
    const Line& line = program_.lines[op.index];
    bool folds = false;
    for (std::uint32_t k = 0; k < line.codecs.count; ++k)
      folds = folds || program_.codecs[line.codecs.first + k].kind == CodecKind::fold;
    if (!folds) continue;
    const Locator& locator = program_.locators[program_.places[line.places.first].locator];
    if (found != nothing || locator.level != alternative.level || locator.steps.count != 0) return nothing;
    found = op.index;
  }
  return found;
}

void Compiler::compile_block(const BlockText& text, Scope scope, std::vector<Op>& ops) {
  Block block;
  block.at = text.at;
  block.arrow = text.arrow == Arrow::both ? scope.arrow : text.arrow;
  block.cardinality = text.cardinality_said ? text.cardinality : text.list ? Cardinality::each : Cardinality::one;
  scope.arrow = block.arrow;
  if (text.cardinality_said && text.list == (text.cardinality == Cardinality::one) && text.field &&
      text.cardinality != Cardinality::first) {
    faults_->add(
        Code::map_type_mismatch, text.at,
        text.list ? "`one` with a list: write `each`" : "`each` needs a list field: " + text.field->path + "[]");
  }
  const Scope outer = scope;
  if (text.field && !open_field(text, scope, block)) return;
  if (text.where_item && !tie(text, outer, scope, block)) return;
  std::vector<Alternative> alternatives;
  const std::size_t count = text.scope ? text.places.size() : 1;
  const std::uint32_t level = scope.level;
  const auto outer_guard = scope.guard;
  for (std::size_t i = 0; i < count; ++i) {
    Alternative alternative{nothing, level, {}, {}};
    if (text.scope) {
      const auto walk = places_.resolve_for(text.places[i], level, text.with, text.by);
      if (!walk) continue;
      alternative.locator = walk->locator;
      alternative.level = walk->level;
    }
    scope.level = alternative.level;
    scope.guard = outer_guard;
    const auto guard = compile_guard(text.guard, scope);
    if (!guard) return;
    alternative.guard = *guard;
    for (std::uint32_t k = 0; k < guard->count; ++k) scope.guard.push_back(guard->first + k);
    if (text.scope && alternative.locator != nothing && i == 0 && block.arrow != Arrow::inwards)
      places_.rank(alternative.locator);
    if (text.list || !text.field) scope.block += "#" + std::to_string(program_.blocks.size()) + "." + std::to_string(i);
    alternative.body = compile_body(text.relate, scope);
    if (text.list && text.scope) alternative.fold = fold_of(alternative);
    alternatives.push_back(alternative);
  }
  if (alternatives.empty()) return;
  block.alternatives = {static_cast<std::uint32_t>(program_.alternatives.size()),
                        static_cast<std::uint32_t>(alternatives.size())};
  program_.alternatives.insert(program_.alternatives.end(), alternatives.begin(), alternatives.end());
  if (block.has_list) {
    const std::uint32_t emit = build_emit(block.layout, program_.layouts[block.layout].schema);
    program_.layouts[block.layout].emit = emit;
  }
  Op op;
  op.kind = Op::Kind::block;
  op.index = static_cast<std::uint32_t>(program_.blocks.size());
  op.inwards = block.arrow != Arrow::outwards;
  ops.push_back(op);
  program_.blocks.push_back(block);
}

}  // namespace crossdock::mapping
