// `crossdock validate FILE`: every finding; exit 1 when a transaction set or envelope is rejected.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/partner_choice.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {
namespace {

/// Prints findings as verdicts fall and counts what was judged.
class Printer : public acknowledgement::VerdictHandler {
 public:
  explicit Printer(bool json) : json_(json) {}
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader& group, acknowledgement::SetVerdict& set) override {
    ++sets_;
    const acknowledgement::Verdict verdict = set.outcome();
    if (verdict == acknowledgement::Verdict::rejected || verdict == acknowledgement::Verdict::unknown_type) ++rejected_;
    print(set.findings);
    print(set.overlay_findings);
    if (set.findings_dropped != 0 && !json_)
      std::printf("... and %llu findings more in this set\n", static_cast<unsigned long long>(set.findings_dropped));
    if (!json_ && verdict != acknowledgement::Verdict::accepted)
      std::printf("set %s %s (group %s, control number %s): %s\n", set.header.set.c_str(), group.version.c_str(),
                  group.control_number.c_str(), set.header.control_number.c_str(), std::string(name(verdict)).c_str());
  }
  void on_group_end(const x12::InterchangeHeader&, acknowledgement::GroupVerdict& group) override {
    print(group.findings);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override {
    ++interchanges_;
    print(interchange.findings);
  }
  void summary() const {
    if (json_) return;
    std::printf("%llu interchanges, %llu transaction sets, %llu rejected; %llu errors, %llu warnings, %llu notes\n",
                number(interchanges_), number(sets_), number(rejected_), number(counts_[2]), number(counts_[1]),
                number(counts_[0]));
  }
  [[nodiscard]] bool rejected() const { return counts_[2] != 0; }

 private:
  static unsigned long long number(std::uint64_t value) { return value; }
  void print(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      ++counts_[static_cast<std::size_t>(finding.severity)];
      print_finding(stdout, finding, json_);
    }
  }
  bool json_;
  std::uint64_t interchanges_ = 0, sets_ = 0, rejected_ = 0;
  std::uint64_t counts_[3] = {0, 0, 0};
};

/// A document that is no interchange: against the columns, schema and lines of its map.
int validate_document(const Common& common, const mapping::CompiledMap& map, Input& input) {
  std::vector<Finding> findings;
  std::uint64_t events = 0;
  const mapping::DocumentContext context;
  mapping::translate_document(
      map, [&input](const std::function<Status(std::string_view)>& take) { return input.for_each_chunk(take); },
      context, [&events](canonical::Event&&, std::string_view) { ++events; }, findings);
  unsigned long long counts[3] = {0, 0, 0};
  for (const Finding& finding : findings) {
    ++counts[static_cast<std::size_t>(finding.severity)];
    print_finding(stdout, finding, common.json);
  }
  if (!common.json)
    std::printf("%llu events; %llu errors, %llu warnings, %llu notes\n", static_cast<unsigned long long>(events),
                counts[2], counts[1], counts[0]);
  return counts[2] != 0 ? found : fine;
}

struct Arguments {
  std::string file, release, map;
  PartnerArguments partner;
};

int run(const Common& common, Arguments& arguments) {
  auto choice = choose_partner(common, arguments.partner, &arguments.map);
  if (!choice) return report_error(choice.error());
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  if (!arguments.map.empty()) {
    int failed = fine;
    const auto* map = find_map(*choice->catalogue, choice->own_map(arguments.map), common.json, failed);
    if (map == nullptr) return failed;
    if (map->document() != mapping::DocumentKind::segments) return validate_document(common, *map, *input);
  }
  TranslateOptions options;
  options.make_events = false;
  options.guide = arguments.release;
  choice->apply(options);
  Printer printer(common.json);
  Translator translator(*choice->catalogue, options, printer);
  auto read = input->for_each_chunk([&translator](std::string_view bytes) { return translator.feed(bytes); });
  if (read) read = translator.finish();
  if (!read) {
    if (read.error().reaction() != Reaction::reject) return report_error(read.error());
    print_finding(stdout, as_finding(read.error()), common.json);
    return found;
  }
  printer.summary();
  return printer.rejected() ? found : fine;
}

}  // namespace

void add_validate(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand(
      "validate", "Check an interchange against envelope rules and guides; exit 1 when something is rejected");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "File, or - for standard input")->required();
  command->add_option("--guide", arguments->release, "Release to use instead of GS08, such as 004010");
  command->add_option(
      "--map", arguments->map,
      "Map of a JSON, XML, CSV or fixed-width document, whose columns, schema and lines it is checked by");
  add_partner_options(*command, arguments->partner, "With this partner's overlays and severities");
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
