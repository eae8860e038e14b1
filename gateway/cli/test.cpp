// `crossdock test [DIR]`: the samples beside the maps, run offline; differences told value by value, line by line.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <map>

#include "gateway/cli/command.hpp"
#include "gateway/cli/samples.hpp"
#include "translators/base/json_text.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/load.hpp"

namespace crossdock::cli {
namespace {

namespace json = boost::json;
constexpr std::size_t differences_max = 20;  // shown of one sample

/// Events without `source`, which follows from the name of the file.
void drop_source(json::value& events) {
  if (auto* array = events.if_array())
    for (json::value& event : *array)
      if (auto* object = event.if_object()) object->erase("source");
}

class Samples {
 public:
  Samples(const Catalogue& catalogue, bool json, bool covers, int least)
      : catalogue_(&catalogue), json_(json), covers_(covers), least_(least) {}

  void run(const std::string& id) {
    auto map = catalogue_->map(id);
    if (!map) return report(mapping::map_folder(id), {map.error().text()});
    coverage_ = {};
    for (const std::string& path : catalogue_->source().list(mapping::map_folder(id) + "/samples")) {
      if (path.find(".expected.") != std::string::npos) continue;
      const std::string stem = path.substr(0, path.rfind('.'));
      if (path.ends_with(".event.json"))
        outwards(**map, path, stem.substr(0, stem.rfind('.')) + ".expected" + extension((*map)->document()));
      else if (path.ends_with(extension((*map)->document())))
        inwards(**map, path, stem + ".expected.json");
    }
    if (covers_) tell_coverage(**map);
  }

  [[nodiscard]] int finish() const {
    if (!json_) std::printf("%zu samples, %zu differ\n", samples_, wrong_);
    return wrong_ == 0 && !short_ ? fine : found;
  }

 private:
  void inwards(const mapping::CompiledMap& map, const std::string& path, const std::string& expected_path) {
    Differences differences;
    const auto text = catalogue_->source().read(path), wanted = catalogue_->source().read(expected_path);
    if (!text || !wanted) return report(path, {(text ? wanted.error() : text.error()).text()});
    json::error_code failed;
    json::value expected = json::parse(*wanted, failed);
    if (failed) return report(path, {expected_path + " is no JSON: " + failed.message()});
    json::value events = read_sample(*catalogue_, map, *text, differences, coverage());
    drop_source(expected);
    drop_source(events);
    compare(&expected, &events, "events", differences);
    report(path, differences);
  }

  void outwards(const mapping::CompiledMap& map, const std::string& path, const std::string& expected_path) {
    Differences differences;
    const auto text = catalogue_->source().read(path), wanted = catalogue_->source().read(expected_path);
    if (!text || !wanted) return report(path, {(text ? wanted.error() : text.error()).text()});
    json::error_code failed;
    const json::value events = json::parse(*text, failed);
    if (failed) return report(path, {path + " is no JSON: " + failed.message()});
    compare_lines(*wanted, write_sample(map, events, differences, coverage()), differences);
    report(path, differences);
  }

  void report(const std::string& path, const Differences& differences) {
    ++samples_;
    if (!differences.empty()) ++wrong_;
    if (json_) {
      std::string line = "{\"sample\":";
      append_json_string(line, path);
      line += differences.empty() ? ",\"result\":\"same\",\"differences\":["
                                  : ",\"result\":\"different\",\"differences\":[";
      for (std::size_t i = 0; i < differences.size(); ++i) {
        if (i != 0) line += ',';
        append_json_string(line, differences[i]);
      }
      std::printf("%s]}\n", line.c_str());
      return;
    }
    std::printf("%s  %s\n", differences.empty() ? "same     " : "DIFFERENT", path.c_str());
    for (std::size_t i = 0; i < differences.size() && i < differences_max; ++i)
      std::printf("    %s\n", differences[i].c_str());
    if (differences.size() > differences_max) std::printf("    and %zu more\n", differences.size() - differences_max);
  }

  mapping::Coverage* coverage() { return covers_ ? &coverage_ : nullptr; }

  /// Each line of the map once, wherever it stands in the program.
  void tell_coverage(const mapping::CompiledMap& map) {
    std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> lines;
    std::map<std::pair<std::uint32_t, std::string>, std::string> places;
    const auto& program = map.program();
    for (std::size_t i = 0; i < program.lines.size(); ++i) {
      const mapping::Line& line = program.lines[i];
      const std::pair<std::uint32_t, std::string> key{line.at.line, line.at.file + " " + line.text};
      lines[key] += i < coverage_.runs.size() ? coverage_.runs[i] : 0;
      places[key] = line.at.file + ":" + std::to_string(line.at.line) + ": " + line.text;
    }
    const auto run = static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [](const auto& one) { return one.second > 0; }));
    const int percent = lines.empty() ? 100 : static_cast<int>(run * 100 / lines.size());
    short_ = short_ || percent < least_;
    std::string left;
    for (const auto& [key, count] : lines) {
      if (count > 0) continue;
      if (json_) {
        if (!left.empty()) left += ',';
        append_json_string(left, places[key]);
      } else {
        left += "    never run: " + places[key] + "\n";
      }
    }
    if (json_)
      std::printf("{\"map\":\"%s\",\"lines\":%zu,\"run\":%zu,\"percent\":%d,\"never_run\":[%s]}\n", map.id().c_str(),
                  lines.size(), run, percent, left.c_str());
    else
      std::printf("coverage %3d %%  %s (%zu of %zu lines)\n%s", percent, map.id().c_str(), run, lines.size(),
                  left.c_str());
  }

  const Catalogue* catalogue_;
  bool json_, covers_;
  int least_;
  mapping::Coverage coverage_;
  bool short_ = false;
  std::size_t samples_ = 0, wrong_ = 0;
};

struct Arguments {
  std::string folder, map;
  bool coverage = false;
  int least = 0;
};

int run(const Common& common, const Arguments& arguments) {
  const std::string& folder = arguments.folder;
  auto catalogue = open_catalogue(common, folder);
  if (!catalogue) return report_error(catalogue.error());
  Samples samples(**catalogue, common.json, arguments.coverage || arguments.least > 0, arguments.least);
  for (const std::string& id : (*catalogue)->map_ids())
    if (id.starts_with(arguments.map)) samples.run(id);
  return samples.finish();
}

}  // namespace

void add_test(CLI::App& app, Common& common) {
  auto* command =
      app.add_subcommand("test", "Run the samples beside the maps; exit 1 when one gives something else than stated");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("DIR", arguments->folder,
                      "Configuration folder: its maps/ come before the installed ones, its partners' maps run too");
  command->add_option("--map", arguments->map, "Only maps whose id begins so, such as webhooks/");
  command->add_flag("--coverage", arguments->coverage,
                    "Show how many lines of each map its samples exercise, and which they do not");
  command->add_option("--coverage-min", arguments->least, "Fail where a map has less, in per cent")
      ->check(CLI::Range(0, 100));
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
