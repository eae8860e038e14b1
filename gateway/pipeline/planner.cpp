// Reads a payload once and collects rows. What the store must be asked (duplicates) is decided when the plan is
// committed. SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/planner.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "gateway/pipeline/document_planner.hpp"
#include "gateway/pipeline/route.hpp"
#include "gateway/pipeline/x12_planner.hpp"

namespace crossdock::pipeline {
namespace {

/// Deliveries of one event, by the rules.
void plan_deliveries(const PlannerInput& input, const canonical::Event& event, PlannedEvent& planned) {
  const Bundle& bundle = *input.rules->bundle;
  const auto types = [&](const std::string& map) { return input.documents.event_types(*bundle.catalogue, map); };
  for (RouteStep& step : route(bundle, input.rules->partners, event, planned.row.test, types)) {
    store::DeliveryRow row;
    row.id = input.next_id();
    row.effect_key = step.target + ":" + step.operation + ":" + event.id;
    row.target = std::move(step.target);
    row.operation = std::move(step.operation);
    row.lane = event.partitionkey.empty() ? event.id : event.partitionkey;
    row.priority = input.again ? priority_count - 1 : priority_of(event.type);
    row.test = planned.row.test;
    row.created_at = row.changed_at = input.now;
    planned.deliveries.push_back(std::move(row));
  }
}

void plan_posted(const PlannerInput& input, const PayloadSource& payload, Plan& plan) {
  std::string json;
  Status done = payload([&](std::string_view bytes) -> Status {
    json += bytes;
    return {};
  });
  if (done) done = plan_system_event(input, json, plan);
  if (!done) park(plan, done.error().code, done.error().text());
}

}  // namespace

Sha256Bytes payload_hash(const store::MessageRow& message) {
  const std::string& hex = message.sha256;
  Sha256Bytes out{};
  const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i < out.size() && 2 * i + 1 < hex.size(); ++i)
    out[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return out;
}

Identified identify_sender(const PlannerInput& input, const EnvelopeId& sender, const std::string& gs02) {
  const PartnerIndex& partners = input.rules->partners;
  if (input.message.reason == info(Code::identify_assigned).text) return partners.identify(input.message.partner);
  return partners.identify(input.message.partner, sender, gs02);
}

PlannedEvent plan_event(const PlannerInput& input, canonical::Event&& event, std::size_t set) {
  PlannedEvent out;
  event.recordedtime = base::to_rfc3339(input.now);
  event.messageid = input.message.id;
  out.attachments = std::move(event.attachments);
  if (event.traceparent.empty()) event.traceparent = input.message.traceparent;
  out.set = set;
  out.row.id = event.id;
  out.row.type = event.type;
  out.row.source = event.source;
  out.row.subject = event.subject;
  out.row.partitionkey = event.partitionkey;
  out.row.at = input.now;
  out.row.test = input.message.usage == "T";
  if (!event.factkey.empty()) {
    // A milestone is the same fact whoever adds detail; anything else only when it says the same.
    const bool fact_alone =
        event.type.find("milestone") != std::string::npos || event.type.find("position") != std::string::npos;
    out.row.fact =
        to_hex(sha256(event.source + '\n' + event.type + '\n' + event.factkey + '\n' + (fact_alone ? "" : event.data)))
            .substr(0, 32);
  }
  plan_deliveries(input, event, out);
  out.row.open = static_cast<std::int64_t>(out.deliveries.size());
  if (out.deliveries.empty()) {
    const bool acknowledged = event.type.find("message.acknowledged") != std::string::npos ||
                              event.type.find("message.advised") != std::string::npos;
    out.row.state = out.row.rank = acknowledged ? store::State::consumed : store::State::not_wanted;
    if (!acknowledged) out.row.reason = info(Code::route_no_target).text;
  }
  out.id = out.row.id;
  out.base = out.row.state;
  out.data = event.data;
  out.json = std::make_shared<const std::string>(event.to_json());
  return out;
}

Plan empty_plan(const PlannerInput& input) {
  Plan plan;
  plan.message = input.message;
  plan.message.bundle = input.rules->bundle->hash;
  plan.message.stage = store::Stage::done;
  plan.message.reason.clear();
  plan.message.detail.clear();
  plan.message.state = store::State::in_progress;
  plan.message.rank = store::State::no_event;
  plan.message.open = 0;
  plan.again = input.again;
  return plan;
}

Plan make_plan(const PlannerInput& input, std::string_view head, const PayloadSource& payload) {
  Plan plan = empty_plan(input);
  const bool posted = plan.message.channel_kind == "event";
  const std::optional<Envelope> envelope = posted ? std::nullopt : peek_envelope(head);
  Status read;
  if (posted)
    plan_posted(input, payload, plan);
  else if (envelope)
    plan_x12(input, *envelope, payload, plan);
  else if (!plan.message.map.empty())
    read = plan_document(input, payload, plan);
  else {
    plan.message.validation = store::Validation::unknown_type;
    park(plan, Code::identify_document, "it begins with no ISA, UNA or UNB, and its channel names no map");
  }
  if (!read) park(plan, read.error().code, read.error().text());
  for (const store::SetRow& set : plan.sets) plan.set_bases.push_back(set.state);
  plan.message.events = plan.events.size();
  return plan;
}

}  // namespace crossdock::pipeline
