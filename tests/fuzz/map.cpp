// Maps, code tables and lines from hostile text: no crash, no hang, every refusal is a fault with its place.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/code_table.hpp"
#include "translators/mapping/line_parser.hpp"
#include "translators/mapping/load.hpp"
#include "translators/mapping/map_parser.hpp"
#include "translators/mapping/runner.hpp"

namespace {

constexpr std::string_view schema = R"({"type":"object","properties":{"shipment":{"type":"object","properties":{
  "id":{"type":"string"},"references":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string"},"value":{"type":"string"}}}}}},
  "weight":{"type":"object","properties":{"value":{"type":"string"},"unit":{"type":"string"}}},"at":{"type":"string"},"zone":{"type":"string"}}})";
constexpr std::string_view document = R"({"a":{"b":"X1","c":[{"d":"1","e":"20260518"},{"d":"2"}]},"f":12.5,"g":true})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace crossdock;
  using namespace crossdock::mapping;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<Finding> faults;
  Faults collected(faults);
  (void)parse_line(text, {"fuzz", 1, 1}, collected);
  (void)parse_for(text, {"fuzz", 1, 1}, collected);
  (void)CodeTable::parse(text, "fuzz", collected);
  MapSources sources;
  sources.read = [&](const std::string& path) -> Result<std::string> {
    if (path == "maps/fuzz/map.yaml") return text;
    if (path == "maps/canonical/e.v1.schema.json") return std::string(schema);
    return fail(Code::file_unreadable, path);
  };
  sources.guide = [](const std::string& id) -> Result<const guide::CompiledGuide*> {
    return fail(Code::file_unreadable, id);
  };
  if (const auto map = load_map(sources, "fuzz", faults)) {
    std::vector<Finding> findings;
    translate_json(
        **map, document, {}, [](canonical::Event&&, std::string_view) {}, findings);
  }
  return 0;
}
