// The structure that validation found in a transaction set: which place of the guide each segment fills, and the loop
// instances. Mapping reads sets through it. Arrays are reused from set to set. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "translators/guide/compiled_guide.hpp"

namespace crossdock::guide {

/// One occurrence of a loop. Instances stand in document order (preorder); instance 0 is the root, the whole set.
struct LoopInstance {
  NodeIndex node = 0;
  std::uint32_t parent = 0;         ///< instance; the root's parent is itself
  std::uint32_t first_segment = 0;  ///< its trigger
  std::uint32_t end_segment = 0;    ///< one past the last segment of it and of all loops in it
  std::uint32_t end_instance = 0;   ///< index one past the last instance nested in it
  std::uint32_t occurrence = 1;     ///< 1-based among its siblings of the same node
};

struct SetTree {
  std::vector<NodeIndex>
      node_of_segment;  ///< no_node: a segment that fits nowhere (a finding says so); mapping skips it
  std::vector<std::uint32_t> loop_of_segment;  ///< instance that directly holds the segment
  std::vector<LoopInstance> loops;

  void clear() {
    node_of_segment.clear();
    loop_of_segment.clear();
    loops.clear();
  }
};

}  // namespace crossdock::guide
