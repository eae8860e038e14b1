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

/// A member of one of the event's objects; empty where it is not told.
std::string told(const boost::json::object& data, const char* object, const char* member) {
  const boost::json::value* part = data.if_contains(object);
  return part != nullptr && part->is_object() ? text(part->get_object(), member) : std::string();
}

/// `partitionkey` when the system gave none: the number it is about, under the name that we go by with its carrier, so
/// that a tender and what the carrier says to it travel in one lane.
std::string lane_of(const PartnerIndex& partners, const canonical::Event& event, const boost::json::object& data) {
  std::string number = told(data, "shipment", "id");
  if (number.empty()) number = told(data, "load", "id");
  if (number.empty()) return event.subject;
  const PartnerSettings* carrier = partners.by_scac(told(data, "carrier", "scac"));
  return carrier == nullptr || carrier->us_gs.empty() ? number : carrier->us_gs + "/" + number;
}

/// An event that nobody takes: what a person would look for first, such as a carrier that has no profile.
void tell_why(const PartnerIndex& partners, const std::string& type, const boost::json::object& data,
              store::MessageRow& message) {
  message.reason = info(Code::route_no_target).text;
  const std::string scac = told(data, "carrier", "scac");
  const PartnerSettings* carrier = partners.by_scac(scac);
  message.detail = "no route takes " + type;
  if (scac.empty())
    message.detail += ", and it names no carrier.scac that would pick a partner";
  else if (carrier == nullptr)
    message.detail += ", and no partner has the SCAC " + scac;
  else
    message.detail += ", and partner " + carrier->name + " receives nothing that is made from it";
  if (message.usage == "T") message.detail += " (it is a test)";
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
  if (event.partitionkey.empty()) event.partitionkey = lane_of(input.rules->partners, event, data->get_object());
  plan.message.validation = store::Validation::accepted;
  plan.mark_duplicates = false;  // its idempotency key says what is the same; a system may tell a fact again on purpose
  const std::string type = event.type;
  plan.events.push_back(plan_event(input, std::move(event), no_set));
  if (plan.events.back().row.state == store::State::not_wanted)
    tell_why(input.rules->partners, type, data->get_object(), plan.message);
  return {};
}

}  // namespace crossdock::pipeline
