// The structure of an interchange as a tree for people and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "translators/base/json_text.hpp"
#include "translators/structure.hpp"
#include "translators/wire/text.hpp"

namespace crossdock {
namespace {

using wire::visible;

/// What the two syntaxes call their parts.
struct Words {
  std::string_view set, set_end, group_end, interchange_end;
};
constexpr Words x12_words = {"set", "SE", "GE", "IEA"}, edifact_words = {"message", "UNT", "UNE", "UNZ"};

std::string count(std::uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string place(const Position& where) {
  return "(line " + std::to_string(where.line) + ", byte " + std::to_string(where.offset) + ")";
}

// Values come from outside: what is not printable is shown as `?`, so that a terminal is safe.
std::string shown(std::string_view value) {
  std::string out(value.empty() ? "-" : value);
  for (char& byte : out)
    if (static_cast<unsigned char>(byte) < 32 || byte == 127) byte = '?';
  return out;
}

std::string usage_name(std::string_view usage) {
  if (usage == "P") return "production";
  if (usage == "T") return "test";
  if (usage == "I") return "information";
  return "usage " + shown(usage);
}

std::string findings_text(const FindingCounts& findings) {
  std::string out;
  if (findings.errors != 0) out += "  " + count(findings.errors, "error");
  if (findings.warnings != 0) out += "  " + count(findings.warnings, "warning");
  if (findings.notes != 0) out += "  " + count(findings.notes, "note");
  return out;
}

std::string delimiter_text(const wire::Delimiters& delimiters) {
  std::string segment;
  for (const char byte : delimiters.segment) segment += (segment.empty() ? "" : " ") + visible(byte);
  return "element " + visible(delimiters.element) + "  component " +
         (delimiters.component == 0 ? "none" : visible(delimiters.component)) + "  repetition " +
         (delimiters.repetition == 0 ? "none" : visible(delimiters.repetition)) + "  segment " + segment;
}

std::string more(std::uint64_t seen, std::size_t kept, std::string_view indent, std::string_view noun) {
  if (seen <= kept) return {};
  return std::string(indent) + "... " + count(seen - kept, std::string("more ") + std::string(noun)) + "\n";
}

void append_set(std::string& out, const SetSummary& set, const Words& words, std::string_view indent) {
  const wire::SetHeader& header = set.header;
  out += std::string(indent) + std::string(words.set) + " " + std::to_string(header.ordinal) + "  " +
         shown(header.set) + "  control number " + shown(header.control_number) + "  " +
         count(set.segments, "segment") + "  " + place(header.where) + findings_text(set.findings);
  if (!set.trailer_present) out += "  no " + std::string(words.set_end);
  out += "\n";
}

void append_group(std::string& out, const GroupSummary& group, const Words& words) {
  const wire::GroupHeader& header = group.header;
  const bool bare = header.implied && &words == &edifact_words;  // EDIFACT goes without UNG as a rule
  if (!bare) {
    out += "  group " + std::to_string(header.ordinal) + "  " + shown(header.functional_id) + "  " +
           shown(header.sender) + " -> " + shown(header.receiver) + "  version " + shown(header.version) +
           "  control number " + shown(header.control_number) + "  " + count(group.sets_seen, words.set) + "  " +
           place(header.where) + findings_text(group.findings);
    if (!group.trailer.present) out += "  no " + std::string(words.group_end);
    out += "\n";
  }
  const std::string_view indent = bare ? "  " : "    ";
  for (const SetSummary& set : group.sets) append_set(out, set, words, indent);
  out += more(group.sets_seen, group.sets.size(), indent, words.set);
}

class Json {
 public:
  std::string out;
  void begin(std::string_view key = {}) { open(key, '{'); }
  void begin_list(std::string_view key) { open(key, '['); }
  void end(char close = '}') {
    out += close;
    comma_ = true;
  }
  void text(std::string_view key, std::string_view value) {
    name(key);
    append_json_string(out, value);
  }
  void number(std::string_view key, std::uint64_t value) {
    name(key);
    out += std::to_string(value);
  }
  void truth(std::string_view key, bool value) {
    name(key);
    out += value ? "true" : "false";
  }
  void place(const Position& where) {
    number("line", where.line);
    number("offset", where.offset);
  }
  void findings(const FindingCounts& counts) {
    begin("findings");
    number("errors", counts.errors);
    number("warnings", counts.warnings);
    number("notes", counts.notes);
    end();
  }

 private:
  void name(std::string_view key) {
    if (comma_) out += ",";
    comma_ = true;
    if (key.empty()) return;
    append_json_string(out, key);
    out += ":";
  }
  void open(std::string_view key, char bracket) {
    name(key);
    out += bracket;
    comma_ = false;
  }
  bool comma_ = false;
};

std::string delimiter(char byte) { return byte == 0 ? std::string() : std::string(1, byte); }

void append(Json& json, const SetSummary& set) {
  json.begin();
  json.number("ordinal", set.header.ordinal);
  json.text("set", set.header.set);
  json.text("control_number", set.header.control_number);
  json.text("implementation", set.header.implementation);
  json.number("segments", set.segments);
  json.truth("trailer_present", set.trailer_present);
  json.place(set.header.where);
  json.findings(set.findings);
  json.end();
}

void append(Json& json, const GroupSummary& group) {
  json.begin();
  json.number("ordinal", group.header.ordinal);
  json.text("functional_id", group.header.functional_id);
  json.text("sender", group.header.sender);
  json.text("receiver", group.header.receiver);
  json.text("date", group.header.date);
  json.text("time", group.header.time);
  json.text("control_number", group.header.control_number);
  json.text("agency", group.header.agency);
  json.text("version", group.header.version);
  json.number("sets_seen", group.sets_seen);
  json.text("sets_stated", group.trailer.stated_count);
  json.truth("trailer_present", group.trailer.present);
  json.place(group.header.where);
  json.findings(group.findings);
  json.begin_list("sets");
  for (const SetSummary& set : group.sets) append(json, set);
  json.end(']');
  json.end();
}

void append(Json& json, const InterchangeSummary& interchange) {
  const wire::InterchangeHeader& header = interchange.header;
  json.begin();
  json.number("ordinal", header.ordinal);
  json.text("sender_qualifier", header.sender_qualifier);
  json.text("sender", header.sender_id);
  json.text("receiver_qualifier", header.receiver_qualifier);
  json.text("receiver", header.receiver_id);
  json.text("date", header.date);
  json.text("time", header.time);
  json.text("version", header.version);
  json.text("control_number", header.control_number);
  json.text("acknowledgement_requested", header.acknowledgement_requested);
  json.text("usage", header.usage);
  json.begin("delimiters");
  json.text("element", delimiter(header.delimiters.element));
  json.text("component", delimiter(header.delimiters.component));
  json.text("repetition", delimiter(header.delimiters.repetition));
  json.text("segment", header.delimiters.segment);
  json.end();
  json.number("groups_seen", interchange.groups_seen);
  json.text("groups_stated", interchange.trailer.stated_count);
  json.number("service_segments", interchange.service_segments);
  json.truth("trailer_present", interchange.trailer.present);
  json.place(header.where);
  json.findings(interchange.findings);
  json.begin_list("groups");
  for (const GroupSummary& group : interchange.groups) append(json, group);
  json.end(']');
  json.end();
}

}  // namespace

std::string to_text(const InterchangeSummary& interchange) {
  const wire::InterchangeHeader& header = interchange.header;
  const Words& words = header.syntax == wire::Syntax::x12 ? x12_words : edifact_words;
  std::string out = "interchange " + std::to_string(header.ordinal) + "  " + shown(header.sender_qualifier) + ":" +
                    shown(header.sender_id) + " -> " + shown(header.receiver_qualifier) + ":" +
                    shown(header.receiver_id) + "  version " + shown(header.version) + "  control number " +
                    shown(header.control_number) + "  " + usage_name(header.usage) + "  " + place(header.where) +
                    findings_text(interchange.findings);
  if (!interchange.trailer.present) out += "  no " + std::string(words.interchange_end);
  out += "\n  delimiters  " + delimiter_text(header.delimiters) + "\n";
  if (interchange.service_segments != 0)
    out += "  " + count(interchange.service_segments, "segment") + " outside of " + std::string(words.set) + "s\n";
  for (const GroupSummary& group : interchange.groups) append_group(out, group, words);
  out += more(interchange.groups_seen, interchange.groups.size(), "  ", "group");
  return out;
}

std::string to_text(const StructureTotals& totals) {
  return "total  " + count(totals.interchanges, "interchange") + "  " + count(totals.groups, "group") + "  " +
         count(totals.sets, "set") + "  " + count(totals.segments, "segment") + "  " +
         count(totals.findings.errors, "error") + "  " + count(totals.findings.warnings, "warning") + "  " +
         count(totals.findings.notes, "note") + "\n";
}

std::string to_json(const InterchangeSummary& interchange) {
  Json json;
  append(json, interchange);
  return std::move(json.out);
}

std::string to_json(const StructureTotals& totals) {
  Json json;
  json.begin();
  json.number("interchanges", totals.interchanges);
  json.number("groups", totals.groups);
  json.number("sets", totals.sets);
  json.number("segments", totals.segments);
  json.findings(totals.findings);
  json.end();
  return std::move(json.out);
}

}  // namespace crossdock
