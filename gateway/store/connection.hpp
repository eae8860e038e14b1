// Statements and rows without a database library: what typed operations are written against.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::store {

/// An SQL text with an identity, so that its prepared statement is found by index. Make them at namespace scope.
class Sql {
 public:
  explicit Sql(const char* text);
  [[nodiscard]] const char* text() const { return text_; }
  [[nodiscard]] std::size_t id() const { return id_; }

 private:
  const char* text_;
  std::size_t id_;
};

/// A bound parameter: null, integer, text or bytes. Views must outlive the call they are given to.
class Value {
 public:
  enum class Kind : std::uint8_t { null, integer, text, blob };
  Value() = default;
  Value(std::nullptr_t) {}
  template <std::integral T>
  Value(T number) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(number)) {}
  Value(std::string_view text) : kind_(Kind::text), text_(text) {}
  Value(const std::string& text) : kind_(Kind::text), text_(text) {}
  Value(const char* text) : kind_(Kind::text), text_(text) {}
  [[nodiscard]] static Value blob(std::string_view bytes) {
    Value out(bytes);
    out.kind_ = Kind::blob;
    return out;
  }
  /// Null when empty.
  [[nodiscard]] static Value optional(std::string_view text) { return text.empty() ? Value() : Value(text); }
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::int64_t integer() const { return integer_; }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  std::string_view text_;
};

/// The rows of one query. Views are valid until next(). At most one Rows of the same Sql is open at a time.
class Rows {
 public:
  virtual ~Rows() = default;
  /// Moves to the next row; false at the end or after a failure (which the connection remembers).
  virtual bool next() = 0;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  /// Text or blob; empty for null.
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
  [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
};

/// A connection with cached prepared statements. A failing statement is remembered: status() tells, and every later one
/// does nothing.
class Connection {
 public:
  virtual ~Connection() = default;
  [[nodiscard]] virtual std::unique_ptr<Rows> open(const Sql& sql, std::span<const Value> values) = 0;
  /// Runs to the end; the number of rows changed.
  virtual std::int64_t run(const Sql& sql, std::span<const Value> values) = 0;
  /// A statement whose text is put together at run time (queries with filters); not cached.
  [[nodiscard]] virtual std::unique_ptr<Rows> open_text(const std::string& sql, std::span<const Value> values) = 0;
  [[nodiscard]] virtual std::int64_t last_insert() const = 0;
  /// The first failure since the closure began. Errors: store.statement (a bug), store.read.too_long.
  [[nodiscard]] virtual Status status() const = 0;

  template <class... Values>
  [[nodiscard]] std::unique_ptr<Rows> query(const Sql& sql, const Values&... values) {
    const Value list[sizeof...(values) + 1] = {Value(values)..., Value()};
    return open(sql, std::span<const Value>(list, sizeof...(values)));
  }
  template <class... Values>
  std::int64_t execute(const Sql& sql, const Values&... values) {
    const Value list[sizeof...(values) + 1] = {Value(values)..., Value()};
    return run(sql, std::span<const Value>(list, sizeof...(values)));
  }
};

}  // namespace crossdock::store
