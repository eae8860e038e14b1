// `crossdock map diff OLD NEW SAMPLES`: what two maps make of the same documents, value by value.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/samples.hpp"
#include "translators/base/json_text.hpp"
#include "translators/mapping/load.hpp"

namespace crossdock::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::uint64_t sample_bytes_max = 64U << 20;

struct Arguments {
  std::string before, after, samples, config;
};

/// A map with the catalogue it lives in.
struct Side {
  std::shared_ptr<const Catalogue> catalogue;
  const mapping::CompiledMap* map = nullptr;
};

/// `text` is the id of an installed map, a map.yaml, or a folder that holds one.
Result<Side> open_side(const Common& common, const std::string& config, std::string text) {
  Side out;
  TRY(out.catalogue, open_catalogue(common, config, &text));
  TRY(out.map, out.catalogue->map(text));
  return out;
}

/// Ids and keys hang on names of entries only where these differ; the source is the file's name.
void drop_names(json::array& events) {
  for (json::value& event : events)
    if (auto* object = event.if_object()) object->erase("source");
}

class Comparison {
 public:
  Comparison(const Side& before, const Side& after, bool json) : before_(before), after_(after), json_(json) {}

  void file(const fs::path& path) {
    const std::string name = path.filename().string();
    if (name.find(".expected.") != std::string::npos) return;
    const bool outwards = name.ends_with(".event.json");
    if (!outwards && !name.ends_with(extension(before_.map->document()))) return;
    auto input = Input::open(path.string());
    auto text = input ? input->text(sample_bytes_max) : Result<std::string>(tl::unexpected(input.error()));
    Differences differences;
    if (!text) {
      differences.push_back(text.error().text());
    } else if (outwards) {
      json::error_code failed;
      const json::value events = json::parse(*text, failed);
      if (failed) return tell(path.string(), {"no JSON: " + failed.message()});
      Differences old_problems, new_problems;
      const std::string was = write_sample(*before_.map, events, old_problems),
                        is = write_sample(*after_.map, events, new_problems);
      compare_lines(was, is, differences);
      problems(old_problems, new_problems, differences);
    } else {
      Differences old_problems, new_problems;
      json::array was = read_sample(*before_.catalogue, *before_.map, *text, old_problems),
                  is = read_sample(*after_.catalogue, *after_.map, *text, new_problems);
      drop_names(was);
      drop_names(is);
      const json::value left = std::move(was), right = std::move(is);
      compare(&left, &right, "events", differences);
      problems(old_problems, new_problems, differences);
    }
    tell(path.string(), differences);
  }

  [[nodiscard]] int finish() const {
    if (!json_) std::printf("%zu samples, %zu differ\n", samples_, different_);
    return different_ == 0 ? fine : found;
  }
  [[nodiscard]] bool any() const { return samples_ > 0; }

 private:
  /// What only one of the maps found wrong.
  static void problems(const Differences& was, const Differences& is, Differences& out) {
    for (const std::string& one : was)
      if (std::find(is.begin(), is.end(), one) == is.end()) out.push_back("only OLD finds: " + one);
    for (const std::string& one : is)
      if (std::find(was.begin(), was.end(), one) == was.end()) out.push_back("only NEW finds: " + one);
  }

  void tell(const std::string& path, const Differences& differences) {
    ++samples_;
    if (!differences.empty()) ++different_;
    if (json_) {
      std::string line = "{\"sample\":";
      append_json_string(line, path);
      line += ",\"differences\":[";
      for (std::size_t i = 0; i < differences.size(); ++i) {
        if (i > 0) line += ',';
        append_json_string(line, differences[i]);
      }
      std::printf("%s]}\n", line.c_str());
      return;
    }
    std::printf("%s  %s\n", differences.empty() ? "same     " : "DIFFERENT", path.c_str());
    for (const std::string& one : differences) std::printf("    %s\n", one.c_str());
  }

  const Side& before_;
  const Side& after_;
  bool json_;
  std::size_t samples_ = 0, different_ = 0;
};

int run(const Common& common, const Arguments& arguments) {
  const auto before = open_side(common, arguments.config, arguments.before),
             after = open_side(common, arguments.config, arguments.after);
  if (!before) return report_error(before.error());
  if (!after) return report_error(after.error());
  if (before->map->document() != after->map->document())
    return report_error(Error{Code::usage_wrong, {}, "the two maps read different kinds of documents"});
  std::vector<fs::path> files;
  std::error_code failed;
  if (fs::is_regular_file(arguments.samples, failed)) files.emplace_back(arguments.samples);
  for (fs::recursive_directory_iterator at(arguments.samples, failed), end; !failed && at != end; at.increment(failed))
    if (at->is_regular_file(failed)) files.push_back(at->path());
  std::sort(files.begin(), files.end());
  Comparison comparison(*before, *after, common.json);
  for (const fs::path& file : files) comparison.file(file);
  if (!comparison.any())
    return report_error(Error{
        Code::usage_wrong,
        {},
        "no file in " + arguments.samples + " ends in " + extension(before->map->document()) + " or .event.json"});
  return comparison.finish();
}

}  // namespace

void add_map(CLI::App& app, Common& common) {
  auto* map = app.add_subcommand("map", "Maps: show and compare them");
  map->require_subcommand(1);
  add_map_show(*map, common);
  auto* diff =
      map->add_subcommand("diff", "What two maps make of a folder of samples, value by value; exit 1 when they differ");
  auto arguments = std::make_shared<Arguments>();
  diff->add_option("OLD", arguments->before, "Id of an installed map, a map.yaml, or its folder")->required();
  diff->add_option("NEW", arguments->after, "The same; both may have one id")->required();
  diff->add_option("SAMPLES", arguments->samples, "Folder of documents (and of NAME.event.json), or one file")
      ->required();
  diff->add_option("--config", arguments->config, "Configuration folder whose maps and guides come first");
  diff->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
