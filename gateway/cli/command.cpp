// Shared parts of the subcommands.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/command.hpp"

#include <cstdio>
#include <filesystem>

#include "gateway/cli/file_source.hpp"
#include "gateway/cli/map_file.hpp"

namespace crossdock::cli {
namespace {

bool errors_are_json = false;

}  // namespace

void report_errors_as_json() { errors_are_json = true; }

Result<std::string> find_share(const Common& common) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (!common.share.empty()) {
    if (fs::is_directory(common.share + "/maps", failed)) return common.share;
    return fail(Code::usage_wrong, "--share " + common.share + " has no folder maps/");
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  for (const fs::path& root : {program.parent_path().parent_path().parent_path(), fs::path("/usr/share/crossdock")})
    if (!root.empty() && fs::is_directory(root / "maps" / "guides", failed)) return root.string();
  return fail(Code::usage_wrong,
              "guides and maps were found neither beside the program nor in /usr/share/crossdock: say --share DIR");
}

Result<std::shared_ptr<const TextSource>> open_texts(const Common& common, const std::string& configuration) {
  TRY(std::string share, find_share(common));
  std::vector<std::string> roots;
  if (!configuration.empty()) {
    std::error_code failed;
    if (!std::filesystem::is_directory(configuration, failed))
      return fail(Code::configuration_file_missing, "the configuration folder " + configuration + " is not there");
    roots.push_back(configuration);
  }
  roots.push_back(std::move(share));
  return std::make_shared<FileSource>(std::move(roots));
}

Result<std::shared_ptr<const Catalogue>> open_catalogue(const Common& common, const std::string& configuration,
                                                        std::string* map) {
  TRY(auto texts, open_texts(common, configuration));
  if (map == nullptr) return std::make_shared<const Catalogue>(std::move(texts));
  TRY(MapFile file, open_map_file(std::move(texts), *map));
  *map = std::move(file.id);
  return std::make_shared<const Catalogue>(std::move(file.source));
}

int report_error(const Error& error) {
  if (errors_are_json)
    print_finding(stderr, as_finding(error), true);
  else
    std::fprintf(stderr, "crossdock: %s\n", error.text().c_str());
  if (error.code == Code::api_unreachable) return machine_failed;  // the network, or what answers there
  if (error.code == Code::channel_unauthorised) return wrong_use;  // our own token is the wrong one
  switch (error.reaction()) {
    case Reaction::reject: return found;
    case Reaction::operator_action: return wrong_use;
    default: return machine_failed;
  }
}

Finding with_file_place(Finding fault) {
  if (fault.map_line.empty()) return fault;
  fault.path = fault.map_line;
  fault.where = {};
  return fault;
}

int report_load_error(const Error& error, std::vector<Finding> faults, bool json) {
  if (faults.empty()) return report_error(error);
  for (Finding& fault : faults) print_finding(stderr, with_file_place(std::move(fault)), json);
  return error.reaction() == Reaction::reject ? found : wrong_use;
}

const mapping::CompiledMap* find_map(const Catalogue& catalogue, const std::string& id, bool json, int& exit_code) {
  const auto map = catalogue.map(id);
  if (map) return *map;
  exit_code = report_load_error(map.error(), catalogue.map_faults(id), json);
  return nullptr;
}

void print_finding(std::FILE* stream, const Finding& finding, bool json) {
  const std::string line = json ? to_json_line(finding) : to_text(finding);
  std::fprintf(stream, "%s\n", line.c_str());
}

Finding as_finding(const Error& error) {
  Finding finding;
  finding.code = error.code;
  finding.severity = Severity::error;
  finding.message = error.detail.empty() ? std::string(info(error.code).what) : error.detail;
  finding.where = error.where;
  return finding;
}

}  // namespace crossdock::cli
