// Classification of answers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/outcome.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "gateway/base/limits.hpp"

namespace crossdock::http_api {
namespace {

using pipeline::AttemptResult;

bool holds(const std::vector<int>& list, int status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

AttemptResult result_of_status(int status, const StatusRules& rules) {
  if (status < 300) return AttemptResult::applied;
  if (holds(rules.refuse_on, status)) return AttemptResult::refused;
  if (holds(rules.retry_on, status)) return AttemptResult::retry;
  constexpr std::array later{401, 407, 408, 423, 425, 429, 503};  // RFC 9110 s15: not taken, ask again
  if (std::find(later.begin(), later.end(), status) != later.end()) return AttemptResult::retry;
  // A server that failed, or a proxy that lost it, may have done the work before.
  return status >= 500 ? AttemptResult::unknown : AttemptResult::refused;
}

std::string detail_of_status(int status, AttemptResult result) {
  std::string out = "the target answered " + std::to_string(status);
  if (result == AttemptResult::refused && status < 400)
    return out + "; redirects are not followed: correct the target's url";
  if (status == 401 || status == 407) return out + ": it does not take our credentials";
  if (result == AttemptResult::refused) return out + " and will not take this";
  if (result == AttemptResult::retry) return out + "; it is tried again";
  if (result == AttemptResult::unknown) return out + "; whether it took effect is not known";
  return out;
}

/// What of the answer may be kept: printable, short.
std::string excerpt_of(const std::string& body) {
  std::string out = body.substr(0, base::limits::excerpt_bytes_max);
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f) c = '.';
  return out;
}

}  // namespace

pipeline::AttemptOutcome outcome_of(const TransferResult& result, const StatusRules& rules, base::Instant now) {
  pipeline::AttemptOutcome outcome;
  outcome.http_status = result.status;
  outcome.excerpt = excerpt_of(result.body);
  if (const std::string* status = result.header("idempotency-status"); status != nullptr && *status == "forgotten") {
    outcome.result = AttemptResult::unknown;
    outcome.forgot_key = true;
    outcome.detail =
        "the target says that it lost its memory of idempotency keys; whether an earlier attempt took effect is not "
        "known";
    return outcome;
  }
  if (result.status != 0) {
    outcome.result = result_of_status(result.status, rules);
    outcome.detail = detail_of_status(result.status, outcome.result);
    if (!result.error.empty()) outcome.detail += " (then: " + result.error + ")";
    const std::string* later = result.header("retry-after");
    if (later != nullptr && (outcome.result == AttemptResult::retry || outcome.result == AttemptResult::unknown))
      outcome.retry_after = parse_retry_after(*later, now);
    return outcome;
  }
  outcome.result = result.sent_whole ? AttemptResult::unknown : AttemptResult::retry;
  outcome.detail = result.sent_whole ? "the request was sent and no answer that can be read came back: " + result.error
                                     : "the request was not sent: " + result.error;
  return outcome;
}

pipeline::LookupOutcome lookup_outcome_of(const TransferResult& result) {
  using pipeline::LookupResult;
  pipeline::LookupOutcome outcome;
  outcome.http_status = result.status;
  if (result.status == 200)
    outcome.result = LookupResult::present;
  else if (result.status == 404 || result.status == 410)
    outcome.result = LookupResult::absent;
  if (result.status == 0)
    outcome.detail = "the target could not be asked: " + result.error;
  else if (outcome.result == LookupResult::present)
    outcome.detail = "the target knows the effect";
  else if (outcome.result == LookupResult::absent)
    outcome.detail = "the target does not know the effect";
  else
    outcome.detail = "the target answered " + std::to_string(result.status) + " when asked about the effect";
  return outcome;
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, base::Instant now) {
  constexpr std::chrono::milliseconds most{86'400'000};
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc{} && end == value.data() + value.size() && seconds >= 0)
    return std::min(most, std::chrono::milliseconds(std::min<std::int64_t>(seconds, 86'400) * 1000));
  // Sun, 06 Nov 1994 08:49:37 GMT
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  char month[4] = {};
  const std::string text(value.substr(0, 40));
  if (value.size() > 40 ||
      std::sscanf(text.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute, &second) != 6)
    return std::nullopt;
  const std::size_t at = months.find(month);
  if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
  char iso[32];
  std::snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, static_cast<int>(at / 3) + 1, day, hour,
                minute, second);
  const auto when = base::parse_rfc3339(iso);
  if (!when) return std::nullopt;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*when - now);
  return std::clamp(left, std::chrono::milliseconds(0), most);
}

}  // namespace crossdock::http_api
