// The table behind translators/base/code.hpp.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/code.hpp"

#include <array>

#include "translators/base/result.hpp"

namespace crossdock {
namespace {

constexpr auto table = std::to_array<CodeInfo>({
#define CODE(identifier, text, reaction, severity, segment, element, set, group, interchange, what, remedy)            \
  CodeInfo{                                                                                                            \
      Code::identifier, text, Reaction::reaction, Severity::severity, segment, element, set, group, interchange, what, \
      remedy,           ""},
#define CODE_AS2(identifier, text, reaction, severity, disposition, what, remedy)                          \
  CodeInfo{Code::identifier, text,       Reaction::reaction, Severity::severity, "", "", "", "", "", what, \
           remedy,           disposition},
#include "translators/base/codes/all.def"
#undef CODE
#undef CODE_AS2
});

}  // namespace

const CodeInfo& info(Code code) { return table[static_cast<std::size_t>(code)]; }

std::span<const CodeInfo> all_codes() { return table; }

std::optional<Code> find_code(std::string_view text) {
  for (const CodeInfo& row : table)
    if (row.text == text) return row.code;
  return std::nullopt;
}

std::string_view name(Severity severity) {
  constexpr std::array<std::string_view, 3> names{"note", "warning", "error"};
  return names[static_cast<std::size_t>(severity)];
}

std::string_view name(Reaction reaction) {
  constexpr std::array<std::string_view, 4> names{"reject", "retry", "operator_action", "bug"};
  return names[static_cast<std::size_t>(reaction)];
}

std::string Error::text() const {
  const CodeInfo& row = info(code);
  std::string out(row.text);
  out += ": ";
  out += detail.empty() ? std::string(row.what) : detail;
  if (where.line != 0) {
    out += " (line " + std::to_string(where.line) + ", byte " + std::to_string(where.offset);
    if (where.segment != 0) out += ", segment " + std::to_string(where.segment);
    out += ")";
  }
  if (!row.remedy.empty()) {
    out += ". ";
    out += row.remedy;
  }
  return out;
}

}  // namespace crossdock
