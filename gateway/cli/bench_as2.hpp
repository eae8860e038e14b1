// `crossdock bench as2`: signed and encrypted messages received with signed synchronous MDNs and a durable commit each,
// and sent, beside the machine's own RSA limits in the same run; and the memory that one large payload takes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gateway/cli/command.hpp"

namespace crossdock::cli {

struct As2Bench {
  std::string folder;  ///< on the disk to measure; empty: the temporary folder
  std::vector<int> bits{2048, 3072, 4096};
  int connections = 16, seconds = 5, rounds = 3;
  int large_mib = 0;  ///< instead: memory while one payload of this size comes in, and goes out
};

[[nodiscard]] int bench_as2(const Common& common, const As2Bench& options);
/// The large payload both ways, printed; works in `folder`. Errors: internal.bug with what went wrong.
[[nodiscard]] Status bench_as2_large(const Common& common, const As2Bench& options,
                                     const std::filesystem::path& folder);

}  // namespace crossdock::cli
