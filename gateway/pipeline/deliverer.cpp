// Lanes to attempts: who may go, and what an outcome means.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/deliverer.hpp"

#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/file_layer.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/store/events.hpp"

namespace crossdock::pipeline {

Deliverer::Target& Deliverer::target(const std::string& name) {
  auto& slot = targets_[name];
  if (!slot) {
    const auto& known = context_.rules->bundle->targets;
    const auto found = known.find(name);
    TargetSettings settings;
    if (found != known.end())
      settings = found->second;
    else if (name.find('/') != std::string::npos)
      settings.once = Once::same_bytes;
    slot = std::make_unique<Target>(name, settings);
  }
  return *slot;
}

void Deliverer::add(std::vector<LaneItemPtr> items) {
  if (items.empty()) return;
  // While something stands in the table only, everything younger waits there too: the order of a lane is the order of
  // its commits.
  if (!sources_.empty() || held_.size() >= base::limits::outbox_max) {
    for (const LaneItemPtr& item : items) {
      const bool same = !sources_.empty() && sources_.back().message == item->row.message;
      if (same)
        sources_.back().until = item->row.seq;
      else
        sources_.push_back({item->row.message, item->row.seq - 1, item->row.seq});
    }
    return load();
  }
  for (LaneItemPtr& item : items) place(std::move(item), false);
}

void Deliverer::add_again(std::vector<LaneItemPtr> items) {
  for (LaneItemPtr& item : items) place(std::move(item), true);
}

void Deliverer::place(LaneItemPtr item, bool again) {
  if (item->row.event != 0 && item->sha256.empty()) {
    const auto& targets = context_.rules->bundle->targets;
    const auto found = targets.find(item->row.target);
    const bool document =
        found != targets.end() ? !found->second.partner.empty() : item->row.target.find('/') != std::string::npos;
    if (document) {
      if (batcher_) batcher_(std::move(item));
      return;
    }
  }
  Target& goal = target(item->row.target);
  item->queued_at = context_.steady();
  if (item->row.next_at && *item->row.next_at > context_.now())
    item->not_before = context_.steady() + (*item->row.next_at - context_.now());
  if (item->row.claimed_at) {
    item->ask_first = true;
    // The attempt may still be on its way: no look before its deadline is surely over.
    const auto age = std::max(context_.now() - *item->row.claimed_at, std::chrono::microseconds{0});
    item->settled_at = context_.steady() +
                       std::max<std::chrono::microseconds>(goal.settings.deadline - age, std::chrono::microseconds{0});
  }
  if (!hold(*item)) return;  // read from the table while it stood in memory already
  if (again) {
    goal.lanes.add_again(item);
  } else if (!goal.lanes.add(item)) {
    return park_behind({item});
  }
  pump(goal);
}

bool Deliverer::hold(LaneItem& item) {
  const auto [at, fresh] = held_.emplace(item.row.seq, 0);
  if (!fresh) return false;
  const std::size_t bytes = item.content_bytes();
  if (held_bytes_ + bytes > base::limits::outbox_bytes_max)
    item.drop_content();
  else
    held_bytes_ += at->second = bytes;
  return true;
}

void Deliverer::drop_uncounted(LaneItem& item) const {
  if (const auto at = held_.find(item.row.seq); at != held_.end() && at->second == 0) item.drop_content();
}

void Deliverer::release(store::Seq delivery) {
  const auto at = held_.find(delivery);
  if (at == held_.end()) return;
  if (loading_) gone_.insert(delivery);
  held_bytes_ -= at->second;
  held_.erase(at);
}

void Deliverer::park_behind(const std::vector<LaneItemPtr>& items) {
  if (items.empty()) return;
  const base::Instant at = context_.now();
  std::vector<store::Seq> ended;
  for (const LaneItemPtr& item : items) ended.push_back(item->row.seq);
  write(
      [items, at](store::Transaction& transaction) -> Status {
        for (const LaneItemPtr& item : items) {
          store::DeliveryRow row = item->row;
          row.state = store::State::parked;
          row.reason = info(Code::delivery_behind).text;
          row.changed_at = at;
          store::end_delivery(transaction, row);
        }
        return {};
      },
      std::move(ended));
}

bool Deliverer::overloaded() const {
  // Deliveries that wait for a broken target are no overload: above the bound they stand in the table at no cost.
  const base::SteadyInstant now = context_.steady();
  for (const auto& [name, goal] : targets_) {
    if (goal->breaker.state() != Breaker::State::closed) continue;
    if (goal->lanes.size() >= base::limits::outbox_max && goal->lanes.has_ready(now)) return true;
    const auto oldest = goal->lanes.oldest_ready();
    if (oldest && now - *oldest > base::limits::outbox_age_max && goal->settings.rate_per_second <= 0) return true;
  }
  return false;
}

void Deliverer::refresh() {
  for (const auto& [name, goal] : targets_) {
    const auto found = context_.rules->bundle->targets.find(name);
    if (found == context_.rules->bundle->targets.end()) continue;
    goal->settings = found->second;
    goal->breaker.use(found->second.breaker);
    goal->rate.use(found->second.rate_per_second);
    pump(*goal);
  }
}

void Deliverer::resume_lane(const std::string& name, const std::string& lane) { target(name).lanes.resume(lane); }

void Deliverer::stop_lane(const std::string& name, const std::string& lane) { target(name).lanes.mark_stopped(lane); }

bool Deliverer::is_stopped(const std::string& name, const std::string& lane) {
  return target(name).lanes.is_stopped(lane);
}

void Deliverer::wake(Target& goal, base::SteadyInstant at) {
  if (goal.wake_at && *goal.wake_at <= at) return;
  goal.wake_at = at;
  const auto delay =
      std::chrono::ceil<std::chrono::milliseconds>(std::max(at - context_.steady(), base::SteadyInstant::duration{0}));
  context_.parts.executor.post_after(delay, [self = weak_from_this(), name = goal.name] {
    const auto here = self.lock();
    if (!here) return;
    Target& woken = here->target(name);
    woken.wake_at.reset();
    here->pump(woken);
  });
}

void Deliverer::pump(Target& goal) {
  const base::SteadyInstant now = context_.steady();
  while (!context_.stopping && goal.in_flight < goal.settings.in_flight_max && goal.lanes.has_ready(now)) {
    if (goal.breaker.state() == Breaker::State::probing) break;
    if (goal.breaker.state() == Breaker::State::open && now < goal.breaker.opens_until())
      return wake(goal, goal.breaker.opens_until());
    if (!goal.rate.take(now)) return wake(goal, now + std::max(goal.rate.wait(), std::chrono::milliseconds{1}));
    if (!goal.breaker.allow(now)) break;
    const LaneItemPtr item = goal.lanes.take(now);
    if (!item) break;
    ++goal.in_flight;
    ++in_flight_;
    begin(goal, item);
  }
  if (const auto at = goal.lanes.wakes_at()) wake(goal, std::max(*at, now + std::chrono::milliseconds{1}));
}

void Deliverer::finished(Target& goal) {
  --goal.in_flight;
  --in_flight_;
  pump(goal);
  load_more();
  if (in_flight_ == 0 && context_.stopping && idle_) {
    const auto idle = std::move(idle_);
    idle_ = {};
    idle();
  }
}

void Deliverer::postpone(Target& goal, const LaneItemPtr& item, std::chrono::milliseconds delay) {
  goal.breaker.abandon();
  drop_uncounted(*item);
  goal.lanes.again(item->row.lane, context_.steady() + delay);
  finished(goal);
}

void Deliverer::begin(Target& goal, const LaneItemPtr& item) {
  if (item->ask_first) {
    // A target that knows keys is asked only when it said that it forgot this one.
    const Once once =
        goal.settings.once == Once::key ? goal.settings.when_forgotten.value_or(Once::none) : goal.settings.once;
    if (once == Once::lookup) {
      return look_up(goal, item);
    }
    if (once == Once::none) {
      item->ask_first = false;
      AttemptOutcome outcome;
      outcome.detail = "the program ended between the attempt and its outcome";
      return unknown(goal, item, outcome);
    }
    item->ask_first = false;  // the same bytes again are safe
  }
  // Where the same again is not safe, that an attempt begins is durable before it does.
  if (goal.settings.once == Once::none || goal.settings.once == Once::lookup) return claim(goal, item);
  with_payload(goal, item);
}

void Deliverer::claim(Target& goal, const LaneItemPtr& item) {
  const base::Instant at = context_.now();
  item->row.claimed_at = at;
  const store::Seq seq = item->row.seq;
  static_cast<void>(context_.parts.store.write(
      [seq, at](store::Transaction& transaction) -> Status {
        store::claim_delivery(transaction, seq, at);
        return {};
      },
      [self = weak_from_this(), name = goal.name, item](const Status& status) {
        const auto here = self.lock();
        if (!here) return;
        Target& claimed = here->target(name);
        if (status) return here->with_payload(claimed, item);
        here->postpone(claimed, item, std::chrono::seconds{1});
      },
      true));
}

void Deliverer::with_payload(Target& goal, const LaneItemPtr& item) {
  if (item->event_json || item->payload) return attempt(goal, item);
  if (item->row.event == 0 && !item->sha256.empty()) {
    const TargetAdapter* adapter = context_.parts.adapters(goal.name);
    const std::string path = store::payload_path(context_.parts.store.payload_folder(), item->sha256);
    item->payload_file = adapter != nullptr && adapter->takes_files() && base::files().exists(path) ? path : "";
    if (!item->payload_file.empty()) return attempt(goal, item);
  }
  const auto bytes = std::make_shared<std::string>();
  const Status queued = context_.parts.store.read(
      [bytes, event = item->row.event, message = item->row.message, sha256 = item->sha256,
       folder = context_.parts.store.payload_folder()](store::Connection& connection) -> Status {
        if (event != 0) {
          auto row = store::load_event(connection, event);
          TRY_STATUS(connection.status());
          if (!row) return fail(Code::internal_bug, "the event of a delivery is gone");
          *bytes = std::move(row->json);
        } else {
          TRY(*bytes, store::load_body(connection, folder, message, sha256));
        }
        return {};
      },
      [self = weak_from_this(), name = goal.name, item, bytes](const Status& status) {
        const auto here = self.lock();
        if (!here) return;
        Target& loaded = here->target(name);
        if (status) {
          (item->row.event != 0 ? item->event_json : item->payload) = bytes;
          return here->attempt(loaded, item);
        }
        loaded.breaker.abandon();
        here->try_again(loaded, item, std::nullopt, status.error().text());
      });
  if (queued) return;
  postpone(goal, item, std::chrono::seconds{1});
}

DeliveryRequest Deliverer::request_of(const Target& goal, const LaneItemPtr& item) const {
  DeliveryRequest out;
  out.delivery_id = item->row.id;
  out.target = goal.name;
  out.operation = item->row.operation;
  out.effect_key = item->row.effect_key;
  out.event_id = item->event_id;
  out.event_type = item->event_type;
  out.event_json = item->event_json;
  out.payload = item->payload;
  out.payload_file = item->payload_file;
  out.file_name = item->file_name;
  out.content_type = item->event_json ? "application/cloudevents+json" : item->content_type;
  out.message_id = item->message_id;
  out.traceparent = item->traceparent;
  out.test = item->row.test;
  // A target that lost its memory of keys goes by this number: 1 is promised only where no earlier attempt can have had
  // an effect.
  out.attempt = item->known_absent ? 1 : std::max(item->row.attempts + 1, item->from_table ? 2U : 1U);
  out.deadline = goal.settings.deadline;
  return out;
}

void Deliverer::attempt(Target& goal, const LaneItemPtr& item) {
  TargetAdapter* adapter = context_.parts.adapters(goal.name);
  if (adapter == nullptr) {  // no adapter: configuration lacks the target; it waits without using up its attempts
    return postpone(goal, item, std::chrono::seconds{5});
  }
  CROSSDOCK_FAILPOINT("deliver.before_attempt");
  const base::Instant started = context_.now();
  adapter->attempt(request_of(goal, item),
                   [self = weak_from_this(), name = goal.name, item, started](AttemptOutcome outcome) {
                     CROSSDOCK_FAILPOINT("deliver.after_send");
                     if (const auto here = self.lock())
                       here->answered(here->target(name), item, started, std::move(outcome));
                   });
}

void Deliverer::look_up(Target& goal, const LaneItemPtr& item) {
  TargetAdapter* adapter = context_.parts.adapters(goal.name);
  if (adapter == nullptr) {
    return postpone(goal, item, std::chrono::seconds{5});
  }
  const base::Instant started = context_.now();
  adapter->look_up(request_of(goal, item),
                   [self = weak_from_this(), name = goal.name, item, started](const LookupOutcome& outcome) {
                     if (const auto here = self.lock()) here->looked(here->target(name), item, started, outcome);
                   });
}

}  // namespace crossdock::pipeline
