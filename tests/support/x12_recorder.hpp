// Writes down every event of an X12 reading as text, so that readings can be compared; and samples to read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "translators/x12/interchange_reader.hpp"

namespace crossdock::x12::support {

class Recorder : public InterchangeHandler {
 public:
  void on_interchange(const InterchangeHeader& header) override {
    interchanges.push_back(header);
    log("interchange", header.ordinal,
        header.sender_id + ">" + header.receiver_id + " " + header.version + " " + header.control_number, header.where);
  }
  void on_group(const GroupHeader& header) override {
    groups.push_back(header);
    log("group", header.ordinal, header.functional_id + " " + header.control_number + " " + header.version,
        header.where);
  }
  void on_set(const SetHeader& header) override {
    sets.push_back(header);
    log("set", header.ordinal, header.set + " " + header.control_number, header.where);
  }
  void on_segment(const wire::Segment& segment) override {
    std::string text;
    for (std::size_t i = 0; i <= segment.element_count(); ++i) {
      if (i != 0) text += "|";
      text += i == 0 ? segment.tag() : segment.element(i);
    }
    segments.push_back(text);
    log("segment", segment.where.segment, text, segment.where);
  }
  void on_set_end(const SetTrailer& trailer) override { log("set_end", trailer.present, "", trailer.where); }
  void on_group_end(const GroupTrailer& trailer) override {
    log("group_end", trailer.sets_seen, trailer.stated_count, trailer.where);
  }
  void on_interchange_end(const InterchangeTrailer& trailer) override {
    log("interchange_end", trailer.groups_seen, trailer.stated_count, trailer.where);
  }
  void on_finding(Finding&& finding) override {
    log(info(finding.code).text, finding.set, finding.message, finding.where);
    findings.push_back(std::move(finding));
  }
  void log(std::string_view what, std::uint64_t ordinal, std::string_view text, Position where) {
    events.push_back(std::string(what) + " " + std::to_string(ordinal) + " " + std::string(text) + " @" +
                     std::to_string(where.offset) + "+" + std::to_string(where.length) + " line " +
                     std::to_string(where.line) + " segment " + std::to_string(where.segment));
  }
  /// Codes of the findings, notes left out unless asked for.
  [[nodiscard]] std::vector<std::string> codes(Severity least = Severity::warning) const {
    std::vector<std::string> out;
    for (const Finding& finding : findings)
      if (finding.severity >= least) out.emplace_back(info(finding.code).text);
    return out;
  }
  [[nodiscard]] const Finding* find(Code code) const {
    for (const Finding& finding : findings)
      if (finding.code == code) return &finding;
    return nullptr;
  }

  std::vector<InterchangeHeader> interchanges;
  std::vector<GroupHeader> groups;
  std::vector<SetHeader> sets;
  std::vector<std::string> segments, events;
  std::vector<Finding> findings;
  std::string error;  ///< text of the Error, if there was one
};

/// Reads all bytes in chunks of this size (0: at once).
inline Recorder read(std::string_view bytes, std::size_t chunk = 0, ReaderLimits limits = {}) {
  Recorder recorder;
  InterchangeReader reader(recorder, limits);
  Status status;
  if (chunk == 0) chunk = std::max<std::size_t>(bytes.size(), 1);
  for (std::size_t at = 0; at < bytes.size() && status; at += chunk) status = reader.feed(bytes.substr(at, chunk));
  if (status) status = reader.finish();
  if (!status) {
    recorder.error = status.error().text();
    recorder.log("error", 0, recorder.error, status.error().where);
  }
  return recorder;
}

inline std::string replace(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// One group of two 214, no line breaks.
inline std::string sample() {
  return "ISA*00*          *00*          *02*ACFL           *ZZ*SHIPCO         *260518*1432*U*00401*000000007*0*P*>~"
         "GS*QM*ACFL*SHIPCO*20260518*1432*7*X*004010~"
         "ST*214*0001~B10*PRO1*SHP1*ACFL~LX*1~AT7*D1*NS***20260518*1432*CT~SE*5*0001~"
         "ST*214*0002~B10*PRO2*SHP2*ACFL~L11*ISAAC*CN~SE*4*0002~"
         "GE*2*7~IEA*1*000000007~";
}

}  // namespace crossdock::x12::support
