// `crossdock bench pipeline`: durable messages a second beside the machine's own commit limit, measured in the same
// run. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/cli/command.hpp"

namespace crossdock::cli {

struct PipelineBench {
  std::string folder;  ///< where the data goes; empty: a temporary folder (its disk is what is measured)
  int connections = 64;
  int seconds = 5;
  int rounds = 3;
  int partners = 10;  ///< partner profiles in the configuration
};

/// Starts this program as a gateway of its own process, posts one small 214 after the other as documents, receives the
/// events in a sink, and compares what was accepted and delivered with single-row commits (L1) and commits of a hundred
/// rows (L100).
[[nodiscard]] int bench_pipeline(const Common& common, const PipelineBench& bench);

}  // namespace crossdock::cli
