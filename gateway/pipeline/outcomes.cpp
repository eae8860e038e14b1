// What an attempt's outcome means for a delivery, its lane and its target (promise 5: unknown is a state).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/pipeline/deliverer.hpp"

namespace crossdock::pipeline {
namespace {

store::AttemptRow attempt_row(const LaneItem& item, base::Instant started, base::Instant ended, std::string_view result,
                              int http_status, const std::string& detail, const std::string& excerpt) {
  store::AttemptRow row;
  row.delivery = item.row.seq;
  row.number = item.row.attempts;
  row.started_at = started;
  row.ended_at = ended;
  row.result = result;
  row.http_status = http_status;
  row.detail = detail;
  row.excerpt = excerpt.substr(0, base::limits::excerpt_bytes_max);
  return row;
}

}  // namespace

std::string_view name(AttemptResult result) {
  switch (result) {
    case AttemptResult::applied: return "applied";
    case AttemptResult::refused: return "refused";
    case AttemptResult::retry: return "retry";
    case AttemptResult::unknown: return "unknown";
    case AttemptResult::pending: return "pending";
  }
  return "unknown";
}

void Deliverer::write(store::Store::Work work, std::vector<store::Seq> ended) {
  static_cast<void>(context_.parts.store.write(
      std::move(work),
      [self = weak_from_this(), ended = std::move(ended)](const Status& status) {
        if (!status) base::log(base::LogLevel::error, "deliver", status.error());
        const auto here = self.lock();
        if (!here) return;
        for (const store::Seq delivery : ended) here->release(delivery);
        here->load_more();
      },
      true));
}

void Deliverer::count(Target& goal, AttemptResult result) {
  base::Counter*& counter = goal.counted[static_cast<std::size_t>(result)];
  if (counter == nullptr)
    counter = &context_.parts.metrics.counter("crossdock_attempts_total", "Attempts at targets by result.",
                                              {{"target", goal.name}, {"result", std::string(name(result))}});
  counter->add();
}

void Deliverer::answered(Target& goal, const LaneItemPtr& item, base::Instant started, AttemptOutcome outcome) {
  ++item->row.attempts;
  item->known_absent = false;
  item->row.http_status = outcome.http_status;
  count(goal, outcome.result);
  if (outcome.result == AttemptResult::applied) {
    goal.breaker.succeeded();
    if (goal.alarmed) {
      goal.alarmed = false;
      context_.all_clear(Code::breaker_open, goal.name);
    }
    if (item->resent)
      item->row.detail = "sent more than once: an earlier attempt may have had an effect";
    else
      item->row.detail.clear();
    return applied(goal, item);
  }
  if (outcome.result == AttemptResult::pending) return pending(goal, item, outcome);
  const store::AttemptRow row = attempt_row(*item, started, context_.now(), name(outcome.result), outcome.http_status,
                                            outcome.detail, outcome.excerpt);
  write([row](store::Transaction& transaction) -> Status {
    store::insert_attempt(transaction, row);
    return {};
  });
  if (outcome.result == AttemptResult::refused) {
    goal.breaker.succeeded();  // it works: it said no
    return park(goal, item, store::State::parked, Code::delivery_refused, outcome.detail);
  }
  trouble(goal);
  if (outcome.result == AttemptResult::unknown) return unknown(goal, item, outcome);
  item->row.claimed_at.reset();
  try_again(goal, item, outcome.retry_after, outcome.detail);
}

/// It was taken, and its lane waits for the answer.
void Deliverer::pending(Target& goal, const LaneItemPtr& item, const AttemptOutcome& outcome) {
  goal.breaker.succeeded();
  const base::Instant now = context_.now();
  if (now - item->row.created_at > goal.settings.retry.age_max)
    return park(goal, item, store::State::parked, Code::delivery_too_old, outcome.detail);
  const auto delay = outcome.retry_after.value_or(std::chrono::minutes{1});
  item->row.next_at = now + delay;
  item->row.changed_at = now;
  item->row.detail = outcome.detail;
  item->row.claimed_at.reset();
  write([row = item->row](store::Transaction& transaction) -> Status {
    store::update_delivery(transaction, row);
    return {};
  });
  drop_uncounted(*item);
  goal.lanes.again(item->row.lane, context_.steady() + delay);
  finished(goal);
}

void Deliverer::look_again(const std::string& delivery_id) {
  const auto row = std::make_shared<std::optional<store::DeliveryRow>>();
  static_cast<void>(context_.parts.store.read(
      [row, delivery_id](store::Connection& connection) -> Status {
        *row = store::load_delivery(connection, delivery_id);
        return connection.status();
      },
      [self = weak_from_this(), row](const Status& status) {
        const auto here = self.lock();
        if (!here || !status || !*row) return;  // its own time comes
        Target& goal = here->target((*row)->target);
        if (goal.lanes.wake((*row)->lane, (*row)->seq)) here->pump(goal);
      }));
}

void Deliverer::trouble(Target& goal) {
  if (!goal.breaker.failed(context_.steady())) return;
  goal.alarmed = true;
  context_.alarm(Code::breaker_open, goal.name,
                 "target " + goal.name + " failed several times in a row and is left alone for a while");
}

void Deliverer::applied(Target& goal, const LaneItemPtr& item) {
  store::DeliveryRow row = item->row;
  row.state = store::State::delivered;
  row.reason.clear();
  row.changed_at = context_.now();
  row.next_at.reset();
  row.claimed_at.reset();
  CROSSDOCK_FAILPOINT("deliver.before_outcome_commit");
  write(
      [row](store::Transaction& transaction) -> Status {
        store::end_delivery(transaction, row);
        if (row.event == 0) store::mark_acknowledgement_sent(transaction, row.message);
        CROSSDOCK_FAILPOINT("deliver.in_outcome");
        return {};
      },
      {row.seq});
  // The next of the lane may go at once: should this outcome be lost, both are sent again, in order, under the same
  // keys.
  goal.lanes.done(row.lane);
  finished(goal);
}

void Deliverer::park(Target& goal, const LaneItemPtr& item, store::State state, Code code, const std::string& detail) {
  item->row.state = state;
  item->row.reason = info(code).text;
  item->row.detail = detail;
  item->row.changed_at = context_.now();
  item->row.next_at.reset();
  item->row.claimed_at.reset();
  write(
      [row = item->row](store::Transaction& transaction) -> Status {
        store::end_delivery(transaction, row);
        return {};
      },
      {item->row.seq});
  const std::vector<LaneItemPtr> behind = goal.lanes.stop(item->row.lane);
  park_behind(behind);
  base::log(base::LogLevel::warning, "deliver", "a delivery is parked, and its lane with it",
            {{"delivery", item->row.id}, {"target", goal.name}, {"reason", item->row.reason}, {"detail", detail}});
  finished(goal);
}

void Deliverer::try_again(Target& goal, const LaneItemPtr& item, std::optional<std::chrono::milliseconds> retry_after,
                          const std::string& detail) {
  const base::Instant now = context_.now();
  if (now - item->row.created_at > goal.settings.retry.age_max) {
    if (item->ask_first) return park(goal, item, store::State::unknown, Code::delivery_unknown, detail);
    return park(goal, item, store::State::parked, Code::delivery_too_old, detail);
  }
  const std::chrono::milliseconds delay =
      retry_delay(goal.settings.retry, item->row.attempts, retry_after, context_.parts.random);
  item->row.next_at = now + delay;
  item->row.changed_at = now;
  item->row.detail = detail;
  write([row = item->row](store::Transaction& transaction) -> Status {
    store::update_delivery(transaction, row);
    return {};
  });
  drop_uncounted(*item);
  goal.lanes.again(item->row.lane, context_.steady() + delay);
  finished(goal);
}

void Deliverer::unknown(Target& goal, const LaneItemPtr& item, const AttemptOutcome& outcome) {
  Once once = goal.settings.once;
  if (once == Once::key && outcome.forgot_key) once = goal.settings.when_forgotten.value_or(Once::none);
  switch (once) {
    case Once::key:
    case Once::same_bytes: return try_again(goal, item, outcome.retry_after, outcome.detail);
    case Once::lookup:
      // It may still be at work on it: `absent` counts only after a further deadline.
      item->ask_first = true;
      item->settled_at = context_.steady() + goal.settings.deadline;
      item->row.claimed_at = context_.now();
      return try_again(goal, item, outcome.retry_after, outcome.detail);
    case Once::none: break;
  }
  if (goal.settings.on_unknown == OnUnknown::park)
    return park(goal, item, store::State::unknown, Code::delivery_unknown, outcome.detail);
  item->resent = true;
  try_again(goal, item, outcome.retry_after, outcome.detail);
}

void Deliverer::looked(Target& goal, const LaneItemPtr& item, base::Instant started, const LookupOutcome& outcome) {
  static constexpr std::string_view names[] = {"present", "absent", "unknown"};
  ++item->row.attempts;
  const store::AttemptRow row =
      attempt_row(*item, started, context_.now(), names[static_cast<std::size_t>(outcome.result)], outcome.http_status,
                  outcome.detail, "");
  write([row](store::Transaction& transaction) -> Status {
    store::insert_attempt(transaction, row);
    return {};
  });
  switch (outcome.result) {
    case LookupResult::present:
      goal.breaker.succeeded();
      item->row.detail = "found at the target after an unknown outcome";
      return applied(goal, item);
    case LookupResult::absent:
      goal.breaker.succeeded();
      if (item->settled_at && *item->settled_at > context_.steady()) {
        goal.lanes.again(item->row.lane, *item->settled_at);
        return finished(goal);
      }
      item->ask_first = false;
      item->known_absent = true;
      return claim(goal, item);
    case LookupResult::unknown: trouble(goal); return try_again(goal, item, std::nullopt, outcome.detail);
  }
}

std::vector<TargetState> Deliverer::describe_targets() const {
  std::vector<TargetState> out;
  for (const auto& [name, settings] : context_.rules->bundle->targets) {
    TargetState state{
        name, settings.partner, settings.once, "closed", 0, 0, settings.accepts_test, settings.accepts_production};
    if (const auto used = targets_.find(name); used != targets_.end()) {
      const Target& target = *used->second;
      const Breaker::State breaker = target.breaker.state();
      state.breaker = breaker == Breaker::State::closed ? "closed"
                      : breaker == Breaker::State::open ? "open"
                                                        : "half_open";
      state.in_flight = target.in_flight;
      state.waiting = target.lanes.size();
    }
    out.push_back(std::move(state));
  }
  return out;
}

}  // namespace crossdock::pipeline
