// The keys of targets/*.yaml.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/target.hpp"

#include <algorithm>

namespace crossdock::configuration {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds second{1000}, minute{60'000}, hour{3'600'000}, day{86'400'000};
constexpr std::int64_t mib = 1 << 20;

const TextFormat http_status{
    "HTTP status", "an HTTP status from 400 to 599", "^[45][0-9][0-9]$", [](std::string_view t) {
      return t.size() == 3 && (t[0] == '4' || t[0] == '5') && t[1] >= '0' && t[1] <= '9' && t[2] >= '0' && t[2] <= '9';
    }};
const TextFormat body{"body", "event (the CloudEvent itself), data (its data alone) or a map's name", "",
                      [](std::string_view t) { return t == "event" || t == "data" || format::map.accepts(t); }};

const Section& authentication_section() {
  static const auto api_key = SectionOf<ApiKey>("api_key", "a key in a header")
                                  .text("header", &ApiKey::header, format::header, "header's name", "x-api-key")
                                  .secret("value", &ApiKey::value, "the key")
                                  .required();
  static const auto basic = SectionOf<Basic>("basic", "HTTP basic authentication")
                                .text("user", &Basic::user, format::any, "user name")
                                .required()
                                .secret("password", &Basic::password, "password")
                                .required();
  static const auto oauth2 = SectionOf<OAuth2>("oauth2", "OAuth2 client credentials; the token is cached and renewed")
                                 .text("token_url", &OAuth2::token_url, format::url, "where the token comes from")
                                 .required()
                                 .text("client_id", &OAuth2::client_id, format::any, "client id")
                                 .required()
                                 .secret("client_secret", &OAuth2::client_secret, "client secret")
                                 .required()
                                 .text("scope", &OAuth2::scope, format::any, "scope asked for")
                                 .text("audience", &OAuth2::audience, format::any, "audience asked for");
  static const auto section =
      SectionOf<Authentication>("authentication", "how we prove who we are, by one of its kinds")
          .exactly_one()
          .secret("bearer", &Authentication::bearer, "a bearer token")
          .section("api_key", &Authentication::api_key, api_key, "a key in a header")
          .section("basic", &Authentication::basic, basic, "user and password")
          .section("oauth2", &Authentication::oauth2, oauth2, "client credentials");
  return section;
}

const Section& tls_section() {
  using T = TargetTls;
  static const auto section =
      SectionOf<T>("tls", "our own certificate, and whom we trust")
          .text("certificate", &T::certificate, format::path,
                "our certificate chain, PEM; relative to the configuration folder")
          .secret("key", &T::key, "its private key, PEM")
          .text("authorities", &T::authorities, format::path, "authorities to trust instead of the system's, PEM");
  return section;
}

const Section& operation_section() {
  using T = Operation;
  static const auto header = SectionOf<HeaderLine>("header", "a header of every call")
                                 .text("name", &HeaderLine::name, format::header, "name")
                                 .required()
                                 .text("value", &HeaderLine::value, format::any, "value")
                                 .required();
  static const auto section =
      SectionOf<T>("operation", "one named call of the target")
          .text("name", &T::name, format::name, "its name")
          .required()
          .text("url", &T::url, format::url, "its URL; the target's unless given")
          .choice("method", &T::method, {"POST", "PUT", "PATCH"}, "HTTP method")
          .text("body", &T::body, body, "what is sent: event, data, or a map that shapes it", "event")
          .text("content_type", &T::content_type, format::any,
                "content type; application/cloudevents+json for events and application/json for others unless given")
          .sections("headers", &T::headers, header, "further headers");
  return section;
}

const Section& limits_section() {
  using T = TargetLimits;
  static const auto section =
      SectionOf<T>("limits", "how hard the target may be worked")
          .whole("in_flight", &T::in_flight, {1, 1000}, "calls at the same time")
          .whole("per_second", &T::per_second, {0, 1'000'000}, "calls a second; 0: no limit")
          .duration("connect_timeout", &T::connect_timeout, {milliseconds(10), 5 * minute},
                    "until the connection stands")
          .duration("timeout", &T::timeout, {milliseconds(10), hour}, "until the answer is complete")
          .bytes("response_bytes_max", &T::response_bytes_max, {1024, 64 * mib}, "answers are read this far");
  return section;
}

const Section& breaker_section() {
  using T = Breaker;
  static const auto section = SectionOf<T>("breaker", "when to stop trying for a while")
                                  .whole("failures", &T::failures, {1, 10'000}, "failures in a row that open it")
                                  .duration("probe_every", &T::probe_every, {milliseconds(100), hour},
                                            "how often one call is tried while it is open");
  return section;
}

}  // namespace

const Section& retry_section() {
  using T = Retry;
  static const auto section =
      SectionOf<T>("retry", "the ladder of a failing delivery; each step doubles, with jitter")
          .duration("first", &T::first, {milliseconds(10), hour}, "after the first failure")
          .duration("longest", &T::longest, {milliseconds(10), day}, "never longer than this")
          .duration("give_up_after", &T::give_up_after, {second, 366 * day}, "parked when it has failed for so long");
  return section;
}

const Operation* Target::operation(std::string_view wanted) const {
  const auto found =
      std::find_if(operations.begin(), operations.end(), [&](const Operation& o) { return o.name.text == wanted; });
  return found == operations.end() ? nullptr : &*found;
}

const Section& target_section() {
  using T = Target;
  static const auto lookup =
      SectionOf<Lookup>("lookup", "how the target is asked whether it knows an effect")
          .text("url", &Lookup::url, format::url, "GET; {key} is filled in; 200 means present, 404 absent")
          .required();
  static const auto section =
      SectionOf<T>("target", "a system that events go to")
          .text("target", &T::id, format::name, "its name here: also the file's name")
          .required()
          .text("name", &T::name, format::any, "its name for people")
          .choice("kind", &T::kind, {"http", "directory"}, "how it is reached")
          .text("url", &T::url, format::url, "http: where calls go unless an operation says otherwise")
          .text("folder", &T::folder, format::path, "directory: where files are put; relative to the data folder")
          .text("file_name", &T::file_name, format::file_name, "directory: the name of a file put", "{event}.json")
          .choice("once", &T::once, {"key", "lookup", "same_bytes", "none"},
                  "how an effect is made once: it knows idempotency keys, it can be asked, the same bytes again do "
                  "nothing, or not at all")
          .choice("on_unknown", &T::on_unknown, {"park", "resend"},
                  "once: none: an unknown outcome waits for a person, or may double and is shown as such")
          .choice_list("accepts", &T::accepts, {"test", "production"}, "which documents it takes", "production")
          .section("authentication", &T::authentication, authentication_section(), "how we prove who we are")
          .secret("sign", &T::sign, "secret of Standard Webhooks signatures; not signed unless given")
          .section("tls", &T::tls, tls_section(), "TLS")
          .yes_no(
              "internal", &T::internal,
              "whether it may stand in a private network; false refuses loop-back, private and link-local addresses")
          .sections("operations", &T::operations, operation_section(), "named calls; one called `post` unless given")
          .section("lookup", &T::lookup, lookup, "asking the target")
          .texts("refuse_on", &T::refuse_on, http_status,
                 "statuses that mean never; 4xx except 401, 407, 408, 423, 425, 429 unless moved")
          .texts(
              "retry_on", &T::retry_on, http_status,
              "statuses that mean later, without effect; 401, 407, 408, 423, 425, 429, 503 unless moved. Other 5xx are "
              "unknown: it may have taken effect")
          .section("limits", &T::limits, limits_section(), "limits")
          .section("retry", &T::retry, retry_section(), "retry ladder")
          .section("breaker", &T::breaker, breaker_section(), "circuit breaker");
  return section;
}

}  // namespace crossdock::configuration
