// JSON paths of maps: members, positions, `[*]`.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/place_resolver.hpp"

namespace crossdock::mapping {
namespace {

/// `['b c']`, `[0]`, `[*]` from `at` (behind the bracket) on.
bool read_bracket(std::string_view text, std::size_t& at, JsonStep& step, std::string& problem) {
  if (at < text.size() && (text[at] == '\'' || text[at] == '"')) {
    const std::size_t end = text.find(text[at], at + 1);
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != ']') {
      problem = "a quoted name in brackets is not closed";
      return false;
    }
    step.key = std::string(text.substr(at + 1, end - at - 1));
    at = end + 2;
    return true;
  }
  const std::size_t end = text.find(']', at);
  if (end == std::string_view::npos || end == at || end - at > 6) {
    problem = "a bracket holds *, a position or a quoted name";
    return false;
  }
  const std::string_view inside = text.substr(at, end - at);
  at = end + 1;
  if (inside == "*") {
    step.kind = JsonStep::Kind::every;
    return true;
  }
  step.kind = JsonStep::Kind::index;
  for (const char c : inside) {
    if (c < '0' || c > '9') {
      problem = "a bracket holds *, a position or a quoted name";
      return false;
    }
    step.index = step.index * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return true;
}

}  // namespace

std::optional<std::vector<JsonStep>> parse_json_path(std::string_view text, std::string& problem) {
  std::vector<JsonStep> out;
  std::size_t at = 1;
  while (at < text.size()) {
    JsonStep step;
    if (text[at] == '[') {
      ++at;
      if (!read_bracket(text, at, step, problem)) return std::nullopt;
    } else if (text[at] == '.') {
      const std::size_t start = ++at;
      while (at < text.size() && text[at] != '.' && text[at] != '[') ++at;
      step.key = std::string(text.substr(start, at - start));
      if (step.key.empty()) {
        problem = "a name is missing behind a dot";
        return std::nullopt;
      }
    } else {
      problem = "`.name` or `[...]` was expected";
      return std::nullopt;
    }
    out.push_back(std::move(step));
    if (out.size() > 32) {
      problem = "a path has at most 32 steps";
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace crossdock::mapping
