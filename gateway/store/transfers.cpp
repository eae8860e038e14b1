// SQL of the claims of files.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/transfers.hpp"

namespace crossdock::store {
namespace {

#define CROSSDOCK_CLAIM \
  "SELECT seq, path, size, modified_s, sha256, state, owner, expires_at, message, attempts FROM transfer_claim "
const Sql sql_live{CROSSDOCK_CLAIM "WHERE channel=?1 AND state < 3 AND path > ?2 ORDER BY path LIMIT ?3"};
const Sql sql_at{CROSSDOCK_CLAIM "WHERE channel=?1 AND path=?2 AND state < 3"};
const Sql sql_taken{
    CROSSDOCK_CLAIM
    "WHERE channel=?1 AND sha256=?2 AND state >= 1 AND state <= 3 AND claimed_at >= ?3 AND seq <> ?4 "
    "AND NOT EXISTS (SELECT 1 FROM message m WHERE m.seq=transfer_claim.message AND m.state IN (4, 10)) "
    "ORDER BY seq LIMIT 1"};  // rejected, parked
#undef CROSSDOCK_CLAIM
const Sql sql_insert{
    "INSERT INTO transfer_claim(channel, path, size, modified_s, state, owner, claimed_at, expires_at, changed_at) "
    "VALUES(?1,?2,?3,?4,0,?5,?6,?7,?6)"};
const Sql sql_take_over{
    "UPDATE transfer_claim SET size=?2, modified_s=?3, state=0, owner=?4, claimed_at=?5, expires_at=?6, changed_at=?5, "
    "sha256=NULL WHERE seq=?1"};
const Sql sql_commit{"UPDATE transfer_claim SET state=1, sha256=?2, message=?3, changed_at=?4 WHERE seq=?1"};
const Sql sql_settle{
    "UPDATE transfer_claim SET attempts=attempts+(?2=1), state=?2, detail=?3, changed_at=?4 WHERE seq=?1 AND (state=0 "
    "OR ?2<>4)"};
const Sql sql_forget{
    "DELETE FROM transfer_claim WHERE seq IN (SELECT seq FROM transfer_claim WHERE channel=?1 AND state >= 3 AND "
    "changed_at < ?2 LIMIT ?3)"};

Value modified(const FileIdentity& file) { return file.modified_s ? Value(*file.modified_s) : Value(); }

TransferClaim read_claim(const Rows& rows) {
  TransferClaim row;
  row.seq = rows.integer(0);
  row.file.path = rows.string(1);
  row.file.size = static_cast<std::uint64_t>(rows.integer(2));
  if (!rows.is_null(3)) row.file.modified_s = rows.integer(3);
  row.sha256 = rows.string(4);
  row.state = static_cast<ClaimState>(rows.integer(5));
  row.owner = rows.string(6);
  row.expires_at = base::from_micros(rows.integer(7));
  row.message = rows.integer(8);
  row.attempts = static_cast<std::uint32_t>(rows.integer(9));
  return row;
}

std::optional<TransferClaim> first(const std::unique_ptr<Rows>& rows) {
  if (!rows->next()) return std::nullopt;
  return read_claim(*rows);
}

Seq take(Transaction& transaction, const ClaimWish& wish, const FileIdentity& file) {
  const auto now = base::to_micros(wish.now), until = base::to_micros(wish.expires_at);
  const auto live = first(transaction.query(sql_at, wish.channel, file.path));
  if (!live) {
    transaction.execute(sql_insert, wish.channel, file.path, file.size, modified(file), wish.owner, now, until);
    return transaction.last_insert();
  }
  if (live->state != ClaimState::claimed) {
    // Durable already: the same file is only to be disposed of. Another one under its name is a new document.
    if (live->file == file) return 0;
    settle_claim(transaction, live->seq, ClaimState::disposed, "another file took its name", wish.now);
    transaction.execute(sql_insert, wish.channel, file.path, file.size, modified(file), wish.owner, now, until);
    return transaction.last_insert();
  }
  if (live->owner != wish.owner && live->expires_at > wish.now) return 0;
  transaction.execute(sql_take_over, live->seq, file.size, modified(file), wish.owner, now, until);
  return live->seq;
}

}  // namespace

std::string_view name(ClaimState state) {
  constexpr std::string_view names[] = {"claimed", "committed", "left", "disposed", "released"};
  return names[static_cast<std::size_t>(state)];
}

std::vector<TransferClaim> load_live_claims(Connection& connection, const std::string& channel,
                                            const std::string& after, std::size_t limit) {
  std::vector<TransferClaim> out;
  const auto rows = connection.query(sql_live, channel, after, limit);
  while (rows->next()) out.push_back(read_claim(*rows));
  return out;
}

std::vector<Seq> take_claims(Transaction& transaction, const ClaimWish& wish, const std::vector<FileIdentity>& files) {
  std::vector<Seq> out;
  out.reserve(files.size());
  for (const FileIdentity& file : files) out.push_back(take(transaction, wish, file));
  return out;
}

void commit_claim(Transaction& transaction, Seq claim, const std::string& sha256, Seq message, base::Instant now) {
  transaction.execute(sql_commit, claim, sha256, message, base::to_micros(now));
}

void settle_claim(Transaction& transaction, Seq claim, ClaimState state, const std::string& detail, base::Instant now) {
  transaction.execute(sql_settle, claim, static_cast<int>(state), Value::optional(detail), base::to_micros(now));
}

std::optional<TransferClaim> find_taken(Connection& connection, const std::string& channel, const std::string& sha256,
                                        base::Instant since, Seq but) {
  return first(connection.query(sql_taken, channel, sha256, base::to_micros(since), but));
}

std::int64_t forget_claims(Transaction& transaction, const std::string& channel, base::Instant before,
                           std::size_t limit) {
  return transaction.execute(sql_forget, channel, base::to_micros(before), limit);
}

}  // namespace crossdock::store
