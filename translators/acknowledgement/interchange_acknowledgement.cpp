// The envelope's verdict as a TA1 segment in an interchange of its own.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/interchange_acknowledgement.hpp"

#include "translators/acknowledgement/answer_envelope.hpp"
#include "translators/wire/segment_writer.hpp"
#include "translators/x12/text.hpp"

namespace crossdock::acknowledgement {
namespace {

const Finding* first(const std::vector<Finding>& findings, Severity severity) {
  for (const Finding& finding : findings)
    if (finding.severity == severity && !info(finding.code).interchange_code.empty()) return &finding;
  return nullptr;
}

}  // namespace

InterchangeNote judge_envelope(const InterchangeVerdict& interchange) {
  if (const Finding* wrong = first(interchange.findings, Severity::error))
    return {'R', std::string(info(wrong->code).interchange_code)};
  if (const Finding* noted = first(interchange.findings, Severity::warning))
    return {'E', std::string(info(noted->code).interchange_code)};
  return {};
}

std::optional<std::vector<std::string>> interchange_answer(const InterchangeVerdict& interchange,
                                                           AnswerInterchange when, bool only_acknowledgements) {
  if (when == AnswerInterchange::never || only_acknowledgements) return std::nullopt;
  const InterchangeNote verdict = judge_envelope(interchange);
  const bool asked = when == AnswerInterchange::always ||
                     (when == AnswerInterchange::on_request && interchange.header.acknowledgement_requested == "1");
  if (!asked && verdict.code != 'R') return std::nullopt;
  const x12::InterchangeHeader& header = interchange.header;
  return std::vector<std::string>{"TA1",       header.control_number,        header.date,
                                  header.time, std::string(1, verdict.code), verdict.note};
}

InterchangeAcknowledgement::InterchangeAcknowledgement(wire::ByteSink& sink, InterchangeAcknowledgementOptions options)
    : sink_(sink), options_(std::move(options)) {
  if (!options_.interchange_number)
    options_.interchange_number = [next = std::uint64_t{0}]() mutable { return ++next; };
}

void InterchangeAcknowledgement::on_interchange(const x12::InterchangeHeader&) { answers_ = other_groups_ = false; }

void InterchangeAcknowledgement::on_interchange_answer(const x12::InterchangeHeader&, const InterchangeAnswer&) {
  answers_ = true;
}

void InterchangeAcknowledgement::on_group(const x12::InterchangeHeader&, const x12::GroupHeader& group) {
  (group.functional_id == "FA" ? answers_ : other_groups_) = true;
}

void InterchangeAcknowledgement::on_interchange_end(InterchangeVerdict& interchange) {
  const auto answer = interchange_answer(interchange, options_.when, answers_ && !other_groups_);
  if (!answer) return;
  const wire::Delimiters wished{
      .element = '*', .component = ':', .repetition = '^', .release = 0, .decimal_mark = '.', .segment = "~"};
  const AnswerIsa isa =
      answer_isa(interchange.header, wished, options_.date, options_.time, options_.interchange_number());
  std::string bytes = isa.bytes + options_.line_break;
  std::vector<std::string> values = *answer;
  for (std::string& value : values) value = cleaned(std::move(value), isa.delimiters);
  const std::vector<std::string_view> views(values.begin(), values.end());
  wire::write_segment(bytes, views, isa.delimiters);
  bytes += options_.line_break;
  const std::string_view trailer[] = {"IEA", "0", isa.control_number};
  wire::write_segment(bytes, trailer, isa.delimiters);
  bytes += options_.line_break;
  sink_.write(bytes);
  ++written_;
}

InterchangeAnswer read_interchange_answer(const wire::Segment& segment) {
  InterchangeAnswer out;
  const auto text = [&](std::size_t element) {
    return element <= segment.element_count() ? std::string(x12::trim(segment.element(element))) : std::string();
  };
  out.control_number = text(1);
  out.date = text(2);
  out.time = text(3);
  out.code = text(4);
  out.note = text(5);
  out.where = segment.where;
  return out;
}

}  // namespace crossdock::acknowledgement
