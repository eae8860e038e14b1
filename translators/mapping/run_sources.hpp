// The sources that runs inwards read from: a new one is one line here. For the .cpp files of Run only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/mapping/run.hpp"
#include "translators/mapping/set_source.hpp"
#include "translators/mapping/tree_source.hpp"

/// At the end of a file: code for the members of Run that are defined in it.
#define CROSSDOCK_RUN_OF_EACH_SOURCE \
  template class Run<SetSource>;     \
  template class Run<TreeSource>
