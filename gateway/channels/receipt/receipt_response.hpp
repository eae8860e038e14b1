// The HTTP answer to a received unit: a receipt only for what is durable.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/channels/http_codec/message.hpp"
#include "gateway/pipeline/intake.hpp"

namespace crossdock::channels {

/// 202 with {"message_id","sha256","outcome":"accepted"} for a new unit; for a repeated one the same status and bytes
/// again, marked by the header `Idempotent-Replayed: true`; 409 for a key used with other bytes; 422 when policy
/// refused; errors as problem_response() (store.busy: 503 with Retry-After).
[[nodiscard]] http::Response receipt_response(const Result<pipeline::Receipt>& receipt);

}  // namespace crossdock::channels
