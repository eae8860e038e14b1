// `crossdock acknowledge FILE`: the 997 that the file deserves, on standard output.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/moment.hpp"
#include "translators/acknowledgement/functional_acknowledgement.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string file, at, release;
  std::uint64_t control_number = 1;
  bool warnings = false;
};

class StandardOutput : public wire::ByteSink {
 public:
  void write(std::string_view bytes) override { std::fwrite(bytes.data(), 1, bytes.size(), stdout); }
};

int run(const Common& common, const Arguments& arguments) {
  auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  auto when = moment(arguments.at);
  if (!when) return report_error(when.error());
  acknowledgement::AcknowledgementOptions options;
  options.date = when->date;
  options.time = when->time;
  options.acknowledge_warnings = arguments.warnings;
  options.line_break = "\n";
  options.interchange_number = [next = arguments.control_number]() mutable { return next++; };
  options.group_number = [next = arguments.control_number]() mutable { return next++; };
  StandardOutput output;
  acknowledgement::FunctionalAcknowledgement writer(output, options);
  TranslateOptions translate;
  translate.make_events = false;
  translate.guide = arguments.release;
  Translator translator(**catalogue, translate, writer);
  auto read = input->for_each_chunk([&translator](std::string_view bytes) { return translator.feed(bytes); });
  if (read) read = translator.finish();
  if (!read) return report_error(read.error());
  if (writer.interchanges_written() == 0)
    std::fprintf(stderr,
                 "crossdock: nothing in this file is acknowledged: acknowledgements themselves never are, nor is a "
                 "file without a group\n");
  return fine;
}

}  // namespace

void add_acknowledge(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("acknowledge", "The 997 that a file deserves");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "File, or - for standard input")->required();
  command->add_option("--at", arguments->at, "Moment of the envelope, RFC 3339 (default: now)");
  command->add_option("--control-number", arguments->control_number, "First control number (default 1)")
      ->check(CLI::Range(1, 999999999));
  command->add_option("--guide", arguments->release, "Release to use instead of GS08, such as 004010");
  command->add_flag("--warnings", arguments->warnings, "Report warnings too: AK5 E instead of A");
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
