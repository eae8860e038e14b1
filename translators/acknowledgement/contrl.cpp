// UCI comes first but is known last: what is said of messages is kept until the interchange ends.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/contrl.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "translators/acknowledgement/answer_envelope.hpp"

namespace crossdock::acknowledgement {
namespace {

using wire::component_mark;
using wire::OutgoingSegment;

constexpr std::string_view rejected_action = "4", acknowledged_action = "7", received_action = "8";

std::string joined(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.begin()) out += component_mark;
    out += part;
  }
  while (!out.empty() && out.back() == component_mark) out.pop_back();
  return out;
}

std::string cut(std::string_view text, std::size_t most) { return std::string(text.substr(0, most)); }

/// The first error of a level that has a code of 0085.
const Finding* first_error(const std::vector<Finding>& findings, std::string_view CodeInfo::*level) {
  for (const Finding& finding : findings)
    if (finding.severity == Severity::error && !(info(finding.code).*level).empty()) return &finding;
  return nullptr;
}

}  // namespace

struct ContrlWriter::State {
  State(wire::ByteSink& given, ContrlOptions asked) : sink(given), options(std::move(asked)) {
    if (!options.interchange_number)
      options.interchange_number = [next = std::uint64_t{0}]() mutable { return ++next; };
  }

  /// `element:component`, from syntax 4 on `element:component:occurrence`.
  [[nodiscard]] std::string place_of(const Finding& finding) const {
    if (finding.element == 0) return {};
    return joined({std::to_string(finding.element), finding.component == 0 ? "" : std::to_string(finding.component),
                   four && finding.repetition > 1 ? std::to_string(finding.repetition) : ""});
  }

  /// Error code, service segment and place: the tail that UCI, UCF and UCM share.
  void append_fault(OutgoingSegment& segment, const Finding* finding, std::string_view code) const {
    if (finding == nullptr) return;
    segment.emplace_back(code);
    const bool service = finding->segment_tag.size() == 3 && finding->segment_tag.starts_with("UN");
    if (service) {
      segment.push_back(finding->segment_tag);
      segment.push_back(place_of(*finding));
    }
  }

  void add_message(const SetVerdict& set);
  void add_segment_errors(const SetVerdict& set);
  void write(const InterchangeVerdict& interchange);

  wire::ByteSink& sink;
  ContrlOptions options;
  bool answering = false, four = false, wanted = false;
  std::vector<OutgoingSegment> group_body, body;  // what is said of the group at hand, and of all before it
  std::uint64_t interchanges = 0, answerable = 0;
  std::string reference;
};

void ContrlWriter::State::add_message(const SetVerdict& set) {
  OutgoingSegment ucm{"UCM", cut(set.header.control_number, 14),
                      joined({cut(set.header.set, 6), cut(set.header.version, 3), cut(set.header.release, 3),
                              cut(set.header.agency, 3), cut(set.header.implementation, 6)}),
                      std::string(rejected_action)};
  if (set.header.package) {  // named by its reference as a package (syntax 4)
    ucm = {"UCM", "", "", std::string(rejected_action), "18", "", "", cut(set.header.control_number, 35)};
    group_body.push_back(std::move(ucm));
    return;
  }
  const Finding* own = first_error(set.findings, &CodeInfo::set_code);
  if (own != nullptr) append_fault(ucm, own, info(own->code).set_code);
  group_body.push_back(std::move(ucm));
  add_segment_errors(set);
}

// Findings of one segment stand together: UCS with the fault of the segment itself, then UCD for each of its elements.
void ContrlWriter::State::add_segment_errors(const SetVerdict& set) {
  std::size_t said = 0;
  for (std::size_t begin = 0; begin < set.findings.size() && said < details_max;) {
    std::size_t end = begin;
    while (end < set.findings.size() && set.findings[end].where.segment == set.findings[begin].where.segment) ++end;
    bool open = false;
    for (std::size_t i = begin; i < end && said < details_max; ++i) {
      const Finding& finding = set.findings[i];
      const CodeInfo& about = info(finding.code);
      if (finding.severity != Severity::error) continue;
      if (finding.element == 0 && !about.segment_code.empty()) {
        // What is missing is placed at the last segment before its place. Source: ISO 9735-4, UCS 0096.
        const bool missing = about.segment_code == "13";
        const std::uint32_t at = finding.where.segment - (missing && finding.where.segment > 1 ? 1 : 0);
        group_body.push_back({"UCS", std::to_string(at), std::string(about.segment_code)});
        open = false;
        ++said;
      } else if (finding.element != 0 && !about.element_code.empty()) {
        if (!open) group_body.push_back({"UCS", std::to_string(finding.where.segment)});
        open = true;
        group_body.push_back({"UCD", std::string(about.element_code), place_of(finding)});
        ++said;
      }
    }
    begin = end;
  }
}

void ContrlWriter::State::write(const InterchangeVerdict& interchange) {
  const x12::InterchangeHeader& received = interchange.header;
  const Finding* own = first_error(interchange.findings, &CodeInfo::interchange_code);
  const bool rejected = own != nullptr;
  const std::string_view action = rejected               ? rejected_action
                                  : options.receipt_only ? received_action
                                                         : acknowledged_action;
  OutgoingSegment uci{"UCI", cut(received.control_number, 14),
                      joined({received.sender_id, received.sender_qualifier, received.sender_internal}),
                      joined({received.receiver_id, received.receiver_qualifier, received.receiver_internal}),
                      std::string(action)};
  if (rejected) append_fault(uci, own, info(own->code).interchange_code);
  edifact::OutgoingMessage message;
  message.type = "CONTRL";
  message.version = four ? "4" : "D";
  message.release = four ? "1" : "3";
  message.reference = "1";
  message.segments.push_back(std::move(uci));
  if (action == acknowledged_action)
    message.segments.insert(message.segments.end(), std::make_move_iterator(body.begin()),
                            std::make_move_iterator(body.end()));
  if (options.on_message) {
    options.on_message({"CONTRL", {}, four ? "41" : "d3", std::move(message.segments)});
    ++interchanges;
    return;
  }
  edifact::OutgoingInterchange out = answer_unb(received, options.date, options.time, options.interchange_number());
  reference = out.reference;
  out.messages.push_back(std::move(message));
  edifact::WriteOptions writing;
  writing.line_break = options.line_break;
  const auto written = edifact::write_interchange(out, writing);  // every value was cut to its length
  if (!written) return;
  sink.write(written->bytes);
  ++interchanges;
}

ContrlWriter::ContrlWriter(wire::ByteSink& sink, ContrlOptions options)
    : state_(std::make_unique<State>(sink, std::move(options))) {}
ContrlWriter::~ContrlWriter() = default;
std::uint64_t ContrlWriter::interchanges_written() const { return state_->interchanges; }
const std::string& ContrlWriter::last_reference() const { return state_->reference; }

void ContrlWriter::on_interchange(const x12::InterchangeHeader& interchange) {
  State& state = *state_;
  state.answering = interchange.syntax == wire::Syntax::edifact && !interchange.implied;
  state.four = interchange.version == "4";
  state.wanted = !state.options.on_request_only || interchange.acknowledgement_requested == "1";
  state.answerable = 0;
  state.body.clear();
  state.group_body.clear();
}

void ContrlWriter::on_group(const x12::InterchangeHeader&, const x12::GroupHeader&) { state_->group_body.clear(); }

void ContrlWriter::on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, SetVerdict& set) {
  State& state = *state_;
  if (!state.answering || set.is_acknowledgement) return;
  ++state.answerable;
  if (set.verdict == Verdict::rejected || set.verdict == Verdict::unknown_type) state.add_message(set);
}

void ContrlWriter::on_group_end(const x12::InterchangeHeader&, GroupVerdict& group) {
  State& state = *state_;
  if (!state.answering) return;
  const Finding* own = first_error(group.findings, &CodeInfo::group_code);
  if (!group.header.implied && (own != nullptr || !state.group_body.empty())) {
    OutgoingSegment ucf{"UCF", cut(group.header.control_number, 14),
                        joined({group.header.sender, group.header.sender_qualifier}),
                        joined({group.header.receiver, group.header.receiver_qualifier}),
                        std::string(own != nullptr ? rejected_action : acknowledged_action)};
    if (own != nullptr) state.append_fault(ucf, own, info(own->code).group_code);
    state.body.push_back(std::move(ucf));
    if (own != nullptr) state.group_body.clear();
  }
  state.body.insert(state.body.end(), std::make_move_iterator(state.group_body.begin()),
                    std::make_move_iterator(state.group_body.end()));
  state.group_body.clear();
}

void ContrlWriter::on_interchange_end(InterchangeVerdict& interchange) {
  State& state = *state_;
  if (!state.answering) return;
  const bool faulty = first_error(interchange.findings, &CodeInfo::interchange_code) != nullptr;
  if (state.answerable == 0 && !faulty) return;  // nothing but CONTRL
  if (!state.wanted && !faulty && state.body.empty()) return;
  state.write(interchange);
}

}  // namespace crossdock::acknowledgement
