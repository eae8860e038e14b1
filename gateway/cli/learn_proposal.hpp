// A profile and overlay guides proposed from what samples show; counts stand beside each line as comments.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/cli/learn_facts.hpp"

namespace crossdock::cli {

struct LearnWishes {
  std::string name;  ///< of the partner; empty: made of its identifier
  std::string us;    ///< our identifier, `ZZ:SHIPCO` or `SHIPCO`; empty: the commonest receiver
};

/// Path below a configuration folder, and text: `partners/NAME.yaml`, then `partners/NAME/SET-VERSION.yaml` for each
/// guide whose documents the partner sends. What few samples show is proposed as a comment only. Errors: usage.wrong
/// (no interchange was read).
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> propose(const Catalogue& catalogue,
                                                                               const LearntFacts& facts,
                                                                               const LearnWishes& wishes);

}  // namespace crossdock::cli
