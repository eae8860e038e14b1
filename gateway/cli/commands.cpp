// The list of subcommands.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/command.hpp"
#include "gateway/simulate/command.hpp"

namespace crossdock::cli {

std::string_view version() { return CROSSDOCK_VERSION; }

void add_commands(CLI::App& app, Common& common) {
  for (auto* add :
       {add_inspect, add_validate, add_translate, add_generate, add_acknowledge, add_guide, add_check, add_test,
        add_explain, add_map, add_partner, add_reference, add_bench, add_serve, add_remote, add_certificate, add_key})
    add(app, common);
  simulate::add_simulate(app, common.json, common.exit_code);
}

}  // namespace crossdock::cli
