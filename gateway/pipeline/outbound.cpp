// Writing an outbound interchange inside a transaction.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/outbound.hpp"

#include <algorithm>

#include "gateway/pipeline/route.hpp"
#include "gateway/pipeline/settlement.hpp"
#include "gateway/store/keys.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::pipeline {
namespace {

/// Documents of ours up to this size stand in the store: the commit that numbers them is then the only sync they wait
/// for (0202). A larger one becomes a file within that commit, since its bytes hold the numbers.
constexpr std::size_t document_inline_bytes_max = 1U << 20;

std::string code_of(const std::string& guide) { return guide.substr(guide.rfind('/') + 1); }

/// `edifact:14` is how identities of EDIFACT are kept apart from X12's; UNB says `14`.
EnvelopeId without_mark(EnvelopeId id) {
  constexpr std::string_view mark = "edifact:";
  if (id.qualifier.starts_with(mark)) id.qualifier.erase(0, mark.size());
  return id;
}

void address_edifact(const OutboundJob& job, EnvelopePlan& plan) {
  const PartnerSettings& partner = *job.partner;
  plan.sender = job.us && !job.us->id.empty() ? *job.us : partner.us_edifact;
  if (job.them)
    plan.receiver = *job.them;
  else if (!partner.identifiers.edifact.empty())
    plan.receiver = partner.identifiers.edifact.front();
  plan.sender = without_mark(std::move(plan.sender));
  plan.receiver = without_mark(std::move(plan.receiver));
  if (job.edifact)
    plan.edifact = *job.edifact;
  else if (job.set != nullptr)
    plan.edifact = job.set->edifact;
}

void address_x12(const PartnerSettings& partner, EnvelopePlan& plan) {
  plan.sender = partner.us;
  plan.sender_gs = partner.us_gs.empty() ? partner.us.id : partner.us_gs;
  if (!partner.identifiers.x12.empty()) plan.receiver = partner.identifiers.x12.front();
  plan.receiver_gs = partner.identifiers.gs.empty() ? plan.receiver.id : partner.identifiers.gs.front();
}

bool is_answer(const OutboundJob& job) { return job.link == "acknowledges" || job.link == "advises"; }

EnvelopePlan plan_envelope(store::Transaction& transaction, const OutboundJob& job, base::Instant now) {
  const PartnerSettings& partner = *job.partner;
  EnvelopePlan plan;
  if (is_edifact(job.sets))
    address_edifact(job, plan);
  else
    address_x12(partner, plan);
  plan.usage = job.test || partner.test ? "T" : "P";
  plan.at = base::to_rfc3339(now);
  plan.delimiters = job.set != nullptr ? job.set->delimiters : std::nullopt;
  plan.delimiter_in_data = partner.delimiter_in_data;
  plan.delimiter_replacement = partner.delimiter_replacement;
  plan.interchange_number = store::reserve_numbers(transaction, partner.name, plan.usage, "interchange", 1);
  for (std::size_t i = 0; i < numbered_groups(plan, job.sets); ++i)
    plan.group_numbers.push_back(store::reserve_numbers(transaction, partner.name, plan.usage, "group", 1));
  return plan;
}

void note_expectations(store::Transaction& transaction, const OutboundJob& job, const EnvelopePlan& plan,
                       store::Seq message, base::Instant now) {
  const auto groups = groups_of(job.sets);
  for (const Expectation& expected : job.partner->expects) {
    const std::string code = code_of(expected.guide);
    const bool acknowledgement = answers_by_number(code);
    for (std::size_t i = 0; i < job.types.size(); ++i) {
      if (!type_matches(expected.after, job.types[i])) continue;
      store::ExpectationRow row;
      row.message = message;
      row.partner = job.partner->name;
      row.guide = code;
      row.due_at = now + expected.within;
      if (answers_interchange(code)) {
        row.key = "/" + std::to_string(plan.interchange_number);
        store::insert_expectation(transaction, row);
        break;
      }
      if (acknowledgement) {
        for (std::size_t g = 0; g < plan.group_numbers.size(); ++g) {
          row.key = groups[g].first + "/" + std::to_string(plan.group_numbers[g]);
          store::insert_expectation(transaction, row);
        }
        break;  // one acknowledgement for the group, however many events travel in it
      }
      row.key = job.keys[i];
      store::insert_expectation(transaction, row);
    }
  }
}

store::MessageRow make_message(const OutboundJob& job, const std::string& bytes, const EnvelopePlan& plan,
                               base::Instant now) {
  store::MessageRow row;
  row.id = job.message_id;
  row.outbound = true;
  row.channel = job.target;
  row.channel_kind = "edi";
  row.partner = job.partner->name;
  row.external_id = std::to_string(plan.interchange_number);
  const bool edifact = is_edifact(job.sets);
  row.content_type = edifact ? "application/edifact" : "application/edi-x12";
  row.file_name = job.partner->name + "-" + job.sets.front().set + (plan.usage == "T" ? "-test-" : "-") +
                  std::to_string(plan.interchange_number) + (edifact ? ".edi" : ".x12");
  row.sha256 = to_hex(sha256(bytes));
  row.bytes = bytes.size();
  row.received_at = now;
  row.usage = plan.usage;
  row.stage = store::Stage::done;
  row.open = 1;
  row.bundle = job.bundle->hash;
  row.validation = store::Validation::accepted;
  row.linked_to = job.linked_to;
  row.link = job.link;
  row.sets = job.sets.size();
  if (!is_answer(job) && job.set != nullptr && !job.set->acknowledge.empty())
    row.acknowledgement = store::Acknowledgement::due;
  return row;
}

}  // namespace

Result<LaneItemPtr> write_outbound(store::Transaction& transaction, const Documents& documents, const OutboundJob& job,
                                   const std::string& payload_folder, base::Instant now) {
  EnvelopePlan plan = plan_envelope(transaction, job, now);
  plan.acknowledgement_requested = !is_answer(job) && job.set != nullptr && !job.set->acknowledge.empty();
  TRY(std::string bytes, documents.write_interchange(plan, job.sets));
  store::MessageRow message = make_message(job, bytes, plan, now);
  const bool large = bytes.size() > document_inline_bytes_max;
  if (large) TRY_STATUS(store::write_payload_file(payload_folder, message.sha256, bytes));
  store::insert_message(transaction, message);
  store::add_body(transaction, message, {bytes, large, bytes.size()});
  const auto groups = groups_of(job.sets);
  if (job.link != "acknowledges")
    store::insert_sent_group(transaction, job.partner->name, "", std::to_string(plan.interchange_number), message.seq,
                             now);
  if (job.link != "acknowledges")
    for (std::size_t i = 0; i < plan.group_numbers.size(); ++i)
      store::insert_sent_group(transaction, job.partner->name, groups[i].first, std::to_string(plan.group_numbers[i]),
                               message.seq, now);
  note_expectations(transaction, job, plan, message.seq, now);
  auto item = std::make_shared<LaneItem>();
  store::DeliveryRow& row = item->row;
  row.id = job.delivery_id;
  row.target = job.target;
  row.operation = "send";
  row.effect_key = job.target + ":send:" + job.message_id;
  row.message = message.seq;
  row.lane = job.lane;
  row.priority = job.priority;
  row.test = job.test;
  row.created_at = row.changed_at = now;
  store::insert_delivery(transaction, row);
  for (const store::Seq carried : job.carries) store::carry_delivery(transaction, carried, row.seq);
  item->message_id = message.id;
  item->sha256 = message.sha256;
  item->file_name = message.file_name;
  item->content_type = message.content_type;
  item->payload = std::make_shared<const std::string>(std::move(bytes));
  return item;
}

}  // namespace crossdock::pipeline
