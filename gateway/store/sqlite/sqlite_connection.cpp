// Statements, rows and errors of SQLite.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/sqlite_connection.hpp"

#include <cstdlib>
#include <utility>

#include "gateway/base/log.hpp"

namespace crossdock::store {
namespace {

/// What SQLite takes for a statement's cursors and records without asking the system; most records fit.
constexpr int busy_ms = 10000;  // for locks of other connections
constexpr int lookaside_bytes = 2400, lookaside_count = 128;

}  // namespace

/// Rows of a cached statement (reset when done) or of one made for this query (finalised).
class SqliteRows final : public Rows {
 public:
  SqliteRows(SqliteConnection& connection, sqlite3_stmt* statement, bool owned)
      : connection_(connection), statement_(statement), owned_(owned) {}
  ~SqliteRows() override {
    if (statement_ == nullptr) return;
    if (owned_)
      sqlite3_finalize(statement_);
    else
      sqlite3_reset(statement_);
  }
  bool next() override {
    if (statement_ == nullptr || !connection_.status_) return false;
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) connection_.failed(result, sqlite3_sql(statement_));
    return false;
  }
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    const int length = sqlite3_column_bytes(statement_, column);
    return data == nullptr ? std::string_view{}
                           : std::string_view{static_cast<const char*>(data), static_cast<std::size_t>(length)};
  }

 private:
  SqliteConnection& connection_;
  sqlite3_stmt* statement_;
  bool owned_;
};

void die(const std::string& what) {
  base::log(base::LogLevel::alarm, "store",
            "the store failed; the program ends and goes on from what is durable at its next start",
            {{"code", info(Code::store_failed).text}, {"cause", what}});
  std::_Exit(3);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, const std::string& vfs,
                                                                 Role role) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (role == Role::writer ? SQLITE_OPEN_CREATE : 0);
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<SqliteConnection> out(new SqliteConnection(handle, role));
  if (result != SQLITE_OK)
    return fail(Code::store_open, path + ": " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result)));
  if (role == Role::writer)
    sqlite3_db_config(handle, SQLITE_DBCONFIG_LOOKASIDE, nullptr, lookaside_bytes, lookaside_count);
  sqlite3_busy_timeout(handle, busy_ms);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1 << 30);
  if (role == Role::reader)
    sqlite3_progress_handler(
        handle, 2000,
        [](void* self) {
          const auto& deadline = static_cast<SqliteConnection*>(self)->deadline_;
          return deadline && std::chrono::steady_clock::now() > *deadline ? 1 : 0;
        },
        out.get());
  out->script("PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=0");
  if (role == Role::reader) out->script("PRAGMA query_only=1; PRAGMA cache_size=-4096");
  TRY_STATUS(out->status_);
  return out;
}

SqliteConnection::~SqliteConnection() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void SqliteConnection::failed(int result, const char* sql) {
  const int primary = result & 0xFF;
  const std::string what = std::string(sqlite3_errmsg(handle_)) + " in " + (sql ? sql : "?");
  const bool disk = primary == SQLITE_IOERR || primary == SQLITE_FULL || primary == SQLITE_CORRUPT ||
                    primary == SQLITE_NOTADB || primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY;
  if (disk && role_ == Role::writer) die(what);
  if (!status_) return;
  if (primary == SQLITE_INTERRUPT)
    status_ = fail(Code::store_read_too_long);
  else
    status_ = fail(disk ? Code::store_failed : Code::store_statement, what);
}

sqlite3_stmt* SqliteConnection::prepared(const Sql& sql) {
  if (sql.id() >= statements_.size()) statements_.resize(sql.id() + 1, nullptr);
  sqlite3_stmt*& statement = statements_[sql.id()];
  if (statement == nullptr) {
    const int result = sqlite3_prepare_v3(handle_, sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) failed(result, sql.text());
  }
  return statement;
}

bool SqliteConnection::bind(sqlite3_stmt* statement, std::span<const Value> values) {
  int index = 0;
  for (const Value& value : values) {
    ++index;
    int result = SQLITE_OK;
    const std::string_view text = value.text();
    // A view without data would bind null; an empty text is an empty text.
    const char* data = text.data() == nullptr ? "" : text.data();
    switch (value.kind()) {
      case Value::Kind::null: result = sqlite3_bind_null(statement, index); break;
      case Value::Kind::integer: result = sqlite3_bind_int64(statement, index, value.integer()); break;
      case Value::Kind::text:
        result = sqlite3_bind_text64(statement, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
        break;
      case Value::Kind::blob: result = sqlite3_bind_blob64(statement, index, data, text.size(), SQLITE_STATIC); break;
    }
    if (result != SQLITE_OK) {
      failed(result, sqlite3_sql(statement));
      return false;
    }
  }
  return true;
}

std::unique_ptr<Rows> SqliteConnection::open(const Sql& sql, std::span<const Value> values) {
  sqlite3_stmt* statement = status_ ? prepared(sql) : nullptr;
  if (statement != nullptr && !bind(statement, values)) statement = nullptr;
  return std::make_unique<SqliteRows>(*this, statement, false);
}

std::int64_t SqliteConnection::run(const Sql& sql, std::span<const Value> values) {
  if (!status_) return 0;
  sqlite3_stmt* statement = prepared(sql);
  if (statement == nullptr || !bind(statement, values)) return 0;
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(statement);
  if (result != SQLITE_DONE) failed(result, sql.text());
  sqlite3_reset(statement);
  return status_ ? sqlite3_changes64(handle_) : 0;
}

std::unique_ptr<Rows> SqliteConnection::open_text(const std::string& sql, std::span<const Value> values) {
  sqlite3_stmt* statement = nullptr;
  if (status_) {
    const int result = sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
    if (result != SQLITE_OK)
      failed(result, sql.c_str());
    else if (!bind(statement, values)) {
      sqlite3_finalize(statement);
      statement = nullptr;
    }
  }
  return std::make_unique<SqliteRows>(*this, statement, true);
}

void SqliteConnection::set_patience(std::optional<std::chrono::milliseconds> most) {
  sqlite3_busy_timeout(handle_, most ? static_cast<int>(most->count()) : busy_ms);
}

void SqliteConnection::script(const std::string& text) {
  if (!status_) return;
  const int result = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) failed(result, text.c_str());
}

void SqliteConnection::count_entry(std::int64_t day, std::string_view unit, std::int64_t amount) {
  for (Entry& entry : entries_)
    if (entry.day == day && entry.unit == unit) {
      entry.amount += amount;
      return;
    }
  entries_.push_back({day, std::string(unit), amount});
}

std::int64_t SqliteConnection::reserve(const Sql& last, std::int64_t count) {
  for (auto& [table, highest] : reserved_)
    if (table == last.id()) return std::exchange(highest, highest + count) + 1;
  std::int64_t highest = 0;
  if (const auto rows = query(last); rows->next()) highest = rows->integer(0);
  reserved_.emplace_back(last.id(), highest + count);
  return highest + 1;
}

void SqliteConnection::flush_entries() {
  static const Sql add{"UPDATE book_entry SET entered = entered + ?3 WHERE day=?1 AND unit=?2"};
  static const Sql begin{"INSERT INTO book_entry(day, unit, entered) VALUES(?1, ?2, ?3)"};
  for (const Entry& entry : entries_)
    if (execute(add, entry.day, entry.unit, entry.amount) == 0) execute(begin, entry.day, entry.unit, entry.amount);
  entries_.clear();
}

}  // namespace crossdock::store
