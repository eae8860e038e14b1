// Picks files up from a partner's folder: finds them ready, hands their bytes to the intake, disposes of them only when
// durable. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/directory/listing.hpp"
#include "gateway/pipeline/intake.hpp"

namespace crossdock::directory {

struct PickUpSettings {
  enum class Ready : std::uint8_t {
    stable,  ///< size, time and inode unchanged for `stable_for`, and again after reading
    rename,  ///< renamed in whole: ready when seen
    marker,  ///< a file `<name><marker>` says so
  };
  enum class Then : std::uint8_t { archive, remove };
  enum class ZeroBytes : std::uint8_t { ignore, archive };

  std::string channel;  ///< `acme-freight/directory`
  std::string partner;
  std::string folder, archive_folder, spool_folder;  ///< absolute; the archive on the same file system as the folder
  Ready ready = Ready::stable;
  Then then = Then::archive;
  ZeroBytes zero_bytes = ZeroBytes::ignore;
  ListingRules rules;
  std::chrono::milliseconds every{30'000}, stable_for{2'000};
  std::size_t at_once = 8;
  std::uint64_t file_bytes_max = 4ULL << 30;
  std::uint64_t inline_bytes_max = 64U << 10;  ///< larger files are copied to the spool folder and synced
  std::string map, usage;
};

/// All outlive the pick-up.
struct PickUpParts {
  pipeline::Intake& intake;
  base::Executor& executor;
  base::Workers& workers;
  const base::Clock& clock;
  base::Registry& metrics;
};

/// One folder. All calls on the executor; files are read and moved on the workers.
/// A file's identity (name, inode, size, time) is its key at the intake: after a crash between the commit and the
/// disposal the file is handed in again, answered `repeated`, and disposed of: never a second message. A disposal that
/// fails is tried again at each scan.
class PickUp {
 public:
  PickUp(PickUpSettings settings, PickUpParts parts);
  ~PickUp();
  PickUp(const PickUp&) = delete;
  PickUp& operator=(const PickUp&) = delete;
  /// Begins scanning: now, then every `every`.
  void start();
  /// Looks now (a notification came).
  void scan();
  /// No further file; `drained` runs when none is in hand.
  void stop(std::function<void()> drained);
  /// The time for draining is over: a large file that is being copied is given up and stays where it is.
  void abandon();
  [[nodiscard]] const std::string& folder() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::directory
