// `crossdock explain CODE`: what a finding or error code means and what would be right.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/reference_pages.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string code;
  bool all = false;
};

void print_text(const CodeInfo& row) {
  auto text = [](std::string_view view) { return std::string(view); };
  std::printf("%s (%s; reaction: %s)\n  %s.\n", text(row.text).c_str(), text(name(row.severity)).c_str(),
              text(name(row.reaction)).c_str(), text(row.what).c_str());
  if (!row.remedy.empty()) std::printf("  What would be right: %s.\n", text(row.remedy).c_str());
  const bool edifact = row.text.starts_with("edifact.");  // all of data element 0085
  const std::pair<const char*, std::string_view> levels[] = {{edifact ? "UCS 0085" : "AK304/IK304", row.segment_code},
                                                             {edifact ? "UCD 0085" : "AK403/IK403", row.element_code},
                                                             {edifact ? "UCM 0085" : "AK502/IK502", row.set_code},
                                                             {edifact ? "UCF 0085" : "AK905", row.group_code},
                                                             {edifact ? "UCI 0085" : "TA105", row.interchange_code}};
  for (const auto& [level, code] : levels)
    if (!code.empty()) std::printf("  %s: %s\n", level, text(code).c_str());
  if (!row.disposition.empty()) std::printf("  MDN: %s\n", text(row.disposition).c_str());
}

void print_json(const CodeInfo& row) {
  std::string out = "{";
  auto member = [&out](std::string_view key, std::string_view value) {
    if (out.size() > 1) out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  };
  member("code", row.text);
  member("severity", name(row.severity));
  member("reaction", name(row.reaction));
  member("what", row.what);
  member("remedy", row.remedy);
  member("segment_code", row.segment_code);
  member("element_code", row.element_code);
  member("set_code", row.set_code);
  member("group_code", row.group_code);
  member("interchange_code", row.interchange_code);
  member("disposition", row.disposition);
  std::printf("%s}\n", out.c_str());
}

int run(const Common& common, const Arguments& arguments) {
  if (arguments.all) {
    if (common.json)
      for (const CodeInfo& row : all_codes()) print_json(row);
    else
      std::fputs(codes_page().c_str(), stdout);
    return fine;
  }
  if (const auto code = find_code(arguments.code)) {
    common.json ? print_json(info(*code)) : print_text(info(*code));
    return fine;
  }
  return report_error(
      Error{Code::usage_wrong, {}, "there is no code `" + arguments.code + "`; `crossdock explain --all` lists them"});
}

}  // namespace

void add_explain(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("explain", "What a finding or error code means");
  auto arguments = std::make_shared<Arguments>();
  auto* code = command->add_option("CODE", arguments->code, "Such as x12.se.count");
  auto* all = command->add_flag("--all", arguments->all, "Every code, as the reference page");
  code->excludes(all);
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
