// Payload first (large ones as files), then message row and inbox key in one transaction, then the answer (promise 1).
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/receiver.hpp"

#include <boost/json.hpp>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/pipeline/route.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::pipeline {

std::string_view name(ReceiptOutcome outcome) {
  switch (outcome) {
    case ReceiptOutcome::accepted: return "accepted";
    case ReceiptOutcome::repeated: return "repeated";
    case ReceiptOutcome::conflict: return "conflict";
    case ReceiptOutcome::refused: return "refused";
  }
  return "refused";
}

std::string answer_text(const std::string& message_id, const std::string& sha256) {
  std::string out = "{\"id\":";
  append_json_string(out, message_id);
  out += ",\"sha256\":";
  append_json_string(out, sha256);
  return out + "}";
}

/// One unit on its way in.
struct Receiver::Arrival {
  store::MessageRow row;
  std::string scope;  ///< of its inbox key
  std::shared_ptr<const std::string> payload;
  std::string spooled_path;
  bool in_file = false;
  Callback callback;
  Receipt receipt;               ///< set by the transaction
  std::shared_ptr<Ahead> ahead;  ///< planned already: goes in the same transaction
  bool alone = false;            ///< must not be planned ahead (again)
  std::optional<Error> refusal;  ///< it ends here
  bool parked = false;           ///< as parked
  std::function<Status(store::Transaction&, std::int64_t)> beside;
};

bool Receiver::accepting() const {
  if (!open_ || context_.stopping) return false;
  if (processor_.waiting() >= base::limits::received_max || deliverer_.overloaded()) return false;
  const base::SteadyInstant now = context_.steady();
  if (now - disk_looked_ > std::chrono::seconds{1}) {
    disk_looked_ = now;
    const bool full = context_.parts.store.disk_free_bytes() < base::limits::disk_free_bytes_min;
    if (full != disk_full_)
      base::log(base::LogLevel::alarm, "pipeline", full ? "the disk is nearly full: intake stops" : "intake goes on");
    disk_full_ = full;
  }
  return !disk_full_;
}

void Receiver::refuse(Callback callback, Error error) {
  context_.parts.executor.post(
      [callback = std::move(callback), error = std::move(error)] { callback(tl::unexpected(error)); });
}

void Receiver::receive(Incoming incoming, Callback callback) {
  if (!accepting()) return refuse(std::move(callback), {Code::store_busy, {}, {}});
  auto arrival = std::make_shared<Arrival>();
  store::MessageRow& row = arrival->row;
  row.id = context_.uuids.next();
  row.channel = std::move(incoming.channel);
  row.channel_kind = std::move(incoming.channel_kind);
  row.partner = std::move(incoming.partner);
  row.external_id = std::move(incoming.external_id);
  row.content_type = std::move(incoming.content_type);
  row.file_name = std::move(incoming.file_name);
  row.map = std::move(incoming.map);
  row.traceparent = std::move(incoming.traceparent);
  row.received_at = context_.now();
  row.usage = incoming.usage == "test" ? "T" : incoming.usage == "production" ? "P" : "";
  if (!incoming.headers.empty()) {
    std::string text = "{";
    for (const auto& [key, value] : incoming.headers) {
      if (text.size() > 1) text += ',';
      append_json_string(text, key);
      text += ':';
      append_json_string(text, value);
    }
    row.headers = text + "}";
  }
  arrival->scope = row.channel + "|" + row.partner;
  arrival->callback = std::move(callback);
  arrival->refusal = std::move(incoming.refusal);
  arrival->parked = incoming.parked;
  arrival->beside = std::move(incoming.beside);
  if (incoming.spooled_path.empty()) {
    row.bytes = incoming.payload.size();
    row.sha256 = to_hex(sha256(incoming.payload));
    arrival->payload = std::make_shared<const std::string>(std::move(incoming.payload));
  } else {
    row.bytes = incoming.spooled_bytes;
    row.sha256 = std::move(incoming.spooled_sha256);
    arrival->spooled_path = std::move(incoming.spooled_path);
  }
  keep(arrival);
}

void Receiver::receive_event(IncomingEvent incoming, Callback callback) {
  if (!accepting()) return refuse(std::move(callback), {Code::store_busy, {}, {}});
  auto arrival = std::make_shared<Arrival>();
  store::MessageRow& row = arrival->row;
  row.id = context_.uuids.next();
  row.channel = "systems/" + incoming.system;
  row.channel_kind = "event";
  row.external_id = std::move(incoming.idempotency_key);
  row.content_type = "application/cloudevents+json";
  row.traceparent = std::move(incoming.traceparent);
  row.received_at = context_.now();
  row.usage = incoming.usage == "test" ? "T" : "P";
  row.bytes = incoming.event_json.size();
  row.sha256 = to_hex(sha256(incoming.event_json));
  arrival->scope = row.channel;
  arrival->callback = std::move(callback);
  arrival->payload = std::make_shared<const std::string>(std::move(incoming.event_json));
  keep(arrival);
}

void Receiver::keep(const std::shared_ptr<Arrival>& arrival) {
  arrival->in_file = !arrival->payload || arrival->payload->size() > base::limits::payload_inline_bytes_max;
  if (!arrival->in_file) return store(arrival);
  const bool taken = context_.parts.workers.run([self = shared_from_this(), arrival] { self->keep_file(arrival); });
  if (!taken) refuse(std::move(arrival->callback), {Code::store_busy, {}, {}});
}

void Receiver::keep_file(const std::shared_ptr<Arrival>& arrival) {
  const std::string& folder = context_.parts.store.payload_folder();
  const Status kept = arrival->payload ? store::write_payload_file(folder, arrival->row.sha256, *arrival->payload)
                                       : store::adopt_payload_file(folder, arrival->row.sha256, arrival->spooled_path);
  context_.parts.executor.post([self = shared_from_this(), arrival, kept] {
    if (!kept) return arrival->callback(tl::unexpected(kept.error()));
    self->store(arrival);
  });
}

void Receiver::store(const std::shared_ptr<Arrival>& arrival) {
  CROSSDOCK_FAILPOINT("receive.before_commit");
  if (!arrival->in_file && !arrival->alone && !arrival->refusal)
    arrival->ahead = processor_.plan_ahead(arrival->row, arrival->payload);
  if (!arrival->ahead) processor_.expect(arrival->row);
  const Status queued = context_.parts.store.write(
      [arrival](store::Transaction& transaction) -> Status {
        TRY_STATUS(put(transaction, *arrival));
        CROSSDOCK_FAILPOINT("receive.in_commit");
        if (!arrival->ahead || arrival->receipt.outcome != ReceiptOutcome::accepted) return {};
        return Processor::commit_ahead(transaction, *arrival->ahead, arrival->row);
      },
      [self = shared_from_this(), arrival](const Status& status) { self->stored(arrival, status); });
  if (queued) return;
  arrival->ahead ? processor_.drop_ahead(*arrival->ahead) : processor_.arrived(arrival->row);
  refuse(std::move(arrival->callback), queued.error());
}

Status Receiver::put(store::Transaction& transaction, Arrival& arrival) {
  store::MessageRow row = arrival.row;
  arrival.receipt = {row.id, row.sha256, ReceiptOutcome::accepted, {}};
  row.seq = store::reserve_message(transaction);
  if (arrival.refusal) {
    arrival.receipt.outcome = ReceiptOutcome::refused;
    row.stage = store::Stage::done;
    row.state = row.rank = arrival.parked ? store::State::parked : store::State::rejected;
    row.reason = info(arrival.refusal->code).text;
    row.detail = arrival.refusal->detail;
  }
  const bool fresh =
      arrival.refusal || row.external_id.empty() ||
      store::insert_inbox(transaction, arrival.scope, row.external_id, {row.sha256, row.seq}, row.received_at);
  if (!fresh) {
    const auto known = store::find_inbox(transaction, arrival.scope, row.external_id);
    if (known && known->sha256 == row.sha256) {
      store::count_repeat(transaction, known->message);
      const auto first = store::load_message(transaction, known->message);
      arrival.receipt = {first ? first->id : row.id, row.sha256, ReceiptOutcome::repeated, {}};
      return {};
    }
    arrival.receipt.outcome = ReceiptOutcome::conflict;
    if (known) arrival.receipt.sha256 = known->sha256;  // what the key stands for
    row.stage = store::Stage::done;
    row.state = row.rank = store::State::parked;
    row.reason = info(Code::duplicate_key).text;
    row.detail = "key " + row.external_id + " came before with other bytes";
  }
  const std::string_view bytes = arrival.in_file ? std::string_view{} : std::string_view{*arrival.payload};
  store::add_body(transaction, row, {bytes, arrival.in_file, row.bytes});
  // Planned ahead, its row is written once, with what was decided.
  if (!fresh || !arrival.ahead) store::insert_message(transaction, row);
  arrival.row.seq = row.seq;
  if (arrival.beside && fresh) return arrival.beside(transaction, row.seq);
  return {};
}

void Receiver::stored(const std::shared_ptr<Arrival>& arrival, const Status& status) {
  const std::shared_ptr<Ahead> ahead = std::exchange(arrival->ahead, nullptr);
  if (!status && ahead) {  // its plan could not be committed: it is stored alone, and what is wrong shows there
    base::log(base::LogLevel::warning, "pipeline", status.error(), {{"message", arrival->row.id}});
    processor_.drop_ahead(*ahead);
    arrival->alone = true;
    return store(arrival);
  }
  if (!status) {
    processor_.arrived(arrival->row);
    return arrival->callback(tl::unexpected(status.error()));
  }
  CROSSDOCK_FAILPOINT("receive.after_commit");
  Receipt& receipt = arrival->receipt;
  receipt.answer = answer_text(receipt.message_id, receipt.sha256);
  count(*arrival);
  if (receipt.outcome == ReceiptOutcome::conflict)
    context_.alarm(Code::duplicate_key, receipt.message_id,
                   "key " + arrival->row.external_id + " came before with other bytes");
  CROSSDOCK_FAILPOINT("receive.before_answer");
  arrival->callback(receipt);
  CROSSDOCK_FAILPOINT("receive.after_answer");
  const bool accepted = receipt.outcome == ReceiptOutcome::accepted;
  if (ahead) return accepted ? processor_.committed_ahead(*ahead) : processor_.drop_ahead(*ahead);
  // Bytes of a large payload are read from its file again: memory stays flat.
  const store::MessageRow row = arrival->row;
  if (accepted)
    processor_.add({std::move(arrival->row), arrival->in_file ? nullptr : std::move(arrival->payload), false, {}});
  processor_.arrived(row);
}

void Receiver::count(const Arrival& arrival) {
  const auto key = std::pair(arrival.row.channel_kind, arrival.receipt.outcome);
  base::Counter*& counter = received_[key];
  if (counter == nullptr)
    counter =
        &context_.parts.metrics.counter("crossdock_received_total", "Units received over channels by answer.",
                                        {{"channel_kind", key.first}, {"outcome", std::string(name(key.second))}});
  counter->add();
}

}  // namespace crossdock::pipeline
