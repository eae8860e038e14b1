// Routes to OpenAPI.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/openapi.hpp"

#include <algorithm>
#include <map>

#include "gateway/api/views.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::api {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string reference(std::string_view schema) {
  return schema.empty() ? "{}" : "{\"$ref\":\"#/components/schemas/" + std::string(schema) + "\"}";
}

std::string content(std::string_view type, std::string_view schema) {
  return "{" + quoted(type) + ":{\"schema\":" + reference(schema) + "}}";
}

std::string parameters(const http::RouteDocument& document) {
  std::string out = "[";
  for (const http::ParameterDocument& parameter : document.parameters) {
    if (out.size() > 1) out += ',';
    out += "{\"name\":" + quoted(parameter.name) + ",\"in\":" + quoted(parameter.in) +
           ",\"description\":" + quoted(parameter.description) +
           ",\"required\":" + (parameter.required ? "true" : "false") + ",\"schema\":" + parameter.schema + "}";
  }
  return out + "]";
}

std::string responses(const http::RouteDocument& document) {
  std::string out = "{";
  for (const http::ResponseDocument& response : document.responses) {
    if (out.size() > 1) out += ',';
    out += "\"" + std::to_string(response.status) + "\":{\"description\":" + quoted(response.description);
    if (!response.content_type.empty()) out += ",\"content\":" + content(response.content_type, response.schema);
    out += '}';
  }
  return out + "}";
}

std::string operation(const http::Route& route) {
  const http::RouteDocument& document = route.document;
  std::string out = "{\"operationId\":" + quoted(document.operation) + ",\"summary\":" + quoted(document.summary) +
                    ",\"tags\":[" + quoted(document.tag) + "],\"parameters\":" + parameters(document);
  if (!document.body_content_type.empty())
    out += ",\"requestBody\":{\"required\":" + std::string(route.body_required ? "true" : "false") +
           ",\"content\":" + content(document.body_content_type, document.body_schema) + "}";
  if (!document.authorised) out += ",\"security\":[]";
  return out + ",\"responses\":" + responses(document) + "}";
}

}  // namespace

std::string openapi_document(const http::Router& router, std::string_view version) {
  std::map<std::string, std::map<std::string, std::string>> paths;
  for (const auto& route : router.routes()) {
    if (route->document.operation.empty()) continue;
    std::string method = route->method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    paths[route->pattern][method] = operation(*route);
  }
  std::string out = R"({"openapi":"3.1.0","info":{"title":"Crossdock","version":)" + quoted(version) +
                    R"(},"security":[{"token":[]}],"paths":{)";
  bool first_path = true;
  for (const auto& [pattern, methods] : paths) {
    out += (first_path ? "" : ",") + quoted(pattern) + ":{";
    first_path = false;
    bool first_method = true;
    for (const auto& [method, text] : methods) {
      out += (first_method ? "" : ",") + quoted(method) + ":" + text;
      first_method = false;
    }
    out += '}';
  }
  return out + R"(},"components":{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},"schemas":)" +
         component_schemas() + "}}";
}

}  // namespace crossdock::api
