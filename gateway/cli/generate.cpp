// `crossdock generate EVENTS.json --map M`: the document that a map writes from canonical events.
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "gateway/cli/command.hpp"
#include "gateway/cli/generate_edifact.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/moment.hpp"
#include "gateway/cli/partner_choice.hpp"
#include "translators/mapping/compiled_map.hpp"
#include "translators/mapping/map_set.hpp"
#include "translators/x12/interchange_writer.hpp"

namespace crossdock::cli {
namespace {

constexpr std::uint64_t events_bytes_max = 256U << 20;

struct Arguments {
  std::string file, map, at;
  PartnerArguments partner;
  std::uint64_t control_number = 1;
};

/// Event texts of one event, an array of them, or one a line (any JSON values that follow each other). Errors:
/// usage.wrong.
Result<std::vector<std::string>> read_events(const std::string& text) {
  std::vector<std::string> events;
  auto take = [&events](const boost::json::value& value) {
    if (const auto* array = value.if_array())
      for (const boost::json::value& event : *array) events.push_back(boost::json::serialize(event));
    else
      events.push_back(boost::json::serialize(value));
  };
  boost::json::stream_parser parser;
  std::size_t at = 0;
  while (at < text.size()) {
    boost::json::error_code error;
    at += parser.write_some(text.data() + at, text.size() - at, error);
    if (!error && at == text.size() && !parser.done()) parser.finish(error);
    if (error) {
      if (text.find_first_not_of(" \t\r\n", at) == std::string::npos && !events.empty()) break;
      return fail(Code::usage_wrong, "the events are no JSON at byte " + std::to_string(at) + ": " + error.message());
    }
    if (parser.done()) {
      take(parser.release());
      parser.reset();
      at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    }
  }
  if (events.empty()) return fail(Code::usage_wrong, "the file holds no event");
  return events;
}

struct Envelope {
  x12::OutgoingInterchange interchange;
  std::string sender_gs = "SENDER", receiver_gs = "RECEIVER";
  x12::WriteOptions writing;
};

void split_id(const std::string& text, std::string& qualifier, std::string& id) {
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos) qualifier = text.substr(0, colon);
  id = colon == std::string::npos ? text : text.substr(colon + 1);
}

/// Identifiers and delimiters of the partner's profile.
void use_partner(const configuration::Partner* partner, const std::string& map, Envelope& envelope) {
  split_id(partner->us.x12, envelope.interchange.sender_qualifier, envelope.interchange.sender_id);
  if (!partner->identifiers.x12.empty())
    split_id(partner->identifiers.x12.front().text, envelope.interchange.receiver_qualifier,
             envelope.interchange.receiver_id);
  envelope.sender_gs = partner->us.gs.empty() ? envelope.interchange.sender_id : partner->us.gs;
  envelope.receiver_gs =
      partner->identifiers.gs.empty() ? envelope.interchange.receiver_id : partner->identifiers.gs.front().text;
  if (partner->test) envelope.interchange.usage = "T";
  envelope.writing.delimiter_in_data = static_cast<x12::DelimiterInData>(partner->on_delimiter_in_data);
  if (!partner->replace_with.empty()) envelope.writing.replacement = partner->replace_with.front();
  for (const configuration::SetAgreement& agreement : partner->receives) {
    if (!(agreement.set == map) || !agreement.delimiters) continue;
    if (!agreement.delimiters->element.empty())
      envelope.writing.delimiters.element = agreement.delimiters->element.front();
    if (!agreement.delimiters->component.empty())
      envelope.writing.delimiters.component = agreement.delimiters->component.front();
    if (!agreement.delimiters->segment.empty()) envelope.writing.delimiters.segment = agreement.delimiters->segment;
  }
}

/// Sets of one functional group and release share a group.
void add_sets(std::vector<mapping::WrittenSet>&& sets, const Moment& when, std::uint64_t first_number,
              Envelope& envelope) {
  for (mapping::WrittenSet& set : sets) {
    auto& groups = envelope.interchange.groups;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const x12::OutgoingGroup& known) {
      return known.functional_id == set.functional_group && known.version == set.version;
    });
    if (group == groups.end()) {
      const std::string number = std::to_string(first_number + groups.size());
      groups.push_back({set.functional_group,
                        envelope.sender_gs,
                        envelope.receiver_gs,
                        when.date,
                        when.time,
                        number,
                        "X",
                        set.version,
                        {}});
      group = groups.end() - 1;
    }
    std::string number = std::to_string(group->sets.size() + 1);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    group->sets.push_back({set.set, std::move(number), {}, std::move(set.segments)});
  }
}

/// Documents behind each other; JSON ones a line each.
int generate_documents(const Common& common, const mapping::CompiledMap& map, const std::vector<std::string>& events) {
  std::vector<Finding> findings;
  auto documents = mapping::write_documents(map, events, findings);
  bool failed = false;
  for (const Finding& finding : findings) {
    print_finding(stderr, finding, common.json);
    failed = failed || finding.severity == Severity::error;
  }
  if (!documents) return report_error(documents.error());
  for (const mapping::WrittenDocument& document : *documents) {
    std::fwrite(document.bytes.data(), 1, document.bytes.size(), stdout);
    if (!document.bytes.empty() && document.bytes.back() != '\n') std::fputc('\n', stdout);
  }
  return failed || documents->empty() ? found : fine;
}

int run(const Common& common, Arguments& arguments) {
  auto choice = choose_partner(common, arguments.partner, &arguments.map);
  if (!choice) return report_error(choice.error());
  int failed_load = fine;
  const auto* map = find_map(*choice->catalogue, choice->own_map(arguments.map), common.json, failed_load);
  if (map == nullptr) return failed_load;
  auto input = Input::open(arguments.file);
  if (!input) return report_error(input.error());
  auto text = input->text(events_bytes_max);
  if (!text) return report_error(text.error());
  auto events = read_events(*text);
  if (!events) return report_error(events.error());
  auto when = moment(arguments.at);
  if (!when) return report_error(when.error());
  Envelope envelope;
  envelope.interchange.sender_id = "SENDER";
  envelope.interchange.receiver_id = "RECEIVER";
  envelope.writing.line_break = "\n";
  if (choice->partner != nullptr) use_partner(choice->partner, arguments.map, envelope);
  if (map->document() != mapping::DocumentKind::segments) return generate_documents(common, *map, *events);
  std::vector<Finding> findings;
  auto sets = mapping::write_sets(*map, *events, findings);
  bool failed = false;
  for (const Finding& finding : findings) {
    print_finding(stderr, finding, common.json);
    failed = failed || finding.severity == Severity::error;
  }
  if (!sets) return report_error(sets.error());
  if (sets->empty()) return found;
  envelope.interchange.date = when->short_date();
  envelope.interchange.time = when->time;
  envelope.interchange.control_number = std::to_string(arguments.control_number);
  if (map->guide()->syntax == wire::Syntax::edifact) {
    EdifactDocument document;
    if (choice->partner != nullptr) document = edifact_document(*choice->partner, arguments.map);
    document.reference = arguments.control_number;
    std::vector<Finding> replaced;
    auto bytes = write_edifact(document, std::move(*sets), *when, replaced);
    if (!bytes) return report_error(bytes.error());
    for (const Finding& finding : replaced) print_finding(stderr, finding, common.json);
    std::fwrite(bytes->data(), 1, bytes->size(), stdout);
    return failed ? found : fine;
  }
  add_sets(std::move(*sets), *when, arguments.control_number, envelope);
  auto written = x12::write_interchange(envelope.interchange, envelope.writing);
  if (!written) return report_error(written.error());
  for (const Finding& finding : written->findings) print_finding(stderr, finding, common.json);
  std::fwrite(written->bytes.data(), 1, written->bytes.size(), stdout);
  return failed ? found : fine;
}

}  // namespace

void add_generate(CLI::App& app, Common& common) {
  auto* command = app.add_subcommand(
      "generate", "A document (EDI, JSON, XML, CSV ...) from canonical events, by a map read backwards");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("EVENTS", arguments->file, "One event, an array of them, or one a line; - for standard input")
      ->required();
  command->add_option("--map", arguments->map, "Map, such as x12/004010/204, or a map.yaml")->required();
  add_partner_options(*command, arguments->partner, "Identifiers, delimiters and maps of this partner");
  command->add_option("--at", arguments->at, "Moment of the envelope, RFC 3339 (default: now)");
  command->add_option("--control-number", arguments->control_number, "Control number (default 1)")
      ->check(CLI::Range(1, 999999999));
  command->callback([&common, arguments] { common.exit_code = run(common, *arguments); });
}

}  // namespace crossdock::cli
