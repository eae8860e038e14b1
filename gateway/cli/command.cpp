// Shared parts of the subcommands.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/command.hpp"

#include <cstdio>
#include <filesystem>

#include "gateway/cli/file_source.hpp"

namespace crossdock::cli {

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

Result<std::shared_ptr<const Catalogue>> open_catalogue(const Common& common, std::vector<std::string> before) {
  TRY(std::string share, find_share(common));
  before.push_back(std::move(share));
  return std::make_shared<const Catalogue>(std::make_shared<FileSource>(std::move(before)));
}

int report_error(const Error& error) {
  std::fprintf(stderr, "crossdock: %s\n", error.text().c_str());
  switch (error.reaction()) {
    case Reaction::reject: return found;
    case Reaction::operator_action: return wrong_use;
    default: return machine_failed;
  }
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
