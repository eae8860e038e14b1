// Batching and send windows outward.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/batcher.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/failpoint.hpp"
#include "gateway/pipeline/route.hpp"
#include "gateway/pipeline/send_window.hpp"

namespace crossdock::pipeline {
namespace {

constexpr std::chrono::seconds retry_after{1};  // when a document could not be stored

}  // namespace

Batcher::Way Batcher::way_of(const LaneItem& item) const {
  const std::string partner = item.row.target.substr(0, item.row.target.find('/'));
  const std::string via = item.row.target.substr(std::min(partner.size() + 1, item.row.target.size()));
  const auto& partners = context_.rules->bundle->partners;
  const auto found = partners.find(partner);
  if (found == partners.end()) return {};
  for (const ReceivedSet& set : found->second.receives) {
    if (set.via != via) continue;
    const auto types = set.event_types.empty()
                           ? context_.parts.documents.event_types(*context_.rules->bundle->catalogue,
                                                                  set.map.empty() ? set.guide : set.map)
                           : set.event_types;
    for (const std::string& type : types)
      if (type_matches(type, item.event_type)) return {&found->second, &set};
  }
  return {&found->second, nullptr};
}

void Batcher::add(LaneItemPtr item) {
  if (!held_.insert(item->row.seq).second) return;
  if (gates_.is_stopped(item->row.target, item->row.lane)) return end(item, Code::delivery_behind, {});
  const Way way = way_of(*item);
  if (way.set == nullptr) return park(item, "the partner receives no set that this event makes");
  const Key key{item->row.target, way.set->map.empty() ? way.set->guide : way.set->map, item->row.test};
  Batch& batch = batches_[key];
  if (batch.items.empty()) batch.since = context_.steady();
  batch.items.push_back(std::move(item));
  consider(key);
}

void Batcher::later(const Key& key, std::chrono::milliseconds delay) {
  Batch& batch = batches_[key];
  if (batch.timer) return;
  batch.timer = true;
  context_.parts.executor.post_after(delay, [self = weak_from_this(), key] {
    const auto here = self.lock();
    if (!here) return;
    here->batches_[key].timer = false;
    here->consider(key);
  });
}

void Batcher::soon(const Key& key) {
  context_.parts.executor.post([self = weak_from_this(), key] {
    if (const auto here = self.lock()) here->consider(key);
  });
}

void Batcher::put_back(Batch& batch, const std::vector<LaneItemPtr>& items) {
  batch.items.insert(batch.items.begin(), items.begin(), items.end());
}

void Batcher::consider(const Key& key) {
  Batch& batch = batches_[key];
  if (batch.busy || batch.items.empty() || context_.stopping) return;
  const Way way = way_of(*batch.items.front());
  if (way.set == nullptr) {
    const LaneItemPtr item = batch.items.front();
    batch.items.pop_front();
    park(item, "the partner receives no set that this event makes");
    return soon(key);
  }
  if (!window_open(way.set->send_windows, way.partner->closed, way.partner->zone, context_.now())) {
    if (!std::exchange(batch.window_awaited, true))
      base::log(base::LogLevel::info, "deliver", "documents wait until the partner's send window opens",
                {{"target", std::get<0>(key)}, {"set", std::get<1>(key)}, {"delivery", batch.items.front()->row.id}});
    return later(key, std::chrono::minutes{1});
  }
  batch.window_awaited = false;
  const std::size_t full = batch.alone > 0 ? 1 : std::max(way.set->batch.sets, 1U);
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(context_.steady() - batch.since);
  if (batch.items.size() < full && waited < way.set->batch.every) return later(key, way.set->batch.every - waited);
  send(key, way, std::min(batch.items.size(), full));
}

std::shared_ptr<OutboundJob> Batcher::job_of(const Key& key, const Way& way, const std::vector<LaneItemPtr>& items,
                                             std::shared_ptr<const Bundle> bundle,
                                             std::vector<mapping::WrittenSet>&& sets) {
  const auto job = std::make_shared<OutboundJob>();
  job->bundle = std::move(bundle);
  job->partner = way.partner;
  job->set = way.set;
  job->target = std::get<0>(key);
  job->message_id = context_.uuids.next();
  job->delivery_id = context_.uuids.next();
  job->lane = items.size() == 1 ? items.front()->row.lane : "batch";
  job->priority = items.front()->row.priority;
  job->test = std::get<2>(key);
  job->sets = std::move(sets);
  for (const LaneItemPtr& item : items) {
    job->carries.push_back(item->row.seq);
    job->keys.push_back(item->row.lane);
    job->types.push_back(item->event_type);
  }
  return job;
}

void Batcher::send(const Key& key, const Way& way, std::size_t count) {
  Batch& batch = batches_[key];
  std::vector<LaneItemPtr> items(batch.items.begin(), batch.items.begin() + static_cast<std::ptrdiff_t>(count));
  batch.items.erase(batch.items.begin(), batch.items.begin() + static_cast<std::ptrdiff_t>(count));
  batch.since = context_.steady();
  if (batch.alone > 0) --batch.alone;
  std::vector<std::string> events;
  for (const LaneItemPtr& item : items) events.push_back(*item->event_json);
  std::vector<Finding> findings;
  const auto rules = context_.rules;
  auto sets = context_.parts.documents.write_sets(*rules->bundle->catalogue, std::get<1>(key), events, findings);
  const auto worst =
      std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
  if (!sets || worst != findings.end() || sets->empty()) {
    const std::string detail = !sets                     ? sets.error().text()
                               : worst != findings.end() ? to_text(*worst)
                                                         : "the map wrote no set";
    if (items.size() > 1) {  // one bad event must not keep the others: each on its own, in their order
      put_back(batch, items);
      batch.alone = items.size();
    } else {
      park(items.front(), detail);
    }
    return soon(key);
  }
  const auto job = job_of(key, way, items, rules->bundle, std::move(*sets));
  batch.busy = true;
  const auto made = std::make_shared<LaneItemPtr>();
  const base::Instant now = context_.now();
  static_cast<void>(context_.parts.store.write(
      [job, made, now, documents = &context_.parts.documents,
       folder = context_.parts.store.payload_folder()](store::Transaction& transaction) -> Status {
        TRY(*made, write_outbound(transaction, *documents, *job, folder, now));
        CROSSDOCK_FAILPOINT("outbound.before_commit");
        return {};
      },
      [self = weak_from_this(), key, items, made, rules](const Status& status) {
        CROSSDOCK_FAILPOINT("outbound.after_commit");
        const auto here = self.lock();
        if (!here) return;
        Batch& written = here->batches_[key];
        written.busy = false;
        if (status) {
          for (const LaneItemPtr& item : items) here->held_.erase(item->row.seq);
          here->deliver_({*made});
        } else if (status.error().reaction() == Reaction::retry) {  // the disk, the store: nothing wrong with them
          here->put_back(written, items);
          return here->later(key, retry_after);
        } else if (items.size() > 1) {
          here->put_back(written, items);
          written.alone = items.size();
        } else {
          here->park(items.front(), status.error().text());
        }
        here->consider(key);
      },
      true));
}

void Batcher::park(const LaneItemPtr& item, const std::string& detail) {
  end(item, Code::delivery_document, detail);
  base::log(base::LogLevel::warning, "deliver", "an event could not be written as the partner's document",
            {{"delivery", item->row.id}, {"target", item->row.target}, {"detail", detail}});
  gates_.stop(item->row.target, item->row.lane);
  park_lane(item->row.target, item->row.lane);
}

/// What waits behind an event that parked parks too, until a person says how the lane goes on.
void Batcher::park_lane(const std::string& target, const std::string& lane) {
  for (auto& [key, batch] : batches_) {
    if (std::get<0>(key) != target) continue;
    std::erase_if(batch.items, [&](const LaneItemPtr& item) {
      if (item->row.lane != lane) return false;
      end(item, Code::delivery_behind, {});
      return true;
    });
  }
}

void Batcher::end(const LaneItemPtr& item, Code code, const std::string& detail) {
  held_.erase(item->row.seq);
  store::DeliveryRow row = item->row;
  row.state = store::State::parked;
  row.reason = info(code).text;
  row.detail = detail;
  row.changed_at = context_.now();
  static_cast<void>(context_.parts.store.write(
      [row](store::Transaction& transaction) -> Status {
        store::end_delivery(transaction, row);
        return {};
      },
      [](const Status&) {}, true));
}

}  // namespace crossdock::pipeline
