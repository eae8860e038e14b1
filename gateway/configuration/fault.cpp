// Faults as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/fault.hpp"

#include <algorithm>
#include <tuple>

#include "translators/base/json_text.hpp"

namespace crossdock::configuration {

bool has_errors(const Faults& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& fault) { return fault.severity == Severity::error; });
}

void sort_faults(Faults& faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
}

std::string to_text(const Fault& fault) {
  std::string out = fault.file;
  if (fault.line != 0) out += ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column);
  out += ": ";
  out += name(fault.severity);
  out += ' ';
  out += info(fault.code).text;
  if (!fault.path.empty()) out += " at " + fault.path;
  out += ": " + fault.message + ". ";
  out += fault.expected.empty() ? std::string(info(fault.code).remedy) : fault.expected;
  return out;
}

std::string to_json_line(const Fault& fault) {
  std::string out = "{\"code\":";
  append_json_string(out, info(fault.code).text);
  out += ",\"severity\":";
  append_json_string(out, name(fault.severity));
  out += ",\"file\":";
  append_json_string(out, fault.file);
  out += ",\"line\":" + std::to_string(fault.line) + ",\"column\":" + std::to_string(fault.column) + ",\"path\":";
  append_json_string(out, fault.path);
  out += ",\"message\":";
  append_json_string(out, fault.message);
  out += ",\"expected\":";
  append_json_string(out, fault.expected.empty() ? info(fault.code).remedy : fault.expected);
  out += '}';
  return out;
}

}  // namespace crossdock::configuration
