// `crossdock reference`: the pages of docs/reference that are printed from what is installed.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/cli/command.hpp"
#include "gateway/cli/reference_pages.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string page, out, compare;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Status write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(Code::file_unwritable, path.string());
  return {};
}

int run(const Common& common, const Arguments& arguments) {
  const auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  const auto pages = reference_pages(**catalogue);
  if (!pages) return report_error(pages.error());
  bool known = arguments.page.empty();
  int exit = fine;
  for (const auto& [name, text] : *pages) {
    if (!arguments.page.empty() && arguments.page != name && arguments.page + ".md" != name) continue;
    known = true;
    if (!arguments.out.empty()) {
      if (const Status written = write_file(std::filesystem::path(arguments.out) / name, text); !written)
        return report_error(written.error());
    } else if (!arguments.compare.empty()) {
      if (read_file(std::filesystem::path(arguments.compare) / name) == text) continue;
      std::printf("%s differs\n", name.c_str());
      exit = found;
    } else if (arguments.page.empty()) {
      std::printf("%s\n", name.c_str());
    } else {
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
  }
  if (!known)
    return report_error(
        Error{Code::usage_wrong, {}, "there is no page `" + arguments.page + "`; `crossdock reference` lists them"});
  return exit;
}

}  // namespace

void add_reference(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand(
      "reference", "Reference pages of every set, map, code table, event, code and configuration key");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("PAGE", arguments->page, "Page to print, such as maps; without it the pages are listed");
  auto* out = command->add_option("--out", arguments->out, "Folder that the pages are written into");
  command->add_option("--compare", arguments->compare, "Folder whose pages are compared; exit 1 where one differs")
      ->excludes(out);
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
