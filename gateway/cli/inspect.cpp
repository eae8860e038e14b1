// `crossdock inspect FILE`: envelopes, sets, counts, delimiters, as a tree or JSON; findings on standard error.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "translators/any_reader.hpp"
#include "translators/base/json_text.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/map_set.hpp"
#include "translators/structure.hpp"

namespace crossdock::cli {
namespace {

/// Prints each interchange when it has ended.
class Inspector : public StructureHandler {
 public:
  explicit Inspector(bool json) : json_(json) {
    if (json_) print("{\"interchanges\":[");
  }
  void finish() { print(json_ ? "],\"totals\":" + to_json(totals) + "}\n" : to_text(totals)); }

 protected:
  void on_summary(const InterchangeSummary& interchange) override {
    if (json_ && totals.interchanges > 1) print(",");
    print(json_ ? to_json(interchange) : to_text(interchange));
  }
  void on_each_finding(Finding&& finding) override { print_finding(stderr, finding, json_); }

 private:
  static void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
  bool json_;
};

/// A document that is no interchange: its records, and each place that holds a value.
int inspect_document(const Common& common, std::string map_id, Input& input) {
  auto catalogue = open_catalogue(common, {}, &map_id);
  if (!catalogue) return report_error(catalogue.error());
  int failed = fine;
  const auto* map = find_map(**catalogue, map_id, common.json, failed);
  if (map == nullptr) return failed;
  mapping::DocumentSurvey survey;
  std::vector<Finding> findings;
  mapping::survey_document(
      *map, [&input](const std::function<Status(std::string_view)>& take) { return input.for_each_chunk(take); },
      survey, findings);
  bool good = true;
  for (const Finding& finding : findings) {
    print_finding(stderr, finding, common.json);
    good = good && finding.severity != Severity::error;
  }
  std::string out = common.json ? "{\"records\":" + std::to_string(survey.records) + ",\"places\":["
                                : std::to_string(survey.records) + " records\n";
  bool first = true;
  for (const auto& [path, count] : survey.paths) {
    if (common.json) {
      out += first ? "{\"place\":" : ",{\"place\":";
      append_json_string(out, path);
      out += ",\"values\":" + std::to_string(count) + "}";
    } else {
      out += "  " + std::to_string(count) + "  " + path + "\n";
    }
    first = false;
  }
  if (common.json) out += "]}\n";
  std::fwrite(out.data(), 1, out.size(), stdout);
  return good ? fine : found;
}

int run(const Common& common, const std::string& file, const std::string& map) {
  auto input = Input::open(file);
  if (!input) return report_error(input.error());
  if (!map.empty()) return inspect_document(common, map, *input);
  Inspector inspector(common.json);
  AnyReader reader(inspector);
  auto read = input->for_each_chunk([&reader](std::string_view bytes) { return reader.feed(bytes); });
  if (read) read = reader.finish();
  if (!read) {
    if (read.error().reaction() != Reaction::reject) return report_error(read.error());
    print_finding(stderr, as_finding(read.error()), common.json);
    ++inspector.totals.findings.errors;  // what ended the reading counts with the others
  }
  inspector.finish();
  return read && inspector.totals.findings.errors == 0 ? fine : found;
}

}  // namespace

void add_inspect(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("inspect", "Structure of an interchange: envelopes, sets, counts, delimiters");
  auto file = std::make_shared<std::string>(), map = std::make_shared<std::string>();
  command->add_option("FILE", *file, "File, or - for standard input")->required();
  command->add_option("--map", *map, "Map of a JSON, XML, CSV or fixed-width document: id or map.yaml");
  command->callback([&common, file, map] { common.exit_code = run(common, *file, *map); });
}

}  // namespace crossdock::cli
