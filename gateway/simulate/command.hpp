// `crossdock simulate`: the command line of the simulated systems.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace crossdock::simulate {

/// Registers the subcommand. `json` is the program's --json flag, read when the command runs; `exit_code` is set when
/// it ends: 0 stopped by signal or posted, 1 the post was refused, 2 wrong use, 3 the machine failed.
void add_simulate(CLI::App& app, const bool& json, int& exit_code);

}  // namespace crossdock::simulate
