// One SQLite connection with its prepared statements.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/store/store.hpp"

namespace crossdock::store {

/// Ends the process: something could not be made durable, and what is durable is what the next start reads.
[[noreturn]] void die(const std::string& what);

/// A connection; as a Transaction it also counts entries of the books. Used by one thread at a time.
class SqliteConnection final : public Transaction {
 public:
  enum class Role : std::uint8_t { writer, reader, checkpointer };
  [[nodiscard]] static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, const std::string& vfs,
                                                                      Role role);
  ~SqliteConnection() override;

  std::unique_ptr<Rows> open(const Sql& sql, std::span<const Value> values) override;
  std::int64_t run(const Sql& sql, std::span<const Value> values) override;
  std::unique_ptr<Rows> open_text(const std::string& sql, std::span<const Value> values) override;
  std::int64_t last_insert() const override { return sqlite3_last_insert_rowid(handle_); }
  Status status() const override { return status_; }
  void count_entry(std::int64_t day, std::string_view unit, std::int64_t amount) override;
  std::int64_t reserve(const Sql& last, std::int64_t count) override;

  /// Writes the counted entries as rows; call once before the commit.
  void flush_entries();
  /// What was counted and reserved in a transaction that is undone.
  void forget() {
    entries_.clear();
    reserved_.clear();
  }
  void clear_status() { status_ = {}; }
  /// Runs a text of any number of statements; a failure is remembered.
  void script(const std::string& text);
  [[nodiscard]] sqlite3* handle() { return handle_; }
  /// Statements are interrupted after this instant; none: never.
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) { deadline_ = deadline; }
  /// How long to wait for locks of other connections; nothing: as at first.
  void set_patience(std::optional<std::chrono::milliseconds> most);

 private:
  struct Entry {
    std::int64_t day;
    std::string unit;
    std::int64_t amount;
  };
  friend class SqliteRows;
  SqliteConnection(sqlite3* handle, Role role) : handle_(handle), role_(role) {}
  [[nodiscard]] sqlite3_stmt* prepared(const Sql& sql);
  [[nodiscard]] bool bind(sqlite3_stmt* statement, std::span<const Value> values);
  void failed(int result, const char* sql);

  sqlite3* handle_;
  Role role_;
  std::vector<sqlite3_stmt*> statements_;
  Status status_;
  std::vector<Entry> entries_;
  std::vector<std::pair<std::size_t, std::int64_t>> reserved_;  ///< by the query of a table: its highest number
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace crossdock::store
