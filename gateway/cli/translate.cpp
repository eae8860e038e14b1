// `crossdock translate FILE`: canonical events, one JSON a line, on stdout; findings on stderr.
// SPDX-License-Identifier: Apache-2.0
#include "translators/translate.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/partner_choice.hpp"
#include "translators/mapping/compiled_map.hpp"

namespace crossdock::cli {
namespace {

struct Arguments {
  std::string file, map, release, zone, attachments;
  PartnerArguments partner;
  bool trace = false;
};

/// Findings to stderr; remembers whether any was an error.
class Printer : public acknowledgement::VerdictHandler {
 public:
  explicit Printer(bool json) : json_(json) {}
  void on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, acknowledgement::SetVerdict& set) override {
    print(set.findings);
    print(set.overlay_findings);
  }
  void on_translated(const acknowledgement::SetVerdict&, const std::vector<Finding>& findings, std::uint64_t) override {
    print(findings);
  }
  void on_group_end(const x12::InterchangeHeader&, acknowledgement::GroupVerdict& group) override {
    print(group.findings);
  }
  void on_interchange_end(acknowledgement::InterchangeVerdict& interchange) override { print(interchange.findings); }
  void print(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      if (finding.severity == Severity::error) error_ = true;
      print_finding(stderr, finding, json_);
    }
  }
  [[nodiscard]] bool error() const { return error_; }

 private:
  bool json_;
  bool error_ = false;
};

/// Writes events a line each through one growing buffer.
class Output {
 public:
  explicit Output(std::string folder) : folder_(std::move(folder)) {}
  void operator()(const canonical::Event& event, std::string_view trace) {
    event.append_json(buffer_);
    if (!trace.empty()) {
      buffer_.pop_back();  // the event's closing brace: the trace is its last member
      buffer_.append(",\"trace\":").append(trace).append("}");
    }
    buffer_ += '\n';
    if (!folder_.empty())
      for (const canonical::Attachment& attachment : event.attachments) keep(attachment);
    if (buffer_.size() > flush_bytes) flush();
  }
  /// An event that is written as JSON already.
  void operator()(std::string_view line) {
    buffer_.append(line).append(1, '\n');
    if (buffer_.size() > flush_bytes) flush();
  }
  /// What could not be written, empty if nothing.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  void flush() {
    std::fwrite(buffer_.data(), 1, buffer_.size(), stdout);
    buffer_.clear();
  }

 private:
  /// One file an attachment, named by its hash: the same bytes are one file.
  void keep(const canonical::Attachment& attachment) {
    const std::string path = folder_ + "/" + attachment.sha256;
    std::ofstream file(path, std::ios::binary);
    file.write(attachment.bytes.data(), static_cast<std::streamsize>(attachment.bytes.size()));
    if (!file.flush()) problem_ = path;
  }
  static constexpr std::size_t flush_bytes = 256U << 10;
  std::string buffer_, folder_, problem_;
};

int end(const Printer& printer, const Output& output) {
  if (!output.problem().empty())
    return report_error(Error{Code::file_unwritable, {}, "the attachment " + output.problem() + " cannot be written"});
  return printer.error() ? found : fine;
}

int translate_document(const mapping::CompiledMap& map, Input& input, const Arguments& arguments, Printer& printer,
                       Output& output) {
  auto hash = input.hash();
  if (!hash) return report_error(hash.error());
  const std::string source = "/files/" + input.name();
  mapping::DocumentContext context;
  context.payload_hash = *hash;
  context.source = source;
  context.profile_zone = arguments.zone;
  context.trace = arguments.trace;
  std::vector<Finding> findings;
  mapping::translate_document(
      map, [&input](const std::function<Status(std::string_view)>& take) { return input.for_each_chunk(take); },
      context, [&output](canonical::Event&& event, std::string_view trace) { output(event, trace); }, findings);
  output.flush();
  printer.print(findings);
  return end(printer, output);
}

int translate_interchange(const Common& common, const PartnerChoice& choice, Input& input, const Arguments& arguments,
                          Printer& printer, Output& output) {
  TranslateOptions options;
  options.trace = arguments.trace;
  options.map = arguments.map;
  options.guide = arguments.release;
  options.profile_zone = arguments.zone;
  options.source = "/files/" + input.name();
  options.lines = [&output](std::string_view line) { output(line); };
  choice.apply(options);
  auto hash = input.hash();
  if (!hash) return report_error(hash.error());
  options.payload_hash = *hash;
  Translator translator(*choice.catalogue, options, printer,
                        [&output](canonical::Event&& event, std::string_view trace) { output(event, trace); });
  auto read = input.for_each_chunk([&translator](std::string_view bytes) { return translator.feed(bytes); });
  if (read) read = translator.finish();
  output.flush();
  if (!read) {
    if (read.error().reaction() != Reaction::reject) return report_error(read.error());
    print_finding(stderr, as_finding(read.error()), common.json);
    return found;
  }
  return end(printer, output);
}

int run(const Common& common, Arguments& arguments) {
  auto choice = choose_partner(common, arguments.partner, &arguments.map);
  if (!choice) return report_error(choice.error());
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  Printer printer(common.json);
  Output output(arguments.attachments);
  if (!arguments.map.empty()) {
    int failed = fine;
    const auto* map = find_map(*choice->catalogue, choice->own_map(arguments.map), common.json, failed);
    if (map == nullptr) return failed;
    if (map->document() != mapping::DocumentKind::segments)
      return translate_document(*map, *input, arguments, printer, output);
  }
  return translate_interchange(common, *choice, *input, arguments, printer, output);
}

}  // namespace

void add_translate(CLI::App& app, Common& common) {
  auto* command =
      app.add_subcommand("translate", "Canonical events of a document, one JSON a line; findings on stderr");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "File, or - for standard input")->required();
  command->add_option("--map", arguments->map,
                      "Map to use, such as x12/004010/214 or webhooks/generic-status, or a map.yaml");
  command->add_option("--guide", arguments->release, "Release to use instead of GS08, such as 004010");
  command->add_option("--attachments", arguments->attachments,
                      "Folder for what events refer to by hash (images in BIN), a file each; it must exist");
  command->add_option("--zone", arguments->zone,
                      "Time zone of times without one (the profile's `zone:`), such as America/Chicago");
  add_partner_options(*command, arguments->partner, "With this partner's zone, overlays and maps");
  command->add_flag("--trace", arguments->trace, "Add to each event where every value came from");
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
