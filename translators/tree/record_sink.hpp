// How readers of documents hand over what they read: record by record, so that only one is in memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/tree/tree.hpp"

namespace crossdock::tree {

inline constexpr std::size_t record_bytes_max = 64U << 20;  ///< default limit of one record in memory
inline constexpr std::size_t depth_max = 64;                ///< default limit of elements within each other

/// Called for each record, whose node is the last child of what surrounds it; node 0 where the document is read as a
/// whole. The tree is valid during the call only. An error ends the reading.
using RecordSink = std::function<Status(Tree& tree, std::uint32_t record)>;
using FindingSink = std::function<void(Finding&&)>;

}  // namespace crossdock::tree
