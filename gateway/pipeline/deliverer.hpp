// Brings each delivery to its target once in effect: lanes, attempts, outcomes, retries, breakers. Boundary three is
// its commit. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gateway/pipeline/context.hpp"
#include "gateway/pipeline/lanes.hpp"
#include "gateway/pipeline/retry.hpp"

namespace crossdock::pipeline {

class Deliverer : public std::enable_shared_from_this<Deliverer> {
 public:
  explicit Deliverer(Context& context) : context_(context) {}
  /// Deliveries that are durable; in the order of their commit.
  void add(std::vector<LaneItemPtr> items);
  /// All deliveries of a message that went in many transactions, and its acknowledgements': they are read from the
  /// table.
  void add_message(store::Seq message);
  /// What a person set going again, also in a stopped lane.
  void add_again(std::vector<LaneItemPtr> items);
  /// Restart: lanes that are stopped, then everything open, read in pages.
  void start(std::function<void(Status)> ready);
  /// Settings changed: rates and breakers follow, waiting targets are looked at again.
  void refresh();
  /// A pending delivery's outcome is known now: it is attempted without waiting for its time.
  void look_again(const std::string& delivery_id);
  void resume_lane(const std::string& target, const std::string& lane);
  /// Nothing younger goes in the lane until it is resumed; what is under way ends as it may.
  void stop_lane(const std::string& target, const std::string& lane);
  [[nodiscard]] bool is_stopped(const std::string& target, const std::string& lane);
  /// True while acceptance outruns delivery to targets that work.
  [[nodiscard]] bool overloaded() const;
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::vector<TargetState> describe_targets() const;
  void on_idle(std::function<void()> idle) { idle_ = std::move(idle); }
  /// Deliveries to partners whose set is not written yet go there instead of into a lane.
  void send_documents_to(std::function<void(LaneItemPtr)> batcher) { batcher_ = std::move(batcher); }

 private:
  struct Target {
    explicit Target(std::string given, const TargetSettings& with)
        : name(std::move(given)), settings(with), breaker(with.breaker), rate(with.rate_per_second) {}
    std::string name;
    TargetSettings settings;
    Lanes lanes;
    Breaker breaker;
    RateLimit rate;
    std::uint32_t in_flight = 0;
    std::optional<base::SteadyInstant> wake_at;
    bool alarmed = false;
    std::array<base::Counter*, 5> counted{};  ///< attempts by result: the registry is locked once a result
  };
  /// Deliveries that stand in the table only, because memory was full or because the program has just started.
  struct Source {
    store::Seq message = 0;  ///< 0: of all messages, up to `until`
    store::Seq after = 0, until = 0;
  };

  [[nodiscard]] Target& target(const std::string& name);
  void place(LaneItemPtr item, bool again);
  /// False when it is in memory already. Its content is dropped when too much stands there.
  [[nodiscard]] bool hold(LaneItem& item);
  void release(store::Seq delivery);
  /// Of an item that is not counted, once it has been read for an attempt that will come again.
  void drop_uncounted(LaneItem& item) const;
  void park_behind(const std::vector<LaneItemPtr>& items);
  void pump(Target& target);
  void wake(Target& target, base::SteadyInstant at);
  void begin(Target& target, const LaneItemPtr& item);
  void claim(Target& target, const LaneItemPtr& item);
  void with_payload(Target& target, const LaneItemPtr& item);
  void attempt(Target& target, const LaneItemPtr& item);
  void look_up(Target& target, const LaneItemPtr& item);
  void answered(Target& target, const LaneItemPtr& item, base::Instant started, AttemptOutcome outcome);
  void looked(Target& target, const LaneItemPtr& item, base::Instant started, const LookupOutcome& outcome);
  void unknown(Target& target, const LaneItemPtr& item, const AttemptOutcome& outcome);
  void applied(Target& target, const LaneItemPtr& item);
  void park(Target& target, const LaneItemPtr& item, store::State state, Code code, const std::string& detail);
  void try_again(Target& target, const LaneItemPtr& item, std::optional<std::chrono::milliseconds> retry_after,
                 const std::string& detail);
  /// Deliveries that end stay in memory until that is durable: the table is not asked for them meanwhile.
  void write(store::Store::Work work, std::vector<store::Seq> ended = {});
  void finished(Target& target);
  /// No attempt took place: the lane's turn comes again.
  void postpone(Target& target, const LaneItemPtr& item, std::chrono::milliseconds delay);
  void pending(Target& target, const LaneItemPtr& item, const AttemptOutcome& outcome);
  void trouble(Target& target);
  void count(Target& target, AttemptResult result);
  void load();
  void load_more();
  void loaded(std::vector<LaneItemPtr> items, bool last);
  [[nodiscard]] DeliveryRequest request_of(const Target& target, const LaneItemPtr& item) const;

  Context& context_;
  std::map<std::string, std::unique_ptr<Target>> targets_;
  std::deque<Source> sources_;
  std::function<void(Status)> ready_;
  std::function<void()> idle_;
  std::function<void(LaneItemPtr)> batcher_;
  std::size_t in_flight_ = 0;
  std::unordered_map<store::Seq, std::size_t> held_;  ///< deliveries in memory, with the bytes counted of each
  std::size_t held_bytes_ = 0;
  std::unordered_set<store::Seq> gone_;  ///< released while the table is read
  bool loading_ = false;
};

/// Reads deliveries with what their attempts need: of one message, or of all up to `until`.
[[nodiscard]] std::vector<LaneItemPtr> load_items(store::Connection& connection, store::Seq message, store::Seq after,
                                                  store::Seq until, std::size_t limit);

}  // namespace crossdock::pipeline
