// What a runner keeps from document to document. Internal to mapping.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/mapping/run.hpp"
#include "translators/mapping/set_source.hpp"
#include "translators/mapping/tree_source.hpp"

namespace crossdock::mapping {

struct MapRunner::State {
  explicit State(const CompiledMap& compiled)
      : map(compiled),
        set(compiled.program()),
        tree(compiled.program()),
        replays(compiled.program()),
        recorder(compiled.program()),
        set_run(compiled, set, memory),
        tree_run(compiled, tree, memory) {}
  const CompiledMap& map;
  SetSource set;
  TreeSource tree;
  RunMemory memory;
  Replays replays;
  Recorder recorder;
  Run<SetSource> set_run;
  Run<TreeSource> tree_run;
};

}  // namespace crossdock::mapping
