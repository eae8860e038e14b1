// Paths of trees as maps write them: `$.a['b c'][0][*].d[type=BM]`, `/a/b[c='x'][2]/@d`, `column`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

inline constexpr std::size_t path_steps_max = 32;

struct TreePath {
  bool absolute = false;  ///< from the document; else from the item at hand
  bool bare = false;      ///< one name without `./`: flat documents look for it in the records around, too
  std::vector<TreeStep> steps;
};

/// A message in `problem` instead where it is not well-formed.
[[nodiscard]] std::optional<TreePath> parse_tree_path(std::string_view text, DocumentKind document,
                                                      std::string& problem);

}  // namespace crossdock::mapping
