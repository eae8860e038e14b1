// Each operation is one transaction that is recorded with who and why.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/operator.hpp"

#include <algorithm>

#include "gateway/store/keys.hpp"

namespace crossdock::pipeline {
namespace {

Status not_found(const std::string& id) { return fail(Code::operation_not_found, "there is nothing of the id " + id); }

std::string behind_text() { return std::string(info(Code::delivery_behind).text); }

LaneItemPtr item_of(store::Connection& connection, store::Seq delivery, store::Seq message) {
  std::vector<LaneItemPtr> items = load_items(connection, message, delivery - 1, delivery, 1);
  return items.empty() ? nullptr : items.front();
}

/// Sets one ended delivery going, and what stands behind it in its lane up to the next that parked for a reason of its
/// own. True when the lane is free again.
bool go_on(store::Transaction& transaction, const store::DeliveryRow& head, bool with_head, base::Instant now,
           std::vector<store::DeliveryRow>& going) {
  std::vector<store::DeliveryRow> parked = store::load_parked(transaction, head.target, head.lane);
  bool free = true;
  for (store::DeliveryRow& row : parked) {
    const bool is_head = row.seq == head.seq;
    if (is_head && !with_head) continue;
    if (!is_head && row.reason != behind_text()) {
      free = false;
      if (row.seq > head.seq) break;
      continue;
    }
    if (!is_head && row.seq < head.seq) continue;
    store::reopen_delivery(transaction, row, now);
    row.state = store::State::in_progress;
    going.push_back(row);
  }
  return free;
}

/// The message goes its whole way again, a large one from its first set on.
void begin_again(store::Transaction& transaction, store::MessageRow& message) {
  message.resume_sets = 0;
  store::set_resume(transaction, message.seq, 0);
  message.stage = store::Stage::received;
  message.state = store::State::in_progress;
  store::update_message(transaction, message);
}

/// What holds up a delivery that stands behind another of its lane: the first that parked for a reason of its own.
std::optional<store::DeliveryRow> blocker_of(store::Connection& connection, const store::DeliveryRow& behind) {
  if (behind.reason != behind_text()) return std::nullopt;
  for (store::DeliveryRow& row : store::load_parked(connection, behind.target, behind.lane))
    if (row.seq < behind.seq && row.reason != behind_text()) return std::move(row);
  return std::nullopt;
}

}  // namespace

void Operator::run(const char* operation, Request request, Callback callback,
                   std::function<Status(store::Transaction&, const Request&, Work&)> change) {
  const auto work = std::make_shared<Work>();
  const base::Instant now = context_.now();
  const Status queued = context_.parts.store.write(
      [work, request, change, now, name = std::string(operation)](store::Transaction& transaction) -> Status {
        *work = {};
        TRY_STATUS(change(transaction, request, *work));
        store::insert_operation(transaction, now, request.actor, name, request.id, request.reason);
        return {};
      },
      [self = shared_from_this(), work, callback](const Status& status) { self->done(work, callback, status); });
  if (!queued) context_.parts.executor.post([callback, error = queued.error()] { callback(tl::unexpected(error)); });
}

void Operator::done(const std::shared_ptr<Work>& work, const Callback& callback, const Status& status) {
  if (!status) return callback(tl::unexpected(status.error()));
  for (const auto& [target, lane] : work->resumed) deliverer_.resume_lane(target, lane);
  deliverer_.add_again(std::move(work->items));
  if (work->process) processor_.add({std::move(*work->process), nullptr, work->again, {}});
  callback(work->done);
}

void Operator::redeliver(Request request, Callback callback) {
  const base::Instant now = context_.now();
  run("redeliver", std::move(request), std::move(callback),
      [now](store::Transaction& transaction, const Request& asked, Work& work) -> Status {
        std::vector<store::DeliveryRow> heads;
        if (const auto delivery = store::load_delivery(transaction, asked.id)) {
          heads.push_back(*delivery);
        } else if (const auto message = store::load_message(transaction, asked.id)) {
          for (store::DeliveryRow& row : store::load_deliveries_of(transaction, message->seq))
            if (message->outbound || row.state == store::State::parked || row.state == store::State::unknown)
              heads.push_back(row);
        } else {
          return not_found(asked.id);
        }
        std::erase_if(heads, [](const store::DeliveryRow& row) { return row.state == store::State::in_progress; });
        if (heads.empty()) return fail(Code::operation_not_possible, asked.id + " has no delivery that has ended");
        std::string held_up;
        for (store::DeliveryRow& head : heads) {
          // One released before it in this very run may have set it going.
          if (const auto now_is = store::load_delivery(transaction, head.seq)) head = *now_is;
          if (head.state == store::State::in_progress) continue;
          if (const auto blocker = blocker_of(transaction, head)) {  // the order of a lane is kept
            held_up = "delivery " + head.id + " stands behind " + blocker->id + " of the same lane, which is parked (" +
                      blocker->reason + "): release or dismiss that one, and this one follows";
            continue;
          }
          if (head.carried_by != 0) {  // the bytes are what is sent, not the event
            const auto bytes = store::load_delivery(transaction, head.carried_by);
            if (!bytes || bytes->state == store::State::in_progress) continue;
            head = *bytes;
          }
          std::vector<store::DeliveryRow> going;
          const bool stopped = head.state == store::State::parked || head.state == store::State::unknown;
          if (stopped) {
            if (go_on(transaction, head, true, now, going)) work.resumed.emplace_back(head.target, head.lane);
          } else {
            store::reopen_delivery(transaction, head, now);
            going.push_back(head);
          }
          for (const store::DeliveryRow& row : going)
            if (LaneItemPtr item = item_of(transaction, row.seq, row.message)) {
              work.done.ids.push_back(row.id);
              work.items.push_back(std::move(item));
            }
        }
        if (work.items.empty() && !held_up.empty()) return fail(Code::operation_not_possible, held_up);
        work.done.id = asked.id;
        work.done.detail = std::to_string(work.done.ids.size()) + " deliveries go on";
        return {};
      });
}

void Operator::dismiss(Request request, Callback callback) {
  const base::Instant now = context_.now();
  run("dismiss", std::move(request), std::move(callback),
      [now](store::Transaction& transaction, const Request& asked, Work& work) -> Status {
        auto delivery = store::load_delivery(transaction, asked.id);
        if (!delivery) return not_found(asked.id);
        if (delivery->state != store::State::parked && delivery->state != store::State::unknown)
          return fail(Code::operation_not_possible,
                      "the delivery is not parked; it is " + std::string(store::name(delivery->state)));
        store::reopen_delivery(transaction, *delivery, now);
        delivery->state = store::State::not_wanted;
        delivery->detail = "given up: " + asked.reason;
        delivery->changed_at = now;
        store::end_delivery(transaction, *delivery);
        std::vector<store::DeliveryRow> going;
        if (go_on(transaction, *delivery, false, now, going))
          work.resumed.emplace_back(delivery->target, delivery->lane);
        for (const store::DeliveryRow& row : going)
          if (LaneItemPtr item = item_of(transaction, row.seq, row.message)) {
            work.done.ids.push_back(row.id);
            work.items.push_back(std::move(item));
          }
        work.done.id = asked.id;
        work.done.detail = "given up; " + std::to_string(work.done.ids.size()) + " deliveries behind it go on";
        return {};
      });
}

void Operator::reprocess(Request request, Callback callback) {
  run("reprocess", std::move(request), std::move(callback),
      [](store::Transaction& transaction, const Request& asked, Work& work) -> Status {
        auto message = store::load_message(transaction, asked.id);
        if (!message) return not_found(asked.id);
        if (message->outbound)
          return fail(Code::operation_not_possible,
                      "an outbound message has nothing to process; redeliver or re-issue it");
        if (message->stage != store::Stage::done)
          return fail(Code::operation_not_possible, "the message is being processed");
        if (message->open > 0)
          return fail(Code::operation_not_possible, "deliveries of the message are still under way");
        begin_again(transaction, *message);
        work.done.id = message->id;
        work.done.detail =
            "processed again with the configuration of now; an acknowledgement goes out again only when its "
            "verdict changes (redeliver the one that went out to send it once more)";
        work.process = *message;
        work.again = true;
        return {};
      });
}

void Operator::assign(Request request, std::string partner, Callback callback) {
  run("assign", std::move(request), std::move(callback),
      [partner, rules = context_.rules](store::Transaction& transaction, const Request& asked, Work& work) -> Status {
        auto message = store::load_message(transaction, asked.id);
        if (!message) return not_found(asked.id);
        if (message->state != store::State::parked || !message->reason.starts_with("identify."))
          return fail(Code::operation_not_possible, "only a message parked for its sender can be assigned");
        if (!rules->bundle->partners.contains(partner))
          return fail(Code::operation_not_possible, "there is no partner " + partner);
        message->partner = partner;
        message->reason = info(Code::identify_assigned).text;  // the planner goes by it, after a restart too
        begin_again(transaction, *message);
        work.done.id = message->id;
        work.done.detail = "assigned to " + partner;
        work.process = *message;
        work.again = true;
        return {};
      });
}

void Operator::resubmit(Request request, Callback callback) {
  const base::Instant now = context_.now();
  run("resubmit", std::move(request), std::move(callback),
      [now, id = context_.uuids.next()](store::Transaction& transaction, const Request& asked, Work& work) -> Status {
        const auto first = store::load_message(transaction, asked.id);
        if (!first) return not_found(asked.id);
        if (first->outbound)
          return fail(Code::operation_not_possible, "an outbound message is re-issued, not resubmitted");
        store::MessageRow row = *first;
        row.id = id;
        row.seq = 0;
        row.external_id.clear();
        row.received_at = now;
        row.stage = store::Stage::received;
        row.resume_sets = 0;
        row.state = store::State::in_progress;
        row.rank = store::State::no_event;
        row.open = 0;
        row.validation.reset();
        row.reason.clear();
        row.detail.clear();
        row.acknowledgement = store::Acknowledgement::not_due;
        row.linked_to = first->seq;
        row.link = "resubmit";
        store::insert_message(transaction, row);
        store::copy_body(transaction, *first, row);
        work.done.id = row.id;
        work.done.detail = "the same bytes as a new message";
        work.process = row;
        work.again = true;
        return {};
      });
}

}  // namespace crossdock::pipeline
