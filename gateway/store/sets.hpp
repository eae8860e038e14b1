// Interchanges and transaction sets of a message: the envelopes seen, and the verdicts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/store/messages.hpp"

namespace crossdock::store {

struct InterchangeRow {
  Seq message = 0;
  std::uint32_t ordinal = 0;
  std::string sender, receiver;  ///< `02:ACFL`
  std::string control_number, sha256;
  base::Instant at{};
  Validation verdict = Validation::accepted;
  std::string findings;  ///< JSON array text, empty: none
};
void insert_interchange(Transaction& transaction, const InterchangeRow& row);

/// An earlier interchange with the same sender, receiver and number.
struct EarlierInterchange {
  Seq message = 0;
  std::string sha256;
};
/// The youngest since `since` that belongs to another message.
[[nodiscard]] std::optional<EarlierInterchange> find_interchange(Connection& connection, const InterchangeRow& key,
                                                                 base::Instant since);

struct SetRow {
  Seq seq = 0;
  Seq message = 0;
  std::uint32_t interchange = 0, group = 0, ordinal = 0;
  std::string code, guide, control_number, group_control_number;
  Validation verdict = Validation::accepted;
  std::string findings, reason;
  State state = State::in_progress, rank = State::no_event;
  std::int64_t open = 0;
};
void forget_interchanges(Transaction& transaction, Seq message);
/// What the sets of a message, and its events without a set, amount to.
struct SetTotals {
  std::int64_t open = 0;
  std::uint64_t sets = 0, events = 0;
  State rank = State::no_event;
};
/// `loose_events`: there may be events without a set. To look for them reads all events of the message, seconds where
/// these are a million.
[[nodiscard]] SetTotals count_sets(Connection& connection, Seq message, bool loose_events);
/// Before a reprocessing: the message's interchanges make room, its ended sets are superseded.
void supersede_sets(Transaction& transaction, Seq message);
/// The first of `count` seqs for sets to be inserted: rows may refer to them before.
[[nodiscard]] Seq reserve_sets(Transaction& transaction, std::size_t count);
/// Inserts with the seq given (a reserved one) and counts its entry.
void insert_set(Transaction& transaction, const SetRow& row, base::Instant at);

}  // namespace crossdock::store
