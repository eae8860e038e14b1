// Lists with filters and cursors. A cursor is the seq of the last row, newest first.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/queries.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "gateway/store/views.hpp"

namespace crossdock::store {
namespace {

/// Conditions of a WHERE with the values bound to them, in order.
class Where {
 public:
  void add(const std::string& condition, Value value) {
    text_ += (text_.empty() ? " WHERE " : " AND ") + condition;
    values_.push_back(value);
  }
  void equals(const char* column, const std::string& value) {
    if (!value.empty()) add(std::string(column) + "=?", value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
};

Result<std::int64_t> read_cursor(const std::string& cursor) {
  if (cursor.empty()) return std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), value);
  if (problem != std::errc() || end != cursor.data() + cursor.size())
    return fail(Code::query_cursor, "`" + cursor + "` is no cursor");
  return value;
}

std::size_t limit_of(const PageRequest& page) { return std::clamp<std::size_t>(page.limit, 1, page_limit_max); }

/// Runs a list query: one row more than asked for tells whether there is a next page. `seq` is the column of the
/// cursor.
template <class Item, class Read>
Result<Page<Item>> list(Connection& connection, const std::string& select, const char* seq_name, int seq, Where where,
                        const PageRequest& page, const Read& read) {
  TRY(const std::int64_t before, read_cursor(page.cursor));
  where.add(std::string(seq_name) + "<?", before);
  const std::size_t limit = limit_of(page);
  const std::string sql = select + where.text() + " ORDER BY " + seq_name + " DESC LIMIT " + std::to_string(limit + 1);
  const auto rows = connection.open_text(sql, where.values());
  Page<Item> out;
  std::int64_t last = 0;
  while (rows->next()) {
    if (out.items.size() == limit) {
      out.next = std::to_string(last);
      break;
    }
    last = rows->integer(seq);
    out.items.push_back(read(*rows));
  }
  TRY_STATUS(connection.status());
  return out;
}

int number_in(std::string_view name, std::initializer_list<std::string_view> names) {
  int number = 0;
  for (const std::string_view known : names) {
    if (known == name) return number;
    ++number;
  }
  return -1;  // matches nothing
}

void add_time(Where& where, const char* condition, const std::string& text) {
  if (text.empty()) return;
  const auto at = base::parse_rfc3339(text);
  where.add(condition, at ? base::to_micros(*at) : std::numeric_limits<std::int64_t>::max());
}

void add_statuses(Where& where, const MessageFilter& filter) {
  if (!filter.state.empty()) where.add("m.state=?", state_number(filter.state));
  if (!filter.validation.empty())
    where.add("m.validation=?",
              number_in(filter.validation, {"accepted", "accepted_with_warnings", "rejected", "unknown_type"}));
  if (!filter.acknowledgement.empty())
    where.add("m.acknowledgement=?",
              number_in(filter.acknowledgement, {"not_due", "due", "sent", "positive", "negative", "overdue"}));
  const std::string& delivery = filter.delivery;
  if (delivery == "waiting")
    where.add("m.state=11 AND m.rank<>?", 10);
  else if (delivery == "sent")
    where.add("m.state IN (5, 6) AND 0=?", 0);
  else if (delivery == "parked")
    where.add("(m.state IN (8, 10) OR (m.state=11 AND m.rank=?))", 10);
  else if (delivery == "not_wanted")
    where.add("m.state<?", 5);
  else if (!delivery.empty())
    where.add("m.state=?", state_number(delivery));
  static constexpr const char* refused =
      "EXISTS(SELECT 1 FROM delivery r WHERE r.message=m.seq AND r.reason='delivery.refused')";
  if (filter.effect == "applied")
    where.add("m.rank=?", 6);
  else if (filter.effect == "unknown")
    where.add("m.rank=?", 9);
  else if (filter.effect == "refused")
    where.add(std::string("m.rank=? AND ") + refused, 10);
  else if (filter.effect == "none")
    where.add(std::string("m.rank NOT IN (6, 9) AND NOT (m.rank=? AND ") + refused + ")", 10);
  else if (!filter.effect.empty())
    where.add("0=?", 1);
}

}  // namespace

Result<Page<MessageView>> list_messages(Connection& connection, const MessageFilter& filter, const PageRequest& page) {
  Where where;
  where.equals("m.partner", filter.partner);
  where.equals("m.direction", filter.direction);
  where.equals("m.channel", filter.channel);
  add_statuses(where, filter);
  add_time(where, "m.received_at>=?", filter.since);
  add_time(where, "m.received_at<?", filter.until);
  if (!filter.text.empty())
    where.add(
        "instr(lower(coalesce(m.file_name,'')||' '||coalesce(m.external_id,'')||' '||coalesce(m.reason,'')||' "
        "'||coalesce(m.detail,"
        "'')), lower(?))>0",
        filter.text);
  return list<MessageView>(connection, std::string("SELECT ") + views::message_columns + " FROM message m", "m.seq", 26,
                           std::move(where), page, [](const Rows& rows) { return views::message(rows); });
}

Result<Page<EventView>> list_events(Connection& connection, const EventFilter& filter, const PageRequest& page) {
  Where where;
  const std::string prefixed = "crossdock." + filter.type;
  where.equals("e.type", filter.type.empty() || filter.type.starts_with("crossdock.") ? filter.type : prefixed);
  where.equals("e.subject", filter.subject);
  where.equals("m.id", filter.message_id);
  if (!filter.state.empty()) where.add("e.state=?", state_number(filter.state));
  return list<EventView>(
      connection, std::string("SELECT ") + views::event_columns + " FROM event e JOIN message m ON m.seq=e.message",
      "e.seq", 10, std::move(where), page, [](const Rows& rows) { return views::event(rows); });
}

Result<Page<DeliveryView>> list_deliveries(Connection& connection, const DeliveryFilter& filter,
                                           const PageRequest& page) {
  Where where;
  where.equals("d.target", filter.target);
  where.equals("e.id", filter.event_id);
  where.equals("m.id", filter.message_id);
  if (!filter.state.empty()) where.add("d.state=?", state_number(filter.state));
  return list<DeliveryView>(connection,
                            std::string("SELECT ") + views::delivery_columns +
                                " FROM delivery d JOIN message m ON m.seq=d.message LEFT JOIN event e ON e.seq=d.event",
                            "d.seq", 17, std::move(where), page,
                            [](const Rows& rows) { return views::delivery(rows); });
}

Result<Page<ParkedView>> list_parked(Connection& connection, const PageRequest& page) {
  // Two tables have no order of entry in common: the cursor counts what was shown.
  static const Sql sql{
      "SELECT 'message', id, reason, detail, received_at since, partner, NULL, file_name, seq FROM message "
      "WHERE state>=8 AND state<=10 AND open=0 AND NOT EXISTS(SELECT 1 FROM delivery d WHERE d.message=message.seq AND "
      "d.state>=9 AND d.state<=10) "
      "UNION ALL SELECT 'delivery', d.id, d.reason, d.detail, d.changed_at, m.partner, d.target, e.subject, d.seq "
      "FROM delivery d JOIN message m ON m.seq=d.message LEFT JOIN event e ON e.seq=d.event WHERE d.state>=9 AND "
      "d.state<=10 "
      "ORDER BY 5 DESC, 9 DESC LIMIT ?1 OFFSET ?2"};
  TRY(std::int64_t shown, read_cursor(page.cursor));
  if (page.cursor.empty()) shown = 0;
  const std::size_t limit = limit_of(page);
  const auto rows = connection.query(sql, limit + 1, shown);
  Page<ParkedView> out;
  while (rows->next()) {
    if (out.items.size() == limit) {
      out.next = std::to_string(shown + static_cast<std::int64_t>(limit));
      break;
    }
    out.items.push_back({rows->string(0), rows->string(1), rows->string(2), rows->string(3), views::time(*rows, 4),
                         rows->string(5), rows->string(6), rows->string(7)});
  }
  TRY_STATUS(connection.status());
  return out;
}

Result<Page<ExceptionView>> list_exceptions(Connection& connection, const PageRequest& page) {
  return list<ExceptionView>(connection, "SELECT id, code, detail, opened_at, closed_at, subject, seq FROM exception",
                             "seq", 6, {}, page, [](const Rows& rows) {
                               return ExceptionView{rows.string(0),       rows.string(1),       rows.string(2),
                                                    views::time(rows, 3), views::time(rows, 4), rows.string(5)};
                             });
}

}  // namespace crossdock::store
