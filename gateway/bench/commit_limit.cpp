// SQLite's commit limit.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/bench/commit_limit.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace crossdock::bench {
namespace {

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

tl::unexpected<Error> broken(sqlite3* database) {
  return fail(Code::file_unwritable, std::string("SQLite: ") + sqlite3_errmsg(database));
}

Result<Statement> prepare(sqlite3* database, const char* text) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, text, -1, &statement, nullptr) != SQLITE_OK) return broken(database);
  return Statement(statement);
}

bool step(sqlite3_stmt* statement) {
  return sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK;
}

Result<Database> open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open(path.c_str(), &raw);
  Database database(raw);
  if (opened != SQLITE_OK) return broken(raw);
  if (sqlite3_exec(raw,
                   "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                   "CREATE TABLE message(id INTEGER PRIMARY KEY, ikey BLOB NOT NULL, body BLOB NOT NULL, at INTEGER, "
                   "state INTEGER);"
                   "CREATE TABLE outbox(id INTEGER PRIMARY KEY, message INTEGER, target INTEGER, due INTEGER);"
                   "CREATE UNIQUE INDEX message_key ON message(ikey);",
                   nullptr, nullptr, nullptr) != SQLITE_OK)
    return broken(raw);
  return database;
}

struct Inserts {
  Statement message, outbox, begin, commit;
};

bool insert_row(sqlite3* database, const Inserts& inserts, std::array<std::uint64_t, 4>& key,
                const std::array<char, 1024>& body) {
  for (std::uint64_t& part : key) {  // xorshift: keys fall anywhere in the index, as hashes do
    part ^= part << 13;
    part ^= part >> 7;
    part ^= part << 17;
  }
  sqlite3_bind_blob(inserts.message.get(), 1, key.data(), sizeof key, SQLITE_STATIC);
  sqlite3_bind_blob(inserts.message.get(), 2, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
  if (!step(inserts.message.get())) return false;
  sqlite3_bind_int64(inserts.outbox.get(), 1, sqlite3_last_insert_rowid(database));
  return step(inserts.outbox.get());
}

}  // namespace

Result<double> measure_commits(const std::string& folder, int rows, std::chrono::milliseconds duration) {
  const std::string path = folder + "/commit-limit.db";
  auto remove = [&path] {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix, ignored);
  };
  remove();
  TRY(const Database database, open(path));
  Inserts inserts;
  TRY(inserts.message, prepare(database.get(), "INSERT INTO message(ikey,body,at,state) VALUES(?,?,0,0)"));
  TRY(inserts.outbox, prepare(database.get(), "INSERT INTO outbox(message,target,due) VALUES(?,1,0)"));
  TRY(inserts.begin, prepare(database.get(), "BEGIN IMMEDIATE"));
  TRY(inserts.commit, prepare(database.get(), "COMMIT"));
  std::array<std::uint64_t, 4> key{88172645463325252ULL, 362436069362436069ULL, 521288629546311ULL, 5783321ULL};
  std::array<char, 1024> body{};
  body.fill('A');
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::uint64_t done = 0;
  do {
    bool good = step(inserts.begin.get());
    for (int row = 0; good && row < rows; ++row) good = insert_row(database.get(), inserts, key, body);
    if (!good || !step(inserts.commit.get())) return broken(database.get());
    done += static_cast<std::uint64_t>(rows);
  } while (Clock::now() - start < duration);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  remove();
  return static_cast<double>(done) / seconds;
}

}  // namespace crossdock::bench
