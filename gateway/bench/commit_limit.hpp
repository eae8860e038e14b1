// How many commits this machine's disk and SQLite give: the limit that the pipeline's speed is compared with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "translators/base/result.hpp"

namespace crossdock::bench {

/// Rows a second of SQLite (WAL, synchronous=FULL) in a file of its own in `folder`, `rows` rows a transaction,
/// measured for `duration`. A row is 1 KiB of payload, a 32-byte key in a unique index and an outbox row. Errors:
/// file.unwritable.
[[nodiscard]] Result<double> measure_commits(const std::string& folder, int rows, std::chrono::milliseconds duration);

}  // namespace crossdock::bench
