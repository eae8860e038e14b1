// crossdock: registers the subcommands and turns what they say into an exit code.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "gateway/cli/command.hpp"

/// Read by jemalloc before main(), where it is linked in (decision 0172); nobody's otherwise. Two arenas for two busy
/// threads; what is free for five seconds goes back to the system.
extern "C" {
const char* malloc_conf = "narenas:2,dirty_decay_ms:5000,muzzy_decay_ms:0";
}

namespace {

/// The first word that stands where a subcommand should and is none; null when it is not that.
const char* unknown_command(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--share") ++i;
    if (word.starts_with("-")) continue;
    const auto below = at->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
    if (below.empty()) return at->get_require_subcommand_min() > 0 ? argv[i] : nullptr;
    at = below.front();
  }
  return nullptr;
}

int refuse(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  using namespace crossdock;
  if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version arrive here too
  const char* word = unknown_command(app, argc, argv);
  const std::string what = word != nullptr ? "there is no command `" + std::string(word) + "`" : error.what();
  return cli::report_error(Error{Code::usage_wrong, {}, what});
}

}  // namespace

int main(int argc, char** argv) {
  using namespace crossdock::cli;
  CLI::App app{"Crossdock: EDI and B2B gateway for freight"};
  const bool as_json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
  app.set_version_flag("--version", as_json ? R"({"name":"crossdock","version":")" + std::string(version()) + "\"}"
                                            : "crossdock " + std::string(version()));
  if (as_json) report_errors_as_json();
  app.require_subcommand(1);
  app.fallthrough();
  Common common;
  app.add_flag("--json", common.json, "Machine-readable output");
  app.add_option("--share", common.share, "Folder that holds maps/ (guides, maps, tables)");
  add_commands(app, common);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    common.exit_code = refuse(app, error, argc, argv);
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
