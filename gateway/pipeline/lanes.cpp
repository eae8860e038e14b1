// Lanes: ready ones stand in a queue by the priority of their head; a busy or waiting one stands in none.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/lanes.hpp"

#include <algorithm>

namespace crossdock::pipeline {

void Lanes::offer(Lane& lane) {
  lane.turn = Turn::ready;
  const int priority = std::clamp(lane.items.front()->row.priority, 0, priority_count - 1);
  ready_[static_cast<std::size_t>(priority)].push_back(&lane);
}

void Lanes::push(LaneItemPtr item) {
  auto& slot = lanes_[item->row.lane];
  if (!slot) {
    slot = std::make_unique<Lane>();
    slot->name = item->row.lane;
  }
  const base::SteadyInstant not_before = item->not_before;
  slot->items.push_back(std::move(item));
  ++size_;
  if (slot->items.size() > 1) return;
  if (not_before == base::SteadyInstant{}) return offer(*slot);
  slot->turn = Turn::waiting;
  waiting_.emplace(not_before, slot.get());
}

bool Lanes::add(LaneItemPtr item) {
  if (stopped_.contains(item->row.lane)) return false;
  push(std::move(item));
  return true;
}

void Lanes::add_again(LaneItemPtr item) { push(std::move(item)); }

LaneItemPtr Lanes::take(base::SteadyInstant now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    Lane* lane = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    offer(*lane);
  }
  for (auto& queue : ready_) {
    if (queue.empty()) continue;
    Lane* lane = queue.front();
    queue.pop_front();
    lane->turn = Turn::busy;
    return lane->items.front();
  }
  return nullptr;
}

void Lanes::done(const std::string& lane) {
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) return;
  found->second->items.pop_front();
  --size_;
  if (found->second->items.empty())
    lanes_.erase(found);
  else
    offer(*found->second);
}

void Lanes::again(const std::string& lane, base::SteadyInstant at) {
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) return;
  found->second->turn = Turn::waiting;
  waiting_.emplace(at, found->second.get());
}

bool Lanes::wake(const std::string& lane, store::Seq delivery) {
  const auto found = lanes_.find(lane);
  if (found == lanes_.end() || found->second->turn != Turn::waiting) return false;
  if (found->second->items.front()->row.seq != delivery) return false;
  const auto at = std::find_if(waiting_.begin(), waiting_.end(),
                               [&](const auto& one) { return one.second == found->second.get(); });
  if (at == waiting_.end()) return false;
  waiting_.erase(at);
  offer(*found->second);
  return true;
}

std::vector<LaneItemPtr> Lanes::stop(const std::string& lane) {
  stopped_.insert(lane);
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) return {};
  size_ -= found->second->items.size();
  std::vector<LaneItemPtr> behind(std::next(found->second->items.begin()), found->second->items.end());
  lanes_.erase(found);
  return behind;
}

std::optional<base::SteadyInstant> Lanes::wakes_at() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

bool Lanes::has_ready(base::SteadyInstant now) const {
  if (!waiting_.empty() && waiting_.begin()->first <= now) return true;
  return std::any_of(ready_.begin(), ready_.end(), [](const auto& queue) { return !queue.empty(); });
}

std::optional<base::SteadyInstant> Lanes::oldest_ready() const {
  std::optional<base::SteadyInstant> out;
  for (const auto& queue : ready_) {
    if (queue.empty()) continue;
    const base::SteadyInstant at = queue.front()->items.front()->queued_at;
    if (!out || at < *out) out = at;
  }
  return out;
}

}  // namespace crossdock::pipeline
