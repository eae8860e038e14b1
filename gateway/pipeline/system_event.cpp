// An event posted by one of our systems: it is canonical already, so its plan is one event and where it goes.
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {
namespace {

std::string text(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// `partitionkey` when the system gave none: what its subject is about.
std::string lane_of(const canonical::Event& event, const boost::json::object& data) {
  for (const char* object : {"shipment", "load"}) {
    const boost::json::value* part = data.if_contains(object);
    if (part != nullptr && part->is_object())
      if (std::string id = text(part->get_object(), "id"); !id.empty()) return id;
  }
  return event.subject;
}

}  // namespace

Status plan_system_event(const PlannerInput& input, std::string_view json, Plan& plan) {
  boost::system::error_code problem;
  const boost::json::value parsed = boost::json::parse(json, problem);
  if (problem || !parsed.is_object()) return fail(Code::identify_document, "the event is not a JSON object");
  const boost::json::object& object = parsed.get_object();
  canonical::Event event;
  event.type = text(object, "type");
  if (!event.type.starts_with("crossdock.")) event.type = "crossdock." + event.type;
  const std::string system = input.message.channel.substr(input.message.channel.find('/') + 1);
  event.source = "/systems/" + system;  // whatever it says: a system speaks for itself only
  event.subject = text(object, "subject");
  event.time = text(object, "time");
  event.id = text(object, "id");
  if (event.id.empty()) event.id = to_hex(sha256(system + "\n" + input.message.external_id));
  event.factkey = text(object, "factkey");
  event.partitionkey = text(object, "partitionkey");
  event.correlationid = text(object, "correlationid");
  event.supersedes = text(object, "supersedes");
  const boost::json::value* data = object.if_contains("data");
  if (data == nullptr || !data->is_object()) return fail(Code::identify_document, "the event has no data object");
  event.data = boost::json::serialize(*data);
  if (event.partitionkey.empty()) event.partitionkey = lane_of(event, data->get_object());
  plan.message.validation = store::Validation::accepted;
  plan.mark_duplicates = false;  // its idempotency key says what is the same; a system may tell a fact again on purpose
  plan.events.push_back(plan_event(input, std::move(event), no_set));
  return {};
}

}  // namespace crossdock::pipeline
