// What the answer of a target means for a delivery. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::http_api {

/// Statuses that a target's profile moves.
struct StatusRules {
  std::vector<int> refuse_on, retry_on;
};

/// 2xx: applied, whatever the body holds. 401, 407, 408, 423, 425, 429 and 503: retry, after Retry-After where it is
/// given. 3xx and other 4xx: refused. Other 5xx: unknown (decision 0190). No status: retry where the request did not
/// leave whole, else unknown. `Idempotency-Status: forgotten`: unknown, and the target's keys are no help any longer.
[[nodiscard]] pipeline::AttemptOutcome outcome_of(const TransferResult& result, const StatusRules& rules,
                                                  base::Instant now);

/// 200 present, 404 and 410 absent, anything else unknown.
[[nodiscard]] pipeline::LookupOutcome lookup_outcome_of(const TransferResult& result);

/// Seconds, or an HTTP date (IMF-fixdate); nothing when unreadable; at most a day. Source: RFC 9110 s10.2.3, s5.6.7.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, base::Instant now);

}  // namespace crossdock::http_api
