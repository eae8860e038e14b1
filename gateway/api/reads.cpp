// GET routes: lists, single records, payloads, find, books.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/api/state.hpp"
#include "gateway/channels/http_server/spool.hpp"
#include "gateway/store/books.hpp"
#include "gateway/store/queries.hpp"

namespace crossdock::api {
namespace {

using http::RequestPtr;
using http::Responder;
using http::Response;
using Documents = std::vector<http::ParameterDocument>;

constexpr std::size_t find_bytes_max = 200;

const http::ParameterDocument cursor{"cursor", "query", "`next` of the page before"};
const http::ParameterDocument limit{"limit", "query", "items of a page", false,
                                    R"({"type":"integer","minimum":1,"maximum":500,"default":50})"};
const http::ParameterDocument id{"id", "path", "", true};

Documents listed(Documents more) {
  more.push_back(cursor);
  more.push_back(limit);
  return more;
}

http::RouteDocument one(std::string operation, std::string summary, std::string tag, std::string schema) {
  auto out = document_of(std::move(operation), std::move(summary), std::move(tag), {id}, std::move(schema));
  out.responses.push_back({404, "no such record", "application/problem+json", "Problem"});
  return out;
}

/// The values that each status may have; `status=` finds the right one by its value.
struct StatusNames {
  std::string_view name;
  std::string store::MessageFilter::*field;
  std::vector<std::string_view> values;
};
const std::vector<StatusNames>& status_names() {
  static const std::vector<StatusNames> names = {
      {"state", &store::MessageFilter::state, {std::begin(store::book_states), std::end(store::book_states)}},
      {"validation",
       &store::MessageFilter::validation,
       {"accepted", "accepted_with_warnings", "rejected", "unknown_type"}},
      {"delivery", &store::MessageFilter::delivery, {"waiting", "sent", "unknown", "parked", "expired", "not_wanted"}},
      {"acknowledgement",
       &store::MessageFilter::acknowledgement,
       {"not_due", "due", "sent", "positive", "negative", "overdue"}},
      {"effect", &store::MessageFilter::effect, {"none", "applied", "refused", "unknown"}}};
  return names;
}

std::string joined(const std::vector<std::string_view>& values) {
  std::string out;
  for (const std::string_view value : values) (out += out.empty() ? "" : ", ") += value;
  return out;
}

/// Fills the filter's statuses; the refusal when a value is none.
std::optional<Response> read_statuses(const http::Request& request, store::MessageFilter& filter) {
  for (const StatusNames& row : status_names()) {
    const std::string value = parameter(request, row.name);
    if (value.empty()) continue;
    if (std::find(row.values.begin(), row.values.end(), value) == row.values.end())
      return wrong_parameter(std::string(row.name), "must be one of " + joined(row.values));
    filter.*row.field = value;
  }
  const std::string status = parameter(request, "status");
  if (status.empty()) return std::nullopt;
  for (const StatusNames& row : status_names()) {
    if (std::find(row.values.begin(), row.values.end(), status) == row.values.end()) continue;
    filter.*row.field = status;
    return std::nullopt;
  }
  std::string all;
  for (const StatusNames& row : status_names())
    all += (all.empty() ? "" : "; ") + std::string(row.name) + ": " + joined(row.values);
  return wrong_parameter("status", "is no state and no status; there are: " + all);
}

tl::expected<store::MessageFilter, Response> message_filter(const http::Request& request) {
  store::MessageFilter filter;
  filter.partner = parameter(request, "partner");
  filter.direction = parameter(request, "direction");
  filter.channel = parameter(request, "channel");
  filter.text = parameter(request, "text");
  if (!filter.direction.empty() && filter.direction != "in" && filter.direction != "out")
    return tl::unexpected(wrong_parameter("direction", "must be in or out"));
  for (const auto& [name, field] :
       {std::pair{"since", &store::MessageFilter::since}, std::pair{"until", &store::MessageFilter::until}}) {
    const std::string value = parameter(request, name);
    if (value.empty()) continue;
    const auto at = base::parse_rfc3339(value);
    if (!at) return tl::unexpected(wrong_parameter(name, "must be a time of RFC 3339 such as 2026-05-18T14:32:00Z"));
    filter.*field = base::to_rfc3339(*at);
  }
  if (auto refusal = read_statuses(request, filter)) return tl::unexpected(std::move(*refusal));
  return filter;
}

/// A list route: `list` runs on the reader.
template <class List>
void answer_page(Api::State& state, const RequestPtr& request, const Responder& respond, List list) {
  const auto page = page_of(*request);
  if (!page) return respond(page.error());
  state.read(respond, [list, page = *page](store::Connection& connection, Response& response) -> Status {
    TRY(const auto found, list(connection, page));
    response = http::json_response(200, page_json(found.items, found.next));
    return {};
  });
}

/// A route for one record: `show` runs on the reader and gives an optional.
template <class Show>
void answer_one(Api::State& state, const RequestPtr& request, const Responder& respond, Show show) {
  state.read(respond,
             [show, key = request->path_parameter("id")](store::Connection& connection, Response& response) -> Status {
               TRY(const auto found, show(connection, key));
               response = found ? http::json_response(200, to_json(*found))
                                : http::problem_response(Code::api_not_found, "there is no " + key);
               return {};
             });
}

void add_messages(const std::shared_ptr<Api::State>& state, http::Router& router) {
  Documents filters = {{"partner", "query", "name of the partner"},
                       {"status", "query", "a state of the books, or any value of the four statuses"},
                       {"since", "query", "received at or after, RFC 3339"},
                       {"until", "query", "received before, RFC 3339"},
                       {"text", "query", "part of file name, external id, reason or detail"},
                       {"direction", "query", "in | out"},
                       {"channel", "query", "configured name"}};
  for (const StatusNames& row : status_names()) filters.push_back({std::string(row.name), "query", joined(row.values)});
  auto list = api_route(
      state, "GET", "/api/v1/messages", false,
      document_of("listMessages", "Messages, newest first", "messages", listed(std::move(filters)), "MessagePage"));
  list.handler = [state](const RequestPtr& request, const Responder& respond) {
    auto filter = message_filter(*request);
    if (!filter) return respond(filter.error());
    answer_page(*state, request, respond,
                [filter = *filter](store::Connection& connection, const store::PageRequest& page) {
                  return store::list_messages(connection, filter, page);
                });
  };
  router.add(std::move(list));
  auto show =
      api_route(state, "GET", "/api/v1/messages/{id}", false,
                one("showMessage", "One message with statuses, sets, findings, events, deliveries, acknowledgements",
                    "messages", "MessageRecord"));
  show.handler = [state](const RequestPtr& request, const Responder& respond) {
    answer_one(*state, request, respond, store::show_message);
  };
  router.add(std::move(show));
}

void add_events(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto list = api_route(state, "GET", "/api/v1/events", true,
                        document_of("listEvents", "Canonical events, newest first", "events",
                                    listed({{"type", "query", "such as crossdock.shipment.milestone.v1"},
                                            {"subject", "query", "such as shipment/SHP1001"},
                                            {"message", "query", "id of the message it came from"},
                                            {"state", "query", "state in the books"}}),
                                    "EventPage"));
  list.handler = [state](const RequestPtr& request, const Responder& respond) {
    const store::EventFilter filter{parameter(*request, "type"), parameter(*request, "subject"),
                                    parameter(*request, "message"), parameter(*request, "state")};
    answer_page(*state, request, respond, [filter](store::Connection& connection, const store::PageRequest& page) {
      return store::list_events(connection, filter, page);
    });
  };
  router.add(std::move(list));
  auto show = api_route(state, "GET", "/api/v1/events/{id}", true,
                        one("showEvent", "One canonical event, whole", "events", "Event"));
  show.handler = [state](const RequestPtr& request, const Responder& respond) {
    answer_one(*state, request, respond, store::show_event);
  };
  router.add(std::move(show));
}

void add_deliveries(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto list = api_route(state, "GET", "/api/v1/deliveries", false,
                        document_of("listDeliveries", "Deliveries, newest first", "deliveries",
                                    listed({{"target", "query", "name of the target"},
                                            {"state", "query", "state in the books"},
                                            {"event", "query", "id of the event"},
                                            {"message", "query", "id of the message"}}),
                                    "DeliveryPage"));
  list.handler = [state](const RequestPtr& request, const Responder& respond) {
    const store::DeliveryFilter filter{parameter(*request, "target"), parameter(*request, "state"),
                                       parameter(*request, "event"), parameter(*request, "message")};
    answer_page(*state, request, respond, [filter](store::Connection& connection, const store::PageRequest& page) {
      return store::list_deliveries(connection, filter, page);
    });
  };
  router.add(std::move(list));
  auto show = api_route(state, "GET", "/api/v1/deliveries/{id}", false,
                        one("showDelivery", "One delivery with its attempts", "deliveries", "DeliveryRecord"));
  show.handler = [state](const RequestPtr& request, const Responder& respond) {
    answer_one(*state, request, respond, store::show_delivery);
  };
  router.add(std::move(show));
}

/// A large payload leaves from its own file, at the caller's pace: the store's reader is only asked where it stands.
/// `name` is what it is called to people: `message 0198...`.
Status payload_response(Result<std::optional<store::PayloadPlace>> found, const std::string& name, Response& response) {
  TRY(auto place, std::move(found));
  if (!place) {
    response = http::problem_response(Code::api_not_found, "there is no " + name + ", or its payload was purged");
    return {};
  }
  response.body = std::move(place->bytes);
  if (!place->path.empty()) {
    TRY(response.source, http::file_source(place->path, place->size));
  }
  response.status = 200;
  response.content_type = "application/octet-stream";  // never the sender's: a browser must not run it
  response.headers.push_back(
      {"Content-Disposition", "attachment; filename=\"" + name.substr(name.rfind(' ') + 1) + "\""});
  return {};
}

void add_attachment(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto document = one("readAttachment", "Bytes that came inside a document, such as the image of a proof of delivery",
                      "events", {});
  document.parameters.push_back({"sha256", "path", "as the event refers to it", true});
  document.responses.front().content_type = "application/octet-stream";
  auto route = api_route(state, "GET", "/api/v1/events/{id}/attachments/{sha256}", true, std::move(document));
  route.handler = [state](const RequestPtr& request, const Responder& respond) {
    state->read(respond, [state, id = request->path_parameter("id"), sha256 = request->path_parameter("sha256")](
                             store::Connection& connection, Response& response) {
      return payload_response(store::find_attachment(connection, state->parts.store.payload_folder(), id, sha256),
                              "attachment " + sha256, response);
    });
  };
  router.add(std::move(route));
}

void add_payload(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto document = one("readPayload", "The payload's bytes as they were received or sent", "messages", {});
  document.responses.front().content_type = "application/octet-stream";
  auto route = api_route(state, "GET", "/api/v1/messages/{id}/payload", false, std::move(document));
  route.handler = [state](const RequestPtr& request, const Responder& respond) {
    state->read(respond,
                [state, key = request->path_parameter("id")](store::Connection& connection, Response& response) {
                  return payload_response(store::find_payload(connection, state->parts.store.payload_folder(), key),
                                          "message " + key, response);
                });
  };
  router.add(std::move(route));
}

void add_lists(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto parked =
      api_route(state, "GET", "/api/v1/parked", false,
                document_of("listParked", "Work set aside because it failed", "parked", listed({}), "ParkedPage"));
  parked.handler = [state](const RequestPtr& request, const Responder& respond) {
    answer_page(*state, request, respond, store::list_parked);
  };
  router.add(std::move(parked));
  auto exceptions =
      api_route(state, "GET", "/api/v1/exceptions", false,
                document_of("listExceptions", "Alarms of the gateway", "books", listed({}), "ExceptionPage"));
  exceptions.handler = [state](const RequestPtr& request, const Responder& respond) {
    answer_page(*state, request, respond, store::list_exceptions);
  };
  router.add(std::move(exceptions));
  auto find = api_route(
      state, "GET", "/api/v1/find", false,
      document_of("findAnything", "Whatever is at hand: ids, control numbers, shipments, references, file names",
                  "messages", {{"q", "query", "what to look for", true}}, "FoundPage"));
  find.handler = [state](const RequestPtr& request, const Responder& respond) {
    const std::string text = parameter(*request, "q");
    if (text.empty() || text.size() > find_bytes_max) return respond(wrong_parameter("q", "must hold 1 to 200 bytes"));
    state->read(respond, [text](store::Connection& connection, Response& response) -> Status {
      TRY(const auto found, store::find_anything(connection, text));
      response = http::json_response(200, page_json(found, {}));
      return {};
    });
  };
  router.add(std::move(find));
}

std::string books_json(const std::vector<store::BookLine>& lines, const std::string& day) {
  std::string out;
  JsonFields fields(out);
  fields.text("day", day, {});
  fields.flag("balanced",
              std::all_of(lines.begin(), lines.end(), [](const store::BookLine& line) { return line.balanced(); }), {});
  fields.list("units", {}, lines.size(), [&](Fields& object, std::size_t i) { describe(object, lines[i]); });
  fields.end();
  return out;
}

bool is_day(const std::string& text) {
  return text.size() == 10 && base::parse_rfc3339(text + "T00:00:00Z").has_value();
}

void add_books(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto books = api_route(state, "GET", "/api/v1/books", false,
                         document_of("showBooks", "What came in against what stands in each state, all days together",
                                     "books", {}, "Books"));
  books.handler = [state](const RequestPtr&, const Responder& respond) {
    state->read(respond, [](store::Connection& connection, Response& response) -> Status {
      TRY(const auto lines, store::balance(connection));
      response = http::json_response(200, books_json(lines, {}));
      return {};
    });
  };
  router.add(std::move(books));
  auto statement =
      api_route(state, "GET", "/api/v1/statement", false,
                document_of("showStatement", "The books of one day", "books",
                            {{"day", "query", "UTC day such as 2026-05-18; today unless given"}}, "Books"));
  statement.handler = [state](const RequestPtr& request, const Responder& respond) {
    std::string day = parameter(*request, "day");
    if (day.empty()) day = base::utc_day(state->parts.clock.now());
    if (!is_day(day)) return respond(wrong_parameter("day", "must be a day such as 2026-05-18"));
    state->read(respond, [day](store::Connection& connection, Response& response) -> Status {
      TRY(const auto lines, store::statement(connection, day));
      response = http::json_response(200, books_json(lines, day));
      return {};
    });
  };
  router.add(std::move(statement));
}

void add_configuration(const std::shared_ptr<Api::State>& state, http::Router& router) {
  auto partners = api_route(
      state, "GET", "/api/v1/partners", false,
      document_of("listPartners", "Trading partners, quarantined ones too", "configuration", {}, "PartnerPage"));
  partners.handler = [state](const RequestPtr&, const Responder& respond) {
    respond(http::json_response(200, page_json(state->parts.configuration().partners, {})));
  };
  router.add(std::move(partners));
  auto targets = api_route(
      state, "GET", "/api/v1/targets", false,
      document_of("listTargets", "Targets with the state of their circuit breaker", "configuration", {}, "TargetPage"));
  targets.handler = [state](const RequestPtr&, const Responder& respond) {
    respond(http::json_response(200, page_json(state->parts.targets(), {})));
  };
  router.add(std::move(targets));
  auto bundle = api_route(state, "GET", "/api/v1/configuration/bundle", false,
                          document_of("showBundle", "The configuration in force and what is wrong with its files",
                                      "configuration", {}, "Configuration"));
  bundle.handler = [state](const RequestPtr&, const Responder& respond) {
    respond(http::json_response(200, to_json(state->parts.configuration())));
  };
  router.add(std::move(bundle));
}

}  // namespace

void Api::State::add_reads(http::Router& router) {
  const auto self = shared_from_this();
  add_messages(self, router);
  add_payload(self, router);
  add_attachment(self, router);
  add_events(self, router);
  add_deliveries(self, router);
  add_lists(self, router);
  add_books(self, router);
  add_configuration(self, router);
}

}  // namespace crossdock::api
