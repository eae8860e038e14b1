// From a verified call to the intake.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/webhook/webhook_channel.hpp"

#include "gateway/base/log.hpp"
#include "gateway/channels/http_codec/problem.hpp"
#include "gateway/channels/receipt/receipt_response.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::webhook {
namespace {

constexpr std::size_t verify_inline_bytes_max = 128U << 10;  // about 0.1 ms of SHA-256
constexpr std::uint64_t body_bytes_limit = 64U << 20;        // above any configured one

std::chrono::sys_seconds seconds_of(const base::Clock& clock) {
  return std::chrono::floor<std::chrono::seconds>(clock.now());
}

http::RouteDocument document() {
  http::RouteDocument out;
  out.operation = "receiveWebhook";
  out.summary =
      "A partner's system reports something; verified as its profile says. The answer comes when the body is durable.";
  out.tag = "channels";
  out.authorised = false;
  out.parameters = {
      {"path", "path", "path of the webhook in the partner's profile", true},
      {"webhook-id", "header", "Standard Webhooks: the id of the call; the same id and bytes get the same answer"},
      {"webhook-timestamp", "header", "Standard Webhooks: seconds since 1970"},
      {"webhook-signature", "header",
       "Standard Webhooks: `v1,` and the base64 of the signature, several separated by blanks"}};
  out.body_content_type = "application/json";
  out.responses = {{202, "received and durable, now or before", "application/json", "Receipt"},
                   {401, "not verified", "application/problem+json", "Problem"},
                   {404, "no such webhook", "application/problem+json", "Problem"},
                   {409, "the id was used with other bytes", "application/problem+json", "Problem"},
                   {413, "the body is too large", "application/problem+json", "Problem"},
                   {415, "the content type is not taken", "application/problem+json", "Problem"},
                   {503, "busy: nothing was taken", "application/problem+json", "Problem"}};
  return out;
}

}  // namespace

WebhookChannel::WebhookChannel(WebhookParts parts) : parts_(std::move(parts)), failures_(parts_.clock) {}

void WebhookChannel::add_routes(http::Router& router) {
  http::Route route;
  route.method = "POST";
  route.pattern = "/webhooks/{path}";
  route.body_bytes_max = body_bytes_limit;
  route.body_required = true;
  route.content_types = {"application/json",
                         "application/cloudevents+json",
                         "text/json",
                         "application/x-www-form-urlencoded",
                         "application/xml",
                         "text/xml",
                         "text/plain",
                         "text/csv",
                         "application/octet-stream"};
  route.admit = [this](http::Request& request) { return admit(request); };
  route.handler = [this](const http::RequestPtr& request, const http::Responder& respond) { handle(request, respond); };
  route.document = document();
  router.add(std::move(route));
}

std::optional<http::Response> WebhookChannel::admit(http::Request& request) {
  const auto webhook = parts_.find(request.path_parameter("path"));
  if (!webhook) return http::problem_response(Code::channel_webhook_unknown_path);
  request.body_bytes_max = webhook->body_bytes_max;
  return std::nullopt;
}

void WebhookChannel::handle(const http::RequestPtr& request, const http::Responder& respond) {
  const auto webhook = parts_.find(request->path_parameter("path"));
  if (!webhook) return respond(http::problem_response(Code::channel_webhook_unknown_path));
  const auto now = seconds_of(parts_.clock);
  if (request->body.size() <= verify_inline_bytes_max)
    return decide(request, webhook, verify(webhook->verification, request->head, request->body, now), respond);
  const bool queued = parts_.workers.run([this, request, webhook, now, respond] {
    auto id = verify(webhook->verification, request->head, request->body, now);
    parts_.executor.post(
        [this, request, webhook, respond, id = std::move(id)] { decide(request, webhook, id, respond); });
  });
  if (!queued) respond(http::problem_response(Code::channel_http_busy));
}

void WebhookChannel::decide(const http::RequestPtr& request, const std::shared_ptr<const Webhook>& webhook,
                            const Result<std::string>& id, const http::Responder& respond) {
  if (!id) return respond(refuse(*webhook, *request, id.error()));
  pipeline::Incoming incoming;
  incoming.channel = webhook->channel;
  incoming.channel_kind = "webhook";
  incoming.partner = webhook->partner;
  incoming.external_id = id->empty() ? "sha256:" + to_hex(sha256(request->body)) : *id;
  if (const std::string* type = request->head.header("Content-Type")) incoming.content_type = *type;
  incoming.map = webhook->map;
  incoming.usage = webhook->usage;
  incoming.traceparent = http::traceparent_of(request->head);
  incoming.payload = std::move(request->body);
  parts_.intake.receive(std::move(incoming), [respond](const Result<pipeline::Receipt>& receipt) {
    respond(channels::receipt_response(receipt));
  });
}

http::Response WebhookChannel::refuse(const Webhook& webhook, const http::Request& request, const Error& error) {
  const std::string_view code = info(error.code).text;
  parts_.metrics
      .counter("crossdock_webhook_refused_total", "Webhook calls that were not verified",
               {{"channel", webhook.channel}, {"reason", std::string(code)}})
      .add();
  if (!failures_.note(request.peer)) return http::problem_response(Code::channel_http_rate);
  base::log(base::LogLevel::warning, "webhook", error, {{"channel", webhook.channel}, {"peer", request.peer}});
  return http::problem_response(Code::channel_unauthorised);
}

}  // namespace crossdock::webhook
