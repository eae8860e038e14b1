// How parts move their whole: delivery to event, event to set, set to message. A whole counts its open parts and
// remembers the highest state of those that ended; with the last part it takes that state over.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/store/deliveries.hpp"

namespace crossdock::store {
namespace {

/// Most wholes have one open part and nothing worse behind them: `close` ends those in one statement. The others are
/// read, then written: RETURNING would make a temporary table for each statement.
struct Whole {
  Sql close, read, end;
};
#define CROSSDOCK_WHOLE(table)                                                                  \
  {                                                                                             \
    Sql{"UPDATE " table " SET open=0, rank=?2, state=?2 WHERE seq=?1 AND open=1 AND rank<=?2"}, \
        Sql{"SELECT open, rank FROM " table " WHERE seq=?1"}, Sql {                             \
      "UPDATE " table " SET open=?2, rank=?3, state=?4 WHERE seq=?1"                            \
    }                                                                                           \
  }
const Whole event_whole CROSSDOCK_WHOLE("event");
const Whole set_whole CROSSDOCK_WHOLE("transaction_set");
const Whole message_whole CROSSDOCK_WHOLE("message");
#undef CROSSDOCK_WHOLE

// A part that ended goes on again: what the other ended parts say is counted anew. ?2 is the rank of those.
#define CROSSDOCK_REOPEN(table) \
  "UPDATE " table " SET rank=?2, open=open+1, state=11, reason=NULL WHERE seq=?1 RETURNING open"
const Sql sql_reopen_event{CROSSDOCK_REOPEN("event")};
const Sql sql_reopen_set{CROSSDOCK_REOPEN("transaction_set")};
const Sql sql_reopen_message{CROSSDOCK_REOPEN("message")};
#undef CROSSDOCK_REOPEN
const Sql sql_event_rank{"SELECT coalesce(max(state), 0) FROM delivery WHERE message=?1 AND event=?2 AND state<>11"};
const Sql sql_set_rank{"SELECT coalesce(max(state), 0) FROM event WHERE message=?1 AND set_seq=?2 AND state<>11"};
const Sql sql_message_rank{
    "SELECT max((SELECT coalesce(max(state), 0) FROM transaction_set WHERE message=?1 AND state<>11), "
    "(SELECT coalesce(max(state), 0) FROM event WHERE message=?1 AND set_seq IS NULL AND state<>11), "
    "(SELECT coalesce(max(state), 0) FROM delivery WHERE message=?1 AND event IS NULL AND state<>11))"};
const Sql sql_reopen_delivery{
    "UPDATE delivery SET state=11, reason=NULL, detail=NULL, changed_at=?2, next_at=NULL, claimed_at=?3 WHERE seq=?1 "
    "AND state<>11"};
const Sql sql_parts_of_bytes{"SELECT seq, event, set_seq, message FROM delivery WHERE carried_by=?1 AND state<>11"};

/// Open parts left and the state now.
struct Left {
  std::int64_t open = 0;
  State state = State::in_progress;
};

Left end_part(Transaction& transaction, const Whole& whole, Seq seq, State state) {
  if (transaction.execute(whole.close, seq, static_cast<int>(state)) != 0) return {0, state};
  Left left{1, State::in_progress};
  State rank = state;
  {
    const auto rows = transaction.query(whole.read, seq);
    if (!rows->next()) return left;
    left.open = rows->integer(0) - 1;
    rank = std::max(rank, static_cast<State>(rows->integer(1)));
  }
  if (left.open <= 0) left.state = rank;
  transaction.execute(whole.end, seq, left.open, static_cast<int>(rank), static_cast<int>(left.state));
  return left;
}

int rank(Transaction& transaction, const Sql& sql, Seq first, Seq second) {
  const auto rows = second == 0 ? transaction.query(sql, first) : transaction.query(sql, first, second);
  return rows->next() ? static_cast<int>(rows->integer(0)) : 0;
}

/// True when the whole had ended before, so that its own whole must be reopened too.
bool reopen(Transaction& transaction, const Sql& sql, Seq seq, int others) {
  const auto rows = transaction.query(sql, seq, others);
  const bool first = rows->next() && rows->integer(0) == 1;
  while (rows->next()) {
  }
  return first;
}

void reopen_above(Transaction& transaction, Seq event, Seq set, Seq message) {
  if (event != 0 && !reopen(transaction, sql_reopen_event, event, rank(transaction, sql_event_rank, message, event)))
    return;
  if (set != 0 && !reopen(transaction, sql_reopen_set, set, rank(transaction, sql_set_rank, message, set))) return;
  reopen(transaction, sql_reopen_message, message, rank(transaction, sql_message_rank, message, 0));
}

}  // namespace

void end_message_part(Transaction& transaction, Seq message, State state) {
  static_cast<void>(end_part(transaction, message_whole, message, state));
}

void end_set_part(Transaction& transaction, Seq set, Seq message, State state) {
  const Left left = end_part(transaction, set_whole, set, state);
  if (left.open <= 0) end_message_part(transaction, message, left.state);
}

void end_event_part(Transaction& transaction, Seq event, Seq set, Seq message, State state) {
  const Left left = end_part(transaction, event_whole, event, state);
  if (left.open > 0) return;
  if (set != 0)
    end_set_part(transaction, set, message, left.state);
  else
    end_message_part(transaction, message, left.state);
}

void reopen_delivery(Transaction& transaction, const DeliveryRow& row, base::Instant at) {
  const Value claim = row.claimed_at ? Value(base::to_micros(*row.claimed_at)) : Value();
  if (transaction.execute(sql_reopen_delivery, row.seq, base::to_micros(at), claim) == 0) return;
  reopen_above(transaction, row.event, row.set, row.message);
  if (row.event != 0) return;
  std::vector<DeliveryRow> parts;
  {
    const auto rows = transaction.query(sql_parts_of_bytes, row.seq);
    while (rows->next()) {
      DeliveryRow part;
      part.seq = rows->integer(0);
      part.event = rows->integer(1);
      part.set = rows->integer(2);
      part.message = rows->integer(3);
      parts.push_back(std::move(part));
    }
  }
  for (const DeliveryRow& part : parts)
    if (transaction.execute(sql_reopen_delivery, part.seq, base::to_micros(at), Value()) != 0)
      reopen_above(transaction, part.event, part.set, part.message);
}

}  // namespace crossdock::store
