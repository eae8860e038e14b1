// Findings of three origins become one advice.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/advice.hpp"

#include <algorithm>

namespace crossdock::acknowledgement {
namespace {

bool has_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::error; });
}

bool answers(const SetVerdict& set) {
  const std::string& type = set.header.set;
  return set.is_acknowledgement || type == "997" || type == "999" || type == "824" || type == "CONTRL" ||
         type == "APERAK";
}

}  // namespace

Advice::Outcome Advice::outcome(bool warnings) const {
  const Verdict verdict = set.outcome();
  if (verdict == Verdict::rejected || verdict == Verdict::unknown_type) return Outcome::rejected;
  if (has_error(application)) return events == 0 ? Outcome::rejected : Outcome::accepted_with_errors;
  const bool warned = verdict == Verdict::accepted_with_warnings || !application.empty();
  return warnings && warned && !findings(true).empty() ? Outcome::accepted_with_errors : Outcome::accepted;
}

std::vector<Finding> Advice::findings(bool warnings) const {
  std::vector<Finding> out;
  for (const std::vector<Finding>* origin : {&set.findings, &set.overlay_findings, &application})
    for (const Finding& finding : *origin)
      if (finding.severity == Severity::error || (warnings && finding.severity == Severity::warning))
        out.push_back(finding);
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.where.segment < b.where.segment; });
  if (out.size() > findings_max) out.resize(findings_max);
  return out;
}

// Source: data element 647, the codes that both releases have.
std::string_view application_error(Code code) {
  switch (code) {
    case Code::x12_segment_missing:
    case Code::x12_element_missing:
    case Code::x12_element_conditional_missing:
    case Code::edifact_segment_missing:
    case Code::edifact_element_missing:
    case Code::edifact_element_conditional_missing:
    case Code::map_field_required: return "007";
    case Code::x12_element_date:
    case Code::x12_element_time:
    case Code::edifact_element_date:
    case Code::edifact_element_time: return "009";
    case Code::map_total_wrong: return "010";
    case Code::x12_element_excluded:
    case Code::edifact_element_excluded: return "012";
    case Code::shipment_unidentified:
    case Code::load_unidentified:
    case Code::invoice_unidentified: return "812";
    case Code::map_rejected: return "024";
    default: return "848";
  }
}

void AdviceGatherer::flush() {
  if (!pending_) return;
  const Advice advice = std::move(*pending_);
  pending_.reset();
  if (accepted_ || advice.outcome(warnings_) != Advice::Outcome::accepted) say(interchange_, group_, advice);
}

void AdviceGatherer::on_interchange(const x12::InterchangeHeader& interchange) {
  interchange_ = interchange;
  pending_.reset();
}

void AdviceGatherer::on_group(const x12::InterchangeHeader&, const x12::GroupHeader& group) {
  flush();
  group_ = group;
}

void AdviceGatherer::on_set(const x12::InterchangeHeader&, const x12::GroupHeader&, SetVerdict& set) {
  flush();
  if (!answers(set)) pending_.emplace().set = set;
}

void AdviceGatherer::on_translated(const SetVerdict& set, const std::vector<Finding>& findings, std::uint64_t events) {
  if (!pending_) return;
  pending_->application = findings;
  pending_->set.business_name = set.business_name;
  pending_->set.business_value = set.business_value;
  pending_->events = events;
  pending_->translated = true;
}

void AdviceGatherer::on_group_end(const x12::InterchangeHeader& interchange, GroupVerdict& group) {
  flush();
  end_group(interchange, group.header);
}

void AdviceGatherer::on_interchange_end(InterchangeVerdict& interchange) {
  flush();
  end_interchange(interchange.header);
}

}  // namespace crossdock::acknowledgement
