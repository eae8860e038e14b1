// SQL of interchanges and transaction sets.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sets.hpp"

namespace crossdock::store {
namespace {

const Sql sql_interchange{
    "INSERT INTO interchange(message, ordinal, sender, receiver, control_number, sha256, at, verdict, findings) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
const Sql sql_earlier{
    "SELECT message, sha256 FROM interchange WHERE control_number=?1 AND sender=?2 AND receiver=?3 AND at>=?4 AND "
    "message<>?5 "
    "ORDER BY seq DESC LIMIT 1"};
const Sql sql_last{"SELECT coalesce(max(seq), 0) FROM transaction_set"};
const Sql sql_insert{
    "INSERT INTO transaction_set(seq, message, day, interchange, grp, ordinal, code, guide, control_number, "
    "group_control_number, verdict, "
    "findings, state, rank, open, reason) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)"};
const Sql sql_forget{"DELETE FROM interchange WHERE message=?1"};
const Sql sql_supersede{"UPDATE transaction_set SET state=3, rank=3 WHERE message=?1 AND state<>11"};
const Sql sql_totals{
    "SELECT count(*), coalesce(sum(state=11), 0), coalesce(max(CASE WHEN state=11 THEN 0 ELSE state END), 0), "
    "(SELECT count(*) FROM event WHERE message=?1) FROM (SELECT state FROM transaction_set WHERE message=?1 "
    "UNION ALL SELECT state FROM event WHERE message=?1 AND ?2 AND coalesce(set_seq, 0)=0)"};

}  // namespace

void forget_interchanges(Transaction& transaction, Seq message) { transaction.execute(sql_forget, message); }

SetTotals count_sets(Connection& connection, Seq message, bool loose_events) {
  SetTotals out;
  const auto rows = connection.query(sql_totals, message, loose_events ? 1 : 0);
  if (!rows->next()) return out;
  out.sets = static_cast<std::uint64_t>(rows->integer(0));
  out.open = rows->integer(1);
  out.rank = static_cast<State>(rows->integer(2));
  out.events = static_cast<std::uint64_t>(rows->integer(3));
  return out;
}

void supersede_sets(Transaction& transaction, Seq message) {
  transaction.execute(sql_forget, message);
  transaction.execute(sql_supersede, message);
}

void insert_interchange(Transaction& transaction, const InterchangeRow& row) {
  transaction.execute(sql_interchange, row.message, row.ordinal, row.sender, row.receiver, row.control_number,
                      row.sha256, base::to_micros(row.at), static_cast<int>(row.verdict),
                      Value::optional(row.findings));
}

std::optional<EarlierInterchange> find_interchange(Connection& connection, const InterchangeRow& key,
                                                   base::Instant since) {
  const auto rows =
      connection.query(sql_earlier, key.control_number, key.sender, key.receiver, base::to_micros(since), key.message);
  if (!rows->next()) return std::nullopt;
  return EarlierInterchange{rows->integer(0), rows->string(1)};
}

Seq reserve_sets(Transaction& transaction, std::size_t count) {
  return transaction.reserve(sql_last, static_cast<std::int64_t>(count));
}

void insert_set(Transaction& transaction, const SetRow& row, base::Instant at) {
  const std::int64_t day = day_of(at);
  transaction.execute(sql_insert, row.seq, row.message, day, row.interchange, row.group, row.ordinal, row.code,
                      Value::optional(row.guide), row.control_number, row.group_control_number,
                      static_cast<int>(row.verdict), Value::optional(row.findings), static_cast<int>(row.state),
                      static_cast<int>(row.rank), row.open, Value::optional(row.reason));
  transaction.count_entry(day, "set", 1);
}

}  // namespace crossdock::store
