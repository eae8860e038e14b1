// Walks the compiled program; entries that stand once for each of their places are shown once.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/show.hpp"

#include <set>
#include <vector>

#include "translators/base/json_text.hpp"
#include "translators/guide/dictionary.hpp"
#include "translators/mapping/code_table.hpp"
#include "translators/mapping/faults.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::string_view directions[] = {"both", "inwards", "outwards"};
constexpr std::string_view documents[] = {"segments", "json", "xml", "csv", "fixed"};
constexpr std::size_t depth_max = 32;

struct PlaceFact {
  std::string place, element, type;
  std::uint32_t min = 0, max = 0;
};

struct LineFact {
  std::string at, text;
  std::string_view direction;
  std::size_t depth = 0;
  std::vector<PlaceFact> places;
  std::vector<std::string_view> fields;
  std::vector<std::string> tables;
};

struct EventFact {
  std::string type, name;
  std::vector<LineFact> lines;
};

std::string_view type_of(canonical::SchemaNode::Kind kind) {
  switch (kind) {
    case canonical::SchemaNode::Kind::string: return "string";
    case canonical::SchemaNode::Kind::integer: return "integer";
    case canonical::SchemaNode::Kind::number: return "number";
    case canonical::SchemaNode::Kind::boolean: return "boolean";
    case canonical::SchemaNode::Kind::object: return "object";
    case canonical::SchemaNode::Kind::array: return "array";
  }
  return "";
}

std::string_view type_of(ValueType type) {
  return type == ValueType::string ? "string" : type == ValueType::number ? "number" : "boolean";
}

class Facts {
 public:
  explicit Facts(const Program& program) : program_(program) {}

  std::vector<EventFact> events() {
    std::vector<EventFact> out;
    std::set<std::uint32_t> shown;
    for (const Entry& entry : program_.entries) {
      if (!shown.insert(entry.group).second) continue;
      event_ = {entry.type, entry.name, {}};
      seen_.clear();
      body(entry.body, 0);
      out.push_back(std::move(event_));
    }
    return out;
  }

 private:
  void body(const Body& of, std::size_t depth) {
    for (std::uint32_t i = of.ops.first; i < of.ops.first + of.ops.count; ++i) {
      const Op& op = program_.ops[i];
      if (op.kind != Op::Kind::block) {
        line(program_.lines[op.index], depth);
        continue;
      }
      const Block& block = program_.blocks[op.index];
      for (std::uint32_t a = block.alternatives.first; a < block.alternatives.first + block.alternatives.count; ++a)
        if (depth < depth_max) body(program_.alternatives[a].body, depth + 1);
    }
  }

  void line(const Line& of, std::size_t depth) {
    LineFact fact;
    fact.at = mark_text(of.at, false);
    if (!seen_.insert(fact.at + " " + of.text).second) return;  // a block with several places stands once for each
    fact.text = of.text;
    fact.direction = directions[static_cast<std::size_t>(of.arrow)];
    fact.depth = depth;
    for (std::uint32_t i = of.places.first; i < of.places.first + of.places.count; ++i)
      fact.places.push_back(place(program_.places[i]));
    for (std::uint32_t i = of.slots.first; i < of.slots.first + of.slots.count && i < program_.slot_types.size(); ++i)
      fact.fields.push_back(type_of(program_.slot_types[i]));
    for (std::uint32_t i = of.codecs.first; i < of.codecs.first + of.codecs.count; ++i)
      if (const CodeTable* table = program_.codecs[i].table)
        if (!table->id().empty()) fact.tables.push_back(table->id());
    event_.lines.push_back(std::move(fact));
  }

  static PlaceFact place(const Place& of) {
    PlaceFact out;
    out.place = of.text;
    if (of.rule == nullptr) {
      out.type = type_of(of.type);
      return out;
    }
    out.element = of.rule->reference;
    out.type = guide::type_name(of.rule->type, of.rule->implied_decimals);
    out.min = of.rule->length_min;
    out.max = of.rule->length_max;
    return out;
  }

  const Program& program_;
  EventFact event_;
  std::set<std::string> seen_;
};

std::vector<std::string> tables_of(const Program& program) {
  std::set<std::string> names;
  for (const auto& table : program.tables)
    if (!table->id().empty()) names.insert(table->id());
  return {names.begin(), names.end()};
}

void append_list(std::string& out, std::string_view key, const auto& texts) {
  out += ",\"";
  out += key;
  out += "\":[";
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, text);
  }
  out += ']';
}

void append_line(std::string& out, const LineFact& line) {
  out += "{\"at\":";
  append_json_string(out, line.at);
  out += ",\"text\":";
  append_json_string(out, line.text);
  out += ",\"direction\":";
  append_json_string(out, line.direction);
  out += ",\"depth\":" + std::to_string(line.depth) + ",\"places\":[";
  for (std::size_t i = 0; i < line.places.size(); ++i) {
    const PlaceFact& place = line.places[i];
    out += i == 0 ? "{\"place\":" : ",{\"place\":";
    append_json_string(out, place.place);
    out += ",\"type\":";
    append_json_string(out, place.type);
    if (!place.element.empty()) {
      out += ",\"element\":";
      append_json_string(out, place.element);
      out += ",\"min\":" + std::to_string(place.min) + ",\"max\":" + std::to_string(place.max);
    }
    out += '}';
  }
  out += ']';
  append_list(out, "fields", line.fields);
  append_list(out, "tables", line.tables);
  out += '}';
}

std::string note_of(const LineFact& line) {
  std::string out;
  for (const PlaceFact& place : line.places) {
    out += out.empty() ? "" : ", ";
    out += place.element.empty()
               ? place.type
               : place.element + " " + place.type + " " + std::to_string(place.min) + "/" + std::to_string(place.max);
  }
  if (!line.fields.empty()) out += " : ";
  for (std::size_t i = 0; i < line.fields.size(); ++i) out += (i == 0 ? "" : ", ") + std::string(line.fields[i]);
  for (const std::string& table : line.tables) out += "; table " + table;
  return out;
}

}  // namespace

std::string show_text(const CompiledMap& map) {
  const Program& program = map.program();
  std::string out = map.id() + "  (" + std::string(documents[static_cast<std::size_t>(map.document())]) +
                    (program.guide != nullptr ? ", guide " + program.guide->id : std::string()) + ")\n";
  for (const std::string& table : tables_of(program)) out += "table " + table + "\n";
  for (const EventFact& event : Facts(program).events()) {
    out += "\n" + event.type + (event.name.empty() ? "" : "  " + event.name) + "\n";
    for (const LineFact& line : event.lines) {
      out += std::string(2 + 2 * line.depth, ' ') + line.text;
      if (const std::string note = note_of(line); !note.empty()) out += "    # " + note;
      out += "\n";
    }
  }
  return out;
}

std::string show_json(const CompiledMap& map) {
  const Program& program = map.program();
  std::string out = "{\"map\":";
  append_json_string(out, map.id());
  out += ",\"document\":";
  append_json_string(out, documents[static_cast<std::size_t>(map.document())]);
  out += ",\"guide\":";
  append_json_string(out, program.guide != nullptr ? std::string_view(program.guide->id) : std::string_view{});
  append_list(out, "tables", tables_of(program));
  out += ",\"events\":[";
  bool first = true;
  for (const EventFact& event : Facts(program).events()) {
    out += first ? "{\"type\":" : ",{\"type\":";
    first = false;
    append_json_string(out, event.type);
    out += ",\"name\":";
    append_json_string(out, event.name);
    out += ",\"lines\":[";
    for (std::size_t i = 0; i < event.lines.size(); ++i) {
      if (i != 0) out += ',';
      append_line(out, event.lines[i]);
    }
    out += "]}";
  }
  return out + "]}";
}

}  // namespace crossdock::mapping
