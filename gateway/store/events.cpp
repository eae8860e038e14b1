// SQL of events.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/events.hpp"

namespace crossdock::store {
namespace {

const Sql sql_insert{
    "INSERT INTO event(id, day, message, set_seq, type, source, subject, partitionkey, fact, at, test, state, rank, "
    "open, reason, json) "
    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16) ON CONFLICT(id) DO NOTHING"};
const Sql sql_fact{
    "SELECT seq FROM event WHERE subject IS ?4 AND fact=?1 AND at>=?2 AND message<>?3 AND state NOT IN (1, 3) LIMIT 1"};
#define CROSSDOCK_EVENT_COLUMNS                                                                                        \
  "SELECT seq, id, message, set_seq, type, source, subject, partitionkey, fact, at, test, state, rank, open, reason, " \
  "json FROM event "
const Sql sql_by_seq{CROSSDOCK_EVENT_COLUMNS "WHERE seq=?1"};
const Sql sql_by_id{CROSSDOCK_EVENT_COLUMNS "WHERE id=?1"};
#undef CROSSDOCK_EVENT_COLUMNS

EventRow read_row(const Rows& rows) {
  EventRow row;
  row.seq = rows.integer(0);
  row.id = rows.string(1);
  row.message = rows.integer(2);
  row.set = rows.integer(3);
  row.type = rows.string(4);
  row.source = rows.string(5);
  row.subject = rows.string(6);
  row.partitionkey = rows.string(7);
  row.fact = rows.string(8);
  row.at = base::from_micros(rows.integer(9));
  row.test = rows.integer(10) != 0;
  row.state = static_cast<State>(rows.integer(11));
  row.rank = static_cast<State>(rows.integer(12));
  row.open = rows.integer(13);
  row.reason = rows.string(14);
  row.json = rows.string(15);
  return row;
}

}  // namespace

bool insert_event(Transaction& transaction, EventRow& row, std::string_view json) {
  const std::int64_t day = day_of(row.at);
  const std::int64_t changed = transaction.execute(
      sql_insert, row.id, day, row.message, row.set == 0 ? Value() : Value(row.set), row.type,
      Value::optional(row.source), Value::optional(row.subject), Value::optional(row.partitionkey),
      Value::optional(row.fact), base::to_micros(row.at), row.test ? 1 : 0, static_cast<int>(row.state),
      static_cast<int>(row.rank), row.open, Value::optional(row.reason), json);
  if (changed == 0) return false;
  row.seq = transaction.last_insert();
  transaction.count_entry(day, "event", 1);
  return true;
}

Seq find_fact(Connection& connection, const std::string& subject, const std::string& fact, base::Instant since,
              Seq except_message) {
  const auto rows = connection.query(sql_fact, fact, base::to_micros(since), except_message, Value::optional(subject));
  return rows->next() ? rows->integer(0) : 0;
}

void insert_attachment(Transaction& transaction, Seq event, std::uint32_t ordinal, const std::string& sha256,
                       const std::string& media_type) {
  static const Sql sql{"INSERT INTO attachment(event, ordinal, sha256, media_type) VALUES(?1, ?2, ?3, ?4)"};
  transaction.execute(sql, event, static_cast<std::int64_t>(ordinal), sha256, media_type);
}

std::optional<EventRow> load_event(Connection& connection, Seq seq) {
  const auto rows = connection.query(sql_by_seq, seq);
  return rows->next() ? std::optional(read_row(*rows)) : std::nullopt;
}

std::optional<EventRow> load_event(Connection& connection, const std::string& id) {
  const auto rows = connection.query(sql_by_id, id);
  return rows->next() ? std::optional(read_row(*rows)) : std::nullopt;
}

}  // namespace crossdock::store
