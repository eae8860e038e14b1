// Small messages are planned here, one after the other; large ones on a worker, alone.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/processor.hpp"

#include <utility>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/store/keys.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::size_t head_bytes = 64U << 10;
constexpr std::size_t page_rows = 200;
constexpr std::size_t open_max = 512;  // of one sender, planned and waiting for their commit

std::string sender_of(const store::MessageRow& message) {
  return message.partner.empty() ? "channel " + message.channel : message.partner;
}

}  // namespace

void Processor::add(Received received) {
  const std::string sender = sender_of(received.message);
  ++waiting_;
  senders_[sender].queue.push_back(std::move(received));
  next(sender);
}

std::shared_ptr<Ahead> Processor::plan_ahead(const store::MessageRow& message,
                                             std::shared_ptr<const std::string> payload) {
  auto received = std::make_shared<Received>(Received{message, std::move(payload), false, {}});
  std::string sender = sender_of(message);
  Sender& of = senders_[sender];
  if (of.alone || of.expected != 0 || !of.queue.empty() || of.open >= open_max || !is_small(*received)) return nullptr;
  ++of.open;
  ++waiting_;
  CROSSDOCK_FAILPOINT("validate.before_commit");
  auto plan = plan_small(*received);
  if (has_large_attachments(*plan)) {
    --of.open;
    --waiting_;
    return nullptr;
  }
  plan->stored = false;
  return std::make_shared<Ahead>(Ahead{std::move(sender), std::move(received), std::move(plan), commit_input(), {}});
}

Status Processor::commit_ahead(store::Transaction& transaction, Ahead& ahead, const store::MessageRow& stored) {
  ahead.plan->message.seq = stored.seq;
  TRY_STATUS(commit_plan(transaction, *ahead.plan, ahead.input, ahead.done));
  CROSSDOCK_FAILPOINT("validate.in_commit");
  return {};
}

void Processor::committed_ahead(const Ahead& ahead) {
  CROSSDOCK_FAILPOINT("validate.after_commit");
  committed(ahead.sender, ahead.received, ahead.done);
}

void Processor::drop_ahead(const Ahead& ahead) { finish(ahead.sender, *ahead.received, {}); }

void Processor::expect(const store::MessageRow& message) { ++senders_[sender_of(message)].expected; }

void Processor::arrived(const store::MessageRow& message) {
  const std::string sender = sender_of(message);
  --senders_[sender].expected;
  next(sender);
}

bool Processor::is_small(const Received& received) {
  return received.payload && received.payload->size() <= base::limits::translate_inline_bytes_max;
}

void Processor::next(const std::string& sender) {
  for (;;) {
    const auto found = senders_.find(sender);
    if (found == senders_.end() || found->second.alone) return;
    Sender& of = found->second;
    if (of.queue.empty()) {
      if (of.open == 0 && of.expected == 0) senders_.erase(found);
      return;
    }
    const bool small = is_small(of.queue.front());
    if (small ? of.open >= open_max : of.open != 0) return;
    const auto received = std::make_shared<Received>(std::move(of.queue.front()));
    of.queue.pop_front();
    ++of.open;
    of.alone = !small;
    begin(sender, received);
  }
}

void Processor::begin(const std::string& sender, const std::shared_ptr<Received>& received) {
  if (received->payload || received->message.bytes > base::limits::payload_inline_bytes_max)
    plan(sender, received);
  else
    fetch(sender, received);
}

void Processor::fetch(const std::string& sender, const std::shared_ptr<Received>& received) {
  const auto bytes = std::make_shared<std::string>();
  const Status queued = context_.parts.store.read(
      [bytes, received, folder = context_.parts.store.payload_folder()](store::Connection& connection) -> Status {
        TRY(*bytes, store::load_body(connection, folder, received->message.seq, received->message.sha256));
        return {};
      },
      [self = shared_from_this(), sender, received, bytes](const Status& status) {
        if (!status) return self->give_up(sender, received, status.error());
        received->payload = bytes;
        self->plan(sender, received);
      });
  if (!queued)
    context_.parts.executor.post_after(std::chrono::milliseconds{100}, [self = shared_from_this(), sender, received] {
      self->fetch(sender, received);
    });
}

PlannerInput Processor::input_of(const Received& received) {
  return {context_.rules,   context_.parts.documents,
          received.message, [this] { return context_.uuids.next(); },
          context_.now(),   received.again};
}

void Processor::plan(const std::string& sender, const std::shared_ptr<Received>& received) {
  if (!is_small(*received)) return plan_large(sender, received);
  auto plan = plan_small(*received);
  if (has_large_attachments(*plan)) return keep_and_commit(sender, received, std::move(plan));
  commit(sender, received, std::move(plan));
}

void Processor::keep_and_commit(const std::string& sender, const std::shared_ptr<Received>& received,
                                std::shared_ptr<Plan> plan) {
  senders_[sender].alone = true;  // nothing younger of its sender is committed before it
  const bool taken = context_.parts.workers.run([self = shared_from_this(), sender, received, plan] {
    const Status kept = keep_attachments(*plan, self->context_.parts.store.payload_folder());
    self->context_.parts.executor.post([self, sender, received, plan, kept] {
      if (!kept) return self->give_up(sender, received, kept.error());
      self->commit(sender, received, plan);
    });
  });
  if (!taken)
    context_.parts.executor.post_after(
        std::chrono::milliseconds{100},
        [self = shared_from_this(), sender, received, plan] { self->keep_and_commit(sender, received, plan); });
}

CommitInput Processor::commit_input() {
  return {context_.rules->bundle, &context_.parts.documents, context_.parts.store.payload_folder(), context_.now()};
}

std::shared_ptr<Plan> Processor::plan_small(const Received& received) {
  const std::string& bytes = *received.payload;
  const PayloadSource source = [&bytes](const auto& sink) { return sink(bytes); };
  return std::make_shared<Plan>(make_plan(input_of(received), std::string_view(bytes).substr(0, head_bytes), source));
}

void Processor::commit(const std::string& sender, const std::shared_ptr<Received>& received,
                       std::shared_ptr<Plan> plan) {
  const auto done = std::make_shared<Committed>();
  CommitInput input = commit_input();
  CROSSDOCK_FAILPOINT("validate.before_commit");
  static_cast<void>(context_.parts.store.write(
      [plan, input, done](store::Transaction& transaction) -> Status {
        TRY_STATUS(commit_plan(transaction, *plan, input, *done));
        CROSSDOCK_FAILPOINT("validate.in_commit");
        return {};
      },
      [self = shared_from_this(), sender, received, done](const Status& status) {
        CROSSDOCK_FAILPOINT("validate.after_commit");
        if (!status) return self->give_up(sender, received, status.error());
        self->committed(sender, received, *done);
      },
      true));
}

void Processor::committed(const std::string& sender, const std::shared_ptr<Received>& received, const Committed& done) {
  for (const auto& [code, detail] : done.alarms) context_.alarm(code, received->message.id, detail);
  if (done.message.state == store::State::parked && done.message.reason == info(Code::identify_mismatch).text)
    context_.alarm(Code::identify_mismatch, received->message.id, done.message.detail);
  count(done.message.state);
  if (!done.items.empty()) deliver_(done.items);
  finish(sender, *received, {});
}

void Processor::count(store::State state) {
  base::Counter*& counter = counted_[static_cast<std::size_t>(state)];
  if (counter == nullptr)
    counter = &context_.parts.metrics.counter("crossdock_messages_total",
                                              "Messages through validation by what became of them.",
                                              {{"state", std::string(store::name(state))}});
  counter->add();
}

void Processor::give_up(const std::string& sender, const std::shared_ptr<Received>& received, const Error& error) {
  base::log(base::LogLevel::error, "pipeline", error, {{"message", received->message.id}});
  if (error.code == Code::store_busy || error.code == Code::store_read_too_long) {
    context_.parts.executor.post_after(std::chrono::milliseconds{200}, [self = shared_from_this(), sender, received] {
      self->begin(sender, received);
    });
    return;
  }
  store::MessageRow row = received->message;
  row.stage = store::Stage::done;
  row.state = row.rank = store::State::parked;
  row.reason = info(error.code).text;
  row.detail = error.text();
  static_cast<void>(context_.parts.store.write(
      [row](store::Transaction& transaction) -> Status {
        store::update_message(transaction, row);
        return {};
      },
      [self = shared_from_this(), sender, received](const Status& status) { self->finish(sender, *received, status); },
      true));
}

void Processor::finish(const std::string& sender, const Received& received, const Status& status) {
  --waiting_;
  if (received.after) received.after(status);
  Sender& of = senders_[sender];
  --of.open;
  of.alone = false;
  next(sender);
}

void Processor::start(std::function<void(Status)> ready) {
  ready_ = std::move(ready);
  load(0);
}

void Processor::load(store::Seq after) {
  const auto rows = std::make_shared<std::vector<store::MessageRow>>();
  const Status queued = context_.parts.store.read(
      [rows, after](store::Connection& connection) -> Status {
        *rows = store::load_unfinished(connection, after, page_rows);
        return {};
      },
      [self = shared_from_this(), rows](const Status& status) {
        if (!status) return std::exchange(self->ready_, {})(status);
        const store::Seq last = rows->empty() ? 0 : rows->back().seq;
        for (store::MessageRow& row : *rows) self->add({std::move(row), nullptr, false, {}});
        if (rows->size() == page_rows) return self->load(last);
        if (self->ready_) std::exchange(self->ready_, {})(Status{});
      });
  if (!queued) std::exchange(ready_, {})(queued);
}

}  // namespace crossdock::pipeline
