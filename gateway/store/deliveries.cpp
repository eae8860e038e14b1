// SQL of deliveries and attempts.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/deliveries.hpp"

namespace crossdock::store {
namespace {

const Sql sql_insert{
    "INSERT INTO delivery(id, day, target, operation, effect_key, message, set_seq, event, carried_by, lane, priority, "
    "test, state, reason, "
    "detail, created_at, changed_at, next_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)"};
const Sql sql_attempt{
    "INSERT INTO attempt(delivery, number, started_at, ended_at, result, http_status, detail, excerpt) "
    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8) "
    "ON CONFLICT(delivery, number) DO UPDATE SET ended_at=excluded.ended_at, result=excluded.result, "
    "http_status=excluded.http_status, "
    "detail=excluded.detail, excerpt=excluded.excerpt"};
const Sql sql_why{"UPDATE message SET reason=?2, detail=?3 WHERE seq=?1"};
const Sql sql_claim{"UPDATE delivery SET claimed_at=?2 WHERE seq=?1"};
const Sql sql_update{
    "UPDATE delivery SET state=?2, reason=?3, detail=?4, changed_at=?5, attempts=?6, next_at=?7, claimed_at=?8, "
    "http_status=?9 WHERE seq=?1"};
const Sql sql_carried{"SELECT seq, event, set_seq, message FROM delivery WHERE carried_by=?1 AND state=11"};
const Sql sql_end_carried{
    "UPDATE delivery SET state=?2, reason=?3, detail=?4, changed_at=?5, attempts=?6 WHERE carried_by=?1 AND state=11"};
const Sql sql_carry{"UPDATE delivery SET carried_by=?2 WHERE seq=?1"};
const Sql sql_acknowledged{
    "UPDATE message SET acknowledgement=2 WHERE acknowledgement=1 AND seq=(SELECT linked_to FROM message WHERE seq=?1 "
    "AND "
    "link='acknowledges')"};
#define CROSSDOCK_DELIVERY_COLUMNS                                                                                    \
  "SELECT d.seq, d.id, d.target, d.operation, d.effect_key, d.message, d.set_seq, d.event, d.carried_by, d.lane, "    \
  "d.priority, d.test, "                                                                                              \
  "d.state, d.reason, d.detail, d.created_at, d.changed_at, d.attempts, d.next_at, d.claimed_at, d.http_status FROM " \
  "delivery d "
const Sql sql_by_seq{CROSSDOCK_DELIVERY_COLUMNS "WHERE d.seq=?1"};
const Sql sql_by_id{CROSSDOCK_DELIVERY_COLUMNS "WHERE d.id=?1"};
const Sql sql_of_message{CROSSDOCK_DELIVERY_COLUMNS "WHERE d.message=?1 ORDER BY d.seq"};
const Sql sql_parked{CROSSDOCK_DELIVERY_COLUMNS
                     "WHERE d.target=?1 AND d.lane=?2 AND d.state>=9 AND d.state<=10 ORDER BY d.seq"};
#undef CROSSDOCK_DELIVERY_COLUMNS
const Sql sql_stopped{"SELECT DISTINCT target, lane FROM delivery WHERE state>=9 AND state<=10"};

DeliveryRow read_row(const Rows& rows) {
  DeliveryRow row;
  row.seq = rows.integer(0);
  row.id = rows.string(1);
  row.target = rows.string(2);
  row.operation = rows.string(3);
  row.effect_key = rows.string(4);
  row.message = rows.integer(5);
  row.set = rows.integer(6);
  row.event = rows.integer(7);
  row.carried_by = rows.integer(8);
  row.lane = rows.string(9);
  row.priority = static_cast<int>(rows.integer(10));
  row.test = rows.integer(11) != 0;
  row.state = static_cast<State>(rows.integer(12));
  row.reason = rows.string(13);
  row.detail = rows.string(14);
  row.created_at = base::from_micros(rows.integer(15));
  row.changed_at = base::from_micros(rows.integer(16));
  row.attempts = static_cast<std::uint32_t>(rows.integer(17));
  if (!rows.is_null(18)) row.next_at = base::from_micros(rows.integer(18));
  if (!rows.is_null(19)) row.claimed_at = base::from_micros(rows.integer(19));
  row.http_status = static_cast<int>(rows.integer(20));
  return row;
}

Value instant(const std::optional<base::Instant>& at) { return at ? Value(base::to_micros(*at)) : Value(); }
Value reference(Seq seq) { return seq == 0 ? Value() : Value(seq); }

std::vector<DeliveryRow> read_all(const std::unique_ptr<Rows>& rows) {
  std::vector<DeliveryRow> out;
  while (rows->next()) out.push_back(read_row(*rows));
  return out;
}

}  // namespace

void insert_delivery(Transaction& transaction, DeliveryRow& row) {
  const std::int64_t day = day_of(row.created_at);
  transaction.execute(sql_insert, row.id, day, row.target, row.operation, row.effect_key, row.message,
                      reference(row.set), reference(row.event), reference(row.carried_by), row.lane, row.priority,
                      row.test ? 1 : 0, static_cast<int>(row.state), Value::optional(row.reason),
                      Value::optional(row.detail), base::to_micros(row.created_at), base::to_micros(row.changed_at),
                      instant(row.next_at));
  row.seq = transaction.last_insert();
  transaction.count_entry(day, "delivery", 1);
}

void insert_attempt(Transaction& transaction, const AttemptRow& row) {
  transaction.execute(sql_attempt, row.delivery, row.number, base::to_micros(row.started_at),
                      base::to_micros(row.ended_at), row.result,
                      row.http_status == 0 ? Value() : Value(row.http_status), Value::optional(row.detail),
                      Value::optional(row.excerpt));
}

void claim_delivery(Transaction& transaction, Seq delivery, base::Instant at) {
  transaction.execute(sql_claim, delivery, base::to_micros(at));
}

void update_delivery(Transaction& transaction, const DeliveryRow& row) {
  transaction.execute(sql_update, row.seq, static_cast<int>(row.state), Value::optional(row.reason),
                      Value::optional(row.detail), base::to_micros(row.changed_at), row.attempts, instant(row.next_at),
                      instant(row.claimed_at), row.http_status == 0 ? Value() : Value(row.http_status));
}

void end_delivery(Transaction& transaction, const DeliveryRow& row) {
  update_delivery(transaction, row);
  if (row.event != 0) {
    end_event_part(transaction, row.event, row.set, row.message, row.state);
    return;
  }
  end_message_part(transaction, row.message, row.state);
  if (row.state != State::delivered)  // an outbound message says itself why it did not arrive
    transaction.execute(sql_why, row.message, Value::optional(row.reason), Value::optional(row.detail));
  std::vector<DeliveryRow> carried;
  {
    const auto rows = transaction.query(sql_carried, row.seq);
    while (rows->next()) {
      DeliveryRow part;
      part.seq = rows->integer(0);
      part.event = rows->integer(1);
      part.set = rows->integer(2);
      part.message = rows->integer(3);
      carried.push_back(std::move(part));
    }
  }
  if (carried.empty()) return;
  transaction.execute(sql_end_carried, row.seq, static_cast<int>(row.state), Value::optional(row.reason),
                      Value::optional(row.detail), base::to_micros(row.changed_at), row.attempts);
  for (const DeliveryRow& part : carried) end_event_part(transaction, part.event, part.set, part.message, row.state);
}

void mark_acknowledgement_sent(Transaction& transaction, Seq answer) { transaction.execute(sql_acknowledged, answer); }

void carry_delivery(Transaction& transaction, Seq delivery, Seq carried_by) {
  transaction.execute(sql_carry, delivery, carried_by);
}

std::optional<DeliveryRow> load_delivery(Connection& connection, Seq seq) {
  const auto rows = connection.query(sql_by_seq, seq);
  return rows->next() ? std::optional(read_row(*rows)) : std::nullopt;
}

std::optional<DeliveryRow> load_delivery(Connection& connection, const std::string& id) {
  const auto rows = connection.query(sql_by_id, id);
  return rows->next() ? std::optional(read_row(*rows)) : std::nullopt;
}

std::vector<DeliveryRow> load_deliveries_of(Connection& connection, Seq message) {
  return read_all(connection.query(sql_of_message, message));
}

std::vector<DeliveryRow> load_parked(Connection& connection, const std::string& target, const std::string& lane) {
  return read_all(connection.query(sql_parked, target, lane));
}

std::vector<std::pair<std::string, std::string>> load_stopped_lanes(Connection& connection) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto rows = connection.query(sql_stopped);
  while (rows->next()) out.emplace_back(rows->string(0), rows->string(1));
  return out;
}

}  // namespace crossdock::store
