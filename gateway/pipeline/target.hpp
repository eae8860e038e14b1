// What the pipeline asks of a target: make one attempt, or look whether an earlier one took effect. Adapters live in
// channels/. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace crossdock::pipeline {

/// One delivery as an adapter sees it.
struct DeliveryRequest {
  std::string delivery_id;  ///< UUIDv7
  std::string target;       ///< configured name; `<partner>/<channel>` for a partner's channel
  std::string operation;    ///< one of the target's operations; `send` for partner channels
  std::string effect_key;   ///< Idempotency-Key: target, operation, event id with revision; the same for every attempt
  std::string event_id;     ///< empty for bytes that carry no event (997)
  std::string event_type;
  std::shared_ptr<const std::string> event_json;  ///< null for bytes
  std::shared_ptr<const std::string> payload;     ///< EDI and file targets: the stored bytes; else null
  std::string payload_file;  ///< instead of `payload`, for adapters that take files: where large bytes stand
  std::string file_name;     ///< suggested name of the bytes, the same for every attempt
  std::string content_type;
  std::string message_id;  ///< the message it belongs to
  std::string traceparent;
  bool test = false;
  std::uint32_t attempt = 1;                  ///< 1: no earlier attempt can have had an effect; above: one may have
  std::chrono::milliseconds deadline{30000};  ///< the adapter answers within it
};

enum class AttemptResult : std::uint8_t {
  applied,  ///< took effect (or had before, and the target knew the key)
  refused,  ///< permanently: the same request will never be taken; it had no effect
  retry,    ///< certainly without effect; try again
  unknown,  ///< sent, and nothing certain is known of its effect
  pending,  ///< sent and taken; what became of it is told later: asked again after `retry_after`, or by look_again()
};
[[nodiscard]] std::string_view name(AttemptResult result);

struct AttemptOutcome {
  AttemptResult result = AttemptResult::unknown;
  std::optional<std::chrono::milliseconds> retry_after;  ///< what the target asked for
  int http_status = 0;                                   ///< 0: none
  std::string detail;                                    ///< one sentence for people
  std::string excerpt;  ///< of the answer, at most base::limits::excerpt_bytes_max, without secrets
  bool forgot_key =
      false;  ///< a `key` target says it has no memory of keys (any longer): an unknown is not resent on its word
};

enum class LookupResult : std::uint8_t { present, absent, unknown };
struct LookupOutcome {
  LookupResult result = LookupResult::unknown;
  int http_status = 0;
  std::string detail;
};

/// Called on the pipeline's executor; answers on it exactly once, never inside the call.
class TargetAdapter {
 public:
  virtual ~TargetAdapter() = default;
  /// Whether it reads large payloads from their file by itself: they are not brought into memory then.
  [[nodiscard]] virtual bool takes_files() const { return false; }
  virtual void attempt(const DeliveryRequest& request, std::function<void(AttemptOutcome)> done) = 0;
  /// Did an earlier attempt with this effect key take effect? Targets that cannot be asked answer unknown.
  virtual void look_up(const DeliveryRequest& request, std::function<void(LookupOutcome)> done) = 0;
};

/// Finds the adapter of a target; null when there is none (configuration was reloaded): its deliveries wait.
using AdapterFinder = std::function<TargetAdapter*(const std::string& target)>;

}  // namespace crossdock::pipeline
