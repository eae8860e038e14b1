// crossdock: registers the subcommands and turns what they say into an exit code.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "gateway/cli/command.hpp"

int main(int argc, char** argv) {
  using namespace crossdock::cli;
  CLI::App app{"Crossdock: EDI and B2B gateway for freight"};
  app.set_version_flag("--version", "crossdock " + std::string(version()));
  app.require_subcommand(1);
  app.fallthrough();
  Common common;
  app.add_flag("--json", common.json, "Machine-readable output");
  app.add_option("--share", common.share, "Folder that holds maps/ (guides, maps, tables)");
  add_commands(app, common);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    common.exit_code = app.exit(error) == 0 ? fine : wrong_use;  // --help and --version arrive here too
  } catch (const std::exception& error) {
    std::fprintf(stderr, "crossdock: internal.bug: %s\n", error.what());
    return machine_failed;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fprintf(stderr, "crossdock: file.unwritable: standard output could not be written\n");
    return machine_failed;
  }
  return common.exit_code;
}
