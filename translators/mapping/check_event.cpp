// The check that canonical events pass at the door.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/text_source.hpp"
#include "translators/canonical/check.hpp"
#include "translators/mapping/faults.hpp"
#include "translators/mapping/load.hpp"

namespace crossdock::mapping {

Status check_event(const TextSource& source, std::string_view event_json, std::vector<Finding>& findings) {
  TRY(const json::JsonDocument event, json::JsonDocument::parse(event_json));
  if (event.node(0).kind != json::JsonNode::Kind::object)
    return fail(Code::event_not_json, "an event is a JSON object in braces");
  canonical::check_attributes(event, findings);
  const std::uint32_t type = event.member(0, "type"), data = event.member(0, "data");
  if (type == json::JsonNode::none || data == json::JsonNode::none ||
      event.node(data).kind != json::JsonNode::Kind::object)
    return {};
  constexpr std::string_view prefix = "crossdock.";
  const std::string_view name = event.node(type).text;
  const bool plain = name.starts_with(prefix) && name.size() < 100 &&
                     name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._") == std::string_view::npos &&
                     name.find("..") == std::string_view::npos;
  const std::string bare(plain ? name.substr(prefix.size()) : std::string_view{});
  if (!plain || !source.exists("maps/canonical/" + bare + ".schema.json")) {
    std::vector<std::string> types;
    for (const std::string& path : source.list("maps/canonical")) {
      const std::size_t slash = path.rfind('/') + 1;
      if (path.ends_with(".schema.json")) types.push_back("crossdock." + path.substr(slash, path.size() - slash - 12));
    }
    Finding finding;
    finding.code = Code::event_type_unknown;
    finding.severity = Severity::error;
    finding.path = "type";
    finding.where = event.where(type);
    finding.value = std::string(name.substr(0, 200));
    finding.message = "`" + finding.value + "` is not a type of the canonical model" + did_you_mean(name, types);
    findings.push_back(std::move(finding));
    return {};
  }
  TRY(const canonical::Schema schema,
      canonical::load_schema([&](const std::string& path) { return source.read(path); }, bare));
  canonical::check_data(event, data, schema, findings);
  return {};
}

}  // namespace crossdock::mapping
