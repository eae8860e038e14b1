// Fault collection and nearest names.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/faults.hpp"

#include <algorithm>
#include <numeric>

namespace crossdock::mapping {

std::string mark_text(const TextMark& mark, bool with_column) {
  std::string out = mark.file + ":" + std::to_string(mark.line);
  if (with_column && mark.column != 0) out += ":" + std::to_string(mark.column);
  return out;
}

void Faults::add(Code code, const TextMark& at, std::string message, std::string expected, std::string value) {
  const CodeInfo& facts = info(code);
  if (facts.severity == Severity::error) ++errors_;
  if (out_.size() >= faults_max) return;
  Finding finding;
  finding.code = code;
  finding.severity = facts.severity;
  finding.message = message.empty() ? std::string(facts.what) : std::move(message);
  finding.expected = std::move(expected);
  finding.value = std::move(value);
  finding.where.line = at.line;
  finding.map_line = mark_text(at, true);
  out_.push_back(std::move(finding));
}

namespace {

/// Levenshtein distance, cut off by the caller's limit on lengths.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view wanted, const std::vector<std::string>& names, std::size_t count) {
  constexpr std::size_t length_max = 200;
  if (wanted.size() > length_max) return {};
  const std::size_t limit = std::max<std::size_t>(2, wanted.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string& name : names) {
    if (name.size() > wanted.size() + limit || wanted.size() > name.size() + limit) continue;
    const std::size_t d = distance(wanted, name);
    if (d <= limit && d < wanted.size()) found.emplace_back(d, name);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> out;
  for (const auto& [d, name] : found) {
    if (out.size() == count) break;
    out.push_back(name);
  }
  return out;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names) {
  const std::vector<std::string> near = nearest(wanted, names, 2);
  if (near.empty()) return {};
  return "; did you mean " + near[0] + (near.size() > 1 ? " or " + near[1] : "") + "?";
}

}  // namespace crossdock::mapping
