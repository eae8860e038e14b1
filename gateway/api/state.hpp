// What the API's route files share: parts, reading off the io thread, parameters, admission.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/api/api.hpp"
#include "gateway/channels/http_codec/problem.hpp"

namespace crossdock::api {

struct Api::State : std::enable_shared_from_this<Api::State> {
  explicit State(ApiParts given) : parts(std::move(given)), access(parts.clock, parts.metrics, parts.callers) {}
  ApiParts parts;
  Access access;

  /// Runs `work` on a reader of the store; it fills the response. Refusals and errors become problems.
  using Work = std::function<Status(store::Connection&, http::Response&)>;
  void read(const http::Responder& respond, Work work);

  void add_reads(http::Router& router);
  void add_changes(http::Router& router);
  void add_service(http::Router& router);
  void add_descriptions(http::Router& router);
};

/// A route below /api/v1 with its admission: a known token, and no query parameter that its document does not name.
[[nodiscard]] http::Route api_route(const std::shared_ptr<Api::State>& state, std::string method, std::string pattern,
                                    bool systems, http::RouteDocument document);
[[nodiscard]] http::RouteDocument document_of(std::string operation, std::string summary, std::string tag,
                                              std::vector<http::ParameterDocument> parameters, std::string schema);
/// Adds the refusals that every API route may give.
void add_common_refusals(http::RouteDocument& document);

/// 400 that names the parameter.
[[nodiscard]] http::Response wrong_parameter(const std::string& name, const std::string& detail);
[[nodiscard]] std::string parameter(const http::Request& request, std::string_view name);
/// `limit` and `cursor`. On failure the response is the refusal.
[[nodiscard]] tl::expected<store::PageRequest, http::Response> page_of(const http::Request& request);

}  // namespace crossdock::api
