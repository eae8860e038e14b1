// POST routes: reprocess, resubmit, redeliver, re-issue, release, discard, and canonical events from systems of ours.
// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "gateway/api/state.hpp"
#include "gateway/channels/receipt/receipt_response.hpp"
#include "gateway/store/queries.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::api {
namespace {

using http::RequestPtr;
using http::Responder;
using http::Response;
using pipeline::Operations;

constexpr std::size_t reason_bytes_max = 1000;
constexpr std::size_t key_bytes_max = 255;
constexpr std::uint64_t change_bytes_max = 16U << 10;
constexpr std::uint64_t event_bytes_max = 1U << 20;
constexpr std::size_t fields_shown_max = 50;

/// What a person says with a change: from the body, the query, or the header X-Reason.
struct Change {
  std::string reason, partner;
};

tl::expected<Change, Response> read_change(const http::Request& request) {
  Change out{parameter(request, "reason"), parameter(request, "partner")};
  if (out.reason.empty())
    if (const std::string* header = request.head.header("X-Reason")) out.reason = *header;
  if (!request.body.empty()) {
    boost::system::error_code error;
    const boost::json::value body = boost::json::parse(request.body, error);
    if (error || !body.is_object())
      return tl::unexpected(http::problem_response(Code::api_body, "the body is not a JSON object"));
    for (const auto& [key, value] : body.as_object()) {
      const std::string name(key);
      std::string* field = name == "reason" ? &out.reason : name == "partner" ? &out.partner : nullptr;
      if (field == nullptr || !value.is_string()) {
        const std::string detail =
            field == nullptr ? "is not known here; there are reason and partner" : "must be a text";
        return tl::unexpected(http::problem_response(
            http::Problem{Error{Code::api_body, {}, "a field does not fit"}, 0, {{"/" + name, detail}}}));
      }
      *field = std::string(value.as_string());
    }
  }
  if (out.reason.size() > reason_bytes_max)
    return tl::unexpected(wrong_parameter("reason", "must be at most 1000 bytes"));
  return out;
}

Response done_response(const Result<pipeline::Done>& done) {
  if (!done) return http::problem_response(http::Problem{done.error(), 0, {}});
  std::string out;
  JsonFields fields(out);
  fields.text("id", done->id, {});
  std::string ids = "[";
  for (const std::string& id : done->ids) {
    if (ids.size() > 1) ids += ',';
    append_json_string(ids, id);
  }
  fields.json("ids", ids + "]", {});
  fields.text("detail", done->detail, {});
  fields.end();
  return http::json_response(202, std::move(out));
}

http::RouteDocument change_document(std::string operation, std::string summary, std::string tag, bool takes_partner) {
  http::RouteDocument out;
  out.operation = std::move(operation);
  out.summary = std::move(summary);
  out.tag = std::move(tag);
  out.parameters = {
      {"id", "path", "", true}, {"reason", "query", "recorded with the change"}, {"X-Reason", "header", "the same"}};
  if (takes_partner) out.parameters.push_back({"partner", "query", "who sent the message"});
  out.body_content_type = "application/json";
  out.body_schema = "Change";
  out.responses = {{202, "done, and durable", "application/json", "Done"},
                   {404, "no such record", "application/problem+json", "Problem"},
                   {409, "not possible in its state", "application/problem+json", "Problem"}};
  add_common_refusals(out);
  return out;
}

using Act = std::function<void(Api::State&, pipeline::Request, const Change&, const Responder&)>;

void add_change(const std::shared_ptr<Api::State>& state, http::Router& router, const std::string& pattern,
                http::RouteDocument document, Act act) {
  auto route = api_route(state, "POST", pattern, false, std::move(document));
  route.body_bytes_max = change_bytes_max;
  route.handler = [state, act = std::move(act)](const RequestPtr& request, const Responder& respond) {
    const auto change = read_change(*request);
    if (!change) return respond(change.error());
    pipeline::Request asked{request->path_parameter("id"), Access::caller_of(*request).name, change->reason};
    act(*state, std::move(asked), *change, respond);
  };
  router.add(std::move(route));
}

Operations::Callback answer(const Responder& respond) {
  return [respond](const Result<pipeline::Done>& done) { respond(done_response(done)); };
}

using Operation = void (Operations::*)(pipeline::Request, Operations::Callback);

Act plain(Operation operation) {
  return [operation](Api::State& state, pipeline::Request request, const Change&, const Responder& respond) {
    (state.parts.operations.*operation)(std::move(request), answer(respond));
  };
}

/// What an id belongs to.
struct Owner {
  enum class Kind : std::uint8_t { none, message, delivery } kind = Kind::none;
  std::string message_id;  ///< the outbound message that carries a delivery
};

/// Looks on a reader what `id` is, then goes on on the io thread.
void with_owner(Api::State& state, const std::string& id, const Responder& respond,
                std::function<void(const Owner&)> next) {
  const auto owner = std::make_shared<Owner>();
  const Status queued = state.parts.store.read(
      [id, owner](store::Connection& connection) -> Status {
        *owner = {};
        TRY(const auto delivery, store::show_delivery(connection, id));
        if (delivery) {
          *owner = {Owner::Kind::delivery, delivery->delivery.carried_by.empty() ? delivery->delivery.message_id
                                                                                 : delivery->delivery.carried_by};
          return {};
        }
        TRY(const auto message, store::show_message(connection, id));
        if (message) *owner = {Owner::Kind::message, id};
        return {};
      },
      [owner, respond, next = std::move(next)](const Status& done) {
        if (!done) return respond(http::problem_response(http::Problem{done.error(), 0, {}}));
        next(*owner);
      });
  if (!queued) respond(http::problem_response(http::Problem{queued.error(), 0, {}}));
}

void release(Api::State& state, pipeline::Request request, const Change& change, const Responder& respond) {
  const std::string id = request.id;
  with_owner(
      state, id, respond,
      [&operations = state.parts.operations, request = std::move(request), change, respond](const Owner& owner) {
        if (owner.kind == Owner::Kind::delivery) return operations.redeliver(request, answer(respond));
        if (owner.kind == Owner::Kind::none)
          return respond(http::problem_response(Code::api_not_found, "there is no message or delivery " + request.id));
        if (!change.partner.empty()) return operations.assign(request, change.partner, answer(respond));
        operations.reprocess(request, answer(respond));
      });
}

void discard(Api::State& state, pipeline::Request request, const Change&, const Responder& respond) {
  const std::string id = request.id;
  with_owner(
      state, id, respond,
      [&operations = state.parts.operations, request = std::move(request), respond](const Owner& owner) {
        if (owner.kind == Owner::Kind::delivery) return operations.dismiss(request, answer(respond));
        if (owner.kind == Owner::Kind::none)
          return respond(http::problem_response(Code::api_not_found, "there is no message or delivery " + request.id));
        respond(http::problem_response(Code::api_state,
                                       "only a delivery can be given up; a parked message is released (with partner=, "
                                       "when its sender was not known)"));
      });
}

void reissue_delivery(Api::State& state, pipeline::Request request, const Change&, const Responder& respond) {
  const std::string id = request.id;
  with_owner(state, id, respond,
             [&operations = state.parts.operations, request = std::move(request), respond](const Owner& owner) {
               if (owner.kind != Owner::Kind::delivery)
                 return respond(http::problem_response(Code::api_not_found, "there is no delivery " + request.id));
               pipeline::Request of_message = request;
               of_message.id = owner.message_id;
               operations.reissue(std::move(of_message), answer(respond));
             });
}

/// `data.load.id` -> `/data/load/id`
std::string pointer_of(std::string_view path) {
  std::string out = "/";
  for (const char c : path) {
    if (c == '.' || c == '[')
      out += '/';
    else if (c != ']')
      out += c;
  }
  return out;
}

Response event_refused(const std::vector<Finding>& findings) {
  http::Problem problem{
      Error{Code::api_body,
            {},
            "the event does not fit its schema; " +
                (findings.size() == 1 ? "one field is wrong" : std::to_string(findings.size()) + " fields are wrong")},
      0,
      {}};
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::error || problem.fields.size() == fields_shown_max) continue;
    std::string detail = finding.message;
    if (!finding.expected.empty()) detail += " (expected: " + finding.expected + ")";
    problem.fields.push_back({pointer_of(finding.path), std::move(detail)});
  }
  return http::problem_response(problem);
}

/// The system that speaks: its own name; a person's token speaks for the system that the event names as its source.
tl::expected<std::string, Response> speaking_system(const Caller& caller, const std::string& event) {
  constexpr std::string_view systems = "/systems/";
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(event, error);
  std::string source;
  if (!error && value.is_object())
    if (const auto* found = value.as_object().if_contains("source"); found != nullptr && found->is_string())
      source = std::string(found->as_string());
  const std::string named = source.starts_with(systems) ? source.substr(systems.size()) : std::string{};
  if (caller.kind == Caller::Kind::person) return named.empty() ? caller.name : named;
  if (named != caller.name) {
    const http::FieldProblem field{"/source", "must be /systems/" + caller.name + ": a sender speaks for itself only"};
    return tl::unexpected(
        http::problem_response(http::Problem{Error{Code::api_body, {}, "the event names another source"}, 0, {field}}));
  }
  return caller.name;
}

bool usable_key(const std::string* key) {
  if (key == nullptr || key->empty() || key->size() > key_bytes_max) return false;
  for (const char c : *key)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) return false;
  return true;
}

/// What the check of an event's schema said.
struct Checked {
  Status status;
  std::vector<Finding> findings;
};

void receive_checked(Api::State& state, const RequestPtr& request, const Responder& respond, const Checked& checked) {
  if (!checked.status)
    return respond(http::problem_response(
        http::Problem{Error{Code::api_body, checked.status.error().where, checked.status.error().detail}, 422, {}}));
  for (const Finding& finding : checked.findings)
    if (finding.severity == Severity::error) return respond(event_refused(checked.findings));
  const auto system = speaking_system(Access::caller_of(*request), request->body);
  if (!system) return respond(system.error());
  pipeline::IncomingEvent incoming;
  incoming.system = *system;
  incoming.idempotency_key = *request->head.header("Idempotency-Key");
  incoming.traceparent = http::traceparent_of(request->head);
  incoming.usage = parameter(*request, "usage");
  incoming.event_json = std::move(request->body);
  state.parts.intake.receive_event(std::move(incoming), [respond](const Result<pipeline::Receipt>& receipt) {
    respond(channels::receipt_response(receipt));
  });
}

/// The check reads a schema and walks the event: above what the io thread may spend on one request.
void receive_event(const std::shared_ptr<Api::State>& state, const RequestPtr& request, const Responder& respond) {
  if (!usable_key(request->head.header("Idempotency-Key")))
    return respond(http::problem_response(Code::api_idempotency_key));
  const bool queued = state->parts.workers.run([state, request, respond] {
    auto checked = std::make_shared<Checked>();
    checked->status = state->parts.check_event(request->body, checked->findings);
    state->parts.executor.post(
        [state, request, respond, checked] { receive_checked(*state, request, respond, *checked); });
  });
  if (!queued) respond(http::problem_response(Code::channel_http_busy));
}

void add_event_intake(const std::shared_ptr<Api::State>& state, http::Router& router) {
  http::RouteDocument document;
  document.operation = "postEvent";
  document.summary =
      "A system of ours reports a canonical event, such as a tender. The answer comes when it is durable.";
  document.tag = "events";
  document.parameters = {
      {"Idempotency-Key", "header", "the same key and event get the same answer; another event under it 409", true},
      {"usage", "query", "test | production"}};
  document.body_content_type = "application/cloudevents+json";
  document.body_schema = "CloudEvent";
  document.responses = {
      {202, "durable, now or before", "application/json", "Receipt"},
      {409, "the key was used with another event", "application/problem+json", "Problem"},
      {413, "the event is too large", "application/problem+json", "Problem"},
      {415, "not JSON", "application/problem+json", "Problem"},
      {422, "the event does not fit its schema; `errors` names the fields", "application/problem+json", "Problem"}};
  add_common_refusals(document);
  auto route = api_route(state, "POST", "/api/v1/events", true, std::move(document));
  route.body_required = true;
  route.body_bytes_max = event_bytes_max;
  route.content_types = {"application/json", "application/cloudevents+json"};
  route.handler = [state](const RequestPtr& request, const Responder& respond) {
    const std::string usage = parameter(*request, "usage");
    if (!usage.empty() && usage != "test" && usage != "production")
      return respond(wrong_parameter("usage", "must be test or production"));
    receive_event(state, request, respond);
  };
  router.add(std::move(route));
}

}  // namespace

void Api::State::add_changes(http::Router& router) {
  const auto self = shared_from_this();
  const std::string messages = "/api/v1/messages/{id}/", deliveries = "/api/v1/deliveries/{id}/",
                    parked = "/api/v1/parked/{id}/";
  add_change(self, router, messages + "reprocess",
             change_document("reprocessMessage", "Same bytes through today's rules", "messages", false),
             plain(&Operations::reprocess));
  add_change(self, router, messages + "resubmit",
             change_document("resubmitMessage", "Same bytes as a new message", "messages", false),
             plain(&Operations::resubmit));
  add_change(self, router, messages + "redeliver",
             change_document("redeliverMessage", "All parked deliveries of the message again", "messages", false),
             plain(&Operations::redeliver));
  add_change(
      self, router, messages + "re-issue",
      change_document("reissueMessage", "Same sets under new control numbers, linked to the old", "messages", false),
      plain(&Operations::reissue));
  add_change(self, router, deliveries + "redeliver",
             change_document("redeliver", "Same event (or stored bytes), same target", "deliveries", false),
             plain(&Operations::redeliver));
  add_change(
      self, router, deliveries + "re-issue",
      change_document("reissueDelivery", "The sets of its message under new control numbers", "deliveries", false),
      reissue_delivery);
  add_change(self, router, parked + "release",
             change_document("release", "Lets parked work go on; a message of unknown sender is assigned to `partner`",
                             "parked", true),
             release);
  add_change(self, router, parked + "discard",
             change_document("discard", "Gives up a parked delivery: it ends as not_wanted", "parked", false), discard);
  add_event_intake(self, router);
}

}  // namespace crossdock::api
