// From an authenticated upload to the intake.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/document/document_channel.hpp"

#include "gateway/base/log.hpp"
#include "gateway/channels/http_codec/problem.hpp"
#include "gateway/channels/receipt/receipt_response.hpp"

namespace crossdock::document {
namespace {

constexpr std::uint64_t body_bytes_limit = 4ULL << 30;  // above any configured one
constexpr std::size_t key_bytes_max = 255;
constexpr std::size_t file_name_bytes_max = 255;

http::RouteDocument description() {
  http::RouteDocument out;
  out.operation = "receiveDocument";
  out.summary = "A partner sends one document (an X12 interchange, JSON ...). The answer comes when it is durable.";
  out.tag = "channels";
  out.parameters = {
      {"Idempotency-Key", "header", "the same key and bytes get the same answer; the same key and other bytes 409"},
      {"X-File-Name", "header", "name of the document"}};
  out.body_content_type = "application/octet-stream";
  out.responses = {{202, "received and durable, now or before", "application/json", "Receipt"},
                   {401, "the token is not known", "application/problem+json", "Problem"},
                   {409, "the key was used with other bytes", "application/problem+json", "Problem"},
                   {411, "no body and no length", "application/problem+json", "Problem"},
                   {413, "the document is too large", "application/problem+json", "Problem"},
                   {415, "the body is compressed (Content-Encoding)", "application/problem+json", "Problem"},
                   {422, "the document is empty", "application/problem+json", "Problem"},
                   {503, "busy: nothing was taken", "application/problem+json", "Problem"}};
  return out;
}

bool usable_key(const std::string& key) {
  if (key.empty() || key.size() > key_bytes_max) return false;
  for (const char c : key)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) return false;
  return true;
}

}  // namespace

std::string file_name_of(const http::RequestHead& head) {
  std::string_view name;
  if (const std::string* plain = head.header("X-File-Name")) {
    name = *plain;
  } else if (const std::string* disposition = head.header("Content-Disposition")) {
    const std::size_t at = disposition->find("filename=");
    if (at != std::string::npos) name = std::string_view(*disposition).substr(at + 9);
    if (name.starts_with('"')) {
      name.remove_prefix(1);
      name = name.substr(0, name.find('"'));
    } else {
      name = name.substr(0, name.find(';'));
    }
  }
  if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  std::string out;
  for (const char c : name.substr(0, file_name_bytes_max))
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out.push_back(c);
  return out == "." || out == ".." ? std::string{} : out;
}

DocumentChannel::DocumentChannel(DocumentParts parts) : parts_(std::move(parts)), failures_(parts_.clock) {}

void DocumentChannel::add_routes(http::Router& router) {
  http::Route route;
  route.method = "POST";
  route.pattern = "/documents";
  route.body_bytes_max = body_bytes_limit;
  route.body_required = true;
  route.spools = true;
  route.admit = [this](http::Request& request) { return admit(request); };
  route.handler = [this](const http::RequestPtr& request, const http::Responder& respond) { handle(request, respond); };
  route.document = description();
  router.add(std::move(route));
}

std::optional<http::Response> DocumentChannel::admit(http::Request& request) {
  const auto token = http::bearer_token(request.head);
  const std::string digest = token ? http::token_digest(*token) : std::string{};
  const auto sender = token ? parts_.find(digest) : std::nullopt;
  if (!sender || !http::equal_in_constant_time(sender->token_digest, digest)) {
    parts_.metrics.counter("crossdock_document_refused_total", "Documents without a known token").add();
    if (!failures_.note(request.peer)) return http::problem_response(Code::channel_http_rate);
    base::log(base::LogLevel::warning, "document", "a document came without a known token", {{"peer", request.peer}});
    return http::problem_response(Code::channel_unauthorised);
  }
  if (const std::string* key = request.head.header("Idempotency-Key"); key != nullptr && !usable_key(*key))
    return http::problem_response(Code::api_idempotency_key);
  if (!parts_.intake.accepting()) return http::problem_response(Code::channel_http_busy);
  request.principal = digest;
  request.body_bytes_max = sender->body_bytes_max;
  return std::nullopt;
}

void DocumentChannel::handle(const http::RequestPtr& request, const http::Responder& respond) {
  const auto sender = parts_.find(request->principal);  // again: configuration may have changed while the body came in
  if (!sender) return respond(http::problem_response(Code::channel_unauthorised));
  if (!request->spooled && request->body.empty())
    return respond(http::problem_response(Code::api_body, "the document is empty: nothing was kept"));
  pipeline::Incoming incoming;
  incoming.channel = sender->channel;
  incoming.channel_kind = "document";
  incoming.partner = sender->partner;
  if (const std::string* key = request->head.header("Idempotency-Key")) incoming.external_id = *key;
  if (const std::string* type = request->head.header("Content-Type")) incoming.content_type = *type;
  incoming.file_name = file_name_of(request->head);
  incoming.map = sender->map;
  incoming.usage = sender->usage;
  incoming.traceparent = http::traceparent_of(request->head);
  if (request->spooled) {
    incoming.spooled_path = request->spooled->path();
    incoming.spooled_bytes = request->spooled->bytes();
    incoming.spooled_sha256 = request->spooled->sha256();
  } else {
    incoming.payload = std::move(request->body);
  }
  // `request` is held until the answer: it removes the spool file if the intake did not take it over.
  parts_.intake.receive(std::move(incoming), [respond, request](const Result<pipeline::Receipt>& receipt) {
    respond(channels::receipt_response(receipt));
  });
}

}  // namespace crossdock::document
