// One reading of an X12 payload, and what it says of the message as a whole.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/x12_planner.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"

namespace crossdock::pipeline {
namespace {

TranslateOptions options_of(const PlannerInput& input, const PartnerSettings* partner, bool make_events) {
  TranslateOptions options;
  if (partner != nullptr) {
    options.partner = partner->rules;
    options.profile_zone = partner->zone;
    options.source = "/partners/" + partner->name;
  }
  options.map = input.message.map;
  options.make_events = make_events && partner != nullptr;
  options.received_at = base::to_rfc3339(input.message.received_at);
  options.payload_hash = payload_hash(input.message);
  return options;
}

/// The bytes of each interchange are its identity.
void hash_interchanges(Plan& plan, const std::string& kept) {
  for (PlannedInterchange& interchange : plan.interchanges) {
    const bool inside = interchange.begin < interchange.end && interchange.end <= kept.size();
    if (inside)
      interchange.row.sha256 =
          to_hex(sha256(std::string_view(kept).substr(interchange.begin, interchange.end - interchange.begin)));
    else
      interchange.row.sha256 = stand_in_hash(plan.message, interchange.row.ordinal, plan.interchanges.size() == 1);
  }
}

void hold(Plan& plan) {
  plan.events.clear();
  plan.settlements.clear();
  plan.arrivals.clear();
  for (store::SetRow& set : plan.sets)
    if (set.state != store::State::rejected) set.state = store::State::held;
  plan.message.reason = info(Code::interchange_truncated).text;
  plan.message.detail = info(Code::interchange_truncated).what;
  if (plan.sets.empty()) plan.message.state = plan.message.rank = store::State::held;
}

void empty(Plan& plan) {
  plan.events.clear();
  plan.sets.clear();
  plan.interchanges.clear();
  plan.settlements.clear();
  plan.arrivals.clear();
  plan.message.acknowledgement = store::Acknowledgement::not_due;
}

}  // namespace

std::string stand_in_hash(const store::MessageRow& message, std::uint32_t ordinal, bool alone) {
  return alone ? message.sha256 : message.sha256 + "#" + std::to_string(ordinal);
}

void plan_x12(const PlannerInput& input, const Envelope& envelope, const PayloadSource& payload, Plan& plan,
              Purpose purpose) {
  const bool keep = purpose.keep_sets, whole = !purpose.flush;
  Collector collector(input, plan, std::move(purpose));
  const PartnerSettings* partner = identify_sender(input, envelope.sender, envelope.gs_sender).partner;
  if (partner != nullptr) {
    plan.duplicate_window = partner->duplicate_window;
    plan.mark_duplicates = partner->duplicate_policy == DuplicatePolicy::mark;
  }
  const auto reading =
      input.documents.read(*input.rules->bundle->catalogue, options_of(input, partner, keep), collector,
                           [&](canonical::Event&& event, std::string_view) { collector.on_event(std::move(event)); });
  const bool keep_bytes = input.message.bytes <= base::limits::translate_inline_bytes_max;
  std::string kept;
  Status read = payload([&](std::string_view bytes) -> Status {
    if (keep_bytes) kept += bytes;
    TRY_STATUS(reading->feed(bytes));
    return collector.flushed();
  });
  if (read) read = reading->finish();
  plan.message.partner = collector.partner() != nullptr ? collector.partner()->name : plan.message.partner;
  plan.message.usage = collector.test() ? "T" : "P";
  plan.message.validation = collector.validation();
  plan.message.sets = collector.sets_seen();
  if (collector.refused()) return empty(plan);
  hash_interchanges(plan, kept);
  if (plan.message.validation == store::Validation::rejected) plan.message.reason = info(Code::set_rejected).text;
  if (!read) {
    plan.message.validation = store::Validation::rejected;
    plan.message.reason = info(read.error().code).text;
    plan.message.detail = read.error().text();
    if (plan.sets.empty() && collector.sets_seen() == 0)
      plan.message.state = plan.message.rank = store::State::rejected;
  }
  if (whole && collector.truncated() && (collector.partner() == nullptr || !collector.partner()->accept_truncated))
    hold(plan);
}

}  // namespace crossdock::pipeline
