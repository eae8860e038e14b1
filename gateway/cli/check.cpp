// `crossdock check [DIR]`: a configuration folder, or (without DIR) the guides and maps that are installed.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "gateway/cli/command.hpp"
#include "gateway/cli/installed.hpp"
#include "gateway/configuration/folder.hpp"
#include "translators/partner_folder.hpp"

namespace crossdock::cli {
namespace {

/// Loads every guide and map; prints all that is wrong with those that do not load.
bool check_catalogue(const Catalogue& catalogue, bool json) {
  bool good = true;
  auto look = [&](const std::string& what, const auto& loaded, std::vector<Finding> faults) {
    if (loaded) return;
    good = false;
    if (faults.empty()) faults.push_back(as_finding(loaded.error()));
    for (Finding& fault : faults) {
      fault = with_file_place(std::move(fault));
      if (fault.path.empty()) fault.path = what;
      print_finding(stdout, fault, json);
    }
  };
  for (const std::string& id : catalogue.guide_ids())
    look("guide " + id, catalogue.guide(id), catalogue.guide_faults(id));
  for (const std::string& id : catalogue.map_ids())
    if (partner_of_map(id).empty())  // partners' are checked with their folders
      look("map " + id, catalogue.map(id), catalogue.map_faults(id));
  return good;
}

int run(const Common& common, const std::string& folder) {
  auto catalogue = open_catalogue(common, folder);
  if (!catalogue) return report_error(catalogue.error());
  bool good = check_catalogue(**catalogue, common.json);
  if (!folder.empty()) {
    const InstalledCatalogue installed(**catalogue);
    for (const configuration::Fault& fault : configuration::check_folder(folder, &installed)) {
      std::printf("%s\n", (common.json ? configuration::to_json_line(fault) : configuration::to_text(fault)).c_str());
      if (fault.severity == Severity::error) good = false;
    }
  }
  if (!common.json)
    std::printf("%zu guides, %zu maps%s%s: %s\n", (*catalogue)->guide_ids().size(), (*catalogue)->map_ids().size(),
                folder.empty() ? "" : ", configuration ", folder.c_str(), good ? "in order" : "with faults");
  return good ? fine : found;
}

}  // namespace

void add_check(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("check", "Check a configuration folder, and all guides and maps");
  auto folder = std::make_shared<std::string>();
  command->add_option("DIR", *folder, "Configuration folder; without it the installed guides and maps alone");
  command->callback([&common, folder] { common.exit_code = run(common, *folder); });
}

}  // namespace crossdock::cli
