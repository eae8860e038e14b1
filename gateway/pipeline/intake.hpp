// The door of the pipeline: a channel hands in what it received and learns, once it is durable, what may be told to the
// sender. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::store {
class Transaction;
}

namespace crossdock::pipeline {

/// One unit received over a channel. Either `payload` or `spooled_path` carries the bytes.
struct Incoming {
  std::string channel;       ///< configured name, unique: `acme-freight/directory`, `acme-freight/webhook`
  std::string channel_kind;  ///< `directory` | `document` | `webhook` | `as2` | `sftp` | `resubmit`
  std::string partner;       ///< as authenticated by the channel; empty: the envelope must tell
  std::string external_id;  ///< idempotency key, webhook id, file identity; empty: the bytes are not asked whether they
                            ///< came before
  std::string content_type;
  std::string file_name;
  std::vector<std::pair<std::string, std::string>> headers;  ///< of interest only, lower-case names
  std::string payload;
  std::string spooled_path;  ///< a synced file on the data folder's file system; taken over (renamed) on success
  std::uint64_t spooled_bytes = 0;
  std::string spooled_sha256;  ///< lower-case hex, of the spooled bytes
  std::string map;             ///< forced map id (webhooks), empty: found by the document
  std::string usage;  ///< `test` | `production` overrides what the document says; empty: the document, else production
  std::string traceparent;       ///< W3C trace context, may be empty
  std::optional<Error> refusal;  ///< the channel refuses it: kept and shown as rejected, its key is not taken
  bool parked = false;           ///< with `refusal`: shown as parked, for a person to look at, instead of rejected
  /// Written in the transaction that makes the message durable (not for a repetition or a conflict); gets the message's
  /// seq. It may run more than once, on the writer's thread.
  std::function<Status(store::Transaction&, std::int64_t message)> beside;
};

/// A canonical event posted by a system of ours (POST /api/v1/events). The caller has checked it against its schema.
struct IncomingEvent {
  std::string system;           ///< authenticated name of the system
  std::string idempotency_key;  ///< required
  std::string event_json;       ///< one CloudEvent; an absent `id` is filled deterministically from system and key
  std::string usage;            ///< `test` | `production` | empty: production
  std::string traceparent;
};

enum class ReceiptOutcome : std::uint8_t {
  accepted,  ///< new, durable
  repeated,  ///< same key, same bytes: the first answer again
  conflict,  ///< same key, other bytes: stored, parked and shown; not processed
  refused,   ///< kept as rejected, because the channel said so; its key was not taken
};
[[nodiscard]] std::string_view name(ReceiptOutcome outcome);

/// What was stored, and so may be told to the sender.
struct Receipt {
  std::string message_id;  ///< UUIDv7; of the first copy when repeated
  std::string sha256;      ///< lower-case hex of the bytes we hold under the key: of the first, where others came
  ReceiptOutcome outcome = ReceiptOutcome::accepted;
  std::string answer;  ///< JSON text given to the first copy and to every repetition: `{"id":"...","sha256":"..."}`
};

/// Callable on the pipeline's executor. The callback runs on it too, exactly once, never inside the call.
/// Only after the message row, its payload and its inbox key are durable (fsync) does it carry a Receipt.
/// Errors: store.busy (retry: bounded queues are full, or the disk is nearly so) at once; payload.too_large;
/// file.unreadable.
class Intake {
 public:
  using Callback = std::function<void(Result<Receipt>)>;
  virtual ~Intake() = default;
  virtual void receive(Incoming incoming, Callback callback) = 0;
  virtual void receive_event(IncomingEvent incoming, Callback callback) = 0;
  /// False while receive() would answer store.busy: a directory or mailbox channel leaves its files alone meanwhile.
  [[nodiscard]] virtual bool accepting() const = 0;
};

}  // namespace crossdock::pipeline
