// Text and JSON forms of findings.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/finding.hpp"

#include "translators/base/json_text.hpp"

namespace crossdock {

std::string_view syntax_code(const Finding& finding) {
  const CodeInfo& row = info(finding.code);
  if (finding.element != 0 && !row.element_code.empty()) return row.element_code;
  for (std::string_view code : {row.segment_code, row.set_code, row.group_code, row.interchange_code, row.element_code})
    if (!code.empty()) return code;
  return {};
}

std::string to_json_line(const Finding& finding) {
  std::string out = "{\"code\":";
  auto text = [&out](std::string_view key, std::string_view value) {
    out += ",\"";
    out += key;
    out += "\":";
    append_json_string(out, value);
  };
  auto number = [&out](std::string_view key, std::uint64_t value) {
    out += ",\"";
    out += key;
    out += "\":";
    out += std::to_string(value);
  };
  append_json_string(out, info(finding.code).text);
  text("severity", name(finding.severity));
  text("message", finding.message);
  text("path", finding.path);
  number("segment", finding.where.segment);
  number("line", finding.where.line);
  number("offset", finding.where.offset);
  number("length", finding.where.length);
  text("value", finding.value);
  text("expected", finding.expected);
  number("interchange", finding.interchange);
  number("group", finding.group);
  number("set", finding.set);
  text("control_number", finding.control_number);
  text("syntax_code", syntax_code(finding));
  out += "}";
  return out;
}

std::string to_text(const Finding& finding) {
  std::string out(name(finding.severity));
  out += " ";
  out += info(finding.code).text;
  if (!finding.path.empty()) out += " at " + finding.path;
  if (finding.where.line != 0) {
    out += " (line " + std::to_string(finding.where.line) + ", byte " + std::to_string(finding.where.offset);
    if (finding.where.segment != 0) out += ", segment " + std::to_string(finding.where.segment);
    if (finding.interchange != 0) {
      out += ", interchange " + std::to_string(finding.interchange);
      if (finding.group != 0) out += " group " + std::to_string(finding.group);
      if (finding.set != 0) out += " set " + std::to_string(finding.set);
    }
    out += ")";
  }
  out += ": " + finding.message;
  return out;
}

}  // namespace crossdock
