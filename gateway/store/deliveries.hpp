// Deliveries (the outbox), their attempts, and how the end of one becomes the end of its event, its set and its
// message. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/store/messages.hpp"

namespace crossdock::store {

struct DeliveryRow {
  Seq seq = 0;
  std::string id, target, operation, effect_key;
  Seq message = 0;         ///< whose statuses it moves: the event's message; the outbound message for bytes
  Seq set = 0, event = 0;  ///< event 0: bytes of an outbound message
  Seq carried_by = 0;      ///< the delivery of bytes that this event's set travels in
  std::string lane;
  int priority = 1;  ///< 0 tender, 1 milestone, 2 invoice, 3 replay
  bool test = false;
  State state = State::in_progress;
  std::string reason, detail;
  base::Instant created_at{}, changed_at{};
  std::uint32_t attempts = 0;
  std::optional<base::Instant> next_at;  ///< not before
  std::optional<base::Instant>
      claimed_at;  ///< an attempt was about to begin: its outcome is unknown until one is stored
  int http_status = 0;
};

struct AttemptRow {
  Seq delivery = 0;
  std::uint32_t number = 0;
  base::Instant started_at{}, ended_at{};
  std::string result;  ///< applied | refused | retry | unknown | present | absent
  int http_status = 0;
  std::string detail, excerpt;
};

/// Inserts and counts the entry; sets `seq`.
void insert_delivery(Transaction& transaction, DeliveryRow& row);
void insert_attempt(Transaction& transaction, const AttemptRow& row);
/// Stores that an attempt is about to begin.
void claim_delivery(Transaction& transaction, Seq delivery, base::Instant at);
/// Still in progress: counts, next time, reason. The claim is lifted unless the row says otherwise.
void update_delivery(Transaction& transaction, const DeliveryRow& row);
/// Ends it in `row.state` and tells its event, set and message. Those carried by it end alike.
void end_delivery(Transaction& transaction, const DeliveryRow& row);
/// Sets an ended delivery going again (redeliver), with all above it.
void reopen_delivery(Transaction& transaction, const DeliveryRow& row, base::Instant at);
/// The bytes of an acknowledgement left: the message that it answers shows it as sent.
void mark_acknowledgement_sent(Transaction& transaction, Seq answer);
/// Which bytes carry it.
void carry_delivery(Transaction& transaction, Seq delivery, Seq carried_by);

[[nodiscard]] std::optional<DeliveryRow> load_delivery(Connection& connection, Seq seq);
[[nodiscard]] std::optional<DeliveryRow> load_delivery(Connection& connection, const std::string& id);
/// Of one message, oldest first.
[[nodiscard]] std::vector<DeliveryRow> load_deliveries_of(Connection& connection, Seq message);
/// Parked or unknown ones of one lane, oldest first.
[[nodiscard]] std::vector<DeliveryRow> load_parked(Connection& connection, const std::string& target,
                                                   const std::string& lane);
/// All lanes that a parked or unknown delivery stops: target, lane.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> load_stopped_lanes(Connection& connection);

/// One part (event, set) of a whole ended in `state`: the whole's count of open parts falls, and with the last it ends
/// too.
void end_event_part(Transaction& transaction, Seq event, Seq set, Seq message, State state);
void end_set_part(Transaction& transaction, Seq set, Seq message, State state);
void end_message_part(Transaction& transaction, Seq message, State state);

}  // namespace crossdock::store
