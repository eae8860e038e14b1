// `crossdock guide show|sample`: what a transaction set may hold; a valid document drawn from its guide.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/generate_edifact.hpp"
#include "gateway/cli/moment.hpp"
#include "translators/edifact/interchange_writer.hpp"
#include "translators/guide/sample.hpp"
#include "translators/guide/show.hpp"
#include "translators/partner_folder.hpp"
#include "translators/x12/interchange_writer.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string set, partner, config, at;
  std::uint64_t seed = 1, control_number = 1;
  bool full = false, bare = false, markdown = false;
};

/// `214`, `004010/214` or `x12/004010/214`; a bare set number means its lowest installed release.
Result<const guide::CompiledGuide*> find_guide(const Catalogue& catalogue, const std::string& name) {
  const std::vector<std::string> ids = catalogue.guide_ids();
  for (const std::string& id : ids)
    if (id == name || id.ends_with("/" + name)) return catalogue.guide(id);
  std::string known;
  for (const std::string& id : ids) known += (known.empty() ? "" : ", ") + id;
  return fail(Code::guide_unknown, "there is no guide " + name + "; there are " + known);
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!text.ends_with('\n')) std::fputc('\n', stdout);
}

/// The overlay of the partner whose guide the name means: 214 is the release that the partner's folder narrows.
Result<const PartnerFolder::Overlay*> partner_guide(const Catalogue& catalogue, const Arguments& arguments) {
  const PartnerFolder& folder = catalogue.partner(arguments.partner);
  for (const Finding& fault : folder.faults) print_finding(stderr, fault, false);
  for (const auto& [id, overlay] : folder.overlays)
    if (id == arguments.set || id.ends_with("/" + arguments.set)) return &overlay;
  std::string known;
  for (const auto& [id, overlay] : folder.overlays) known += (known.empty() ? "; it narrows " : ", ") + id;
  return fail(Code::usage_wrong, "partners/" + arguments.partner + " in " + arguments.config + " holds no overlay of " +
                                     arguments.set + known);
}

int show(const Common& common, const Arguments& arguments) {
  if (!arguments.partner.empty() && arguments.config.empty())
    return report_error({Code::usage_wrong, {}, "--partner needs --config DIR, the configuration folder"});
  auto catalogue = open_catalogue(common, arguments.config);
  if (!catalogue) return report_error(catalogue.error());
  std::string set = arguments.set;
  const guide::CompiledGuide* narrowed = nullptr;
  if (!arguments.partner.empty()) {
    auto overlay = partner_guide(**catalogue, arguments);
    if (!overlay) return report_error(overlay.error());
    narrowed = (*overlay)->guide.get();
    set = narrowed->id;
  }
  auto base = find_guide(**catalogue, set);
  if (!base) return report_error(base.error());
  const guide::CompiledGuide& shown = narrowed != nullptr ? *narrowed : **base;
  if (common.json)
    print(guide::show_json(shown));
  else if (arguments.markdown || narrowed != nullptr)
    print(guide::show_markdown(shown, narrowed != nullptr ? *base : nullptr));
  else
    print(guide::show_text(shown));
  return fine;
}

/// A drawn EDIFACT message in an interchange.
int print_message(const guide::CompiledGuide& source, const guide::SampleOptions& options, const Moment& when,
                  std::uint64_t reference) {
  auto segments = guide::sample_set(source, options);
  mapping::WrittenSet set{source.set, source.functional_group, source.version, {}};
  for (std::size_t i = 1; i + 1 < segments.size(); ++i) {  // the writer makes UNH and UNT
    for (std::string& element : segments[i])
      std::replace(element.begin(), element.end(), options.delimiters.component, wire::component_mark);
    set.segments.push_back(std::move(segments[i]));
  }
  EdifactDocument document;
  document.reference = reference;
  std::vector<Finding> replaced;
  auto written = write_edifact(document, {std::move(set)}, when, replaced);
  if (!written) return report_error(written.error());
  print(*written);
  return fine;
}

int sample(const Common& common, const Arguments& arguments) {
  auto catalogue = open_catalogue(common);
  if (!catalogue) return report_error(catalogue.error());
  auto found_guide = find_guide(**catalogue, arguments.set);
  if (!found_guide) return report_error(found_guide.error());
  const guide::CompiledGuide& source = **found_guide;
  auto when = moment(arguments.at);
  if (!when) return report_error(when.error());
  guide::SampleOptions options;
  options.seed = arguments.seed;
  options.full = arguments.full;
  x12::WriteOptions writing;
  writing.line_break = "\n";
  options.delimiters = writing.delimiters;
  const bool edifact = source.syntax == wire::Syntax::edifact;
  if (edifact) options.delimiters = edifact::WriteOptions{}.delimiters;
  if (arguments.bare) {
    print(guide::sample_text(source, options));
    return fine;
  }
  if (edifact) return print_message(source, options, *when, arguments.control_number);
  auto segments = guide::sample_set(source, options);
  // The writer makes ST and SE; composites carry its mark instead of the separator.
  x12::OutgoingSet set{source.set, "0001", {}, {}};
  for (std::size_t i = 1; i + 1 < segments.size(); ++i) {
    for (std::string& element : segments[i])
      std::replace(element.begin(), element.end(), writing.delimiters.component, wire::component_mark);
    set.segments.push_back(std::move(segments[i]));
  }
  x12::OutgoingInterchange out;
  out.sender_id = "SENDER";
  out.receiver_id = "RECEIVER";
  out.date = when->short_date();
  out.time = when->time;
  out.control_number = std::to_string(arguments.control_number);
  out.groups.push_back({source.functional_group,
                        "SENDER",
                        "RECEIVER",
                        when->date,
                        when->time,
                        out.control_number,
                        "X",
                        source.version,
                        {std::move(set)}});
  auto written = x12::write_interchange(out, writing);
  if (!written) return report_error(written.error());
  print(written->bytes);
  return fine;
}

}  // namespace

void add_guide(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand("guide", "Guides: what a transaction set may hold");
  command->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();
  auto* show_command = command->add_subcommand("show", "The guide: counts and structure; with --json everything");
  show_command->add_option("SET", arguments->set, "214, 004010/214 or x12/004010/214")->required();
  show_command->add_option("--partner", arguments->partner,
                           "With this partner's overlay, as a companion guide in Markdown");
  show_command->add_option("--config", arguments->config, "Configuration folder (for --partner)");
  show_command->add_flag("--markdown", arguments->markdown, "As Markdown");
  show_command->callback([&common, arguments] { common.exit_code = show(common, *arguments); });
  auto* sample_command = command->add_subcommand("sample", "A valid document drawn from the guide");
  sample_command->add_option("SET", arguments->set, "214, 004010/214 or x12/004010/214")->required();
  sample_command->add_option("--seed", arguments->seed, "The same seed draws the same document (default 1)");
  sample_command->add_flag("--full", arguments->full, "With everything optional");
  sample_command->add_flag("--bare", arguments->bare, "The transaction set alone, without envelope");
  sample_command->add_option("--at", arguments->at, "Moment of the envelope, RFC 3339 (default: now)");
  sample_command->add_option("--control-number", arguments->control_number, "Control number (default 1)")
      ->check(CLI::Range(1, 999999999));
  sample_command->callback([&common, arguments] { common.exit_code = sample(common, *arguments); });
}

}  // namespace crossdock::cli
