// How many messages wait for their MDN, and how many MDNs of ours wait to be sent: figures read from the tables.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>

#include "gateway/channels/as2/core.hpp"

namespace crossdock::as2_channel {

/// On the executor; looks by itself.
class Pending : public std::enable_shared_from_this<Pending> {
 public:
  static constexpr std::chrono::seconds every{15};
  explicit Pending(Core& core) : core_(core) {}
  void look();

 private:
  Core& core_;
  std::set<std::string>
      shown_;  ///< partners with a figure: those configured, and those that are gone and still owe one
};

}  // namespace crossdock::as2_channel
