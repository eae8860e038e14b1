// One record whole, its payload, and finding anything by whatever a person has at hand.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/base/file_layer.hpp"
#include "gateway/store/as2.hpp"
#include "gateway/store/messages.hpp"
#include "gateway/store/queries.hpp"
#include "gateway/store/views.hpp"

namespace crossdock::store {
namespace {

const std::string limited = " LIMIT " + std::to_string(page_limit_max);

template <class Item, class Read>
std::vector<Item> all(Connection& connection, const std::string& sql, Value value, const Read& read) {
  std::vector<Item> out;
  const Value values[] = {value};
  const auto rows = connection.open_text(sql + limited, values);
  while (rows->next()) out.push_back(read(*rows));
  return out;
}

SetView set_view(const Rows& rows, const std::string& message) {
  SetView out;
  out.message_id = message;
  out.interchange = static_cast<std::uint64_t>(rows.integer(0));
  out.group = static_cast<std::uint64_t>(rows.integer(1));
  out.ordinal = static_cast<std::uint64_t>(rows.integer(2));
  out.id = message + "/" + std::to_string(out.interchange) + "." + std::to_string(out.group) + "." +
           std::to_string(out.ordinal);
  out.set = rows.string(3);
  out.guide = rows.string(4);
  out.control_number = rows.string(5);
  out.group_control_number = rows.string(6);
  out.verdict = name(static_cast<Validation>(rows.integer(7)));
  out.findings = rows.string(8);
  out.state = name(static_cast<State>(rows.integer(9)));
  out.reason = rows.string(10);
  return out;
}

/// What is looked for where: kind, SQL giving id, message id, time. ?1 is the text.
struct Place {
  const char* kind;
  const char* what;
  const char* sql;
};
constexpr Place places[] = {
    {"message", "id", "SELECT id, id, received_at FROM message WHERE id=?1"},
    {"message", "external id", "SELECT id, id, received_at FROM message WHERE external_id=?1 ORDER BY seq DESC"},
    {"message", "sha256", "SELECT id, id, received_at FROM message WHERE sha256=?1 ORDER BY seq DESC"},
    {"message", "file name", "SELECT id, id, received_at FROM message WHERE file_name=?1 ORDER BY seq DESC"},
    {"message", "interchange control number",
     "SELECT m.id, m.id, m.received_at FROM interchange i JOIN message m ON m.seq=i.message WHERE i.control_number IN "
     "(?1, CASE WHEN ?1 NOT GLOB '*[^0-9]*' AND length(?1)<9 THEN substr('000000000'||?1,-9) END) ORDER BY m.seq DESC"},
    {"message", "group control number",
     "SELECT m.id, m.id, m.received_at FROM sent_group g JOIN message m ON m.seq=g.message WHERE g.control_number=?1 "
     "ORDER BY m.seq DESC"},
    {"event", "id", "SELECT e.id, m.id, e.at FROM event e JOIN message m ON m.seq=e.message WHERE e.id=?1"},
    {"event", "subject",
     "SELECT e.id, m.id, e.at FROM event e JOIN message m ON m.seq=e.message WHERE e.subject IN "
     "(?1, 'shipment/'||?1, 'load/'||?1, 'invoice/'||?1) ORDER BY e.seq DESC"},
    {"message", "carries the event of",
     "SELECT m.id, m.id, m.received_at FROM event e JOIN delivery d ON d.message=e.message AND d.event=e.seq JOIN "
     "delivery c ON c.seq=d.carried_by JOIN message m ON m.seq=c.message WHERE e.subject IN "
     "(?1, 'shipment/'||?1, 'load/'||?1, 'invoice/'||?1) ORDER BY m.seq DESC"},
    {"delivery", "id",
     "SELECT d.id, m.id, d.created_at FROM delivery d JOIN message m ON m.seq=d.message WHERE d.id=?1"},
};
/// Asked only when nothing above answered: these read sets and events from the newest on.
constexpr Place slow_places[] = {
    {"message", "group control number",
     "SELECT DISTINCT m.id, m.id, m.received_at FROM (SELECT message, group_control_number FROM transaction_set ORDER "
     "BY seq DESC LIMIT 50000) s JOIN message m ON m.seq=s.message WHERE s.group_control_number=?1 ORDER BY m.seq "
     "DESC"},
    {"event", "text",
     "SELECT e.id, m.id, e.at FROM (SELECT * FROM event ORDER BY seq DESC LIMIT 50000) e JOIN message m ON "
     "m.seq=e.message WHERE instr(e.json, '\"'||?1||'\"')>0 ORDER BY e.seq DESC"},
};

void look(Connection& connection, const Place& place, const std::string& text, std::vector<FoundView>& out) {
  const Value values[] = {text};
  const auto rows = connection.open_text(place.sql + limited, values);
  while (rows->next() && out.size() < page_limit_max) {
    FoundView found{place.kind, rows->string(0), rows->string(1), std::string(place.what) + " " + text,
                    views::time(*rows, 2)};
    const bool known = std::any_of(out.begin(), out.end(), [&](const FoundView& other) {
      return other.kind == found.kind && other.id == found.id;
    });
    if (!known) out.push_back(std::move(found));
  }
}

}  // namespace

Result<std::optional<MessageRecord>> show_message(Connection& connection, const std::string& id) {
  const std::string messages = std::string("SELECT ") + views::message_columns + " FROM message m ";
  const auto read_message = [](const Rows& rows) { return views::message(rows); };
  const auto seq_of = load_message(connection, id);
  TRY_STATUS(connection.status());
  if (!seq_of) return std::optional<MessageRecord>{};
  const Seq seq = seq_of->seq;
  MessageRecord out;
  auto found = all<MessageView>(connection, messages + "WHERE m.seq=?1", seq, read_message);
  if (found.empty()) return std::optional<MessageRecord>{};
  out.message = std::move(found.front());
  out.interchanges = all<InterchangeView>(
      connection,
      "SELECT ordinal, sender, receiver, control_number, verdict FROM interchange WHERE message=?1 ORDER BY seq", seq,
      [](const Rows& rows) {
        return InterchangeView{static_cast<std::uint64_t>(rows.integer(0)), rows.string(1), rows.string(2),
                               rows.string(3), std::string(name(static_cast<Validation>(rows.integer(4))))};
      });
  out.sets = all<SetView>(
      connection,
      "SELECT interchange, grp, ordinal, code, guide, control_number, group_control_number, verdict, findings, state, "
      "reason FROM transaction_set WHERE message=?1 ORDER BY seq",
      seq, [&](const Rows& rows) { return set_view(rows, id); });
  out.events = all<EventView>(connection,
                              std::string("SELECT ") + views::event_columns +
                                  " FROM event e JOIN message m ON m.seq=e.message WHERE e.message=?1 ORDER BY e.seq",
                              seq, [](const Rows& rows) { return views::event(rows); });
  out.deliveries =
      all<DeliveryView>(connection,
                        std::string("SELECT ") + views::delivery_columns +
                            " FROM delivery d JOIN message m ON m.seq=d.message LEFT JOIN event e ON e.seq=d.event "
                            "WHERE d.message=?1 ORDER BY d.seq",
                        seq, [](const Rows& rows) { return views::delivery(rows); });
  out.linked = all<MessageView>(connection, messages + "WHERE m.linked_to=?1 ORDER BY m.seq", seq, read_message);
  out.operations = all<RecordedOperation>(
      connection, "SELECT at, actor, operation, id, reason FROM operation WHERE id=?1 ORDER BY seq", id,
      [](const Rows& rows) {
        return RecordedOperation{views::time(rows, 0), rows.string(1), rows.string(2), rows.string(3), rows.string(4)};
      });
  out.as2 = as2_views(connection, seq, id);
  TRY_STATUS(connection.status());
  return std::optional<MessageRecord>{std::move(out)};
}

Result<std::optional<EventView>> show_event(Connection& connection, const std::string& id) {
  const Value values[] = {id};
  const auto rows = connection.open_text(std::string("SELECT ") + views::event_columns +
                                             ", e.json FROM event e JOIN message m ON m.seq=e.message WHERE e.id=?1",
                                         values);
  std::optional<EventView> out;
  if (rows->next()) {
    out = views::event(*rows);
    out->json = rows->string(11);
  }
  TRY_STATUS(connection.status());
  return out;
}

Result<std::optional<DeliveryRecord>> show_delivery(Connection& connection, const std::string& id) {
  auto found = all<std::pair<DeliveryView, Seq>>(
      connection,
      std::string("SELECT ") + views::delivery_columns +
          " FROM delivery d JOIN message m ON m.seq=d.message LEFT JOIN event e ON e.seq=d.event "
          "WHERE d.id=?1",
      id, [](const Rows& rows) { return std::pair(views::delivery(rows), Seq{rows.integer(17)}); });
  TRY_STATUS(connection.status());
  if (found.empty()) return std::optional<DeliveryRecord>{};
  DeliveryRecord out;
  out.delivery = std::move(found.front().first);
  out.attempts = all<AttemptView>(
      connection,
      "SELECT number, started_at, ended_at, result, http_status, detail, excerpt FROM attempt WHERE delivery=?1 ORDER "
      "BY number",
      found.front().second, [&](const Rows& rows) {
        AttemptView attempt{
            id, views::time(rows, 1), views::time(rows, 2), rows.string(3), rows.string(5), rows.string(6), 0, 0};
        attempt.number = static_cast<std::uint64_t>(rows.integer(0));
        attempt.http_status = static_cast<int>(rows.integer(4));
        return attempt;
      });
  TRY_STATUS(connection.status());
  // The attempt that succeeded stands in the delivery itself.
  if (out.delivery.state == "delivered" && out.delivery.carried_by.empty() &&
      (out.attempts.empty() || out.attempts.back().number < out.delivery.attempts))
    out.attempts.push_back({id, out.delivery.changed_at, out.delivery.changed_at, "applied", out.delivery.detail, "",
                            out.delivery.attempts, out.delivery.http_status});
  return std::optional<DeliveryRecord>{std::move(out)};
}

namespace {

/// Of rows with data, bytes and sha256.
Result<std::optional<PayloadPlace>> place_of(Connection& connection, Rows& rows, const std::string& payload_folder) {
  std::optional<PayloadPlace> out;
  if (rows.next()) {
    out.emplace();
    out->size = static_cast<std::uint64_t>(rows.integer(1));
    if (rows.is_null(0))
      out->path = payload_path(payload_folder, rows.string(2));
    else
      out->bytes = rows.string(0);
  }
  TRY_STATUS(connection.status());
  if (out && !out->path.empty() && !base::files().exists(out->path)) out.reset();
  return out;
}

}  // namespace

Result<std::optional<PayloadPlace>> find_payload(Connection& connection, const std::string& payload_folder,
                                                 const std::string& message_id) {
  static const Sql sql{
      "SELECT coalesce(b.data, p.data), m.bytes, m.sha256 FROM message m LEFT JOIN body b ON b.message=m.seq "
      "LEFT JOIN payload p ON p.sha256=m.sha256 WHERE m.id=?1 AND (b.message IS NOT NULL OR p.sha256 IS NOT NULL)"};
  const auto rows = connection.query(sql, message_id);
  return place_of(connection, *rows, payload_folder);
}

Result<std::optional<PayloadPlace>> find_attachment(Connection& connection, const std::string& payload_folder,
                                                    const std::string& event_id, const std::string& sha256) {
  static const Sql sql{
      "SELECT p.data, p.bytes, p.sha256 FROM event e JOIN attachment a ON a.event=e.seq JOIN payload p ON "
      "p.sha256=a.sha256 WHERE e.id=?1 AND a.sha256=?2 LIMIT 1"};
  const auto rows = connection.query(sql, event_id, sha256);
  return place_of(connection, *rows, payload_folder);
}

Result<std::vector<FoundView>> find_anything(Connection& connection, const std::string& text) {
  std::vector<FoundView> out;
  for (const Place& place : places) look(connection, place, text, out);
  if (out.empty())
    for (const Place& place : slow_places) look(connection, place, text, out);
  TRY_STATUS(connection.status());
  return out;
}

}  // namespace crossdock::store
