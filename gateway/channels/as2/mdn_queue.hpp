// Asynchronous MDNs: a durable queue with a ladder of retries, to addresses that the partner's agreement allows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "gateway/channels/as2/core.hpp"
#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {

/// On the executor. The table is the queue: a restart reads on.
class MdnQueue : public std::enable_shared_from_this<MdnQueue> {
 public:
  static constexpr std::size_t in_flight_max = 16;

  explicit MdnQueue(Core& core) : core_(core) {}
  /// Something new stands in the table, or the program has started.
  void look();
  void stop() { stopped_ = true; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }

 private:
  void loaded(std::vector<store::As2In> rows, std::optional<base::Instant> next);
  void send(store::As2In row);
  void sent(store::As2In row, const http_api::TransferResult& result);
  void failed(store::As2In row, const std::string& why);
  void store_outcome(const store::As2In& row);
  void wake_at(base::Instant at);

  Core& core_;
  std::set<store::Seq> in_flight_;
  bool looking_ = false, look_once_more_ = false, stopped_ = false;
  std::optional<base::Instant> wakes_at_;
};

}  // namespace crossdock::as2_channel
