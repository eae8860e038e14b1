// The lanes of one target: strict order inside a lane, priority between lanes, one delivery of a lane at a time. Pure
// state, no clock. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/store/deliveries.hpp"

namespace crossdock::pipeline {

/// One delivery in memory.
struct LaneItem {
  store::DeliveryRow row;
  std::string event_id, event_type, message_id, traceparent;
  std::shared_ptr<const std::string> event_json;  ///< null for bytes, and until loaded
  std::shared_ptr<const std::string> payload;     ///< null for events, and until loaded
  std::string sha256, file_name, content_type;    ///< of the bytes
  std::string payload_file;                       ///< where they stand, for an adapter that takes files
  base::SteadyInstant queued_at{};
  base::SteadyInstant not_before{};
  bool ask_first = false;   ///< its last attempt may have had an effect: look before sending
  bool from_table = false;  ///< read after a restart: an attempt of the life before may not have been recorded
  bool known_absent =
      false;  ///< the target was asked and has no effect of it: what comes next is as good as the first attempt
  bool resent = false;                            ///< sent again although an earlier attempt may have had an effect
  std::optional<base::SteadyInstant> settled_at;  ///< a look before this instant would come too early

  /// What its event or document takes in memory.
  [[nodiscard]] std::size_t content_bytes() const {
    return (event_json ? event_json->size() : 0) + (payload ? payload->size() : 0);
  }
  void drop_content() {
    event_json.reset();
    payload.reset();
  }
};
using LaneItemPtr = std::shared_ptr<LaneItem>;

inline constexpr int priority_count = 4;  ///< tender, milestone, invoice, replay

class Lanes {
 public:
  /// Puts an item at the end of its lane. False when the lane is stopped (nothing added).
  bool add(LaneItemPtr item);
  /// The same, into a stopped lane too: for what a person sets going again.
  void add_again(LaneItemPtr item);
  /// The head of the next lane whose turn it is; its lane is busy until done(), again() or stop(). Null when none is
  /// ready.
  [[nodiscard]] LaneItemPtr take(base::SteadyInstant now);
  /// The lane's head is through.
  void done(const std::string& lane);
  /// The lane's head waits until `at` and is then taken again.
  void again(const std::string& lane, base::SteadyInstant at);
  /// The lane's head, if it is that delivery and waits, goes at once. False: it does not wait.
  bool wake(const std::string& lane, store::Seq delivery);
  /// The lane's head parks: the lane stops; what stands behind the head is handed back, in order.
  [[nodiscard]] std::vector<LaneItemPtr> stop(const std::string& lane);
  /// A lane known to be stopped (restart).
  void mark_stopped(const std::string& lane) { stopped_.insert(lane); }
  void resume(const std::string& lane) { stopped_.erase(lane); }
  [[nodiscard]] bool is_stopped(const std::string& lane) const { return stopped_.contains(lane); }
  /// When the first waiting lane wakes; none when no lane waits.
  [[nodiscard]] std::optional<base::SteadyInstant> wakes_at() const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool has_ready(base::SteadyInstant now) const;
  /// When the oldest item that could go at once was queued.
  [[nodiscard]] std::optional<base::SteadyInstant> oldest_ready() const;

 private:
  enum class Turn : std::uint8_t { ready, busy, waiting };
  struct Lane {
    std::string name;
    std::list<LaneItemPtr> items;  ///< mostly one: an empty deque would take half a kilobyte a lane
    Turn turn = Turn::ready;
  };
  void offer(Lane& lane);
  void push(LaneItemPtr item);

  std::unordered_map<std::string, std::unique_ptr<Lane>> lanes_;
  std::array<std::deque<Lane*>, priority_count> ready_;
  std::multimap<base::SteadyInstant, Lane*> waiting_;
  std::set<std::string> stopped_;
  std::size_t size_ = 0;
};

}  // namespace crossdock::pipeline
