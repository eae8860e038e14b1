// /healthz and /readyz on every listener; /metrics and the OpenAPI document where the API is served. All without a
// token. SPDX-License-Identifier: Apache-2.0
#include "gateway/api/openapi.hpp"
#include "gateway/api/state.hpp"

namespace crossdock::api {
namespace {

using http::RequestPtr;
using http::Responder;

http::Route open_route(std::string pattern, std::string operation, std::string summary, std::string content_type,
                       std::string schema) {
  http::Route route;
  route.method = "GET";
  route.pattern = std::move(pattern);
  route.document = document_of(std::move(operation), std::move(summary), "service", {}, std::move(schema));
  route.document.responses = {route.document.responses.front()};
  route.document.responses.front().content_type = std::move(content_type);
  route.document.authorised = false;
  return route;
}

void answer_readiness(const Status& store, const ConfigurationView& configuration, bool accepting,
                      const Responder& respond) {
  const bool ready = store.has_value() && !configuration.bundle.empty();
  std::string checks, out;
  JsonFields names(checks);
  names.text("store", store ? "writable" : info(store.error().code).text, {});
  names.text("configuration", configuration.bundle.empty() ? "not loaded" : "loaded", {});
  names.text("intake", accepting ? "accepting" : "busy", {});
  names.end();
  JsonFields fields(out);
  fields.flag("ready", ready, {});
  fields.json("checks", checks, {});
  fields.end();
  respond(http::json_response(ready ? 200 : 503, std::move(out)));
}

}  // namespace

void Api::State::add_service(http::Router& router) {
  const auto self = shared_from_this();
  auto health = open_route("/healthz", "health", "The process is alive", "application/json", {});
  health.handler = [](const RequestPtr&, const Responder& respond) {
    respond(http::json_response(200, R"({"status":"alive"})"));
  };
  router.add(std::move(health));

  auto ready = open_route("/readyz", "readiness", "The store is writable and a configuration is loaded",
                          "application/json", "Readiness");
  ready.document.responses.push_back({503, "not ready", "application/json", "Readiness"});
  ready.handler = [self](const RequestPtr&, const Responder& respond) {
    const auto finish = [self, respond](const Status& store) {
      answer_readiness(store, self->parts.configuration(), self->parts.intake.accepting(), respond);
    };
    const Status queued = self->parts.store.write([](store::Transaction&) -> Status { return {}; }, finish);
    if (!queued) finish(queued);
  };
  router.add(std::move(ready));
}

void Api::State::add_descriptions(http::Router& router) {
  const auto self = shared_from_this();
  auto metrics = open_route("/metrics", "metrics", "Prometheus text format", "text/plain; version=0.0.4", {});
  metrics.handler = [self](const RequestPtr&, const Responder& respond) {
    if (self->parts.before_metrics) self->parts.before_metrics();
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = self->parts.metrics.text();
    respond(std::move(response));
  };
  router.add(std::move(metrics));

  auto openapi = open_route("/api/v1/openapi.json", "openapi", "This document", "application/json", {});
  openapi.handler = [self, &router](const RequestPtr&, const Responder& respond) {
    respond(http::json_response(200, openapi_document(router, self->parts.version)));
  };
  router.add(std::move(openapi));
}

}  // namespace crossdock::api
