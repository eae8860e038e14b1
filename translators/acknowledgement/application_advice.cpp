// BGN, then OTI, TED and NTE as the sets come; envelope segments around them as late as possible.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/application_advice.hpp"

#include <algorithm>

#include "translators/acknowledgement/answer_envelope.hpp"
#include "translators/acknowledgement/code_lists.hpp"

namespace crossdock::acknowledgement {
namespace {

using wire::OutgoingSegment;

constexpr std::size_t text_max = 60;    // TED02
constexpr std::size_t note_max = 80;    // NTE02
constexpr std::size_t notes_max = 100;  // NTE
constexpr std::size_t copy_max = 99;    // TED07
constexpr std::uint32_t position_max = 999999;

std::string cut(std::string_view value, std::size_t bytes) {
  while (bytes < value.size() && bytes > 0 && (static_cast<unsigned char>(value[bytes]) & 0xC0U) == 0x80U) --bytes;
  return std::string(value.substr(0, bytes));
}

std::string_view outcome_code(Advice::Outcome outcome) {
  switch (outcome) {
    case Advice::Outcome::accepted: return "TA";
    case Advice::Outcome::accepted_with_errors: return "TE";
    case Advice::Outcome::rejected: return "TR";
  }
  return "TR";
}

/// `5`, `5:2`, `5:2:3`: element, component, repetition; from 005010 on one composite, before it the element alone.
std::string place_of(const Finding& finding, Form form) {
  if (finding.element == 0) return {};
  std::string out = std::to_string(finding.element);
  if (form == Form::v004010 || (finding.component == 0 && finding.repetition < 2)) return out;
  out += wire::component_mark;
  if (finding.component != 0) out += std::to_string(finding.component);
  if (finding.repetition > 1) out += wire::component_mark + std::to_string(finding.repetition);
  return out;
}

}  // namespace

struct ApplicationAdvice::State {
  State(wire::ByteSink& given, AdviceOptions wanted) : sink(given), options(std::move(wanted)) {
    const auto counter = [] { return [next = std::uint64_t{0}]() mutable { return ++next; }; };
    if (!options.interchange_number) options.interchange_number = counter();
    if (!options.group_number) options.group_number = counter();
  }

  void add(OutgoingSegment segment) {
    for (std::size_t i = 1; i < segment.size(); ++i) {
      const std::size_t mark = segment[i].find(wire::component_mark);
      if (mark == std::string::npos) segment[i] = cleaned(std::move(segment[i]), delimiters);
    }
    while (segment.size() > 1 && segment.back().empty()) segment.pop_back();
    body.push_back(std::move(segment));
  }

  void add_finding(const Finding& finding) {
    const std::string text = finding.message.empty() ? std::string(info(finding.code).what) : finding.message;
    add({"TED", std::string(application_error(finding.code)), cut(text, text_max), cut(finding.segment_tag, 3),
         finding.where.segment == 0 ? "" : std::to_string(std::min(finding.where.segment, position_max)),
         place_of(finding, form), finding.element == 0 ? "" : cut(finding.element_reference, 4),
         cut(finding.value, copy_max)});
    std::string rest = std::string(info(finding.code).text) + ": " + text;
    for (std::size_t lines = 0; text.size() > text_max && !rest.empty() && lines < notes_max; ++lines) {
      const std::string line = cut(rest, note_max);
      rest.erase(0, line.size());
      add({"NTE", "ADD", line});
    }
  }

  void put(std::string& out, const OutgoingSegment& segment) const {
    wire::write_segment(out, segment, delimiters);
    out += options.line_break;
  }

  void write_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group);

  wire::ByteSink& sink;
  AdviceOptions options;
  wire::Delimiters delimiters{
      .element = '*', .component = ':', .repetition = '^', .release = 0, .decimal_mark = '.', .segment = "~"};
  Form form = Form::v004010;
  std::vector<OutgoingSegment> body;  // of the group at hand
  std::string bytes, interchange_number;
  std::uint64_t groups = 0, interchanges = 0;
};

void ApplicationAdvice::State::write_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) {
  if (options.on_message) {
    options.on_message({"824", "AG", release_of(group.version), std::move(body)});
    return;
  }
  if (groups++ == 0) {
    const AnswerIsa isa = answer_isa(interchange, delimiters, options.date, options.time, options.interchange_number());
    delimiters = isa.delimiters;
    interchange_number = isa.control_number;
    bytes = isa.bytes + options.line_break;
  }
  const std::string number = std::to_string(options.group_number() % 1000000000);
  const auto clean = [&](const std::string& value) { return cleaned(cut(value, 15), delimiters); };
  put(bytes, {"GS", "AG", clean(group.receiver), clean(group.sender), options.date, options.time, number, "X",
              release_of(group.version)});
  put(bytes, {"ST", "824", "0001"});
  for (const OutgoingSegment& segment : body) put(bytes, segment);
  put(bytes, {"SE", std::to_string(body.size() + 2), "0001"});
  put(bytes, {"GE", "1", number});
}

ApplicationAdvice::ApplicationAdvice(wire::ByteSink& sink, AdviceOptions options)
    : AdviceGatherer(options.accepted, options.warnings), state_(std::make_unique<State>(sink, std::move(options))) {}
ApplicationAdvice::~ApplicationAdvice() = default;
std::uint64_t ApplicationAdvice::interchanges_written() const { return state_->interchanges; }

void ApplicationAdvice::say(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group,
                            const Advice& advice) {
  State& state = *state_;
  if (interchange.syntax != wire::Syntax::x12 || group.functional_id.empty()) return;
  const SetVerdict& set = advice.set;
  if (state.body.empty()) {
    state.form = form_for(group.version);
    const std::string received = interchange.control_number;
    // Named after what it answers: the same group again gets the same advice.
    state.add({"BGN", "11", cut(received + "-" + group.control_number, 30), state.options.date, state.options.time, "",
               cut(received, 30)});
  }
  const bool date = group.date.size() == 8;
  const std::string number = cut(set.business_value, 30);
  state.add({"OTI", std::string(outcome_code(advice.outcome(warnings()))), "TN",
             number.empty() ? cut(set.header.control_number, 9) : number, cut(group.sender, 15),
             cut(group.receiver, 15), date ? group.date : "", date ? cut(group.time, 8) : "",
             cut(group.control_number, 9), cut(set.header.control_number, 9), cut(set.header.set, 3),
             cut(group.version, 12)});
  for (const Finding& finding : advice.findings(warnings())) state.add_finding(finding);
  if (set.verdict == Verdict::unknown_type && set.findings.empty())
    state.add({"TED", "024", "there is no agreed guide for this transaction set"});
}

void ApplicationAdvice::end_group(const x12::InterchangeHeader& interchange, const x12::GroupHeader& group) {
  if (!state_->body.empty()) state_->write_group(interchange, group);
  state_->body.clear();
}

void ApplicationAdvice::end_interchange(const x12::InterchangeHeader&) {
  State& state = *state_;
  if (state.groups == 0) return;
  state.put(state.bytes, {"IEA", std::to_string(state.groups), state.interchange_number});
  state.sink.write(state.bytes);
  state.bytes.clear();
  state.groups = 0;
  ++state.interchanges;
}

}  // namespace crossdock::acknowledgement
