// What a simulated system answers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/simulate/simulator.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json.hpp>
#include <charconv>

#include "gateway/base/clock.hpp"
#include "translators/base/digest.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::simulate {
namespace {

Answer json_answer(int status, std::string body) {
  Answer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

Answer problem(int status, std::string_view type, std::string_view title) {
  std::string body = "{\"type\":";
  append_json_string(body, type);
  body += ",\"title\":";
  append_json_string(body, title);
  body += ",\"status\":" + std::to_string(status) + "}";
  Answer answer = json_answer(status, std::move(body));
  answer.content_type = "application/problem+json";
  return answer;
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  std::size_t length = static_cast<std::size_t>(size);
  for (; text.ends_with('='); text.remove_suffix(1)) --length;
  out.resize(length);
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// The effect that a posted event asks for; its body is one CloudEvent or any JSON with an `id`.
Effect effect_of(const Request& request) {
  Effect effect;
  effect.key = std::string(request.header("idempotency-key"));
  effect.call = std::string(request.path);
  effect.body_sha256 = to_hex(sha256(request.body));
  boost::system::error_code error;
  const auto value = boost::json::parse(request.body, error);
  if (error || !value.is_object()) return effect;
  const auto& object = value.get_object();
  effect.event = text_of(object, "id");
  effect.type = text_of(object, "type");
  effect.subject = text_of(object, "subject");
  effect.lane = text_of(object, "partitionkey");
  effect.message = text_of(object, "messageid");
  if (const auto at = base::parse_rfc3339(text_of(object, "recordedtime"))) effect.recorded_us = base::to_micros(*at);
  const std::string sequence = text_of(object, "sequence");
  std::from_chars(sequence.data(), sequence.data() + sequence.size(), effect.sequence);
  return effect;
}

bool applies(Misdeed misdeed) {
  switch (misdeed) {
    case Misdeed::slow:
    case Misdeed::timeout_after:
    case Misdeed::garbage:
    case Misdeed::malformed:
    case Misdeed::close_after: return true;
    default: return false;
  }
}

/// The answer of a request that a rule took hold of; `applied` is what an honest system would have said.
Answer misbehave(const Rule& rule, Answer applied) {
  Answer answer;
  switch (rule.misdeed) {
    case Misdeed::slow: applied.delay = rule.delay; return applied;
    case Misdeed::refuse: return problem(422, "urn:crossdock:simulate:refused", "refused on request");
    case Misdeed::period_closed:
      return problem(409, "urn:crossdock:simulate:period-closed", "the accounting period is closed");
    case Misdeed::error: return problem(500, "about:blank", "failed on request");
    case Misdeed::busy:
    case Misdeed::unavailable:
      answer = problem(rule.misdeed == Misdeed::busy ? 429 : 503, "about:blank", "later, please");
      answer.headers.emplace_back("Retry-After", std::to_string(rule.retry_after_s));
      return answer;
    case Misdeed::garbage:
      answer.body = "\x01\x02<<<not json at all>>>{";
      answer.content_type = "application/json";
      return answer;
    case Misdeed::malformed:
      answer.raw = "HTTP/9 what?\x01\r\n\r\n";
      answer.then = Answer::Then::close;
      return answer;
    case Misdeed::close_after:
    case Misdeed::close_before:
      answer.status = 0;
      answer.then = Answer::Then::close;
      return answer;
    case Misdeed::timeout_after:
    case Misdeed::timeout_before: answer.then = Answer::Then::hold; return answer;
  }
  return answer;
}

}  // namespace

std::string_view name(Once once) {
  constexpr std::string_view names[] = {"key", "lookup", "same_bytes", "none"};
  return names[static_cast<std::size_t>(once)];
}

Simulator::Simulator(SimulatorOptions options) : options_(std::move(options)), behaviour_(options_.seed) {
  for (const Rule& rule : options_.rules) behaviour_.add(rule);
}

Status Simulator::open() {
  if (!options_.state_file.empty()) TRY_STATUS(ledger_.open(options_.state_file));
  return loop_.listen(options_.address, options_.port);
}

void Simulator::run() {
  loop_.run([this](const Request& request) { return answer(request); }, [this] { ledger_.settle(); });
}

Answer Simulator::answer(const Request& request) {
  const std::string_view path = request.path.substr(0, request.path.find('?'));
  if (request.method == "GET") {
    if (path.starts_with("/effects/")) {
      if (!admitted(request)) return problem(401, "about:blank", "the token is not known");
      ++lookups_;
      return look_up(decoded(path.substr(9)));
    }
    if (path == "/state") return json_answer(200, state_json());
    if (path == "/healthz") return json_answer(200, "{\"status\":\"ok\"}");
    Answer answer = json_answer(path == "/effects" || path == "/events" ? 200 : 404, "");
    answer.content_type = "application/x-ndjson";
    if (path == "/effects") answer.body = ledger_.json_lines();
    if (path == "/events")
      for (const std::string& body : bodies_) answer.body += body + "\n";
    return answer;
  }
  if (request.method != "POST" && request.method != "PUT" && request.method != "PATCH")
    return problem(404, "about:blank", "nothing here");
  if (path == "/control") return control(request);
  if (path == "/oauth/token") return issue_token(request);
  return take_event(request);
}

Answer Simulator::take_event(const Request& request) {
  ++requests_;
  if (!admitted(request)) {
    ++unauthorised_;
    return problem(401, "about:blank", "the token is not known");
  }
  if (!options_.signing_secret.empty() && !signature_holds(request)) {
    ++unauthorised_;
    return problem(401, "urn:crossdock:simulate:signature", "the signature does not hold");
  }
  Effect effect = effect_of(request);
  const auto rule = behaviour_.choose(effect.type, effect.subject);
  if (!rule) return apply(request, std::move(effect));
  ++misdeeds_;
  return misbehave(*rule, applies(rule->misdeed) ? apply(request, std::move(effect)) : Answer{});
}

Answer Simulator::apply(const Request& request, Effect effect) {
  if (options_.once == Once::key && !effect.key.empty()) {
    if (ledger_.knows_key(effect.key)) {
      if (ledger_.body_of(effect.key) != effect.body_sha256) {
        ++conflicts_;
        return problem(422, "urn:crossdock:simulate:key-reused", "the idempotency key came with other content before");
      }
      ++repeated_;
      return json_answer(200, "{\"result\":\"repeated\"}");
    }
    // A system that lost its memory says so where it is asked again, instead of doing the work twice.
    const std::string_view attempt = request.header("idempotency-attempt");
    if (ledger_.forgot() && !attempt.empty() && attempt != "1") {
      Answer answer = problem(409, "urn:crossdock:idempotency-forgotten", "the memory of idempotency keys was lost");
      answer.headers.emplace_back("Idempotency-Status", "forgotten");
      return answer;
    }
  }
  if (options_.once == Once::same_bytes && ledger_.knows_body(effect.body_sha256)) {
    ++repeated_;
    return json_answer(200, "{\"result\":\"repeated\"}");
  }
  ledger_.apply(effect);
  if (options_.bodies_kept != 0) {
    if (bodies_.size() >= options_.bodies_kept)
      bodies_.erase(bodies_.begin(), bodies_.begin() + static_cast<std::ptrdiff_t>(options_.bodies_kept / 2));
    bodies_.emplace_back(request.body);
  }
  return json_answer(201, "{\"result\":\"applied\"}");
}

Answer Simulator::look_up(std::string_view key) const {
  if (options_.once == Once::none) return problem(501, "about:blank", "this system cannot be asked");
  if (!ledger_.has_effect(key)) return problem(404, "about:blank", "no effect with that key");
  std::string body = "{\"key\":";
  append_json_string(body, key);
  return json_answer(200, body + ",\"result\":\"applied\"}");
}

Answer Simulator::control(const Request& request) {
  boost::system::error_code error;
  const auto value = boost::json::parse(request.body, error);
  if (error || !value.is_object()) return problem(422, "about:blank", "send one JSON object");
  for (const auto& [key, item] : value.get_object()) {
    if (key == "behave" && item.is_string()) {
      auto rule = parse_rule(item.get_string());
      if (!rule) return problem(422, "about:blank", rule.error().detail);
      behaviour_.add(std::move(*rule));
    } else if (key == "clear") {
      behaviour_.clear();
    } else if (key == "forget") {
      ledger_.forget();
    } else if (key == "seed" && item.is_int64()) {
      behaviour_.reseed(static_cast<std::uint64_t>(item.get_int64()));
    } else if (key == "expire_tokens") {
      tokens_valid_from_ = tokens_issued_ + 1;
    } else {
      return problem(422, "about:blank", "known are behave, clear, forget, seed, expire_tokens");
    }
  }
  return json_answer(200, state_json());
}

Answer Simulator::issue_token(const Request& request) {
  if (request.body.find("grant_type=client_credentials") == std::string_view::npos)
    return problem(400, "about:blank", "unsupported_grant_type");
  const std::string number = std::to_string(++tokens_issued_);
  return json_answer(200, "{\"access_token\":\"simulated-" + number + "\",\"token_type\":\"Bearer\",\"expires_in\":" +
                              std::to_string(options_.token_lifetime_s) + "}");
}

bool Simulator::admitted(const Request& request) {
  std::string_view given = request.header("authorization");
  if (given.starts_with("Bearer ")) given.remove_prefix(7);
  if (options_.oauth) {
    std::uint64_t number = 0;
    if (!given.starts_with("simulated-")) return false;
    given.remove_prefix(10);
    std::from_chars(given.data(), given.data() + given.size(), number);
    return number != 0 && number <= tokens_issued_ && number >= tokens_valid_from_;
  }
  return options_.token.empty() || given == options_.token || request.header("x-api-key") == options_.token;
}

/// Source: Standard Webhooks 1.0, symmetric signatures.
bool Simulator::signature_holds(const Request& request) const {
  std::string_view secret = options_.signing_secret;
  if (secret.starts_with("whsec_")) secret.remove_prefix(6);
  const std::string key = from_base64(secret);
  std::string content(request.header("webhook-id"));
  content += ".";
  content += request.header("webhook-timestamp");
  content += ".";
  content += request.body;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(content.data()),
       content.size(), digest, &size);
  const std::string expected = "v1," + to_base64({reinterpret_cast<const char*>(digest), size});
  return request.header("webhook-signature").find(expected) != std::string_view::npos;
}

std::string Simulator::state_json() const {
  std::string out = "{\"name\":";
  append_json_string(out, options_.name);
  out += ",\"once\":\"" + std::string(name(options_.once)) + "\"," + ledger_.json_members();
  const std::pair<std::string_view, std::uint64_t> counts[] = {
      {"requests", requests_}, {"repeated", repeated_}, {"unauthorised", unauthorised_},  {"conflicts", conflicts_},
      {"misdeeds", misdeeds_}, {"lookups", lookups_},   {"tokens_issued", tokens_issued_}};
  for (const auto& [key, count] : counts) out += ",\"" + std::string(key) + "\":" + std::to_string(count);
  out += ",\"rules\":[";
  for (std::size_t i = 0; i < behaviour_.rules().size(); ++i) {
    const Rule& rule = behaviour_.rules()[i];
    out += std::string(i == 0 ? "" : ",") + "{\"behave\":\"" + std::string(simulate::name(rule.misdeed)) +
           "\",\"next\":" + std::to_string(rule.next) + "}";
  }
  return out + "]}";
}

}  // namespace crossdock::simulate
