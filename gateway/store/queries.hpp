// What the REST API and the command line ask of the store: lists, one record whole, find, parked work. Reads only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/store/connection.hpp"
#include "translators/base/result.hpp"

namespace crossdock::store {

/// Where a list goes on: the cursor of the page before, empty for the first. Newest first.
struct PageRequest {
  std::string cursor;
  std::size_t limit = 50;  ///< at most page_limit_max
};
inline constexpr std::size_t page_limit_max = 500;

template <class Item>
struct Page {
  std::vector<Item> items;
  std::string next;  ///< cursor; empty: that was all
};

/// Times are RFC 3339 UTC. States are those of the books. Statuses as the design names them; empty while not yet known.
struct MessageView {
  std::string id, direction;  ///< `in` | `out`
  std::string channel, channel_kind, partner, external_id, content_type, file_name, sha256, received_at, usage;
  std::uint64_t bytes = 0;
  std::string state;   ///< delivered, consumed, duplicate, superseded, rejected, parked, held, expired, not_wanted,
                       ///< no_event, unknown, in_progress
  std::string reason;  ///< code such as `identify.mismatch` when parked, rejected or held
  std::string detail;  ///< sentence
  std::string validation, delivery, acknowledgement, effect;
  std::string bundle, linked_to,
      link;  ///< id of the message it was made from or belongs to, and how: resubmit, reissue, acknowledges
  std::uint64_t sets = 0, events = 0, repeats = 0;
};
struct InterchangeView {
  std::uint64_t ordinal = 0;
  std::string sender, receiver, control_number, verdict;
};
struct SetView {
  std::string id, message_id, set, guide, control_number, group_control_number, verdict, state, reason;
  std::uint64_t interchange = 0, group = 0, ordinal = 0;
  std::string findings;  ///< JSON array text, each as `validate --json` prints it
};
struct EventView {
  std::string id, message_id, type, subject, partitionkey, factkey, recorded_at, state, reason, source;
  std::string json;  ///< the whole CloudEvent; only when one event is asked for
};
struct DeliveryView {
  std::string id, target, operation, effect_key, event_id, event_type, message_id, carried_by, lane, state, reason,
      detail;
  std::string created_at, changed_at, next_at;
  std::uint64_t attempts = 0;
  int http_status = 0;
};
struct AttemptView {
  std::string delivery_id, started_at, ended_at, result, detail, excerpt;
  std::uint64_t number = 0;
  int http_status = 0;
};
struct ParkedView {
  std::string kind;  ///< `message` | `set` | `event` | `delivery`
  std::string id, reason, detail, since, partner, target, subject;
};
struct ExceptionView {
  std::string id, code, detail, since, closed_at, subject;  ///< alarms raised by the program, e.g. `books.unbalanced`
};
struct RecordedOperation {
  std::string at, actor, operation, id, reason;
};

struct MessageFilter {
  std::string partner, state, direction, channel, validation, delivery, acknowledgement, effect;
  std::string since, until;  ///< RFC 3339, of receipt: from `since` on, before `until`
  std::string text;          ///< part of file name, external id, reason or detail
};
struct EventFilter {
  std::string type, subject, message_id, state;
};
struct DeliveryFilter {
  std::string target, state, event_id, message_id;
};

/// Errors: query.cursor (not one of ours), store.read.too_long.
[[nodiscard]] Result<Page<MessageView>> list_messages(Connection& connection, const MessageFilter& filter,
                                                      const PageRequest& page);
[[nodiscard]] Result<Page<EventView>> list_events(Connection& connection, const EventFilter& filter,
                                                  const PageRequest& page);
[[nodiscard]] Result<Page<DeliveryView>> list_deliveries(Connection& connection, const DeliveryFilter& filter,
                                                         const PageRequest& page);
[[nodiscard]] Result<Page<ParkedView>> list_parked(Connection& connection, const PageRequest& page);
[[nodiscard]] Result<Page<ExceptionView>> list_exceptions(Connection& connection, const PageRequest& page);

/// What AS2 knows of a message: one when it was received, one for each time it was made when it was sent.
struct As2View {
  std::string message_id, replaces, from, to, peer, at, state;  ///< state: of the MDN we owe, or of the message we sent
  std::string headers;                                          ///< lines `Name: value`
  std::string structure, algorithms;                            ///< sent
  std::string layers;                                           ///< received: JSON array, the outermost first
  std::string signer, decrypter, recipients;                    ///< fingerprints of certificates
  std::string mic, disposition, detail;
  std::string mdn_url, mdn_headers, mdn_base64, mdn_at, mdn_signer, due_at, sent_at;
  std::uint64_t attempts = 0, bytes = 0;
};

/// One message with all that hangs on it.
struct MessageRecord {
  MessageView message;
  std::vector<InterchangeView> interchanges;
  std::vector<SetView> sets;      ///< the first page_limit_max
  std::vector<EventView> events;  ///< the same
  std::vector<DeliveryView> deliveries;
  std::vector<MessageView> linked;  ///< acknowledgements, re-issues, resubmissions
  std::vector<RecordedOperation> operations;
  std::vector<As2View> as2;
};
/// Empty when there is none.
[[nodiscard]] Result<std::optional<MessageRecord>> show_message(Connection& connection, const std::string& id);
[[nodiscard]] Result<std::optional<EventView>> show_event(Connection& connection, const std::string& id);
struct DeliveryRecord {
  DeliveryView delivery;
  std::vector<AttemptView> attempts;
};
[[nodiscard]] Result<std::optional<DeliveryRecord>> show_delivery(Connection& connection, const std::string& id);

/// Where a payload stands: its bytes, or the file that holds them.
struct PayloadPlace {
  std::string bytes;
  std::string path;  ///< empty: `bytes` are all of it
  std::uint64_t size = 0;
};
/// Empty when there is no such message or its payload was purged.
[[nodiscard]] Result<std::optional<PayloadPlace>> find_payload(Connection& connection,
                                                               const std::string& payload_folder,
                                                               const std::string& message_id);
/// An attachment of an event. Empty when the event has none of this hash, or it was purged.
[[nodiscard]] Result<std::optional<PayloadPlace>> find_attachment(Connection& connection,
                                                                  const std::string& payload_folder,
                                                                  const std::string& event_id,
                                                                  const std::string& sha256);

/// Whatever a person has at hand: any id, external id, hash, control number, shipment, reference. Newest first, at most
/// page_limit_max.
struct FoundView {
  std::string kind;                      ///< `message` | `event` | `delivery`
  std::string id, message_id, what, at;  ///< `what`: which property matched, and its value
};
[[nodiscard]] Result<std::vector<FoundView>> find_anything(Connection& connection, const std::string& text);

}  // namespace crossdock::store
