// The books: what came in, counted append-only at the entry, against what stands in each named state, for each kind of
// unit. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/store/connection.hpp"
#include "translators/base/result.hpp"

namespace crossdock::store {

/// The units that are counted, each on its own.
inline constexpr std::string_view book_units[] = {"message", "set", "event", "delivery"};
/// The named states in which a unit may stand.
inline constexpr std::string_view book_states[] = {"delivered",  "consumed", "duplicate", "superseded",
                                                   "rejected",   "parked",   "held",      "expired",
                                                   "not_wanted", "no_event", "unknown",   "in_progress"};

struct BookLine {
  std::string day;  ///< UTC day of entry `2026-05-18`; empty: all days
  std::string unit;
  std::int64_t entered = 0;                    ///< the entry counter
  std::map<std::string, std::int64_t> states;  ///< rows standing, and days closed by purging
  [[nodiscard]] std::int64_t standing() const;
  [[nodiscard]] bool balanced() const { return entered == standing(); }
};

/// All days together, one line a unit. One snapshot.
[[nodiscard]] Result<std::vector<BookLine>> balance(Connection& connection);
/// One day, one line a unit.
[[nodiscard]] Result<std::vector<BookLine>> statement(Connection& connection, const std::string& day);

}  // namespace crossdock::store
