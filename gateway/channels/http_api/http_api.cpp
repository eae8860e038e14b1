// Building the calls of an HTTP target.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/http_api.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "gateway/channels/http_api/text.hpp"

namespace crossdock::http_api {
namespace {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;
using pipeline::DeliveryRequest;
using pipeline::LookupOutcome;

std::vector<int> statuses(const std::vector<configuration::Named>& texts) {
  std::vector<int> out;
  for (const auto& status : texts) out.push_back(static_cast<int>(std::strtol(status.text.c_str(), nullptr, 10)));
  return out;
}

void add_header(std::vector<std::string>& headers, std::string_view name, std::string_view value) {
  if (value.empty() || !is_header_value(value)) return;
  std::string line(name);
  line += ": ";
  line += value;
  headers.push_back(std::move(line));
}

Result<std::string> authorization_of(const configuration::Authentication& authentication,
                                     const configuration::SecretStore& secrets) {
  std::string line;
  if (!authentication.bearer.empty()) {
    TRY(const configuration::Secret token, secrets.resolve(authentication.bearer));
    line = "Authorization: Bearer " + std::string(token.reveal());
  } else if (authentication.api_key) {
    TRY(const configuration::Secret key, secrets.resolve(authentication.api_key->value));
    line = authentication.api_key->header + ": " + std::string(key.reveal());
  } else if (authentication.basic) {
    TRY(const configuration::Secret password, secrets.resolve(authentication.basic->password));
    line = "Authorization: Basic " + base64(authentication.basic->user + ":" + std::string(password.reveal()));
  }
  if (!is_header_value(line))
    return fail(Code::configuration_value_format, "a secret holds characters that cannot stand in a header");
  return line;
}

std::vector<CallSettings> calls_of(const configuration::Target& target) {
  constexpr std::string_view methods[] = {"POST", "PUT", "PATCH"};
  std::vector<configuration::Operation> operations = target.operations;
  if (operations.empty()) operations.emplace_back().name.text = "post";
  std::vector<CallSettings> calls;
  for (const configuration::Operation& operation : operations) {
    CallSettings call;
    call.name = operation.name.text;
    call.url = operation.url.empty() ? target.url : operation.url;
    call.method = methods[static_cast<std::size_t>(operation.method)];
    call.body = operation.body.text;
    call.content_type = operation.content_type;
    if (call.content_type.empty())
      call.content_type = call.body == "event" ? "application/cloudevents+json; charset=UTF-8" : "application/json";
    for (const configuration::HeaderLine& header : operation.headers)
      add_header(call.headers, header.name, header.value);
    calls.push_back(std::move(call));
  }
  return calls;
}

Result<std::string> data_of(const std::string& event_json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(event_json, error);
  const auto* data = !error && value.is_object() ? value.get_object().if_contains("data") : nullptr;
  if (data == nullptr) return fail(Code::internal_bug, "the event has no data");
  return boost::json::serialize(*data);
}

}  // namespace

Result<HttpApiSettings> make_settings(const configuration::Target& target, const configuration::SecretStore& secrets,
                                      const std::filesystem::path& configuration_folder) {
  HttpApiSettings out;
  out.target = target.id.text;
  out.calls = calls_of(target);
  if (target.lookup) out.lookup_url = target.lookup->url.text;
  TRY(out.authorization, authorization_of(target.authentication, secrets));
  if (!target.sign.empty()) {
    TRY(const configuration::Secret secret, secrets.resolve(target.sign));
    TRY(out.signing_key, signing_key(secret.reveal()));
  }
  if (!target.tls.certificate.empty() || !target.tls.authorities.empty()) {
    auto tls = std::make_shared<TlsSettings>();
    if (!target.tls.certificate.empty())
      tls->certificate_file = (configuration_folder / target.tls.certificate).string();
    if (!target.tls.authorities.empty())
      tls->authorities_file = (configuration_folder / target.tls.authorities).string();
    if (!target.tls.key.empty()) {
      TRY(tls->key, secrets.resolve(target.tls.key));
    }
    out.tls = std::move(tls);
  }
  out.connect_timeout = target.limits.connect_timeout;
  out.timeout = target.limits.timeout;
  out.response_bytes_max = static_cast<std::size_t>(target.limits.response_bytes_max);
  out.internal = target.internal;
  out.rules = {statuses(target.refuse_on), statuses(target.retry_on)};
  if (const auto& oauth2 = target.authentication.oauth2) {
    TokenSettings token;
    token.token_url = oauth2->token_url;
    token.client_id = oauth2->client_id;
    token.scope = oauth2->scope;
    token.audience = oauth2->audience;
    TRY(token.client_secret, secrets.resolve(oauth2->client_secret));
    token.tls = out.tls;
    token.connect_timeout = out.connect_timeout;
    token.timeout = out.timeout;
    token.internal = out.internal;
    out.token = std::move(token);
  }
  return out;
}

/// Outlives the adapter while calls are under way.
struct HttpApiAdapter::State : std::enable_shared_from_this<State> {
  using Done = std::function<void(TransferResult)>;

  State(HttpApiSettings s, TransferPool& p, base::Executor& e, const base::Clock& c, BodyShaper b)
      : settings(std::move(s)), pool(p), executor(e), clock(c), shaper(std::move(b)) {
    if (settings.token) tokens = std::make_shared<TokenCache>(*settings.token, pool, clock);
  }

  [[nodiscard]] const CallSettings* call(const std::string& name) const {
    if (name.empty() && !settings.calls.empty()) return &settings.calls.front();
    const auto found = std::find_if(settings.calls.begin(), settings.calls.end(),
                                    [&](const CallSettings& one) { return one.name == name; });
    return found == settings.calls.end() ? nullptr : &*found;
  }

  [[nodiscard]] Result<std::shared_ptr<const std::string>> body_of(const CallSettings& one,
                                                                   const DeliveryRequest& request) const {
    if (!request.event_json) {
      if (!request.payload) return fail(Code::internal_bug, "the delivery has neither event nor payload");
      return request.payload;
    }
    if (one.body == "event") return request.event_json;
    if (one.body != "data" && !shaper)
      return fail(Code::configuration_map_unknown, "no map `" + one.body + "` is at hand");
    TRY(std::string text, one.body == "data" ? data_of(*request.event_json) : shaper(one.body, *request.event_json));
    return std::make_shared<const std::string>(std::move(text));
  }

  [[nodiscard]] Transfer base_transfer(const DeliveryRequest& request) const {
    Transfer transfer;
    transfer.tls = settings.tls;
    transfer.connect_timeout = std::min(settings.connect_timeout, request.deadline);
    transfer.timeout = std::min(settings.timeout, request.deadline);
    transfer.response_bytes_max = settings.response_bytes_max;
    transfer.internal = settings.internal;
    add_header(transfer.headers, "User-Agent", settings.user_agent);
    add_header(transfer.headers, "traceparent", request.traceparent);
    return transfer;
  }

  [[nodiscard]] Transfer event_transfer(const CallSettings& one, const DeliveryRequest& request,
                                        std::shared_ptr<const std::string> body) const {
    Transfer transfer = base_transfer(request);
    transfer.method = one.method;
    transfer.url = one.url;
    add_header(transfer.headers, "Content-Type", request.event_json ? one.content_type : request.content_type);
    add_header(transfer.headers, "Accept", "application/json");
    add_header(transfer.headers, "Idempotency-Key", request.effect_key);
    add_header(transfer.headers, "Idempotency-Attempt", std::to_string(request.attempt));
    for (const std::string& line : one.headers) transfer.headers.push_back(line);
    if (!settings.signing_key.empty()) {
      const std::string& id = request.event_id.empty() ? request.effect_key : request.event_id;
      const std::int64_t seconds = base::to_micros(clock.now()) / 1'000'000;
      add_header(transfer.headers, "webhook-id", id);
      add_header(transfer.headers, "webhook-timestamp", std::to_string(seconds));
      add_header(transfer.headers, "webhook-signature", webhook_signature(settings.signing_key, id, seconds, *body));
    }
    transfer.body = std::move(body);
    return transfer;
  }

  /// Sends with proof of who we are; a token that is refused is renewed once, within the same attempt.
  void send(Transfer transfer, Done done, bool renew = true) {
    if (!settings.authorization.empty()) transfer.headers.push_back(settings.authorization);
    if (!tokens) return pool.submit(std::move(transfer), std::move(done));
    tokens->get([self = shared_from_this(), transfer = std::move(transfer), done = std::move(done),
                 renew](Result<std::string> token) {
      if (!token) {
        TransferResult none;
        none.error = token.error().detail;
        return self->executor.post([done, none] { done(none); });
      }
      Transfer signed_transfer = transfer;
      signed_transfer.headers.push_back("Authorization: Bearer " + *token);
      self->pool.submit(std::move(signed_transfer),
                        [self, transfer, done, renew, used = *token](TransferResult result) {
                          if (result.status != 401 || !renew) return done(std::move(result));
                          self->tokens->invalidate(used);
                          self->send(transfer, done, false);
                        });
    });
  }

  const HttpApiSettings settings;
  TransferPool& pool;
  base::Executor& executor;
  const base::Clock& clock;
  const BodyShaper shaper;
  std::shared_ptr<TokenCache> tokens;
};

HttpApiAdapter::HttpApiAdapter(HttpApiSettings settings, TransferPool& pool, base::Executor& executor,
                               const base::Clock& clock, BodyShaper shaper)
    : state_(std::make_shared<State>(std::move(settings), pool, executor, clock, std::move(shaper))) {}
HttpApiAdapter::~HttpApiAdapter() = default;

void HttpApiAdapter::attempt(const DeliveryRequest& request, std::function<void(AttemptOutcome)> done) {
  AttemptOutcome refusal;
  refusal.result = AttemptResult::refused;
  const CallSettings* call = state_->call(request.operation);
  if (call == nullptr) {
    refusal.detail = "the target has no operation `" + request.operation + "`: correct the route or add it";
    return state_->executor.post([done = std::move(done), refusal] { done(refusal); });
  }
  auto body = state_->body_of(*call, request);
  if (!body) {
    refusal.detail = body.error().text();
    return state_->executor.post([done = std::move(done), refusal] { done(refusal); });
  }
  state_->send(state_->event_transfer(*call, request, std::move(*body)),
               [state = state_, done = std::move(done)](TransferResult result) {
                 done(outcome_of(result, state->settings.rules, state->clock.now()));
               });
}

void HttpApiAdapter::look_up(const DeliveryRequest& request, std::function<void(LookupOutcome)> done) {
  LookupOutcome none;
  std::string url = state_->settings.lookup_url;
  const std::size_t at = url.find("{key}");
  if (at == std::string::npos) {
    none.detail = "the target cannot be asked: its profile has no lookup";
    return state_->executor.post([done = std::move(done), none] { done(none); });
  }
  url.replace(at, 5, percent_encoded(request.effect_key));
  Transfer transfer = state_->base_transfer(request);
  transfer.method = "GET";
  transfer.url = std::move(url);
  add_header(transfer.headers, "Accept", "application/json");
  state_->send(std::move(transfer),
               [state = state_, done = std::move(done)](TransferResult result) { done(lookup_outcome_of(result)); });
}

}  // namespace crossdock::http_api
