// SQL of control numbers, expectations, exceptions and recorded operations.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/keys.hpp"

namespace crossdock::store {
namespace {

constexpr std::int64_t number_max = 999999999;

const Sql sql_number{"SELECT value FROM control_number WHERE partner=?1 AND usage=?2 AND level=?3"};
const Sql sql_set_number{
    "INSERT INTO control_number(partner, usage, level, value) VALUES(?1, ?2, ?3, ?4) "
    "ON CONFLICT(partner, usage, level) DO UPDATE SET value=excluded.value"};
const Sql sql_sent_insert{
    "INSERT INTO sent_group(partner, functional_id, control_number, message, at) VALUES(?1, ?2, ?3, ?4, ?5) ON "
    "CONFLICT DO NOTHING"};
const Sql sql_sent_find{
    "SELECT message FROM sent_group WHERE partner=?1 AND functional_id=?2 AND control_number=?3 ORDER BY message DESC "
    "LIMIT 1"};
const Sql sql_expect{
    "INSERT INTO expectation(message, partner, guide, key, due_at, state) VALUES(?1, ?2, ?3, ?4, ?5, 'due')"};
const Sql sql_due{"SELECT seq FROM expectation WHERE partner=?1 AND guide=?2 AND key=?3 AND state<>'met'"};
const Sql sql_meet{"UPDATE expectation SET state='met' WHERE seq=?1"};
const Sql sql_expectations{
    "SELECT seq, message, partner, guide, key, due_at, state='overdue' FROM expectation WHERE state<>'met' ORDER BY "
    "seq"};
const Sql sql_overdue{"UPDATE expectation SET state='overdue' WHERE seq=?1 AND state='due'"};
const Sql sql_bundle{"INSERT INTO bundle(hash, first_at) VALUES(?1, ?2) ON CONFLICT DO NOTHING"};
const Sql sql_operation{"INSERT INTO operation(at, actor, operation, id, reason) VALUES(?1, ?2, ?3, ?4, ?5)"};
const Sql sql_open{
    "INSERT INTO exception(id, code, subject, detail, opened_at) VALUES(?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT(code, subject) WHERE closed_at IS NULL DO UPDATE SET detail=excluded.detail WHERE "
    "detail<>excluded.detail"};
const Sql sql_open_subjects{"SELECT subject FROM exception WHERE code=?1 AND closed_at IS NULL"};
const Sql sql_close{"UPDATE exception SET closed_at=?3 WHERE code=?1 AND subject=?2 AND closed_at IS NULL"};

}  // namespace

std::int64_t reserve_numbers(Transaction& transaction, const std::string& partner, const std::string& usage,
                             const std::string& level, std::int64_t count) {
  std::int64_t last = 0;
  if (const auto rows = transaction.query(sql_number, partner, usage, level); rows->next()) last = rows->integer(0);
  const std::int64_t first = last + count > number_max ? 1 : last + 1;
  transaction.execute(sql_set_number, partner, usage, level, first + count - 1);
  return first;
}

void insert_sent_group(Transaction& transaction, const std::string& partner, const std::string& functional_id,
                       const std::string& control_number, Seq message, base::Instant at) {
  transaction.execute(sql_sent_insert, partner, functional_id, control_number, message, base::to_micros(at));
}

Seq find_sent_group(Connection& connection, const std::string& partner, const std::string& functional_id,
                    const std::string& control_number) {
  const auto rows = connection.query(sql_sent_find, partner, functional_id, control_number);
  return rows->next() ? rows->integer(0) : 0;
}

void insert_expectation(Transaction& transaction, const ExpectationRow& row) {
  transaction.execute(sql_expect, row.message, row.partner, row.guide, row.key, base::to_micros(row.due_at));
}

std::int64_t meet_expectations(Transaction& transaction, const std::string& partner, const std::string& guide,
                               const std::string& key) {
  // Looked up first: nearly always nothing is due, and an update that changes its own index makes a temporary table.
  std::vector<Seq> due;
  {
    const auto rows = transaction.query(sql_due, partner, guide, key);
    while (rows->next()) due.push_back(rows->integer(0));
  }
  for (const Seq seq : due) transaction.execute(sql_meet, seq);
  return static_cast<std::int64_t>(due.size());
}

std::vector<ExpectationRow> load_expectations(Connection& connection) {
  std::vector<ExpectationRow> out;
  const auto rows = connection.query(sql_expectations);
  while (rows->next())
    out.push_back({rows->integer(0), rows->integer(1), rows->string(2), rows->string(3), rows->string(4),
                   base::from_micros(rows->integer(5)), rows->integer(6) != 0});
  return out;
}

void mark_overdue(Transaction& transaction, Seq expectation) { transaction.execute(sql_overdue, expectation); }

void insert_bundle(Transaction& transaction, const std::string& hash, base::Instant at) {
  transaction.execute(sql_bundle, hash, base::to_micros(at));
}

void insert_operation(Transaction& transaction, base::Instant at, const std::string& actor,
                      const std::string& operation, const std::string& id, const std::string& reason) {
  transaction.execute(sql_operation, base::to_micros(at), actor, operation, id, reason);
}

bool open_exception(Transaction& transaction, const std::string& id, std::string_view code, const std::string& subject,
                    const std::string& detail, base::Instant at) {
  return transaction.execute(sql_open, id, code, subject, detail, base::to_micros(at)) != 0;
}

std::vector<std::string> open_subjects(Connection& connection, std::string_view code) {
  std::vector<std::string> out;
  const std::string text(code);  // bound by reference: it outlives the rows
  const auto rows = connection.query(sql_open_subjects, text);
  while (rows->next()) out.push_back(rows->string(0));
  return out;
}

bool close_exception(Transaction& transaction, std::string_view code, const std::string& subject, base::Instant at) {
  return transaction.execute(sql_close, code, subject, base::to_micros(at)) != 0;
}

}  // namespace crossdock::store
