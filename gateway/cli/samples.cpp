// Reading and writing the samples beside maps, and what differs.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/samples.hpp"

#include <algorithm>

#include "translators/edifact/interchange_writer.hpp"
#include "translators/translate.hpp"

namespace crossdock::cli {
namespace {

namespace json = boost::json;

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

std::string shown(const json::value* value) { return value == nullptr ? "absent" : json::serialize(*value); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

/// The events of a sample. `differences` takes what kept it from being read.
json::array read_sample(const Catalogue& catalogue, const mapping::CompiledMap& map, const std::string& text,
                        Differences& differences, mapping::Coverage* coverage) {
  json::array events;
  auto sink = [&events](canonical::Event&& event, std::string_view) { events.push_back(json::parse(event.to_json())); };
  const std::string source = "/files/sample";
  Errors errors;
  if (map.document() != mapping::DocumentKind::segments) {
    mapping::DocumentContext context;
    context.payload_hash = sha256(text);
    context.source = source;
    std::vector<Finding> findings;
    mapping::MapRunner(map).run_json(text, context, sink, findings, coverage);
    errors.take(findings);
  } else {
    TranslateOptions options;
    options.source = source;
    options.map = map.id();
    options.coverage = coverage;
    options.payload_hash = sha256(text);
    Translator translator(catalogue, options, errors, sink);
    auto read = translator.feed(text);
    if (read) read = translator.finish();
    if (!read) errors.texts.push_back(read.error().text());
  }
  differences.insert(differences.end(), errors.texts.begin(), errors.texts.end());
  return events;
}

/// What a map writes from events: sets from ST to SE, messages from UNH to UNT, a segment a line; or documents.
std::string write_sample(const mapping::CompiledMap& map, const json::value& events, Differences& differences,
                         mapping::Coverage* coverage) {
  std::vector<std::uint64_t>* const runs = coverage == nullptr ? nullptr : &coverage->runs;
  std::vector<std::string> texts;
  if (const auto* array = events.if_array())
    for (const json::value& event : *array) texts.push_back(json::serialize(event));
  else
    texts.push_back(json::serialize(events));
  std::vector<Finding> findings;
  if (map.document() != mapping::DocumentKind::segments) {
    const auto documents = mapping::write_documents(map, texts, findings, runs);
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
  auto sets = mapping::write_sets(map, texts, findings, runs);
  Errors errors;
  errors.take(findings);
  differences.insert(differences.end(), errors.texts.begin(), errors.texts.end());
  if (!sets) {
    differences.push_back(sets.error().text());
    return {};
  }
  std::string out;
  std::size_t number = 0;
  for (mapping::WrittenSet& set : *sets) {
    std::string control = std::to_string(++number);
    control.insert(0, control.size() < 4 ? 4 - control.size() : 0, '0');
    if (map.guide()->syntax == wire::Syntax::edifact) {
      edifact::OutgoingMessage message;
      message.type = set.set;
      edifact::name_directory(set.version, message);
      message.reference = control;
      message.segments = std::move(set.segments);
      edifact::append_message(out, message, edifact::WriteOptions{}.delimiters, "\n");
      continue;
    }
    out += "ST*" + set.set + "*" + control + "~\n";
    for (const auto& segment : set.segments) {
      for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
      out += "~\n";
    }
    out += "SE*" + std::to_string(set.segments.size() + 2) + "*" + control + "~\n";
  }
  return out;
}

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

void compare_lines(const std::string& expected, const std::string& found, Differences& differences) {
  const auto wanted = lines_of(expected), have = lines_of(found);
  for (std::size_t i = 0; i < std::max(wanted.size(), have.size()); ++i) {
    const std::string one = i < wanted.size() ? wanted[i] : "absent", other = i < have.size() ? have[i] : "absent";
    if (one != other) differences.push_back("line " + std::to_string(i + 1) + ": expected " + one + ", is " + other);
  }
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

}  // namespace crossdock::cli
