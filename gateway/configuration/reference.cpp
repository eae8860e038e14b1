// Printing the declarations.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/reference.hpp"

#include <set>

#include "gateway/configuration/installation.hpp"
#include "gateway/configuration/profile.hpp"
#include "gateway/configuration/target.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::configuration {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string anchor(std::string_view file, std::string_view name) {
  std::string out(file);
  out += " / ";
  out += name;
  return out;
}

void print_section(std::string_view file, const Section& section, std::set<const Section*>& printed, std::string& out) {
  if (!printed.insert(&section).second) return;
  out += "\n### " + (file == section.name() ? std::string(file) : anchor(file, section.name())) + "\n\n";
  out += section.description() + (section.one_of() ? "; exactly one of these keys.\n\n" : ".\n\n");
  out += "| key | type | default | bounds | what it is |\n|---|---|---|---|---|\n";
  for (const Field& field : section.fields()) {
    out += "| `" + field.name + "` | " + cell(field.type_text()) + " | ";
    out += field.required ? "**required**" : (field.default_text.empty() ? "" : "`" + cell(field.default_text) + "`");
    out += " | " + cell(field.bounds_text()) + " | " + cell(field.description) + " |\n";
  }
  for (const Field& field : section.fields())
    if (field.nested != nullptr) print_section(file, *field.nested, printed, out);
}

void schema_of(const Section& section, std::string& out);

void schema_of_value(const Field& field, std::string& out) {
  const auto pattern = [&out](std::string_view text) {
    if (text.empty()) return;
    out += ",\"pattern\":";
    append_json_string(out, text);
  };
  switch (field.kind) {
    case Field::Kind::text:
      out += "\"type\":[\"string\",\"number\"]";
      pattern(field.format->pattern);
      break;
    case Field::Kind::secret:
      out += "\"type\":\"string\"";
      pattern("^(secret|file|env):.+$");
      break;
    case Field::Kind::whole:
      out +=
          "\"type\":\"integer\",\"minimum\":" + std::to_string(field.min) + ",\"maximum\":" + std::to_string(field.max);
      break;
    case Field::Kind::yes_no: out += "\"type\":\"boolean\""; break;
    case Field::Kind::duration:
      out += "\"type\":[\"string\",\"integer\"]";
      pattern("^(0|([0-9]+(ms|s|m|h|d))+)$");
      break;
    case Field::Kind::bytes:
      out += "\"type\":[\"string\",\"integer\"]";
      pattern("^[0-9]+ ?(KiB|MiB|GiB)?$");
      break;
    case Field::Kind::choice: {
      out += "\"enum\":[";
      for (std::size_t i = 0; i < field.choices.size(); ++i) {
        if (i != 0) out += ',';
        append_json_string(out, field.choices[i]);
        if (field.choices[i].find_first_not_of("0123456789.") == std::string_view::npos)
          out += "," + std::string(field.choices[i]);
      }
      out += ']';
      break;
    }
    case Field::Kind::section:
      if (!field.nested->short_for().empty()) out += "\"anyOf\":[{\"type\":\"string\"},{";
      schema_of(*field.nested, out);
      if (!field.nested->short_for().empty()) out += "}]";
      break;
    case Field::Kind::pairs:
      out += "\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"number\",\"boolean\"]}";
      break;
    case Field::Kind::unavailable: out += "\"not\":{}"; break;
  }
}

void schema_of(const Section& section, std::string& out) {
  out += "\"type\":\"object\",\"additionalProperties\":false";
  if (section.one_of()) out += ",\"minProperties\":1,\"maxProperties\":1";
  std::string required;
  out += ",\"properties\":{";
  bool first = true;
  for (const Field& field : section.fields()) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, field.name);
    out += ":{\"description\":";
    append_json_string(out, field.description);
    out += ',';
    if (field.list) {
      out += "\"anyOf\":[{\"type\":\"array\",\"items\":{";
      schema_of_value(field, out);
      out += "}},{";
      schema_of_value(field, out);
      out += "}]";
    } else {
      schema_of_value(field, out);
    }
    out += '}';
    if (!field.required) continue;
    if (!required.empty()) required += ',';
    append_json_string(required, field.name);
  }
  out += '}';
  if (!required.empty()) out += ",\"required\":[" + required + "]";
}

std::string schema(const Section& section) {
  std::string out = "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":";
  append_json_string(out, section.name());
  out += ",\"description\":";
  append_json_string(out, section.description());
  out += ',';
  schema_of(section, out);
  return out + "}\n";
}

}  // namespace

std::string configuration_reference() {
  std::string out =
      "# Configuration reference\n\nPrinted by the program from the declarations in gateway/configuration; do not "
      "edit.\n\n"
      "A configuration is a folder: `crossdock.yaml`, `partners/NAME.yaml`, `targets/NAME.yaml`, "
      "`policies/routes.yaml`, and `secrets/` for the\n"
      "secrets that files refer to as `secret:NAME` (also `file:PATH` and `env:VARIABLE`). A list of one may be "
      "written as the value alone.\n"
      "In `partners/NAME/` stands what only this partner changes: a YAML file that says `overlay: x12/004010/214` "
      "narrows "
      "that guide for its documents,\n"
      "and a folder with a `map.yaml` that says `extends: x12/004010/214` (its id is its path, `partners/NAME/214`) "
      "takes that map's place, both ways, with `samples/` beside it.\n"
      "Durations are written `500ms`, `10s`, `45m`, `2h`, `3d`; sizes `512`, `64KiB`, `16MiB`, `1GiB`. `crossdock "
      "check DIR` finds every fault in one pass.\n";
  std::set<const Section*> printed;
  out += "\n## crossdock.yaml\n";
  print_section("crossdock.yaml", installation_section(), printed, out);
  out += "\n## partners/NAME.yaml\n";
  print_section("partner", partner_section(), printed, out);
  out += "\n## targets/NAME.yaml\n";
  print_section("target", target_section(), printed, out);
  out += "\n## policies/routes.yaml\n";
  print_section("policies/routes.yaml", routes_section(), printed, out);
  return out;
}

std::vector<std::pair<std::string, std::string>> configuration_schemas() {
  return {{"crossdock.schema.json", schema(installation_section())},
          {"partner.schema.json", schema(partner_section())},
          {"routes.schema.json", schema(routes_section())},
          {"target.schema.json", schema(target_section())}};
}

}  // namespace crossdock::configuration
