// Control numbers, what they were used for, and what is due from a partner after an event.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/store/messages.hpp"

namespace crossdock::store {

/// Reserves the next `count` numbers of a series (per partner, usage `P` or `T`, level `interchange` or `group`); the
/// first of them. They are used up when the transaction commits. Numbers run 1..999999999 and begin anew. Source: X12.5
/// I12 (N0 9/9), 28 (N0 1/9).
[[nodiscard]] std::int64_t reserve_numbers(Transaction& transaction, const std::string& partner,
                                           const std::string& usage, const std::string& level, std::int64_t count);

/// Remembers which message carried a group, so that its 997 finds it (AK1 01 and 02).
void insert_sent_group(Transaction& transaction, const std::string& partner, const std::string& functional_id,
                       const std::string& control_number, Seq message, base::Instant at);
/// The youngest message that carried it; 0 = none.
[[nodiscard]] Seq find_sent_group(Connection& connection, const std::string& partner, const std::string& functional_id,
                                  const std::string& control_number);

struct ExpectationRow {
  Seq seq = 0, message = 0;
  std::string partner, guide, key;  ///< key: the partitionkey of the event, or the group's number for a 997
  base::Instant due_at{};
  bool overdue = false;
};
void insert_expectation(Transaction& transaction, const ExpectationRow& row);
/// Those met by a set of this guide under this key; how many were open.
std::int64_t meet_expectations(Transaction& transaction, const std::string& partner, const std::string& guide,
                               const std::string& key);
/// All that are neither met nor given up.
[[nodiscard]] std::vector<ExpectationRow> load_expectations(Connection& connection);
void mark_overdue(Transaction& transaction, Seq expectation);

void insert_bundle(Transaction& transaction, const std::string& hash, base::Instant at);
void insert_operation(Transaction& transaction, base::Instant at, const std::string& actor,
                      const std::string& operation, const std::string& id, const std::string& reason);

/// Opens an exception; one of this code and subject that is open takes over the detail. True when it is new or tells
/// something new.
bool open_exception(Transaction& transaction, const std::string& id, std::string_view code, const std::string& subject,
                    const std::string& detail, base::Instant at);
/// What exceptions of this code are open about.
[[nodiscard]] std::vector<std::string> open_subjects(Connection& connection, std::string_view code);
bool close_exception(Transaction& transaction, std::string_view code, const std::string& subject, base::Instant at);

}  // namespace crossdock::store
