// Receipt to response.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/receipt/receipt_response.hpp"

#include "gateway/channels/http_codec/problem.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::channels {

http::Response receipt_response(const Result<pipeline::Receipt>& receipt) {
  using pipeline::ReceiptOutcome;
  if (!receipt) return http::problem_response(http::Problem{receipt.error(), 0, {}});
  if (receipt->outcome == ReceiptOutcome::conflict)
    return http::problem_response(Code::channel_conflict, "the first content under this key has SHA-256 " +
                                                              receipt->sha256 +
                                                              "; this one was set aside for a person to look at");
  if (receipt->outcome == ReceiptOutcome::refused) return http::problem_response(Code::channel_refused);
  std::string text = "{\"message_id\":";
  append_json_string(text, receipt->message_id);
  text += ",\"sha256\":";
  append_json_string(text, receipt->sha256);
  text += ",\"outcome\":\"accepted\"}";
  http::Response response = http::json_response(202, std::move(text));
  if (receipt->outcome == ReceiptOutcome::repeated) response.headers.push_back({"Idempotent-Replayed", "true"});
  return response;
}

}  // namespace crossdock::channels
