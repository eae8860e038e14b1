// The watch over certificates that end: figures always, an exception at 60, 30, 14, 7 and 1 days and when it is over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "gateway/channels/as2/core.hpp"

namespace crossdock::as2_channel {

/// The rung of the ladder that a certificate stands on by the days that are left: 60, 30, 14, 7, 1, 0 (over); -1: none
/// yet. A rung counts where it lies in the second half of the certificate's life: one that was made for thirty days is
/// not near its end on the first.
[[nodiscard]] int expiry_rung(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after, as2::Moment now);

/// On the executor; looks by itself every hour.
class Expiry : public std::enable_shared_from_this<Expiry> {
 public:
  static constexpr std::chrono::hours every{1};
  explicit Expiry(Core& core) : core_(core) {}
  void look();

 private:
  void look_at(const std::string& owner, const std::string& name, const crypto::Certificate& certificate, bool replaced,
               std::map<std::string, std::string>& open);
  Core& core_;
  bool timer_ = false;
  std::map<std::string, std::string> told_;  ///< subject to what was told: raised once a rung
};

}  // namespace crossdock::as2_channel
