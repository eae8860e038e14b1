// Edit distance (Damerau: a swap of neighbours is one change) over short names.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/nearest.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace crossdock::guide {
namespace {

constexpr std::size_t name_bytes_max = 64;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, name_bytes_max + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& above_two = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], above_two[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string nearest_name(std::string_view wanted, std::span<const std::string_view> names) {
  if (wanted.empty() || wanted.size() > name_bytes_max) return {};
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string_view found;
  for (std::string_view name : names) {
    const std::size_t longer = std::max(name.size(), wanted.size()), shorter = std::min(name.size(), wanted.size());
    if (name.size() > name_bytes_max || longer - shorter >= best) continue;
    const std::size_t changes = distance(wanted, name);
    if (changes < best && changes < std::max(wanted.size(), name.size())) {
      best = changes;
      found = name;
    }
  }
  return std::string(found);
}

}  // namespace crossdock::guide
