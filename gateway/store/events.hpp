// Canonical events: what translation made of a message, and whether the fact was told before.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/store/messages.hpp"

namespace crossdock::store {

struct EventRow {
  Seq seq = 0;
  std::string id;
  Seq message = 0, set = 0;  ///< set 0: the message has none
  std::string type, source, subject, partitionkey;
  std::string fact;  ///< key under which the same fact of the subject is found again; empty: never
  base::Instant at{};
  bool test = false;
  State state = State::in_progress, rank = State::no_event;
  std::int64_t open = 0;
  std::string reason, json;
};

/// Inserts (with `json` as the event's text) and counts the entry; sets `seq`. False when an event of this id stands
/// already.
[[nodiscard]] bool insert_event(Transaction& transaction, EventRow& row, std::string_view json);
/// A payload that belongs to an event (a proof of delivery); its bytes stand already. `ordinal` from 1.
void insert_attachment(Transaction& transaction, Seq event, std::uint32_t ordinal, const std::string& sha256,
                       const std::string& media_type);
/// An event of that subject that told this fact since `since` in another message; 0 = none. Duplicates and superseded
/// ones do not count.
[[nodiscard]] Seq find_fact(Connection& connection, const std::string& subject, const std::string& fact,
                            base::Instant since, Seq except_message);
[[nodiscard]] std::optional<EventRow> load_event(Connection& connection, Seq seq);
[[nodiscard]] std::optional<EventRow> load_event(Connection& connection, const std::string& id);

}  // namespace crossdock::store
