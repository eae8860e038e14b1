// Gathering rows, and printing them as a tree or as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/inspect.hpp"

#include "translators/base/json_text.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::x12 {

void StructureHandler::on_interchange(const InterchangeHeader& header) {
  interchange_ = nullptr;
  ++structure.segments_seen;
  if (structure.interchanges_seen++ >= Structure::rows_max) return;
  structure.interchanges.emplace_back();
  interchange_ = &structure.interchanges.back();
  interchange_->header = header;
}

void StructureHandler::on_group(const GroupHeader& header) {
  group_ = nullptr;
  ++structure.groups_seen;
  structure.segments_seen +=
      header.functional_id.empty() && header.version.empty() ? 0 : 1;  // an implied group has no GS
  if (interchange_ == nullptr) return;
  ++interchange_->groups_seen;
  if (groups_kept_ >= Structure::rows_max) return;
  ++groups_kept_;
  interchange_->groups.emplace_back();
  group_ = &interchange_->groups.back();
  group_->header = header;
}

void StructureHandler::on_set(const SetHeader& header) {
  set_ = nullptr;
  in_set_ = true;
  ++structure.sets_seen;
  if (group_ == nullptr) return;
  ++group_->sets_seen;
  if (sets_kept_ >= Structure::rows_max) return;
  ++sets_kept_;
  group_->sets.emplace_back();
  set_ = &group_->sets.back();
  set_->header = header;
}

void StructureHandler::on_segment(const wire::Segment&) {
  ++structure.segments_seen;
  if (set_ != nullptr)
    ++set_->segments;
  else if (!in_set_ && interchange_ != nullptr)
    ++interchange_->service_segments;
}

void StructureHandler::on_set_end(const SetTrailer& trailer) {
  if (set_ != nullptr) set_->trailer_present = trailer.present;
  set_ = nullptr;
  in_set_ = false;
}

void StructureHandler::on_group_end(const GroupTrailer& trailer) {
  structure.segments_seen += trailer.present ? 1 : 0;
  if (group_ != nullptr) group_->trailer = trailer;
  group_ = nullptr;
}

void StructureHandler::on_interchange_end(const InterchangeTrailer& trailer) {
  structure.segments_seen += trailer.present ? 1 : 0;
  if (interchange_ != nullptr) interchange_->trailer = trailer;
  interchange_ = nullptr;
}

void StructureHandler::on_finding(Finding&& finding) {
  structure.findings.add(finding.severity);
  if (finding.set != 0 && set_ != nullptr)
    set_->findings.add(finding.severity);
  else if (finding.set == 0 && finding.group != 0 && group_ != nullptr)
    group_->findings.add(finding.severity);
  else if (finding.group == 0 && finding.interchange != 0 && interchange_ != nullptr)
    interchange_->findings.add(finding.severity);
  on_each_finding(std::move(finding));
}

namespace {

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

void append_group(std::string& out, const GroupSummary& group) {
  const GroupHeader& header = group.header;
  out += "  group " + std::to_string(header.ordinal) + "  " + shown(header.functional_id) + "  " +
         shown(header.sender) + " -> " + shown(header.receiver) + "  version " + shown(header.version) +
         "  control number " + shown(header.control_number) + "  " + count(group.sets_seen, "set") + "  " +
         place(header.where) + findings_text(group.findings) + (group.trailer.present ? "" : "  no GE") + "\n";
  for (const SetSummary& set : group.sets)
    out += "    set " + std::to_string(set.header.ordinal) + "  " + shown(set.header.set) + "  control number " +
           shown(set.header.control_number) + "  " + count(set.segments, "segment") + "  " + place(set.header.where) +
           findings_text(set.findings) + (set.trailer_present ? "" : "  no SE") + "\n";
  out += more(group.sets_seen, group.sets.size(), "    ", "set");
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
  const InterchangeHeader& header = interchange.header;
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

std::string to_text(const Structure& structure) {
  std::string out;
  for (const InterchangeSummary& interchange : structure.interchanges) {
    const InterchangeHeader& header = interchange.header;
    out += "interchange " + std::to_string(header.ordinal) + "  " + shown(header.sender_qualifier) + ":" +
           shown(header.sender_id) + " -> " + shown(header.receiver_qualifier) + ":" + shown(header.receiver_id) +
           "  version " + shown(header.version) + "  control number " + shown(header.control_number) + "  " +
           usage_name(header.usage) + "  " + place(header.where) + findings_text(interchange.findings) +
           (interchange.trailer.present ? "" : "  no IEA") + "\n";
    out += "  delimiters  " + delimiter_text(header.delimiters) + "\n";
    if (interchange.service_segments != 0)
      out += "  " + count(interchange.service_segments, "segment") + " outside of sets\n";
    for (const GroupSummary& group : interchange.groups) append_group(out, group);
    out += more(interchange.groups_seen, interchange.groups.size(), "  ", "group");
  }
  out += more(structure.interchanges_seen, structure.interchanges.size(), "", "interchange");
  out += "total  " + count(structure.interchanges_seen, "interchange") + "  " + count(structure.groups_seen, "group") +
         "  " + count(structure.sets_seen, "set") + "  " + count(structure.segments_seen, "segment") + "  " +
         count(structure.findings.errors, "error") + "  " + count(structure.findings.warnings, "warning") + "  " +
         count(structure.findings.notes, "note") + "\n";
  return out;
}

std::string to_json(const Structure& structure) {
  Json json;
  json.begin();
  json.begin_list("interchanges");
  for (const InterchangeSummary& interchange : structure.interchanges) append(json, interchange);
  json.end(']');
  json.begin("totals");
  json.number("interchanges", structure.interchanges_seen);
  json.number("groups", structure.groups_seen);
  json.number("sets", structure.sets_seen);
  json.number("segments", structure.segments_seen);
  json.findings(structure.findings);
  json.end();
  json.end();
  return std::move(json.out);
}

}  // namespace crossdock::x12
