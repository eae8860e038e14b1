// Which row of a table writes given values.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/codec.hpp"

namespace crossdock::mapping {
namespace {

/// How well a row fits: 0 not at all; more for each column that says the same. A column that says nothing fits
/// anything; a field that is absent fits too, but the first one must be there and equal.
std::uint32_t fit(const Codec& codec, const CodeTable::Row& row, const Values& values) {
  std::uint32_t score = 1;
  for (std::uint32_t i = 0; i < codec.columns.size(); ++i) {
    const std::string& said = row.values[codec.columns[i]];
    if (said.empty() && values.text[i].empty())
      score += 4;
    else if (said.empty() || values.text[i].empty())
      score += i == 0 ? 0 : 1;
    else if (said == values.text[i])
      score += 4;
    else
      return 0;
    if (i == 0 && said != values.text[0]) return 0;
  }
  return score;
}

}  // namespace

std::uint32_t row_for(const Codec& codec, const Values& values, bool& kept) {
  kept = false;
  const auto& rows = codec.table->rows();
  std::uint32_t best = CodeTable::no_row, best_score = 0;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t score = fit(codec, rows[i], values);
    if (score == 0) continue;
    if (!values.kept_code.empty() && rows[i].keys[0] == values.kept_code) {
      kept = true;
      return i;
    }
    if (score > best_score || (score == best_score && rows[i].preferred && !rows[best].preferred)) {
      best = i;
      best_score = score;
    }
  }
  if (best != CodeTable::no_row || values.kept_code.empty()) return best;
  return CodeTable::no_row;
}

}  // namespace crossdock::mapping
