// One function a page; each is a Markdown table of what is there, in the order of its names.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/reference_pages.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "gateway/configuration/reference.hpp"
#include "translators/canonical/schema.hpp"
#include "translators/mapping/code_table.hpp"
#include "translators/mapping/compiled_map.hpp"

namespace crossdock::cli {
namespace {

using Page = std::pair<std::string, std::string>;

constexpr std::string_view printed =
    "Printed by `crossdock reference`; a test compares this page with what is installed.\n\n";

/// Pipes and line breaks would end a cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between = ", ") {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

struct Counts {
  std::size_t segments = 0, loops = 0, elements = 0, codes = 0;
};

Counts counts_of(const guide::CompiledGuide& guide) {
  Counts out;
  std::set<const guide::CodeList*> lists;
  for (const guide::Node& node : guide.nodes) {
    if (node.kind == guide::Node::Kind::loop) ++out.loops;
    if (node.kind != guide::Node::Kind::segment) continue;
    ++out.segments;
    for (const guide::ElementRule& element : guide.segments[node.rule].elements) {
      out.elements += std::max<std::size_t>(element.components.size(), 1);
      lists.insert(element.codes);
      for (const guide::ElementRule& component : element.components) lists.insert(component.codes);
    }
  }
  lists.erase(nullptr);
  out.codes = lists.size();
  return out;
}

Result<std::string> sets_page(const Catalogue& catalogue) {
  std::string out = "# Transaction sets and messages\n\n" + std::string(printed) +
                    "`crossdock guide show ID` prints one; `crossdock guide sample ID` draws a document from it.\n\n"
                    "| guide | name | group | segments | loops | elements | code lists | map |\n"
                    "|---|---|---|---|---|---|---|---|\n";
  std::vector<std::string> maps = catalogue.map_ids(), ids = catalogue.guide_ids();
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    TRY(const guide::CompiledGuide* guide, catalogue.guide(id));
    const Counts counts = counts_of(*guide);
    const bool mapped = std::find(maps.begin(), maps.end(), id) != maps.end();
    out += "| `" + id + "` | " + cell(guide->name) + " | " + cell(guide->functional_group) + " | " +
           std::to_string(counts.segments) + " | " + std::to_string(counts.loops) + " | " +
           std::to_string(counts.elements) + " | " + std::to_string(counts.codes) + " | " + (mapped ? "yes" : "") +
           " |\n";
  }
  return out;
}

/// `both`, `in`, `out` for one type of events: by the lines of its entries.
struct Ways {
  bool in = false, out = false;
};

void add_ways(const mapping::Program& program, const mapping::Body& body, Ways& ways, int depth) {
  for (std::uint32_t i = 0; i < body.ops.count && depth < 32; ++i) {
    const mapping::Op& op = program.ops[body.ops.first + i];
    if (op.kind != mapping::Op::Kind::block) {
      const mapping::Arrow arrow = program.lines[op.index].arrow;
      ways.in = ways.in || arrow != mapping::Arrow::outwards;
      ways.out = ways.out || arrow != mapping::Arrow::inwards;
      continue;
    }
    const mapping::Block& block = program.blocks[op.index];
    for (std::uint32_t k = 0; k < block.alternatives.count; ++k)
      add_ways(program, program.alternatives[block.alternatives.first + k].body, ways, depth + 1);
  }
}

Result<std::string> maps_page(const Catalogue& catalogue) {
  constexpr std::string_view documents[] = {"segments", "JSON", "XML", "CSV", "fixed width"};
  std::string out =
      "# Maps\n\n" + std::string(printed) +
      "`crossdock map show ID` prints the lines of one. In: documents to events; out: events to documents.\n\n"
      "| map | document | events | lines | tables |\n|---|---|---|---|---|\n";
  std::vector<std::string> ids = catalogue.map_ids();
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    TRY(const mapping::CompiledMap* map, catalogue.map(id));
    const mapping::Program& program = map->program();
    std::map<std::string, Ways> events;
    for (const mapping::Entry& entry : program.entries) {
      Ways& ways = events[entry.type.substr(entry.type.find('.') + 1)];
      Ways found;
      add_ways(program, entry.body, found, 0);
      ways.in = ways.in || found.in;
      ways.out = ways.out || (found.out && entry.writes);
    }
    std::vector<std::string> cells;
    for (const auto& [type, ways] : events)
      cells.push_back("`" + type + "` " + (ways.in && ways.out ? "in and out" : ways.in ? "in" : "out"));
    std::set<std::string> tables;
    for (const auto& table : program.tables)
      if (!table->id().empty()) tables.insert(table->id());
    out += "| `" + id + "` | " + std::string(documents[static_cast<std::size_t>(map->document())]) + " | " +
           joined(cells, "<br>") + " | " + std::to_string(program.lines.size()) + " | " +
           joined({tables.begin(), tables.end()}) + " |\n";
  }
  return out;
}

std::string written_without_row(const mapping::CodeTable& table) {
  if (!table.default_codes()) return "is an error";
  return table.default_codes()->front().empty() ? "is left out"
                                                : "is written as " + cell(joined(*table.default_codes()));
}

Result<std::string> tables_page(const Catalogue& catalogue) {
  std::string out = "# Code tables\n\n" + std::string(printed) +
                    "| table | code list | keys | columns | rows | an unknown code | a value without a row "
                    "|\n|---|---|---|---|---|---|---|\n";
  std::vector<std::string> paths = catalogue.source().list("maps/codes");
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    if (!path.ends_with(".yaml")) continue;
    TRY(const std::string text, catalogue.source().read(path));
    std::vector<Finding> found;
    mapping::Faults faults(found);
    const auto table = mapping::CodeTable::parse(text, path, faults);
    if (!table) return fail(Code::map_table_wrong, path + ": " + (found.empty() ? "" : found.front().message));
    out += "| `" + table->id() + "` | " + cell(table->list()) + " | " + cell(joined(table->key_names())) + " | " +
           cell(joined(table->columns())) + " | " + std::to_string(table->rows().size()) + " | " +
           (table->otherwise() ? "reads as " + cell(joined(*table->otherwise())) : std::string("is an error")) + " | " +
           written_without_row(*table) + " |\n";
  }
  return out;
}

/// `description` of a schema file's root, of a property too where it says one.
std::string description_of(const boost::json::value& schema) {
  const auto* object = schema.if_object();
  const auto* text = object == nullptr ? nullptr : object->if_contains("description");
  return text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
}

std::string type_of(const canonical::SchemaNode& node) {
  constexpr std::string_view names[] = {"text", "whole number", "number", "true or false", "object", "list"};
  std::string out(names[static_cast<std::size_t>(node.kind)]);
  if (!node.allowed.empty()) out = joined(node.allowed);
  return out;
}

Result<std::string> events_page(const Catalogue& catalogue) {
  constexpr std::string_view folder = "maps/canonical/", ending = ".schema.json";
  std::vector<std::string> types;
  for (const std::string& path : catalogue.source().list(std::string(folder)))
    if (path.ends_with(".v1.schema.json") || (path.ends_with(ending) && path.find(".v") != std::string::npos))
      types.push_back(path.substr(folder.size(), path.size() - folder.size() - ending.size()));
  std::sort(types.begin(), types.end());
  std::string out =
      "# Events\n\n" + std::string(printed) +
      "CloudEvents 1.0; `type` is `crossdock.` and the name. The fields of `data`, two levels deep; **bold** ones are "
      "required where what they stand in is there. The whole: `maps/canonical/`.\n";
  for (const std::string& type : types) {
    const std::string path = std::string(folder) + type + std::string(ending);
    TRY(const std::string text, catalogue.source().read(path));
    boost::json::error_code failed;
    const boost::json::value value = boost::json::parse(text, failed);
    if (failed) return fail(Code::map_schema_wrong, path + ": " + failed.message());
    TRY(const canonical::Schema schema,
        canonical::load_schema([&](const std::string& name) { return catalogue.source().read(name); }, type));
    out += "\n## " + type + "\n" + description_of(value) + "\n\n| field | type |\n|---|---|\n";
    for (const canonical::SchemaNode& node : schema.nodes) {
      const auto depth = std::count(node.path.begin(), node.path.end(), '.');
      if (node.path.empty() || node.name == "[]" || depth > 1) continue;
      out +=
          (node.required ? "| **`" + node.path + "`** | " : "| `" + node.path + "` | ") + cell(type_of(node)) + " |\n";
    }
  }
  return out;
}

}  // namespace

std::string codes_page() {
  std::string out =
      "# Codes\n\nPrinted by `crossdock explain --all`.\n\n| code | severity | reaction | 720 | 723 | 718 | 716 | "
      "TA105 | MDN | what | what would be right |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|\n";
  std::vector<const CodeInfo*> rows;
  for (const CodeInfo& row : all_codes()) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(), [](const CodeInfo* a, const CodeInfo* b) { return a->text < b->text; });
  for (const CodeInfo* row : rows) {
    out += "| `" + std::string(row->text) + "`";
    for (const std::string_view text :
         {name(row->severity), name(row->reaction), row->segment_code, row->element_code, row->set_code,
          row->group_code, row->interchange_code, row->disposition, row->what, row->remedy})
      out += " | " + std::string(text);
    out += " |\n";
  }
  return out;
}

Result<std::vector<Page>> reference_pages(const Catalogue& catalogue) {
  std::vector<Page> out;
  TRY(std::string sets, sets_page(catalogue));
  TRY(std::string maps, maps_page(catalogue));
  TRY(std::string tables, tables_page(catalogue));
  TRY(std::string events, events_page(catalogue));
  out.emplace_back("sets.md", std::move(sets));
  out.emplace_back("maps.md", std::move(maps));
  out.emplace_back("code-tables.md", std::move(tables));
  out.emplace_back("events.md", std::move(events));
  out.emplace_back("errors.md", codes_page());
  out.emplace_back("configuration.md", configuration::configuration_reference());
  for (auto& [name, schema] : configuration::configuration_schemas())
    out.emplace_back("schemas/" + name, std::move(schema));
  return out;
}

}  // namespace crossdock::cli
