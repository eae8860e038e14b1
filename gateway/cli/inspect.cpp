// `crossdock inspect FILE`: envelopes, sets, counts, delimiters, as a tree or JSON; findings on standard error.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/inspect.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "translators/any_reader.hpp"

namespace crossdock::cli {
namespace {

class Inspector : public x12::StructureHandler {
 public:
  explicit Inspector(bool json) : json_(json) {}

 protected:
  void on_each_finding(Finding&& finding) override { print_finding(stderr, finding, json_); }

 private:
  bool json_;
};

int run(const Common& common, const std::string& file) {
  auto input = Input::open(file);
  if (!input) return report_error(input.error());
  Inspector inspector(common.json);
  AnyReader reader(inspector);
  auto read = input->for_each_chunk([&reader](std::string_view bytes) { return reader.feed(bytes); });
  if (read) read = reader.finish();
  if (!read) {
    if (read.error().reaction() != Reaction::reject) return report_error(read.error());
    print_finding(stderr, as_finding(read.error()), common.json);
  }
  const std::string text = common.json ? x12::to_json(inspector.structure) + "\n" : x12::to_text(inspector.structure);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return read && inspector.structure.findings.errors == 0 ? fine : found;
}

}  // namespace

void add_inspect(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("inspect", "Structure of an interchange: envelopes, sets, counts, delimiters");
  auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "File, or - for standard input")->required();
  command->callback([&common, file] { common.exit_code = run(common, *file); });
}

}  // namespace crossdock::cli
