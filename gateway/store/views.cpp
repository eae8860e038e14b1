// Columns to the words that people and other programs see.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/views.hpp"

namespace crossdock::store::views {

std::string time(const Rows& rows, int column) {
  return rows.is_null(column) ? std::string() : base::to_rfc3339(base::from_micros(rows.integer(column)));
}

MessageView message(const Rows& rows) {
  MessageView out;
  out.id = rows.string(0);
  out.direction = rows.string(1);
  out.channel = rows.string(2);
  out.channel_kind = rows.string(3);
  out.partner = rows.string(4);
  out.external_id = rows.string(5);
  out.content_type = rows.string(6);
  out.file_name = rows.string(7);
  out.sha256 = rows.string(8);
  out.received_at = time(rows, 9);
  out.usage = rows.text(10) == "T" ? "test" : rows.text(10) == "P" ? "production" : "";
  out.bytes = static_cast<std::uint64_t>(rows.integer(11));
  const auto state = static_cast<State>(rows.integer(12)), rank = static_cast<State>(rows.integer(16));
  out.state = name(state);
  out.reason = rows.string(13);
  out.detail = rows.string(14);
  if (!rows.is_null(15)) out.validation = name(static_cast<Validation>(rows.integer(15)));
  out.delivery = delivery_status(state, rank, rows.integer(17));
  out.acknowledgement = name(static_cast<Acknowledgement>(rows.integer(18)));
  out.effect = effect_status(rank, rows.integer(25) != 0);
  out.bundle = rows.string(19);
  out.linked_to = rows.string(20);
  out.link = rows.string(21);
  out.sets = static_cast<std::uint64_t>(rows.integer(22));
  out.events = static_cast<std::uint64_t>(rows.integer(23));
  out.repeats = static_cast<std::uint64_t>(rows.integer(24));
  return out;
}

EventView event(const Rows& rows) {
  EventView out;
  out.id = rows.string(0);
  out.message_id = rows.string(1);
  out.type = rows.string(2);
  out.subject = rows.string(3);
  out.partitionkey = rows.string(4);
  out.factkey = rows.string(5);
  out.recorded_at = time(rows, 6);
  out.state = name(static_cast<State>(rows.integer(7)));
  out.reason = rows.string(8);
  out.source = rows.string(9);
  return out;
}

DeliveryView delivery(const Rows& rows) {
  DeliveryView out;
  out.id = rows.string(0);
  out.target = rows.string(1);
  out.operation = rows.string(2);
  out.effect_key = rows.string(3);
  out.event_id = rows.string(4);
  out.event_type = rows.string(5);
  out.message_id = rows.string(6);
  out.carried_by = rows.string(7);
  out.lane = rows.string(8);
  out.state = name(static_cast<State>(rows.integer(9)));
  out.reason = rows.string(10);
  out.detail = rows.string(11);
  out.created_at = time(rows, 12);
  out.changed_at = time(rows, 13);
  out.next_at = time(rows, 14);
  out.attempts = static_cast<std::uint64_t>(rows.integer(15));
  out.http_status = static_cast<int>(rows.integer(16));
  return out;
}

}  // namespace crossdock::store::views
