// Events on their way to a partner become documents: gathered by partner, usage and set, written when a batch is full
// or its time is up. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "gateway/pipeline/context.hpp"
#include "gateway/pipeline/lanes.hpp"
#include "gateway/pipeline/outbound.hpp"

namespace crossdock::pipeline {

class Batcher : public std::enable_shared_from_this<Batcher> {
 public:
  using Deliver = std::function<void(std::vector<LaneItemPtr>)>;
  /// The lanes of the targets: an event that cannot be written parks with what stands behind it.
  struct Gates {
    std::function<bool(const std::string& target, const std::string& lane)> is_stopped;
    std::function<void(const std::string& target, const std::string& lane)> stop;
  };
  Batcher(Context& context, Deliver deliver, Gates gates)
      : context_(context), deliver_(std::move(deliver)), gates_(std::move(gates)) {}
  /// A delivery of an event whose target is a partner's channel.
  void add(LaneItemPtr item);

 private:
  struct Batch {
    std::deque<LaneItemPtr> items;
    std::size_t alone = 0;  ///< so many of them go each in a document of its own: together they could not be written
    base::SteadyInstant since{};
    bool busy = false;  ///< one interchange of it is being written
    bool timer = false;
    bool window_awaited = false;  ///< and said so
  };
  using Key = std::tuple<std::string, std::string, bool>;  ///< target, guide, test
  struct Way {
    const PartnerSettings* partner = nullptr;
    const ReceivedSet* set = nullptr;
  };
  [[nodiscard]] Way way_of(const LaneItem& item) const;
  void consider(const Key& key);
  void later(const Key& key, std::chrono::milliseconds delay);
  void soon(const Key& key);
  void send(const Key& key, const Way& way, std::size_t count);
  [[nodiscard]] std::shared_ptr<OutboundJob> job_of(const Key& key, const Way& way,
                                                    const std::vector<LaneItemPtr>& items,
                                                    std::shared_ptr<const Bundle> bundle,
                                                    std::vector<mapping::WrittenSet>&& sets);
  void put_back(Batch& batch, const std::vector<LaneItemPtr>& items);
  /// The event parks and stops its lane.
  void park(const LaneItemPtr& item, const std::string& detail);
  void park_lane(const std::string& target, const std::string& lane);
  void end(const LaneItemPtr& item, Code code, const std::string& detail);

  Context& context_;
  Deliver deliver_;
  Gates gates_;
  std::map<Key, Batch> batches_;
  std::unordered_set<store::Seq> held_;
};

}  // namespace crossdock::pipeline
