// Who is let in at POST /as2: known pairs of names, credentials, addresses of MDNs. Nothing else is told to strangers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/log.hpp"
#include "gateway/channels/as2/desk.hpp"
#include "gateway/channels/as2/desk_answers.hpp"
#include "gateway/channels/http_api/text.hpp"
#include "gateway/channels/http_codec/problem.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::uint64_t body_bytes_limit = 64ULL << 30;  // above any configured one

http::RouteDocument description() {
  http::RouteDocument out;
  out.operation = "receiveAs2";
  out.summary = "A partner sends a message or an MDN by AS2 (RFC 4130). The answer comes when it is durable.";
  out.tag = "channels";
  out.body_content_type = "application/octet-stream";
  out.responses = {
      {200, "the MDN, where a synchronous one was asked for; errors ride in it", "multipart/report", ""},
      {204, "taken; the MDN follows, or none was asked for", "", ""},
      {400, "the headers of AS2 are missing", "application/problem+json", "Problem"},
      {403, "no such relationship, or the MDN may not go where it was asked to", "application/problem+json", "Problem"},
      {413, "the message is too large", "application/problem+json", "Problem"},
      {503, "busy: nothing was taken", "application/problem+json", "Problem"}};
  out.authorised = false;
  return out;
}

}  // namespace

mime::HeaderFields fields_of(const http::RequestHead& head) {
  mime::HeaderFields out;
  for (const http::Header& header : head.headers) out.add(header.name, header.value);
  return out;
}

http::Response mdn_response(const std::string& header_lines, std::string body) {
  http::Response out;
  const mime::HeaderFields lines = from_lines(header_lines);  // outlives the loop over it
  for (const mime::HeaderField& field : lines.all()) {
    if (mime::equals_ignoring_case(field.name, "content-type"))
      out.content_type = field.value;
    else if (!mime::equals_ignoring_case(field.name, "date"))  // the server writes its own
      out.headers.push_back({field.name, field.value});
  }
  out.body = std::move(body);
  return out;
}

http::Response empty_response() {
  http::Response out;
  out.status = 204;
  return out;
}

void Desk::add_routes(http::Router& router) {
  http::Route route;
  route.method = "POST";
  route.pattern = "/as2";
  route.body_bytes_max = body_bytes_limit;
  route.spools = true;
  route.admit = [this](http::Request& request) { return admit(request); };
  route.handler = [this](const http::RequestPtr& request, const http::Responder& respond) { handle(request, respond); };
  route.document = description();
  router.add(std::move(route));
  http::Route probe;  // a HEAD at the address of MDNs is legal and finds nothing
  probe.method = "GET";
  probe.pattern = "/as2";
  probe.handler = [](const http::RequestPtr&, const http::Responder& respond) {
    http::Response out;
    out.content_type = "text/plain";
    respond(out);
  };
  probe.document.operation = "probeAs2";
  probe.document.summary = "AS2 is spoken here by POST.";
  probe.document.tag = "channels";
  probe.document.responses = {{200, "an empty answer", "text/plain", ""}};
  probe.document.authorised = false;
  router.add(std::move(probe));
}

std::optional<http::Response> Desk::admit_credentials(const http::Request& request, const Relationship& relationship) {
  if (relationship.expected_credentials.empty()) return std::nullopt;
  const std::string* given = request.head.header("Authorization");
  const std::string wanted = "Basic " + http_api::base64(relationship.expected_credentials);
  if (given != nullptr && http::equal_in_constant_time(http::token_digest(*given), http::token_digest(wanted)))
    return std::nullopt;
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.",
              {{"partner", relationship.partner}, {"outcome", "unauthorised"}});
  http::Response out = http::problem_response(Code::channel_unauthorised);
  std::erase_if(out.headers,
                [](const http::Header& h) { return http::equals_ignoring_case(h.name, "WWW-Authenticate"); });
  out.headers.push_back({"WWW-Authenticate", "Basic realm=\"as2\""});
  return out;
}

/// Nothing is told but that the two names are no pair, and that in an MDN where one was asked for in the answer.
http::Response Desk::unknown_relationship(const mime::HeaderFields& fields, const http::Request& request) {
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.", {{"partner", ""}, {"outcome", "unknown"}});
  const as2::Addressing addressing = as2::addressing_of(fields);
  if (failures_.note(request.peer))
    base::log(base::LogLevel::warning, "as2", "a request names no pair of AS2 names that is configured",
              {{"peer", request.peer}, {"from", addressing.from}, {"to", addressing.to}});
  const bool receipt = fields.find("disposition-notification-to") != nullptr &&
                       fields.find("receipt-delivery-option") == nullptr && !addressing.message_id.empty();
  if (!receipt) return http::problem_response(Code::as2_relationship);
  as2::MdnFacts facts = as2::mdn_facts(addressing, Code::as2_relationship, as2::Profile::legacy);
  const std::string unique = core_.uuids.next();
  facts.message_id = as2::make_message_id(unique, "crossdock");
  facts.date = mail_date(core_.now());
  auto mdn = as2::write_mdn(facts, nullptr, unique);
  if (!mdn) return http::problem_response(Code::as2_relationship);
  return mdn_response(to_lines(mdn->headers), std::move(mdn->body));
}

std::optional<http::Response> Desk::admit(http::Request& request) {
  const mime::HeaderFields fields = fields_of(request.head);
  if (fields.find("as2-from") == nullptr || fields.find("as2-to") == nullptr)
    return http::problem_response(Code::as2_header, "AS2-From and AS2-To are needed");
  const as2::Addressing addressing = as2::addressing_of(fields);
  const RelationshipPtr with = core_.book->find(addressing.from, addressing.to);
  if (!with) return unknown_relationship(fields, request);
  if (auto refusal = admit_credentials(request, *with)) return refusal;
  if (!core_.parts.intake.accepting()) return http::problem_response(Code::channel_http_busy);
  request.body_bytes_max = with->profile.body_bytes_max;
  const auto headers = as2::read_as2_headers(fields);
  if (!headers || !headers->receipt || !headers->receipt->asynchronous()) return std::nullopt;
  if (with->takes_mdn_at(*headers->receipt->delivery_url)) return std::nullopt;
  core_.count("crossdock_as2_received_total", "AS2 requests by outcome.",
              {{"partner", with->partner}, {"outcome", "mdn-target"}});
  core_.parts.alarm(Code::as2_mdn_target, with->partner,
                    "an MDN was asked to be sent to " + headers->receipt->delivery_url->substr(0, 200));
  return http::problem_response(Code::as2_mdn_target);
}

}  // namespace crossdock::as2_channel
