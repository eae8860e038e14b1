// Admission and parameters common to all routes of the API.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/api.hpp"

#include <charconv>
#include <set>

#include "gateway/api/state.hpp"

namespace crossdock::api {

Api::Api(ApiParts parts) : state_(std::make_shared<State>(std::move(parts))) {}
Api::~Api() = default;

void Api::add_routes(http::Router& router) {
  state_->add_reads(router);
  state_->add_changes(router);
  state_->add_service(router);
  state_->add_descriptions(router);
}

void Api::add_service_routes(http::Router& router) { state_->add_service(router); }

void Api::State::read(const http::Responder& respond, Work work) {
  const auto response = std::make_shared<http::Response>();
  const Status queued = parts.store.read(
      [work = std::move(work), response](store::Connection& connection) { return work(connection, *response); },
      [respond, response](const Status& done) {
        if (!done) return respond(http::problem_response(http::Problem{done.error(), 0, {}}));
        respond(std::move(*response));
      });
  if (!queued) respond(http::problem_response(http::Problem{queued.error(), 0, {}}));
}

http::Route api_route(const std::shared_ptr<Api::State>& state, std::string method, std::string pattern, bool systems,
                      http::RouteDocument document) {
  http::Route route;
  route.method = std::move(method);
  route.pattern = std::move(pattern);
  auto known = std::make_shared<std::set<std::string, std::less<>>>();
  for (const http::ParameterDocument& one : document.parameters)
    if (one.in == "query") known->insert(one.name);
  route.admit = [state, systems, known](http::Request& request) -> std::optional<http::Response> {
    if (auto refusal = state->access.admit(request, systems)) return refusal;
    for (const auto& [name, value] : request.query.all())
      if (!known->contains(name)) return wrong_parameter(name, "is not a parameter of this address");
    return std::nullopt;
  };
  route.document = std::move(document);
  return route;
}

void add_common_refusals(http::RouteDocument& document) {
  document.responses.push_back({400, "a parameter is wrong", "application/problem+json", "Problem"});
  document.responses.push_back({401, "no known token", "application/problem+json", "Problem"});
  document.responses.push_back({503, "busy", "application/problem+json", "Problem"});
}

http::RouteDocument document_of(std::string operation, std::string summary, std::string tag,
                                std::vector<http::ParameterDocument> parameters, std::string schema) {
  http::RouteDocument out;
  out.operation = std::move(operation);
  out.summary = std::move(summary);
  out.tag = std::move(tag);
  out.parameters = std::move(parameters);
  out.responses.push_back({200, "found", "application/json", std::move(schema)});
  add_common_refusals(out);
  return out;
}

http::Response wrong_parameter(const std::string& name, const std::string& detail) {
  return http::problem_response(
      http::Problem{Error{Code::api_parameter, {}, name + " " + detail}, 0, {{name, detail}}});
}

std::string parameter(const http::Request& request, std::string_view name) {
  const std::string* value = request.query.find(name);
  return value == nullptr ? std::string{} : *value;
}

tl::expected<store::PageRequest, http::Response> page_of(const http::Request& request) {
  store::PageRequest page;
  page.cursor = parameter(request, "cursor");
  if (const std::string* limit = request.query.find("limit")) {
    const auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    if (error != std::errc{} || end != limit->data() + limit->size() || page.limit == 0 ||
        page.limit > store::page_limit_max)
      return tl::unexpected(
          wrong_parameter("limit", "must be a number from 1 to " + std::to_string(store::page_limit_max)));
  }
  return page;
}

}  // namespace crossdock::api
