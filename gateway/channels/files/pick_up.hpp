// Looks at a partner's folder by its schedule. What a look does stands in look.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/files/look.hpp"
#include "gateway/pipeline/intake.hpp"

namespace crossdock::files {

/// All outlive the pick-up. The functions are called on the executor.
struct PickUpParts {
  Sessions& sessions;
  std::shared_ptr<const Endpoint> endpoint;
  store::Store& store;
  pipeline::Intake& intake;
  base::Executor& executor;
  base::Workers& workers;
  const base::Clock& clock;
  base::Registry& metrics;
  std::function<bool(base::Instant)> open;  ///< whether it is looked at now: windows, closed days
  std::function<void(Code code, const std::string& subject, const std::string& detail)> alarm;
  std::function<void(Code code, const std::string& subject)> all_clear;
};

/// One folder of one partner. All calls on the executor; looks run on the workers, one at a time.
class PickUp {
 public:
  PickUp(LookSettings settings, PickUpParts parts);
  ~PickUp();
  PickUp(const PickUp&) = delete;
  PickUp& operator=(const PickUp&) = delete;
  /// Looks now, then every `every`; sooner where files have only to prove themselves stable, or are left over.
  void start();
  /// Begins no further file; `drained` runs when none is in hand.
  void stop(std::function<void()> drained);
  /// Waits for nothing any more: what is in hand is taken again by the next process.
  void abandon();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::files
