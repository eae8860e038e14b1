// From rows to views, for the queries.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/store/queries.hpp"
#include "gateway/store/states.hpp"

namespace crossdock::store::views {

/// SELECT lists; the readers below take their columns in this order. The last column of each is the seq: the cursor.
inline constexpr const char* message_columns =
    "m.id, m.direction, m.channel, m.channel_kind, m.partner, m.external_id, m.content_type, m.file_name, m.sha256, "
    "m.received_at, m.usage, "
    "m.bytes, m.state, m.reason, m.detail, m.validation, m.rank, m.open, m.acknowledgement, m.bundle, "
    "(SELECT l.id FROM message l WHERE l.seq=m.linked_to), m.link, m.sets, m.events, m.repeats, "
    "(m.rank=10 AND EXISTS(SELECT 1 FROM delivery d WHERE d.message=m.seq AND d.reason='delivery.refused')), m.seq";
inline constexpr const char* event_columns =
    "e.id, m.id, e.type, e.subject, e.partitionkey, e.fact, e.at, e.state, e.reason, e.source, e.seq";
inline constexpr const char* delivery_columns =
    "d.id, d.target, d.operation, d.effect_key, e.id, e.type, m.id, (SELECT c.id FROM delivery c WHERE "
    "c.seq=d.carried_by), d.lane, "
    "d.state, d.reason, d.detail, d.created_at, d.changed_at, d.next_at, d.attempts, d.http_status, d.seq";

[[nodiscard]] MessageView message(const Rows& rows);
[[nodiscard]] EventView event(const Rows& rows);
[[nodiscard]] DeliveryView delivery(const Rows& rows);
/// RFC 3339; empty for null.
[[nodiscard]] std::string time(const Rows& rows, int column);

}  // namespace crossdock::store::views
