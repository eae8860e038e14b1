// Writers are made when the first set asks for them: most interchanges need one, many none.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/answerer.hpp"

#include <algorithm>

#include "gateway/base/log.hpp"
#include "translators/acknowledgement/interchange_acknowledgement.hpp"

namespace crossdock::pipeline {
namespace {

using acknowledgement::Verdict;

/// A 997 names sets one by one only up to here; accepted ones beyond are counted in its AK9 alone.
constexpr std::uint64_t acknowledged_sets_max = 10000;

/// The set's guide id without its release: what `sends` and `expects` name.
const SentSet* sent_set(const PartnerSettings& partner, const std::string& guide, const std::string& code) {
  for (const SentSet& set : partner.sends)
    if (set.guide == guide) return &set;
  for (const SentSet& set : partner.sends)  // another release of the same set
    if (set.guide.substr(set.guide.rfind('/') + 1) == code) return &set;
  return nullptr;
}

/// The channel that such answers go by: its own entry in `receives`, else that of the first.
std::string target_of(const PartnerSettings& partner, const std::string& kind) {
  const auto way = std::find_if(partner.receives.begin(), partner.receives.end(), [&](const ReceivedSet& received) {
    return received.guide.substr(received.guide.rfind('/') + 1) == kind;
  });
  if (way != partner.receives.end()) return partner.name + "/" + way->via;
  return partner.receives.empty() ? std::string() : partner.name + "/" + partner.receives.front().via;
}

bool asked(const PartnerSettings& partner, const x12::InterchangeHeader& header) {
  if (partner.answer_interchange == AnswerInterchange::always) return true;
  return partner.answer_interchange == AnswerInterchange::on_request && header.acknowledgement_requested == "1";
}

acknowledgement::AnswerInterchange rule_of(AnswerInterchange given) {
  switch (given) {
    case AnswerInterchange::on_request: return acknowledgement::AnswerInterchange::on_request;
    case AnswerInterchange::rejected: return acknowledgement::AnswerInterchange::rejected;
    case AnswerInterchange::always: return acknowledgement::AnswerInterchange::always;
    case AnswerInterchange::never: break;
  }
  return acknowledgement::AnswerInterchange::never;
}

bool is_edifact(const x12::InterchangeHeader& header) { return header.syntax == wire::Syntax::edifact; }

}  // namespace

void Answerer::on_interchange(const x12::InterchangeHeader&) {
  open_.clear();
  group_open_ = answers_ = other_groups_ = answer_sets_ = other_sets_ = told_ = false;
  good_sets_ = 0;
}

void Answerer::on_group(const x12::InterchangeHeader& header, const x12::GroupHeader& group) {
  group_ = group;
  group_open_ = true;
  (group.functional_id == "FA" ? answers_ : other_groups_) = true;
  for (Open& open : open_) open.writer->on_group(header, group);
}

Answerer::Open* Answerer::ensure(const PartnerSettings& partner, const x12::InterchangeHeader& header,
                                 const std::string& kind, bool advice) {
  for (Open& open : open_)
    if (open.kind == kind) return &open;
  Open made{kind, target_of(partner, kind), advice, nullptr};
  if (made.target.empty()) return nullptr;
  made.writer = input_.documents.acknowledge(kind, partner.acknowledge_warnings, base::to_rfc3339(input_.now));
  if (!made.writer) return nullptr;
  made.writer->on_interchange(header);
  if (group_open_) made.writer->on_group(header, group_);
  return &open_.emplace_back(std::move(made));
}

void Answerer::on_set(const PartnerSettings* partner, const x12::InterchangeHeader& header,
                      acknowledgement::SetVerdict& verdict) {
  told_ = false;
  (verdict.is_acknowledgement ? answer_sets_ : other_sets_) = true;
  if (partner == nullptr) return;
  if (!verdict.is_acknowledgement) {
    const SentSet* set = sent_set(*partner, verdict.guide, verdict.header.set);
    if (set != nullptr && !set->acknowledge.empty()) ensure(*partner, header, set->acknowledge, false);
    if (set != nullptr && !set->advise.empty()) told_ = ensure(*partner, header, set->advise, true) != nullptr;
    if (is_edifact(header) && asked(*partner, header)) ensure(*partner, header, "CONTRL", false);
  }
  const bool named = verdict.verdict != Verdict::accepted || ++good_sets_ <= acknowledged_sets_max;
  for (Open& open : open_)
    if (open.advice ? told_ : named) open.writer->on_set(header, group_, verdict);
}

void Answerer::on_translated(const acknowledgement::SetVerdict& verdict, const std::vector<Finding>& findings,
                             std::uint64_t events) {
  for (Open& open : open_)
    if (open.advice && told_) open.writer->on_translated(verdict, findings, events);
}

void Answerer::on_group_end(const x12::InterchangeHeader& header, acknowledgement::GroupVerdict& verdict) {
  for (Open& open : open_) open.writer->on_group_end(header, verdict);
  group_open_ = false;
}

void Answerer::on_interchange_end(const PartnerSettings* partner, acknowledgement::InterchangeVerdict& verdict,
                                  PlannedInterchange& interchange) {
  if (partner != nullptr) {
    const bool wrong = std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& finding) {
      return finding.severity == Severity::error && !info(finding.code).interchange_code.empty();
    });
    const bool only_answers = answer_sets_ && !other_sets_;  // those are never answered, whatever is wrong with them
    if (is_edifact(verdict.header) && wrong && !only_answers && partner->answer_interchange != AnswerInterchange::never)
      ensure(*partner, verdict.header, "CONTRL", false);
    if (!is_edifact(verdict.header)) add_interchange_answer(*partner, verdict, interchange);
  }
  for (Open& open : open_) {
    open.writer->on_interchange_end(verdict);
    add(open, interchange);
  }
  open_.clear();
}

void Answerer::add_interchange_answer(const PartnerSettings& partner, acknowledgement::InterchangeVerdict& verdict,
                                      PlannedInterchange& interchange) {
  auto row =
      acknowledgement::interchange_answer(verdict, rule_of(partner.answer_interchange), answers_ && !other_groups_);
  const std::string target = target_of(partner, "TA1");
  if (!row || target.empty()) return;
  interchange.answers.push_back({target,
                                 "acknowledges",
                                 {{"TA1", "", verdict.header.version, {std::move(*row)}}},
                                 input_.next_id(),
                                 input_.next_id()});
}

void Answerer::add(Open& open, PlannedInterchange& interchange) {
  auto sets = open.writer->finish();
  if (!sets) {
    base::log(base::LogLevel::error, "pipeline", sets.error(), {{"message", input_.message.id}, {"set", open.kind}});
    return;
  }
  if (sets->empty()) return;
  interchange.answers.push_back({std::move(open.target), open.advice ? "advises" : "acknowledges", std::move(*sets),
                                 input_.next_id(), input_.next_id()});
}

}  // namespace crossdock::pipeline
