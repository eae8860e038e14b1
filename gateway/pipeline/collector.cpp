// Verdicts to rows. In a large payload sets are not kept: they go out in chunks, or are only counted.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/collector.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"

namespace crossdock::pipeline {
namespace {

using acknowledgement::Verdict;

store::Validation validation_of(Verdict verdict) { return static_cast<store::Validation>(verdict); }

store::SetRow set_row(const x12::InterchangeHeader& header, const x12::GroupHeader& group,
                      const acknowledgement::SetVerdict& verdict) {
  store::SetRow row;
  row.interchange = header.ordinal;
  row.group = group.ordinal;
  row.ordinal = verdict.header.ordinal;
  row.code = verdict.header.set;
  row.guide = verdict.guide;
  row.control_number = verdict.header.control_number;
  row.group_control_number = group.control_number;
  row.verdict = validation_of(verdict.outcome());
  std::vector<Finding> findings = verdict.findings;
  findings.insert(findings.end(), verdict.overlay_findings.begin(), verdict.overlay_findings.end());
  row.findings = findings_text(findings);
  switch (verdict.outcome()) {
    case Verdict::rejected:
      row.state = store::State::rejected;
      row.reason = info(Code::set_rejected).text;
      break;
    case Verdict::unknown_type:
      row.state = store::State::parked;
      row.reason = info(Code::identify_document).text;
      break;
    default: row.state = verdict.is_acknowledgement ? store::State::consumed : store::State::no_event;
  }
  return row;
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  std::string out = "[";
  for (std::size_t i = 0; i < std::min(findings.size(), base::limits::findings_stored_max); ++i) {
    if (i != 0) out += ",\n";
    std::string line = to_json_line(findings[i]);
    while (!line.empty() && line.back() == '\n') line.pop_back();
    out += line;
  }
  return out + "]";
}

void park(Plan& plan, Code code, std::string detail) {
  plan.message.state = plan.message.rank = store::State::parked;
  plan.message.reason = info(code).text;
  plan.message.detail = detail.empty() ? std::string(info(code).what) : std::move(detail);
}

void Collector::on_interchange(const x12::InterchangeHeader& header) {
  interchange_ = {};
  interchange_.begin = header.where.offset;
  interchange_.row.ordinal = header.ordinal;
  interchange_.row.sender = header.sender_qualifier + ":" + header.sender_id;
  interchange_.row.receiver = header.receiver_qualifier + ":" + header.receiver_id;
  interchange_.row.control_number = header.control_number;
  interchange_.row.at = input_.now;
  interchange_.us = {header.receiver_qualifier, header.receiver_id};
  interchange_.them = {header.sender_qualifier, header.sender_id};
  if (header.syntax == wire::Syntax::edifact) {  // an answer is written as what it answers
    if (!header.standards_id.empty()) interchange_.envelope.syntax = header.standards_id;
    if (!header.version.empty()) interchange_.envelope.version = header.version;
  }
  answerer_.on_interchange(header);
  service_answer_ = false;
  const std::string& said = plan_.message.usage;  // what the channel says overrides the document
  test_ = said.empty() ? header.usage == "T" : said == "T";
}

void Collector::on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group) {
  identify(header, group.sender);
  service_answer_ = false;
  group_ = group;
  if (purpose_.acknowledge) answerer_.on_group(header, group);
}

void Collector::on_set(const x12::InterchangeHeader& header, const x12::GroupHeader& group,
                       acknowledgement::SetVerdict& verdict) {
  if (purpose_.flush && rows_ >= base::limits::chunk_rows_max && flushed_) {
    flushed_ = purpose_.flush(plan_, sets_seen_);
    rows_ = 0;
  }
  ++sets_seen_;
  if (purpose_.acknowledge) answerer_.on_set(partner_, header, verdict);
  ++counts_[static_cast<std::size_t>(validation_of(verdict.outcome()))];
  if (skipping()) return;
  plan_.sets.push_back(set_row(header, group, verdict));
  ++rows_;
}

void Collector::on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& verdict) {
  if (purpose_.acknowledge) answerer_.on_group_end(header, verdict);
  add_findings(verdict.findings);
}

void Collector::on_interchange_end(acknowledgement::InterchangeVerdict& verdict) {
  if (!identified_ && !refused_) identify(verdict.header, "");
  if (purpose_.acknowledge) answerer_.on_interchange_end(refused_ ? nullptr : partner_, verdict, interchange_);
  interchange_.truncated = !verdict.trailer.present;
  interchange_.end = verdict.trailer.where.offset + verdict.trailer.where.length;
  interchange_.row.verdict = validation_of(verdict.verdict);
  check_receiver(verdict.header);
  add_findings(verdict.findings);
  interchange_.row.findings = findings_text(findings_);
  findings_.clear();
  interchange_.partner = partner_ ? partner_->name : "";
  if (std::any_of(interchange_.answers.begin(), interchange_.answers.end(),
                  [](const PlannedAnswer& answer) { return answer.link == "acknowledges"; }))
    plan_.message.acknowledgement = store::Acknowledgement::due;
  if (verdict.verdict == Verdict::rejected) ++counts_[static_cast<std::size_t>(store::Validation::rejected)];
  truncated_ = truncated_ || interchange_.truncated;
  if (!purpose_.interchange)
    plan_.interchanges.push_back(std::move(interchange_));
  else if (flushed_)
    flushed_ = purpose_.interchange(std::move(interchange_));
  interchange_ = {};
}

/// What a TA1 says stands between the interchange's header and its first group, in no set.
void Collector::on_interchange_answer(const x12::InterchangeHeader& header, const acknowledgement::InterchangeAnswer&) {
  if (!identified_ && !refused_) identify(header, "");
  service_answer_ = true;
  answerer_.on_interchange_answer();
}

void Collector::on_translated(const acknowledgement::SetVerdict& verdict, const std::vector<Finding>& findings,
                              std::uint64_t events) {
  if (purpose_.acknowledge) answerer_.on_translated(verdict, findings, events);
}

void Collector::on_service_event(canonical::Event&& event) {
  if (refused_ || !purpose_.keep_sets) return;  // read again after a restart: the same ids are no second event
  if (partner_ != nullptr) event.source = "/partners/" + partner_->name;
  input_.message.usage = test() ? "T" : "P";
  settle(event.type, event.data, "TA1");
  plan_.events.push_back(plan_event(input_, std::move(event), no_set));
}

void Collector::on_event(canonical::Event&& event) {
  if (service_answer_) return on_service_event(std::move(event));
  if (refused_ || skipping() || plan_.sets.empty()) return;
  if (partner_ != nullptr) event.source = "/partners/" + partner_->name;
  const std::size_t set = plan_.sets.size() - 1;
  input_.message.usage = test() ? "T" : "P";
  PlannedEvent planned = plan_event(input_, std::move(event), set);
  rows_ += 1 + planned.deliveries.size();
  settle(planned.row.type, planned.data, plan_.sets[set].code);
  if (partner_ != nullptr && !answers_by_number(plan_.sets[set].code)) {
    // What is awaited is known by its lane, and by its bare number where the system that began it chose the lane.
    const std::string& lane = planned.row.partitionkey;
    plan_.arrivals.push_back({partner_->name, plan_.sets[set].code, lane});
    const bool awaited = std::any_of(partner_->expects.begin(), partner_->expects.end(), [&](const Expectation& e) {
      return e.guide.ends_with("/" + plan_.sets[set].code);
    });
    if (std::string number = lane.substr(lane.rfind('/') + 1); awaited && number != lane)
      plan_.arrivals.push_back({partner_->name, plan_.sets[set].code, std::move(number)});
  }
  plan_.events.push_back(std::move(planned));
}

store::Validation Collector::validation() const {
  const auto count = [&](store::Validation v) { return counts_[static_cast<std::size_t>(v)]; };
  const std::size_t warned = count(store::Validation::accepted_with_warnings);
  const std::size_t rejected = count(store::Validation::rejected), unknown = count(store::Validation::unknown_type);
  if (count(store::Validation::accepted) + warned == 0) {
    if (rejected > 0) return store::Validation::rejected;
    return unknown > 0 ? store::Validation::unknown_type : store::Validation::accepted;
  }
  return rejected + unknown + warned == 0 ? store::Validation::accepted : store::Validation::accepted_with_warnings;
}

void Collector::identify(const x12::InterchangeHeader& header, const std::string& gs02) {
  const Identified found =
      identify_sender(input_, sender_of(header), header.syntax == wire::Syntax::edifact ? std::string() : gs02);
  if (found.partner != nullptr) {
    partner_ = found.partner;
    identified_ = true;
    return;
  }
  refused_ = true;
  park(plan_, found.code, found.detail);
}

/// What is addressed to somebody else is taken, since partners keep old identifiers for years, but it is told.
void Collector::check_receiver(const x12::InterchangeHeader& header) {
  if (partner_ == nullptr || refused_) return;
  const EnvelopeId& us = header.syntax == wire::Syntax::edifact ? partner_->us_edifact : partner_->us;
  const EnvelopeId named{header.receiver_qualifier, header.receiver_id};
  if (us.id.empty() || (named.id == us.id && (us.qualifier.empty() || named.qualifier == us.qualifier))) return;
  Finding finding;
  finding.code = Code::identify_receiver;
  finding.severity = Severity::warning;
  finding.where = header.where;
  finding.interchange = header.ordinal;
  finding.control_number = header.control_number;
  finding.segment_tag = header.syntax == wire::Syntax::edifact ? "UNB" : "ISA";
  finding.value = named.qualifier + ":" + named.id;
  finding.expected = us.qualifier + ":" + us.id;
  finding.message = "The interchange is addressed to " + finding.value + ", and partner " + partner_->name +
                    " knows us as " + finding.expected + "; correct `us:` of its profile or ask it whom it wrote to";
  findings_.push_back(std::move(finding));
}

/// An answer settles what was sent; another set ends the wait for it.
void Collector::settle(const std::string& type, const std::string& data, const std::string& answer) {
  auto settlement = settlement_of(answer, type, data);
  if (!settlement) return;
  settlement->partner = partner_ != nullptr ? partner_->name : "";
  plan_.settlements.push_back(std::move(*settlement));
}

void Collector::add_findings(std::vector<Finding>& findings) {
  for (Finding& finding : findings)
    if (findings_.size() < base::limits::findings_stored_max) findings_.push_back(std::move(finding));
}

}  // namespace crossdock::pipeline
