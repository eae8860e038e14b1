// What every subcommand shares: exit codes, options of all commands, where guides and maps are, how a command is
// registered. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/base/result.hpp"
#include "translators/catalogue.hpp"

namespace CLI {
class App;
}

namespace crossdock::cli {

/// 0 fine (warnings and notes may be printed); 1 a finding of severity error; 2 wrong use or configuration; 3 the
/// machine failed.
enum ExitCode : int { fine = 0, found = 1, wrong_use = 2, machine_failed = 3 };

/// Options that every subcommand takes.
struct Common {
  bool json = false;
  std::string share;  ///< empty: beside the program, else /usr/share/crossdock
  int exit_code = fine;
};

/// The folder that holds maps/. Errors: usage.wrong when none is found.
[[nodiscard]] Result<std::string> find_share(const Common& common);
/// The texts below the share folder; the configuration folder, where one is given, is looked at first.
[[nodiscard]] Result<std::shared_ptr<const TextSource>> open_texts(const Common& common,
                                                                   const std::string& configuration = {});
/// A catalogue over them. Where `map` names a file, that map takes its id's place, and `map` becomes the id.
[[nodiscard]] Result<std::shared_ptr<const Catalogue>> open_catalogue(const Common& common,
                                                                      const std::string& configuration = {},
                                                                      std::string* map = nullptr);

/// Under --json report_error() prints what a finding prints, one object a line; said once, by main().
void report_errors_as_json();
/// Prints `crossdock: error text` on stderr and says which exit code follows from it.
[[nodiscard]] int report_error(const Error& error);
/// Everything wrong with a guide or map that did not load (Catalogue::map_faults), each with its place in the file; the
/// error alone where no fault is known.
[[nodiscard]] int report_load_error(const Error& error, std::vector<Finding> faults, bool json);
/// The map, or what is wrong with it on stderr and the exit code in `exit_code`.
[[nodiscard]] const mapping::CompiledMap* find_map(const Catalogue& catalogue, const std::string& id, bool json,
                                                   int& exit_code);
/// A fault of a guide or map with its place in the file as the finding's path.
[[nodiscard]] Finding with_file_place(Finding fault);
/// One finding on `stream` (stdout or stderr), as text or as one JSON line.
void print_finding(std::FILE* stream, const Finding& finding, bool json);

/// What stops a reading altogether is a finding like any other, so that --json stays one finding a line.
[[nodiscard]] Finding as_finding(const Error& error);

[[nodiscard]] std::string_view version();
/// Registers every subcommand.
void add_commands(CLI::App& app, Common& common);

void add_inspect(CLI::App& app, Common& common);
void add_validate(CLI::App& app, Common& common);
void add_translate(CLI::App& app, Common& common);
void add_generate(CLI::App& app, Common& common);
void add_acknowledge(CLI::App& app, Common& common);
void add_guide(CLI::App& app, Common& common);
void add_check(CLI::App& app, Common& common);
void add_test(CLI::App& app, Common& common);
void add_explain(CLI::App& app, Common& common);
void add_map(CLI::App& app, Common& common);
/// Below `map`.
void add_map_show(CLI::App& map, Common& common);
void add_bench(CLI::App& app, Common& common);
void add_partner(CLI::App& app, Common& common);
/// Below `partner`.
void add_partner_mailbox(CLI::App& partner, Common& common);
void add_partner_test(CLI::App& partner, Common& common);
void add_reference(CLI::App& app, Common& common);
void add_serve(CLI::App& app, Common& common);
void add_remote(CLI::App& app, Common& common);
void add_certificate(CLI::App& app, Common& common);
void add_key(CLI::App& app, Common& common);

}  // namespace crossdock::cli
