// Lays out the flows of a program's bodies. Internal to mapping.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

/// Fills Program::flows and quick_steps, and Body::flow of all bodies; when all else of the program is in its place.
void build_flows(Program& program);

}  // namespace crossdock::mapping
