// Code to status, and the problem document.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_codec/problem.hpp"

#include "translators/base/json_text.hpp"

namespace crossdock::http {
namespace {

constexpr std::string_view retry_after_s = "2";

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

}  // namespace

std::uint16_t status_of(Code code) {
  switch (code) {
    case Code::channel_http_malformed: return 400;
    case Code::channel_http_version: return 505;
    case Code::channel_http_head_too_large: return 431;
    case Code::channel_http_body_too_large: return 413;
    case Code::channel_http_transfer_coding: return 501;
    case Code::channel_http_expectation: return 417;
    case Code::channel_http_length_required: return 411;
    case Code::channel_http_media_type: return 415;
    case Code::channel_http_timeout: return 408;
    case Code::channel_http_connections: return 503;
    case Code::channel_http_busy: return 503;
    case Code::channel_http_rate: return 429;
    case Code::channel_http_no_such_address: return 404;
    case Code::channel_http_method: return 405;
    case Code::channel_unauthorised: return 401;
    case Code::channel_forbidden: return 403;
    case Code::channel_conflict: return 409;
    case Code::channel_webhook_unknown_path: return 404;
    case Code::as2_relationship: return 403;
    case Code::as2_mdn_target: return 403;
    case Code::as2_header: return 400;
    case Code::as2_name: return 400;
    case Code::as2_message_id: return 400;
    case Code::api_not_found: return 404;
    case Code::api_parameter: return 400;
    case Code::api_body: return 422;
    case Code::api_idempotency_key: return 400;
    case Code::api_state: return 409;
    default: break;
  }
  const std::string_view text = info(code).text;  // codes of other areas follow their names
  if (text.ends_with(".not_found")) return 404;
  if (text.ends_with(".not_possible")) return 409;
  if (text.ends_with(".too_large")) return 413;
  if (text == "query.cursor") return 400;
  switch (info(code).reaction) {
    case Reaction::reject: return 422;
    case Reaction::retry:
    case Reaction::operator_action: return 503;
    case Reaction::bug: return 500;
  }
  return 500;
}

Response problem_response(const Problem& problem) {
  const CodeInfo& row = info(problem.error.code);
  Response response;
  response.status = problem.status != 0 ? problem.status : status_of(problem.error.code);
  response.content_type = "application/problem+json";
  std::string& out = response.body;
  out += '{';
  append_member(out, "type", "urn:crossdock:problem:" + std::string(row.text));
  out += ',';
  append_member(out, "title", row.what);
  out += ",\"status\":" + std::to_string(response.status) + ',';
  const bool ours_alone = row.reaction == Reaction::bug || row.reaction == Reaction::operator_action;
  std::string detail = problem.error.detail.empty() || ours_alone ? std::string(row.what) : problem.error.detail;
  if (!row.remedy.empty() && !ours_alone) detail += ". " + std::string(row.remedy);
  append_member(out, "detail", detail);
  out += ',';
  append_member(out, "code", row.text);
  if (!problem.fields.empty()) {
    out += ",\"errors\":[";
    for (std::size_t i = 0; i < problem.fields.size(); ++i) {
      out += i == 0 ? "{" : ",{";
      append_member(out, problem.fields[i].field.starts_with('/') ? "pointer" : "parameter", problem.fields[i].field);
      out += ',';
      append_member(out, "detail", problem.fields[i].detail);
      out += '}';
    }
    out += ']';
  }
  out += '}';
  if (response.status == 503 || response.status == 429)
    response.headers.push_back({"Retry-After", std::string(retry_after_s)});
  if (response.status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"crossdock\""});
  return response;
}

Response problem_response(Code code, std::string detail) {
  return problem_response(Problem{Error{code, {}, std::move(detail)}, 0, {}});
}

}  // namespace crossdock::http
