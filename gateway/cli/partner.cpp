// `crossdock partner learn SAMPLES...`: a profile and overlay guides proposed from a partner's documents.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gateway/cli/command.hpp"
#include "gateway/cli/learn_proposal.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::vector<std::string> samples;
  std::string out;
  LearnWishes wishes;
};

/// Files of folders too, in the order of their names.
std::vector<std::string> files_of(const std::vector<std::string>& samples) {
  std::vector<std::string> out;
  for (const std::string& sample : samples) {
    std::error_code failed;
    if (sample == "-" || !std::filesystem::is_directory(sample, failed)) {
      out.push_back(sample);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(sample, failed))
      if (entry.is_regular_file() && !entry.path().filename().string().starts_with("."))
        found.push_back(entry.path().string());
    std::sort(found.begin(), found.end());
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

/// What stands there already is somebody's work: it stays.
Status write_new(const std::filesystem::path& path, const std::string& text) {
  std::error_code failed;
  if (std::filesystem::exists(path, failed))
    return fail(Code::usage_wrong, path.string() + " is there already; choose another --out or --name");
  std::filesystem::create_directories(path.parent_path(), failed);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail(Code::file_unwritable, path.string());
  std::printf("%s\n", path.string().c_str());
  return {};
}

void print(const std::vector<std::pair<std::string, std::string>>& files, bool json) {
  for (const auto& [path, text] : files) {
    if (!json) {
      std::printf("--- # %s\n%s", path.c_str(), text.c_str());
      continue;
    }
    std::string out = "{\"path\":";
    append_json_string(out, path);
    out += ",\"text\":";
    append_json_string(out, text);
    std::printf("%s}\n", out.c_str());
  }
}

int run(const Common& common, const Arguments& arguments) {
  const auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  LearntFacts facts;
  for (const std::string& file : files_of(arguments.samples)) {
    auto input = Input::open(file);
    if (!input) return report_error(input.error());
    learn_sample(**catalogue, *input, facts);
  }
  const auto files = propose(**catalogue, facts, arguments.wishes);
  if (!files) return report_error(files.error());
  if (arguments.out.empty()) {
    print(*files, common.json);
    return fine;
  }
  for (const auto& [path, text] : *files)
    if (const Status written = write_new(std::filesystem::path(arguments.out) / path, text); !written)
      return report_error(written.error());
  return fine;
}

}  // namespace

void add_partner(CLI::App& app, Common& common) {
  auto* partner = app.add_subcommand("partner", "Trading partners' profiles");
  partner->require_subcommand(1);
  add_partner_mailbox(*partner, common);
  add_partner_test(*partner, common);
  auto* learn = partner->add_subcommand(
      "learn", "Proposes a profile and overlay guides from a partner's documents, with counts of what they show");
  auto arguments = std::make_shared<Arguments>();
  learn->add_option("SAMPLES", arguments->samples, "Documents, or folders of them; - for standard input")->required();
  learn->add_option("--name", arguments->wishes.name, "Name of the partner (default: from its identifier)");
  learn->add_option("--us", arguments->wishes.us,
                    "Our identifier in the envelopes, such as ZZ:SHIPCO (default: who most is sent to)");
  learn->add_option("--out", arguments->out,
                    "Configuration folder that the files are written into (default: printed); none is overwritten");
  learn->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
