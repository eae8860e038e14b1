// `crossdock test [DIR]`: the samples beside the maps, run offline; differences told value by value, line by line.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>

#include "gateway/cli/command.hpp"
#include "translators/base/json_text.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/load.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {
namespace {

namespace json = boost::json;
using Differences = std::vector<std::string>;

constexpr std::size_t differences_max = 20;  // shown of one sample

/// Keeps the findings of severity error: a sample is to be read without any.
struct Errors : acknowledgement::VerdictHandler {
  std::vector<std::string> texts;
  void take(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings)
      if (finding.severity == Severity::error) texts.push_back(to_text(finding));
  }
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
    take(set.findings);
  }
  void on_translated(const acknowledgement::SetVerdict&, const std::vector<Finding>& findings, std::uint64_t) override {
    take(findings);
  }
  void on_group_end(const x12::InterchangeHeader&, acknowledgement::GroupVerdict& group) override {
    take(group.findings);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override { take(interchange.findings); }
};

/// The events of a sample. `differences` takes what kept it from being read.
json::array read_sample(const Catalogue& catalogue, const mapping::CompiledMap& map, const std::string& id,
                        const std::string& text, Differences& differences) {
  json::array events;
  auto sink = [&events](canonical::Event&& event, std::string_view) { events.push_back(json::parse(event.to_json())); };
  const std::string source = "/files/sample";
  Errors errors;
  if (map.document() != mapping::DocumentKind::segments) {
    mapping::DocumentContext context;
    context.payload_hash = sha256(text);
    context.source = source;
    std::vector<Finding> findings;
    mapping::translate_json(map, text, context, sink, findings);
    errors.take(findings);
  } else {
    TranslateOptions options;
    options.source = source;
    options.map = id;
    options.payload_hash = sha256(text);
    Translator translator(catalogue, options, errors, sink);
    auto read = translator.feed(text);
    if (read) read = translator.finish();
    if (!read) errors.texts.push_back(read.error().text());
  }
  differences.insert(differences.end(), errors.texts.begin(), errors.texts.end());
  return events;
}

/// What a map writes from events: sets from ST to SE, a segment a line; or documents.
std::string write_sample(const mapping::CompiledMap& map, const json::value& events, Differences& differences) {
  std::vector<std::string> texts;
  if (const auto* array = events.if_array())
    for (const json::value& event : *array) texts.push_back(json::serialize(event));
  else
    texts.push_back(json::serialize(events));
  std::vector<Finding> findings;
  if (map.document() != mapping::DocumentKind::segments) {
    const auto documents = mapping::write_documents(map, texts, findings);
    Errors errors;
    errors.take(findings);
    differences.insert(differences.end(), errors.texts.begin(), errors.texts.end());
    std::string out;
    for (const mapping::WrittenDocument& document : *documents) {
      out += document.bytes;
      if (!out.ends_with('\n')) out += '\n';
    }
    return out;
  }
  const auto sets = mapping::write_sets(map, texts, findings);
  Errors errors;
  errors.take(findings);
  differences.insert(differences.end(), errors.texts.begin(), errors.texts.end());
  if (!sets) {
    differences.push_back(sets.error().text());
    return {};
  }
  std::string out;
  std::size_t number = 0;
  for (const mapping::WrittenSet& set : *sets) {
    std::string control = std::to_string(++number);
    control.insert(0, control.size() < 4 ? 4 - control.size() : 0, '0');
    out += "ST*" + set.set + "*" + control + "~\n";
    for (const auto& segment : set.segments) {
      for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
      out += "~\n";
    }
    out += "SE*" + std::to_string(set.segments.size() + 2) + "*" + control + "~\n";
  }
  return out;
}

std::string shown(const json::value* value) { return value == nullptr ? "absent" : json::serialize(*value); }

/// What differs, each with its path. JSON in samples is ours and at most as deep as the parser allows (32).
void compare(const json::value* expected, const json::value* found, const std::string& path, Differences& differences) {
  if (expected != nullptr && found != nullptr) {
    if (*expected == *found) return;
    if (expected->is_object() && found->is_object()) {
      const json::object &wanted = expected->get_object(), &have = found->get_object();
      for (const auto& [key, value] : wanted)
        compare(&value, have.if_contains(key), path + "." + std::string(key), differences);
      for (const auto& [key, value] : have)
        if (!wanted.contains(key)) compare(nullptr, &value, path + "." + std::string(key), differences);
      return;
    }
    if (expected->is_array() && found->is_array()) {
      const json::array &wanted = expected->get_array(), &have = found->get_array();
      for (std::size_t i = 0; i < std::max(wanted.size(), have.size()); ++i)
        compare(i < wanted.size() ? &wanted[i] : nullptr, i < have.size() ? &have[i] : nullptr,
                path + "[" + std::to_string(i + 1) + "]", differences);
      return;
    }
  }
  differences.push_back(path + ": expected " + shown(expected) + ", is " + shown(found));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

void compare_lines(const std::string& expected, const std::string& found, Differences& differences) {
  const auto wanted = lines_of(expected), have = lines_of(found);
  for (std::size_t i = 0; i < std::max(wanted.size(), have.size()); ++i) {
    const std::string one = i < wanted.size() ? wanted[i] : "absent", other = i < have.size() ? have[i] : "absent";
    if (one != other) differences.push_back("line " + std::to_string(i + 1) + ": expected " + one + ", is " + other);
  }
}

/// Events without `source`, which follows from the name of the file.
void drop_source(json::value& events) {
  if (auto* array = events.if_array())
    for (json::value& event : *array)
      if (auto* object = event.if_object()) object->erase("source");
}

const char* extension(mapping::DocumentKind document) {
  switch (document) {
    case mapping::DocumentKind::segments: return ".edi";
    case mapping::DocumentKind::json: return ".json";
    case mapping::DocumentKind::xml: return ".xml";
    case mapping::DocumentKind::csv: return ".csv";
    case mapping::DocumentKind::fixed: return ".txt";
  }
  return "";
}

class Samples {
 public:
  Samples(const Catalogue& catalogue, bool json) : catalogue_(&catalogue), json_(json) {}

  void run(const std::string& id) {
    auto map = catalogue_->map(id);
    if (!map) return report("maps/" + id, {map.error().text()});
    for (const std::string& path : catalogue_->source().list("maps/" + id + "/samples")) {
      if (path.find(".expected.") != std::string::npos) continue;
      const std::string stem = path.substr(0, path.rfind('.'));
      if (path.ends_with(".event.json"))
        outwards(**map, path, stem.substr(0, stem.rfind('.')) + ".expected" + extension((*map)->document()));
      else if (path.ends_with(extension((*map)->document())))
        inwards(**map, id, path, stem + ".expected.json");
    }
  }

  [[nodiscard]] int finish() const {
    if (!json_) std::printf("%zu samples, %zu differ\n", samples_, wrong_);
    return wrong_ == 0 ? fine : found;
  }

 private:
  void inwards(const mapping::CompiledMap& map, const std::string& id, const std::string& path,
               const std::string& expected_path) {
    Differences differences;
    const auto text = catalogue_->source().read(path), wanted = catalogue_->source().read(expected_path);
    if (!text || !wanted) return report(path, {(text ? wanted.error() : text.error()).text()});
    json::error_code failed;
    json::value expected = json::parse(*wanted, failed);
    if (failed) return report(path, {expected_path + " is no JSON: " + failed.message()});
    json::value events = read_sample(*catalogue_, map, id, *text, differences);
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
    compare_lines(*wanted, write_sample(map, events, differences), differences);
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

  const Catalogue* catalogue_;
  bool json_;
  std::size_t samples_ = 0, wrong_ = 0;
};

int run(const Common& common, const std::string& folder) {
  std::error_code failed;
  if (!folder.empty() && !std::filesystem::is_directory(folder, failed))
    return report_error(
        Error{Code::configuration_file_missing, {}, "the configuration folder " + folder + " is not there"});
  auto catalogue =
      open_catalogue(common, folder.empty() ? std::vector<std::string>{} : std::vector<std::string>{folder});
  if (!catalogue) return report_error(catalogue.error());
  Samples samples(**catalogue, common.json);
  for (const std::string& id : (*catalogue)->map_ids()) samples.run(id);
  return samples.finish();
}

}  // namespace

void add_test(CLI::App& app, Common& common) {
  auto* command =
      app.add_subcommand("test", "Run the samples beside the maps; exit 1 when one gives something else than stated");
  auto folder = std::make_shared<std::string>();
  command->add_option("DIR", *folder, "Configuration folder whose maps/ come before the installed ones");
  command->callback([&common, folder] { common.exit_code = run(common, *folder); });
}

}  // namespace crossdock::cli
