// SQL of the AS2 tables.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/as2.hpp"

namespace crossdock::store {
namespace {

#define CROSSDOCK_AS2_IN                                                                                       \
  "SELECT message, message_id, partner, as2_from, as2_to, peer, at, headers, layers, signer, decrypter, mic, " \
  "disposition, mdn_state, mdn_url, mdn_headers, mdn, mdn_at, mdn_next_at, mdn_attempts, mdn_detail FROM as2_in "
const Sql sql_in_insert{
    "INSERT INTO as2_in(message, message_id, partner, as2_from, as2_to, peer, at, headers, layers, signer, decrypter, "
    "mic, disposition, mdn_state, mdn_url, mdn_headers, mdn, mdn_at, mdn_next_at, mdn_attempts, mdn_detail) "
    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)"};
const Sql sql_in_load{CROSSDOCK_AS2_IN "WHERE message=?1"};
const Sql sql_in_due{CROSSDOCK_AS2_IN "WHERE mdn_state = 2 AND mdn_next_at <= ?1 ORDER BY mdn_next_at LIMIT ?2"};
const Sql sql_in_next{"SELECT min(mdn_next_at) FROM as2_in WHERE mdn_state = 2"};
const Sql sql_in_update{
    "UPDATE as2_in SET mdn_state=?2, mdn_url=?3, mdn_at=?4, mdn_next_at=?5, mdn_attempts=?6, mdn_detail=?7 WHERE "
    "message=?1"};
#undef CROSSDOCK_AS2_IN
const Sql sql_raw_insert{"INSERT INTO as2_raw(at, peer, headers, bytes, file, body) VALUES(?1,?2,?3,?4,?5,?6)"};
const Sql sql_raw_load{
    "SELECT seq, at, peer, headers, bytes, file, body FROM as2_raw WHERE seq > ?1 ORDER BY seq LIMIT ?2"};
const Sql sql_raw_remove{"DELETE FROM as2_raw WHERE seq=?1"};
#define CROSSDOCK_AS2_OUT                                                                                      \
  "SELECT seq, delivery, message, message_id, replaces, partner, as2_from, as2_to, settings, headers, bytes, " \
  "sha256, body, mic, structure, algorithms, signer, recipients, signed_asked, created_at, sent_at, due_at, "  \
  "attempts, state, disposition, detail, mdn_headers, mdn, mdn_at, mdn_signer FROM as2_out "
const Sql sql_out_insert{
    "INSERT INTO as2_out(delivery, message, message_id, replaces, partner, as2_from, as2_to, settings, headers, bytes, "
    "sha256, body, mic, structure, algorithms, signer, recipients, signed_asked, created_at, state) "
    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)"};
const Sql sql_out_load{CROSSDOCK_AS2_OUT "WHERE delivery=?1 ORDER BY seq DESC LIMIT 1"};
const Sql sql_out_find{CROSSDOCK_AS2_OUT "WHERE message_id=?1"};
const Sql sql_out_of{CROSSDOCK_AS2_OUT "WHERE message=?1 ORDER BY seq"};
#undef CROSSDOCK_AS2_OUT
const Sql sql_out_update{
    "UPDATE as2_out SET sent_at=?2, due_at=?3, attempts=?4, state=?5, disposition=?6, detail=?7, mdn_headers=?8, "
    "mdn=?9, mdn_at=?10, mdn_signer=?11 WHERE seq=?1"};
const Sql sql_awaited{"SELECT partner, count(*) FROM as2_out WHERE state = 1 GROUP BY partner"};
const Sql sql_queued{"SELECT count(*) FROM as2_in WHERE mdn_state = 2"};
const Sql sql_certificate{
    "INSERT INTO as2_certificate(partner, role, fingerprint, first_at, last_at) VALUES(?1,?2,?3,?4,?4) "
    "ON CONFLICT(partner, role, fingerprint) DO UPDATE SET last_at=?4"};
const Sql sql_certificates{
    "SELECT partner, role, fingerprint, first_at, last_at FROM as2_certificate ORDER BY partner, role, last_at"};

Value instant(const std::optional<base::Instant>& at) { return at ? Value(base::to_micros(*at)) : Value(); }

std::optional<base::Instant> instant(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return base::from_micros(rows.integer(column));
}

Value body_of(const std::string& bytes, bool in_file) { return in_file ? Value() : Value::blob(bytes); }

As2In read_in(const Rows& rows) {
  As2In row;
  row.message = rows.integer(0);
  row.message_id = rows.string(1);
  row.partner = rows.string(2);
  row.from = rows.string(3);
  row.to = rows.string(4);
  row.peer = rows.string(5);
  row.at = base::from_micros(rows.integer(6));
  row.headers = rows.string(7);
  row.layers = rows.string(8);
  row.signer = rows.string(9);
  row.decrypter = rows.string(10);
  row.mic = rows.string(11);
  row.disposition = rows.string(12);
  row.mdn_state = static_cast<MdnState>(rows.integer(13));
  row.mdn_url = rows.string(14);
  row.mdn_headers = rows.string(15);
  row.mdn = rows.string(16);
  row.mdn_at = instant(rows, 17);
  row.mdn_next_at = instant(rows, 18);
  row.mdn_attempts = static_cast<std::uint32_t>(rows.integer(19));
  row.mdn_detail = rows.string(20);
  return row;
}

As2Out read_out(const Rows& rows) {
  As2Out row;
  row.seq = rows.integer(0);
  row.delivery = rows.string(1);
  row.message = rows.string(2);
  row.message_id = rows.string(3);
  row.replaces = rows.string(4);
  row.partner = rows.string(5);
  row.from = rows.string(6);
  row.to = rows.string(7);
  row.settings = rows.string(8);
  row.headers = rows.string(9);
  row.bytes = static_cast<std::uint64_t>(rows.integer(10));
  row.sha256 = rows.string(11);
  row.in_file = rows.is_null(12);
  row.body = rows.string(12);
  row.mic = rows.string(13);
  row.structure = rows.string(14);
  row.algorithms = rows.string(15);
  row.signer = rows.string(16);
  row.recipients = rows.string(17);
  row.signed_asked = rows.integer(18) != 0;
  row.created_at = base::from_micros(rows.integer(19));
  row.sent_at = instant(rows, 20);
  row.due_at = instant(rows, 21);
  row.attempts = static_cast<std::uint32_t>(rows.integer(22));
  row.state = static_cast<As2OutState>(rows.integer(23));
  row.disposition = rows.string(24);
  row.detail = rows.string(25);
  row.mdn_headers = rows.string(26);
  row.mdn = rows.string(27);
  row.mdn_at = instant(rows, 28);
  row.mdn_signer = rows.string(29);
  return row;
}

template <class... Values>
std::optional<As2Out> first_out(Connection& connection, const Sql& sql, const Values&... values) {
  const auto rows = connection.query(sql, values...);
  if (!rows->next()) return std::nullopt;
  return read_out(*rows);
}

}  // namespace

std::string_view name(MdnState state) {
  constexpr std::string_view names[] = {"none", "answered", "queued", "sent", "given_up"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name(As2OutState state) {
  constexpr std::string_view names[] = {"built", "awaiting_mdn", "delivered", "failed", "replaced", "refused"};
  return names[static_cast<std::size_t>(state)];
}

void insert_as2_in(Transaction& transaction, const As2In& row) {
  transaction.execute(sql_in_insert, row.message, row.message_id, Value::optional(row.partner), row.from, row.to,
                      Value::optional(row.peer), base::to_micros(row.at), Value::optional(row.headers),
                      Value::optional(row.layers), Value::optional(row.signer), Value::optional(row.decrypter),
                      Value::optional(row.mic), row.disposition, static_cast<int>(row.mdn_state),
                      Value::optional(row.mdn_url), Value::optional(row.mdn_headers),
                      row.mdn.empty() ? Value() : Value::blob(row.mdn), instant(row.mdn_at), instant(row.mdn_next_at),
                      row.mdn_attempts, Value::optional(row.mdn_detail));
}

std::optional<As2In> load_as2_in(Connection& connection, Seq message) {
  const auto rows = connection.query(sql_in_load, message);
  if (!rows->next()) return std::nullopt;
  return read_in(*rows);
}

std::vector<As2In> load_due_mdns(Connection& connection, base::Instant until, std::size_t limit) {
  std::vector<As2In> out;
  const auto rows = connection.query(sql_in_due, base::to_micros(until), limit);
  while (rows->next()) out.push_back(read_in(*rows));
  return out;
}

std::optional<base::Instant> next_due_mdn(Connection& connection) {
  const auto rows = connection.query(sql_in_next);
  if (!rows->next()) return std::nullopt;
  return instant(*rows, 0);
}

void update_mdn(Transaction& transaction, const As2In& row) {
  transaction.execute(sql_in_update, row.message, static_cast<int>(row.mdn_state), Value::optional(row.mdn_url),
                      instant(row.mdn_at), instant(row.mdn_next_at), row.mdn_attempts, Value::optional(row.mdn_detail));
}

void insert_as2_raw(Transaction& transaction, As2Raw& row) {
  transaction.execute(sql_raw_insert, base::to_micros(row.at), Value::optional(row.peer), row.headers, row.bytes,
                      Value::optional(row.file), body_of(row.body, !row.file.empty()));
  row.seq = transaction.last_insert();
}

std::vector<As2Raw> load_as2_raw(Connection& connection, Seq after, std::size_t limit) {
  std::vector<As2Raw> out;
  const auto rows = connection.query(sql_raw_load, after, limit);
  while (rows->next()) {
    As2Raw row;
    row.seq = rows->integer(0);
    row.at = base::from_micros(rows->integer(1));
    row.peer = rows->string(2);
    row.headers = rows->string(3);
    row.bytes = static_cast<std::uint64_t>(rows->integer(4));
    row.file = rows->string(5);
    row.body = rows->string(6);
    out.push_back(std::move(row));
  }
  return out;
}

void remove_as2_raw(Transaction& transaction, Seq seq) { transaction.execute(sql_raw_remove, seq); }

void insert_as2_out(Transaction& transaction, const As2Out& row) {
  transaction.execute(sql_out_insert, row.delivery, row.message, row.message_id, Value::optional(row.replaces),
                      row.partner, row.from, row.to, row.settings, row.headers, row.bytes, row.sha256,
                      body_of(row.body, row.in_file), Value::optional(row.mic), Value::optional(row.structure),
                      Value::optional(row.algorithms), Value::optional(row.signer), Value::optional(row.recipients),
                      row.signed_asked ? 1 : 0, base::to_micros(row.created_at), static_cast<int>(row.state));
}

std::optional<As2Out> load_as2_out(Connection& connection, const std::string& delivery) {
  return first_out(connection, sql_out_load, delivery);
}

std::optional<As2Out> find_as2_out(Connection& connection, const std::string& message_id) {
  return first_out(connection, sql_out_find, message_id);
}

std::vector<As2Out> load_as2_out_of(Connection& connection, const std::string& message) {
  std::vector<As2Out> out;
  const auto rows = connection.query(sql_out_of, message);
  while (rows->next()) out.push_back(read_out(*rows));
  return out;
}

void update_as2_out(Transaction& transaction, const As2Out& row) {
  transaction.execute(sql_out_update, row.seq, instant(row.sent_at), instant(row.due_at), row.attempts,
                      static_cast<int>(row.state), Value::optional(row.disposition), Value::optional(row.detail),
                      Value::optional(row.mdn_headers), row.mdn.empty() ? Value() : Value::blob(row.mdn),
                      instant(row.mdn_at), Value::optional(row.mdn_signer));
}

PendingMdns count_pending_mdns(Connection& connection) {
  PendingMdns out;
  {
    const auto rows = connection.query(sql_awaited);
    while (rows->next()) out.awaited[rows->string(0)] = rows->integer(1);
  }
  const auto rows = connection.query(sql_queued);
  if (rows->next()) out.queued = rows->integer(0);
  return out;
}

void note_certificate(Transaction& transaction, const CertificateUse& use) {
  transaction.execute(sql_certificate, use.partner, use.role, use.fingerprint, base::to_micros(use.last_at));
}

std::vector<CertificateUse> load_certificate_uses(Connection& connection) {
  std::vector<CertificateUse> out;
  const auto rows = connection.query(sql_certificates);
  while (rows->next())
    out.push_back({rows->string(0), rows->string(1), rows->string(2), base::from_micros(rows->integer(3)),
                   base::from_micros(rows->integer(4))});
  return out;
}

}  // namespace crossdock::store
