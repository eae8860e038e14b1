// Loading: the map and what it extends, its guide, then the compiler.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/load.hpp"

#include <algorithm>

#include "translators/base/text_source.hpp"
#include "translators/mapping/compiler.hpp"
#include "translators/mapping/map_parser.hpp"

namespace crossdock::mapping {
namespace {

constexpr std::size_t extends_max = 8;

std::optional<MapText> read_map(const MapSources& sources, const std::string& id, std::size_t depth, Faults& faults) {
  auto text = sources.read(map_folder(id) + "/map.yaml");
  if (!text) return std::nullopt;
  const std::string file = id + "/map.yaml", extends = extended_map(*text, file);
  std::optional<MapText> base;
  if (!extends.empty() && depth < extends_max) base = read_map(sources, extends, depth + 1, faults);
  auto map = parse_map(*text, file, base ? base->kind : DocumentKind::segments, faults);
  if (!map) return std::nullopt;
  if (map->id != id && !map->id.empty())
    faults.add(Code::map_key, map->at, "`map: " + map->id + "` stands in the folder " + map_folder(id), id, map->id);
  if (map->extends.empty()) return map;
  if (depth >= extends_max) {
    faults.add(Code::map_extends_wrong, map->extends_at, "more than 8 maps extend each other, or in a circle");
    return std::nullopt;
  }
  if (!base) {
    faults.add(Code::map_extends_wrong, map->extends_at, "there is no readable map `" + map->extends + "` to extend",
               {}, map->extends);
    return std::nullopt;
  }
  return lay_over(std::move(*base), *map, faults);
}

std::shared_ptr<const json::JsonSchema> read_schema(const MapSources& sources, const MapText& map, Faults& faults) {
  if (map.schema.empty()) return nullptr;
  if (map.schema.find("..") != std::string::npos || map.schema.find('/') != std::string::npos) {
    faults.add(Code::map_format_wrong, map.schema_at, "`schema:` names a file beside the map", {}, map.schema);
    return nullptr;
  }
  const std::string folder = "maps/" + map.schema_owner;
  const auto text = sources.read(folder + "/" + map.schema);
  auto schema = text ? json::JsonSchema::load(*text) : Result<json::JsonSchema>(tl::unexpected(text.error()));
  if (schema) return std::make_shared<const json::JsonSchema>(std::move(*schema));
  std::vector<std::string> names;
  if (sources.list)
    for (const std::string& path : sources.list(folder))
      if (path.ends_with(".schema.json")) names.push_back(path.substr(path.rfind('/') + 1));
  faults.add(Code::map_format_wrong, map.schema_at,
             "schema " + map.schema + ": " + schema.error().text() + did_you_mean(map.schema, names), {}, map.schema);
  return nullptr;
}

Error first_fault(const std::vector<Finding>& faults, std::size_t from, const std::string& id) {
  for (std::size_t i = from; i < faults.size(); ++i)
    if (faults[i].severity == Severity::error)
      return {faults[i].code, faults[i].where, faults[i].map_line + ": " + faults[i].message};
  return {Code::map_unknown, {}, "there is no map " + id};
}

}  // namespace

std::string map_folder(const std::string& id) { return id.starts_with("partners/") ? id : "maps/" + id; }

Result<std::unique_ptr<CompiledMap>> load_map(const MapSources& sources, const std::string& id,
                                              std::vector<Finding>& out) {
  const std::size_t before = out.size();
  Faults faults(out);
  const auto map = read_map(sources, id, 0, faults);
  if (!map || faults.errors() > 0) return tl::unexpected(first_fault(out, before, id));
  const guide::CompiledGuide* guide = nullptr;
  if (!map->guide.empty()) {
    const auto found = sources.guide(map->guide);
    if (!found) {
      faults.add(Code::map_place_unknown, map->guide_at, "guide " + map->guide + ": " + found.error().text(), {},
                 map->guide);
      return tl::unexpected(first_fault(out, before, id));
    }
    guide = *found;
  }
  auto schema = read_schema(sources, *map, faults);
  Program program = Compiler(sources, *map, guide, schema.get(), faults).compile();
  program.schema = std::move(schema);
  if (faults.errors() > 0) return tl::unexpected(first_fault(out, before, id));
  return std::make_unique<CompiledMap>(id, std::move(program));
}

void check_table(const TextSource& source, const std::string& path, std::vector<Finding>& out) {
  Faults faults(out);
  const std::string file = path.starts_with("maps/") ? path.substr(5) : path;
  if (const auto text = source.read(path))
    (void)CodeTable::parse(*text, file, faults);
  else
    faults.add(Code::map_table_wrong, {file, 0, 0}, text.error().text());
}

}  // namespace crossdock::mapping
