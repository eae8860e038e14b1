// Messages, their payloads and inbox keys: what receive writes, and what validate makes of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/store/states.hpp"
#include "gateway/store/store.hpp"

namespace crossdock::store {

using Seq = std::int64_t;  ///< order of entry; 0 = none

[[nodiscard]] inline std::int64_t day_of(base::Instant at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

/// The row of a message. Only what the pipeline works with; queries.hpp shows all of it.
struct MessageRow {
  Seq seq = 0;
  std::string id;
  bool outbound = false;
  std::string channel, channel_kind, partner, external_id, content_type, file_name, headers, sha256, usage, map,
      traceparent;
  std::uint64_t bytes = 0;
  base::Instant received_at{};
  Stage stage = Stage::received;
  std::uint64_t resume_sets = 0;
  State state = State::in_progress;
  std::string reason, detail, bundle, link;
  Seq linked_to = 0;
  std::optional<Validation> validation;
  Acknowledgement acknowledgement = Acknowledgement::not_due;
  std::uint64_t sets = 0, events = 0;
  std::int64_t open = 0;  ///< parts not yet ended
  State rank = State::no_event;
};

/// Where the bytes of a payload stand: in the store, or in a file of the payload folder named by its hash.
struct Payload {
  std::string_view bytes;  ///< empty data() when in a file
  bool in_file = false;
  std::uint64_t size = 0;
};

/// How names in the payload folder begin that are not whole yet; what a killed program leaves goes at the next start.
inline constexpr std::string_view unfinished_payload = ".new-";

/// Writes a large payload's file: temp name, sync, rename, sync of the folder. Before its row, never in a transaction.
[[nodiscard]] Status write_payload_file(const std::string& folder, const std::string& sha256, std::string_view bytes);
/// The same from a spooled file, which is renamed into place.
[[nodiscard]] Status adopt_payload_file(const std::string& folder, const std::string& sha256,
                                        const std::string& spooled_path);
[[nodiscard]] std::string payload_path(const std::string& folder, const std::string& sha256);

/// One more reference to the payload of that hash (an attachment's, or one in a file); its row is made with the first.
void add_payload(Transaction& transaction, const std::string& sha256, const Payload& payload);
/// The bytes of a message whose `seq` is known: small ones stand beside it, a file's are a payload under its hash.
void add_body(Transaction& transaction, const MessageRow& row, const Payload& payload);
/// `to` gets the bytes that `from` has.
void copy_body(Transaction& transaction, const MessageRow& from, const MessageRow& to);
/// The bytes of a message in pieces. Errors: store.payload.missing.
[[nodiscard]] Status load_body(Connection& connection, const std::string& folder, Seq message,
                               const std::string& sha256, const std::function<Status(std::string_view)>& sink);
[[nodiscard]] Result<std::string> load_body(Connection& connection, const std::string& folder, Seq message,
                                            const std::string& sha256);

/// A seq that insert_message() may be given: rows may refer to the message before its own row is written.
[[nodiscard]] Seq reserve_message(Transaction& transaction);
/// Inserts the row and counts its entry; sets `seq` where it is 0.
void insert_message(Transaction& transaction, MessageRow& row);
/// Writes everything that validate decides: stage, partner, usage, state, statuses, counts, bundle.
void update_message(Transaction& transaction, const MessageRow& row);
[[nodiscard]] std::optional<MessageRow> load_message(Connection& connection, Seq seq);
[[nodiscard]] std::optional<MessageRow> load_message(Connection& connection, const std::string& id);
/// Messages before Stage::done, oldest first, behind `after`.
[[nodiscard]] std::vector<MessageRow> load_unfinished(Connection& connection, Seq after, std::size_t limit);
/// Messages made from or about this one, by link (acknowledges, reissue, resubmit).
[[nodiscard]] std::vector<MessageRow> load_linked(Connection& connection, Seq message, std::string_view link);
void set_resume(Transaction& transaction, Seq message, std::uint64_t sets);
void set_acknowledgement(Transaction& transaction, Seq message, Acknowledgement to);
/// Says what a message has to do with another (`answers`, `advises`), unless it has to do with one already.
void link_message(Transaction& transaction, Seq message, Seq other, const std::string& link);
void count_repeat(Transaction& transaction, Seq message);

/// What stands under an inbox key.
struct InboxEntry {
  std::string sha256;
  Seq message = 0;
};
[[nodiscard]] std::optional<InboxEntry> find_inbox(Connection& connection, const std::string& scope,
                                                   const std::string& key);
/// False when something stands under that key already; it stays.
[[nodiscard]] bool insert_inbox(Transaction& transaction, const std::string& scope, const std::string& key,
                                const InboxEntry& entry, base::Instant at);

}  // namespace crossdock::store
