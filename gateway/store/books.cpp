// The books: entries are counted in a table of their own, in the transaction that makes the unit; what stands is
// counted in the tables of the units and in the days closed by purging. A row that vanishes leaves the two apart.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/books.hpp"

#include "gateway/store/states.hpp"

namespace crossdock::store {
namespace {

const Sql sql_entered{"SELECT unit, sum(entered) FROM book_entry GROUP BY unit"};
const Sql sql_entered_day{"SELECT unit, sum(entered) FROM book_entry WHERE day=?1 GROUP BY unit"};
#define CROSSDOCK_STANDING(condition)                             \
  "SELECT 'message', state, count(*) FROM message " condition     \
  " GROUP BY state UNION ALL "                                    \
  "SELECT 'set', state, count(*) FROM transaction_set " condition \
  " GROUP BY state UNION ALL "                                    \
  "SELECT 'event', state, count(*) FROM event " condition         \
  " GROUP BY state UNION ALL "                                    \
  "SELECT 'delivery', state, count(*) FROM delivery " condition   \
  " GROUP BY state UNION ALL "                                    \
  "SELECT unit, state, sum(count) FROM book_closed " condition " GROUP BY unit, state"
const Sql sql_standing{CROSSDOCK_STANDING("")};
const Sql sql_standing_day{CROSSDOCK_STANDING("WHERE day=?1")};
#undef CROSSDOCK_STANDING
const Sql sql_day{"SELECT CAST(julianday(?1) - 2440587.5 AS INTEGER)"};

std::vector<BookLine> empty_lines(const std::string& day) {
  std::vector<BookLine> out;
  for (const std::string_view unit : book_units) {
    BookLine line;
    line.day = day;
    line.unit = unit;
    for (const std::string_view state : book_states) line.states[std::string(state)] = 0;
    out.push_back(std::move(line));
  }
  return out;
}

Result<std::vector<BookLine>> add_up(Connection& connection, std::vector<BookLine> lines, Rows& entered,
                                     Rows& standing) {
  const auto line_of = [&](std::string_view unit) -> BookLine* {
    for (BookLine& line : lines)
      if (line.unit == unit) return &line;
    return nullptr;
  };
  while (entered.next())
    if (BookLine* line = line_of(entered.text(0))) line->entered = entered.integer(1);
  while (standing.next()) {
    const std::int64_t state = standing.integer(1);
    BookLine* line = line_of(standing.text(0));
    if (line == nullptr || state < 0 || state >= state_count)
      continue;  // a state that is none keeps the line from balancing
    line->states[std::string(name(static_cast<State>(state)))] += standing.integer(2);
  }
  TRY_STATUS(connection.status());
  return lines;
}

}  // namespace

std::int64_t BookLine::standing() const {
  std::int64_t sum = 0;
  for (const auto& [state, count] : states) sum += count;
  return sum;
}

Result<std::vector<BookLine>> balance(Connection& connection) {
  const auto entered = connection.query(sql_entered);
  const auto standing = connection.query(sql_standing);
  return add_up(connection, empty_lines(""), *entered, *standing);
}

Result<std::vector<BookLine>> statement(Connection& connection, const std::string& day) {
  std::int64_t number = -1;
  if (const auto rows = connection.query(sql_day, day); rows->next() && !rows->is_null(0)) number = rows->integer(0);
  const auto entered = connection.query(sql_entered_day, number);
  const auto standing = connection.query(sql_standing_day, number);
  return add_up(connection, empty_lines(day), *entered, *standing);
}

}  // namespace crossdock::store
