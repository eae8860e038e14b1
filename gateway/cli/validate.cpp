// `crossdock validate FILE`: every finding; exit 1 when a transaction set or envelope is rejected.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
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
    if (set.verdict == acknowledgement::Verdict::rejected || set.verdict == acknowledgement::Verdict::unknown_type)
      ++rejected_;
    print(set.findings);
    if (set.findings_dropped != 0 && !json_)
      std::printf("... and %llu findings more in this set\n", static_cast<unsigned long long>(set.findings_dropped));
    if (!json_ && set.verdict != acknowledgement::Verdict::accepted)
      std::printf("set %s %s (group %s, control number %s): %s\n", set.header.set.c_str(), group.version.c_str(),
                  group.control_number.c_str(), set.header.control_number.c_str(),
                  std::string(name(set.verdict)).c_str());
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

int run(const Common& common, const std::string& file, const std::string& release, const std::string& map_id) {
  auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  auto input = Input::open(file);
  if (!input) return report_error(input.error());
  if (!map_id.empty()) {
    auto map = (*catalogue)->map(map_id);
    if (!map) return report_error(map.error());
    if ((*map)->document() != mapping::DocumentKind::segments) return validate_document(common, **map, *input);
  }
  TranslateOptions options;
  options.make_events = false;
  options.guide = release;
  Printer printer(common.json);
  Translator translator(**catalogue, options, printer);
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
  auto file = std::make_shared<std::string>(), release = std::make_shared<std::string>(),
       map = std::make_shared<std::string>();
  command->add_option("FILE", *file, "File, or - for standard input")->required();
  command->add_option("--guide", *release, "Release to use instead of GS08, such as 004010");
  command->add_option(
      "--map", *map,
      "Map of a JSON, XML, CSV or fixed-width document, whose columns, schema and lines it is checked by");
  command->callback([&common, file, release, map] { common.exit_code = run(common, *file, *release, *map); });
}

}  // namespace crossdock::cli
