// SQL of the tables. `seq` is the order of entry; `id` is what people and other systems see; `day` is the UTC day of
// entry (days since 1970) of the books; `state` is a number of states.hpp; times are microseconds since 1970, UTC.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/schema.hpp"

namespace crossdock::store {
namespace {

constexpr const char* version_1 = R"sql(
CREATE TABLE payload(
  seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, refs INTEGER NOT NULL, data BLOB);
CREATE TABLE message(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day INTEGER NOT NULL, direction TEXT NOT NULL,
  channel TEXT NOT NULL, channel_kind TEXT NOT NULL, partner TEXT, external_id TEXT, content_type TEXT, file_name TEXT, headers TEXT,
  sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, received_at INTEGER NOT NULL, usage TEXT, map TEXT, traceparent TEXT,
  stage INTEGER NOT NULL, resume_sets INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL, rank INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
  reason TEXT, detail TEXT, validation INTEGER, acknowledgement INTEGER NOT NULL DEFAULT 0, bundle TEXT,
  linked_to INTEGER, link TEXT, sets INTEGER NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0, repeats INTEGER NOT NULL DEFAULT 0);
CREATE INDEX message_unfinished ON message(seq) WHERE stage < 2;
CREATE INDEX message_attention ON message(state, seq) WHERE state IN (8, 9, 10);
CREATE INDEX message_linked ON message(linked_to) WHERE linked_to IS NOT NULL;
CREATE INDEX message_external ON message(external_id) WHERE external_id IS NOT NULL;
CREATE TABLE inbox(
  scope TEXT NOT NULL, key TEXT NOT NULL, sha256 TEXT NOT NULL, message INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(scope, key)) WITHOUT ROWID;
CREATE TABLE interchange(
  seq INTEGER PRIMARY KEY, message INTEGER NOT NULL, ordinal INTEGER NOT NULL, sender TEXT NOT NULL, receiver TEXT NOT NULL,
  control_number TEXT NOT NULL, sha256 TEXT NOT NULL, at INTEGER NOT NULL, verdict INTEGER NOT NULL, findings TEXT);
CREATE INDEX interchange_key ON interchange(control_number, sender, receiver);
CREATE INDEX interchange_message ON interchange(message);
CREATE TABLE transaction_set(
  seq INTEGER PRIMARY KEY, message INTEGER NOT NULL, day INTEGER NOT NULL, interchange INTEGER NOT NULL, grp INTEGER NOT NULL,
  ordinal INTEGER NOT NULL, code TEXT NOT NULL, guide TEXT, control_number TEXT NOT NULL, group_control_number TEXT NOT NULL,
  verdict INTEGER NOT NULL, findings TEXT, state INTEGER NOT NULL, rank INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
  reason TEXT);
CREATE INDEX transaction_set_message ON transaction_set(message);
CREATE TABLE event(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day INTEGER NOT NULL, message INTEGER NOT NULL, set_seq INTEGER, type TEXT NOT NULL,
  source TEXT, subject TEXT, partitionkey TEXT, fact TEXT, at INTEGER NOT NULL, test INTEGER NOT NULL,
  state INTEGER NOT NULL, rank INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0, reason TEXT, json TEXT NOT NULL);
CREATE INDEX event_message ON event(message);
CREATE INDEX event_fact ON event(fact) WHERE fact IS NOT NULL;
CREATE INDEX event_subject ON event(subject);
CREATE TABLE delivery(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day INTEGER NOT NULL, target TEXT NOT NULL, operation TEXT NOT NULL,
  effect_key TEXT NOT NULL, message INTEGER NOT NULL, set_seq INTEGER, event INTEGER, carried_by INTEGER, lane TEXT NOT NULL,
  priority INTEGER NOT NULL, test INTEGER NOT NULL, state INTEGER NOT NULL, reason TEXT, detail TEXT, created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER, claimed_at INTEGER, http_status INTEGER);
CREATE UNIQUE INDEX delivery_message ON delivery(message, event, target, operation);
CREATE INDEX delivery_open ON delivery(seq) WHERE state = 11;
CREATE INDEX delivery_parked ON delivery(target, lane) WHERE state IN (9, 10);
CREATE INDEX delivery_carried ON delivery(carried_by) WHERE carried_by IS NOT NULL;
CREATE TABLE attempt(
  delivery INTEGER NOT NULL, number INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, result TEXT NOT NULL,
  http_status INTEGER, detail TEXT, excerpt TEXT, PRIMARY KEY(delivery, number)) WITHOUT ROWID;
CREATE TABLE control_number(
  partner TEXT NOT NULL, usage TEXT NOT NULL, level TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY(partner, usage, level)) WITHOUT ROWID;
CREATE TABLE sent_group(
  partner TEXT NOT NULL, functional_id TEXT NOT NULL, control_number TEXT NOT NULL, message INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(partner, functional_id, control_number, message)) WITHOUT ROWID;
CREATE TABLE expectation(
  seq INTEGER PRIMARY KEY, message INTEGER NOT NULL, partner TEXT NOT NULL, guide TEXT NOT NULL, key TEXT NOT NULL,
  due_at INTEGER NOT NULL, state TEXT NOT NULL);
CREATE INDEX expectation_open ON expectation(partner, guide, key) WHERE state IN ('due', 'overdue');
CREATE TABLE bundle(hash TEXT PRIMARY KEY, first_at INTEGER NOT NULL, content TEXT) WITHOUT ROWID;
CREATE TABLE exception(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, code TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
  opened_at INTEGER NOT NULL, closed_at INTEGER);
CREATE UNIQUE INDEX exception_open ON exception(code, subject) WHERE closed_at IS NULL;
CREATE TABLE operation(
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, operation TEXT NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX operation_id ON operation(id);
CREATE TABLE book_entry(
  day INTEGER NOT NULL, unit TEXT NOT NULL, entered INTEGER NOT NULL, PRIMARY KEY(day, unit)) WITHOUT ROWID;
CREATE TABLE book_closed(
  day INTEGER NOT NULL, unit TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(day, unit, state)) WITHOUT ROWID;
CREATE TRIGGER book_entry_grows BEFORE UPDATE ON book_entry WHEN new.entered < old.entered OR new.day <> old.day OR new.unit <> old.unit
  BEGIN SELECT RAISE(ABORT, 'entries of the books only grow'); END;
CREATE TRIGGER book_entry_stays BEFORE DELETE ON book_entry
  BEGIN SELECT RAISE(ABORT, 'entries of the books are never deleted'); END;
)sql";

// A partial index over `state IN (...)` makes SQLite build two temporary tables in every statement that writes the
// column; ranges cost a comparison. Queries must say the condition in the same words to be answered from the index.
constexpr const char* version_2 = R"sql(
DROP INDEX message_attention;
CREATE INDEX message_attention ON message(state, seq) WHERE state >= 8 AND state <= 10;
DROP INDEX delivery_parked;
CREATE INDEX delivery_parked ON delivery(target, lane) WHERE state >= 9 AND state <= 10;
DROP INDEX expectation_open;
CREATE INDEX expectation_open ON expectation(partner, guide, key) WHERE state <> 'met';
)sql";

constexpr const char* version_3 = R"sql(
CREATE TABLE attachment(
  event INTEGER NOT NULL, ordinal INTEGER NOT NULL, sha256 TEXT NOT NULL, media_type TEXT NOT NULL,
  PRIMARY KEY(event, ordinal)) WITHOUT ROWID;
)sql";

// The bytes of small messages stand by message instead of by hash, and a fact is found under its subject: two random
// index pages less for each message (0148). Rows written before keep their bytes in `payload`.
constexpr const char* version_4 = R"sql(
CREATE TABLE body(message INTEGER PRIMARY KEY, data BLOB NOT NULL);
DROP INDEX event_fact;
DROP INDEX event_subject;
CREATE INDEX event_subject ON event(subject, fact);
)sql";

// AS2 (0186): what stands beside a message that came or goes by it. as2_in is written with its message, so that what a
// repetition is answered with stands as firmly as what it is about; as2_raw holds requests that were answered before
// they were unpacked; as2_out the bytes as they left, which retries send again.
constexpr const char* version_5 = R"sql(
CREATE TABLE as2_in(
  message INTEGER PRIMARY KEY, message_id TEXT NOT NULL, partner TEXT, as2_from TEXT NOT NULL, as2_to TEXT NOT NULL, peer TEXT,
  at INTEGER NOT NULL, headers TEXT, layers TEXT, signer TEXT, decrypter TEXT, mic TEXT, disposition TEXT NOT NULL,
  mdn_state INTEGER NOT NULL, mdn_url TEXT, mdn_headers TEXT, mdn BLOB, mdn_at INTEGER, mdn_next_at INTEGER,
  mdn_attempts INTEGER NOT NULL DEFAULT 0, mdn_detail TEXT);
CREATE INDEX as2_in_queue ON as2_in(mdn_next_at) WHERE mdn_state = 2;
CREATE TABLE as2_raw(
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, peer TEXT, headers TEXT NOT NULL, bytes INTEGER NOT NULL, file TEXT, body BLOB);
CREATE TABLE as2_out(
  seq INTEGER PRIMARY KEY, delivery TEXT NOT NULL, message TEXT NOT NULL, message_id TEXT NOT NULL UNIQUE, replaces TEXT, partner TEXT NOT NULL,
  as2_from TEXT NOT NULL, as2_to TEXT NOT NULL, settings TEXT NOT NULL, headers TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
  body BLOB, mic TEXT, structure TEXT, algorithms TEXT, signer TEXT, recipients TEXT, signed_asked INTEGER NOT NULL, created_at INTEGER NOT NULL,
  sent_at INTEGER, due_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL, disposition TEXT, detail TEXT,
  mdn_headers TEXT, mdn BLOB, mdn_at INTEGER, mdn_signer TEXT);
CREATE INDEX as2_out_awaited ON as2_out(partner) WHERE state = 1;
CREATE INDEX as2_out_delivery ON as2_out(delivery);
CREATE INDEX as2_out_message ON as2_out(message);
CREATE TABLE as2_certificate(
  partner TEXT NOT NULL, role TEXT NOT NULL, fingerprint TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  PRIMARY KEY(partner, role, fingerprint)) WITHOUT ROWID;
)sql";

// Files on partners' servers (0192): one live claim a path. What ended is kept for the window of duplicates.
constexpr const char* version_6 = R"sql(
CREATE TABLE transfer_claim(
  seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, modified_s INTEGER, sha256 TEXT,
  state INTEGER NOT NULL, owner TEXT NOT NULL, claimed_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  message INTEGER, attempts INTEGER NOT NULL DEFAULT 0, detail TEXT);
CREATE UNIQUE INDEX transfer_claim_live ON transfer_claim(channel, path) WHERE state < 3;
CREATE INDEX transfer_claim_ended ON transfer_claim(channel, changed_at) WHERE state >= 3;
CREATE INDEX transfer_claim_bytes ON transfer_claim(channel, sha256) WHERE sha256 IS NOT NULL;
)sql";

constexpr const char* all[] = {version_1, version_2, version_3, version_4, version_5, version_6};

}  // namespace

std::span<const char* const> migrations() { return all; }

}  // namespace crossdock::store
