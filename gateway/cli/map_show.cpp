// `crossdock map show [MAP]`: what a map relates, with types and tables; without a name, the maps that there are.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "translators/base/json_text.hpp"
#include "translators/mapping/show.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string map, config;
};

int list(const Catalogue& catalogue, bool json) {
  for (const std::string& id : catalogue.map_ids()) {
    std::string line;
    if (json)
      append_json_string(line, id);
    else
      line = id;
    std::printf("%s\n", line.c_str());
  }
  return fine;
}

int show(const Common& common, Arguments& arguments) {
  auto catalogue = open_catalogue(common, arguments.config, &arguments.map);
  if (!catalogue) return report_error(catalogue.error());
  if (arguments.map.empty()) return list(**catalogue, common.json);
  int failed = fine;
  const auto* map = find_map(**catalogue, arguments.map, common.json, failed);
  if (map == nullptr) return failed;
  const std::string text = common.json ? mapping::show_json(*map) + "\n" : mapping::show_text(*map);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return fine;
}

}  // namespace

void add_map_show(CLI::App& map, Common& common) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = map.add_subcommand("show", "A map's lines with types and tables; without MAP, all maps");
  command->add_option("MAP", arguments->map, "Such as x12/004010/214 or partners/acme/214, or a map.yaml");
  command->add_option("--config", arguments->config, "Configuration folder whose maps come first");
  command->callback([&common, arguments] { common.exit_code = show(common, *arguments); });
}

}  // namespace crossdock::cli
