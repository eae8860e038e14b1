// SQL of messages and inbox keys.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/messages.hpp"

namespace crossdock::store {
namespace {

const Sql sql_last{"SELECT coalesce(max(seq), 0) FROM message"};
const Sql sql_insert{
    "INSERT INTO message(seq, id, day, direction, channel, channel_kind, partner, external_id, content_type, "
    "file_name, "
    "headers, sha256, bytes, "
    "received_at, usage, map, traceparent, stage, state, rank, open, reason, detail, validation, acknowledgement, "
    "bundle, linked_to, link, "
    "sets, events) "
    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?"
    "29,?30)"};
const Sql sql_update{
    "UPDATE message SET stage=?2, state=?3, rank=?4, open=?5, reason=?6, detail=?7, validation=?8, acknowledgement=?9, "
    "bundle=?10, "
    "partner=?11, usage=?12, sets=?13, events=?14 WHERE seq=?1"};
#define CROSSDOCK_MESSAGE_COLUMNS                                                                                      \
  "SELECT seq, id, direction, channel, channel_kind, partner, external_id, content_type, file_name, headers, sha256, " \
  "usage, map, "                                                                                                       \
  "traceparent, bytes, received_at, stage, resume_sets, state, reason, detail, bundle, link, linked_to, validation, "  \
  "acknowledgement, "                                                                                                  \
  "sets, events, open, rank FROM message "
const Sql sql_by_seq{CROSSDOCK_MESSAGE_COLUMNS "WHERE seq=?1"};
const Sql sql_by_id{CROSSDOCK_MESSAGE_COLUMNS "WHERE id=?1"};
const Sql sql_unfinished{CROSSDOCK_MESSAGE_COLUMNS "WHERE stage < 2 AND seq > ?1 ORDER BY seq LIMIT ?2"};
const Sql sql_linked{CROSSDOCK_MESSAGE_COLUMNS "WHERE linked_to=?1 AND link=?2 ORDER BY seq"};
#undef CROSSDOCK_MESSAGE_COLUMNS
const Sql sql_resume{"UPDATE message SET stage=1, resume_sets=?2 WHERE seq=?1"};
const Sql sql_acknowledgement{"UPDATE message SET acknowledgement=?2 WHERE seq=?1"};
const Sql sql_repeat{"UPDATE message SET repeats=repeats+1 WHERE seq=?1"};
const Sql sql_inbox_find{"SELECT sha256, message FROM inbox WHERE scope=?1 AND key=?2"};
const Sql sql_inbox_insert{
    "INSERT INTO inbox(scope, key, sha256, message, at) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"};

MessageRow read_row(const Rows& rows) {
  MessageRow row;
  row.seq = rows.integer(0);
  row.id = rows.string(1);
  row.outbound = rows.text(2) == "out";
  row.channel = rows.string(3);
  row.channel_kind = rows.string(4);
  row.partner = rows.string(5);
  row.external_id = rows.string(6);
  row.content_type = rows.string(7);
  row.file_name = rows.string(8);
  row.headers = rows.string(9);
  row.sha256 = rows.string(10);
  row.usage = rows.string(11);
  row.map = rows.string(12);
  row.traceparent = rows.string(13);
  row.bytes = static_cast<std::uint64_t>(rows.integer(14));
  row.received_at = base::from_micros(rows.integer(15));
  row.stage = static_cast<Stage>(rows.integer(16));
  row.resume_sets = static_cast<std::uint64_t>(rows.integer(17));
  row.state = static_cast<State>(rows.integer(18));
  row.reason = rows.string(19);
  row.detail = rows.string(20);
  row.bundle = rows.string(21);
  row.link = rows.string(22);
  row.linked_to = rows.integer(23);
  if (!rows.is_null(24)) row.validation = static_cast<Validation>(rows.integer(24));
  row.acknowledgement = static_cast<Acknowledgement>(rows.integer(25));
  row.sets = static_cast<std::uint64_t>(rows.integer(26));
  row.events = static_cast<std::uint64_t>(rows.integer(27));
  row.open = rows.integer(28);
  row.rank = static_cast<State>(rows.integer(29));
  return row;
}

Value validation_value(const MessageRow& row) {
  return row.validation ? Value(static_cast<int>(*row.validation)) : Value();
}

}  // namespace

Seq reserve_message(Transaction& transaction) { return transaction.reserve(sql_last, 1); }

void insert_message(Transaction& transaction, MessageRow& row) {
  const std::int64_t day = day_of(row.received_at);
  if (row.seq == 0) row.seq = reserve_message(transaction);
  transaction.execute(sql_insert, row.seq, row.id, day, row.outbound ? "out" : "in", row.channel, row.channel_kind,
                      Value::optional(row.partner), Value::optional(row.external_id), Value::optional(row.content_type),
                      Value::optional(row.file_name), Value::optional(row.headers), row.sha256, row.bytes,
                      base::to_micros(row.received_at), Value::optional(row.usage), Value::optional(row.map),
                      Value::optional(row.traceparent), static_cast<int>(row.stage), static_cast<int>(row.state),
                      static_cast<int>(row.rank), row.open, Value::optional(row.reason), Value::optional(row.detail),
                      validation_value(row), static_cast<int>(row.acknowledgement), Value::optional(row.bundle),
                      row.linked_to == 0 ? Value() : Value(row.linked_to), Value::optional(row.link), row.sets,
                      row.events);
  transaction.count_entry(day, "message", 1);
}

void update_message(Transaction& transaction, const MessageRow& row) {
  transaction.execute(sql_update, row.seq, static_cast<int>(row.stage), static_cast<int>(row.state),
                      static_cast<int>(row.rank), row.open, Value::optional(row.reason), Value::optional(row.detail),
                      validation_value(row), static_cast<int>(row.acknowledgement), Value::optional(row.bundle),
                      Value::optional(row.partner), Value::optional(row.usage), row.sets, row.events);
}

std::optional<MessageRow> load_message(Connection& connection, Seq seq) {
  const auto rows = connection.query(sql_by_seq, seq);
  return rows->next() ? std::optional(read_row(*rows)) : std::nullopt;
}

std::optional<MessageRow> load_message(Connection& connection, const std::string& id) {
  const auto rows = connection.query(sql_by_id, id);
  return rows->next() ? std::optional(read_row(*rows)) : std::nullopt;
}

std::vector<MessageRow> load_unfinished(Connection& connection, Seq after, std::size_t limit) {
  std::vector<MessageRow> out;
  const auto rows = connection.query(sql_unfinished, after, limit);
  while (rows->next()) out.push_back(read_row(*rows));
  return out;
}

std::vector<MessageRow> load_linked(Connection& connection, Seq message, std::string_view link) {
  std::vector<MessageRow> out;
  const auto rows = connection.query(sql_linked, message, link);
  while (rows->next()) out.push_back(read_row(*rows));
  return out;
}

void set_resume(Transaction& transaction, Seq message, std::uint64_t sets) {
  transaction.execute(sql_resume, message, sets);
}

void link_message(Transaction& transaction, Seq message, Seq other, const std::string& link) {
  static const Sql sql{"UPDATE message SET linked_to=?2, link=?3 WHERE seq=?1 AND linked_to IS NULL"};
  transaction.execute(sql, message, other, link);
}

void set_acknowledgement(Transaction& transaction, Seq message, Acknowledgement to) {
  transaction.execute(sql_acknowledgement, message, static_cast<int>(to));
}

void count_repeat(Transaction& transaction, Seq message) { transaction.execute(sql_repeat, message); }

std::optional<InboxEntry> find_inbox(Connection& connection, const std::string& scope, const std::string& key) {
  const auto rows = connection.query(sql_inbox_find, scope, key);
  if (!rows->next()) return std::nullopt;
  return InboxEntry{rows->string(0), rows->integer(1)};
}

bool insert_inbox(Transaction& transaction, const std::string& scope, const std::string& key, const InboxEntry& entry,
                  base::Instant at) {
  return transaction.execute(sql_inbox_insert, scope, key, entry.sha256, entry.message, base::to_micros(at)) != 0;
}

}  // namespace crossdock::store
