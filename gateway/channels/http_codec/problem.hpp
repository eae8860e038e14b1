// Refusals as RFC 9457 problem documents: what happened and what would be right, nothing of the inside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/channels/http_codec/message.hpp"
#include "translators/base/result.hpp"

namespace crossdock::http {

/// The status that a caller sees for a code: the channel's own codes have theirs, others follow from their name's end
/// (.not_found 404, .not_possible 409, .too_large 413) or their reaction (reject 422, retry 503, operator_action 503,
/// bug 500).
[[nodiscard]] std::uint16_t status_of(Code code);

/// One field that was wrong in a request's body or parameters.
struct FieldProblem {
  std::string field;   ///< JSON pointer such as `/data/load/id`, or the name of a parameter
  std::string detail;  ///< what is wrong and what would be right
};

struct Problem {
  Error error;
  std::uint16_t status = 0;  ///< 0: status_of(error.code)
  std::vector<FieldProblem> fields;
};

/// `application/problem+json` with type, title, status, detail, code, and `errors` when fields are named. Faults of
/// ours (reaction bug or operator_action) keep their detail to themselves. 503 and 429 carry Retry-After, 401
/// WWW-Authenticate.
[[nodiscard]] Response problem_response(const Problem& problem);
[[nodiscard]] Response problem_response(Code code, std::string detail = {});

}  // namespace crossdock::http
