// Keeps the bundle that is in force and takes a new one in at once: by command, by signal, or because a file changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/configuration/folder.hpp"

namespace crossdock::configuration {

/// What a reload did.
struct ReloadReport {
  enum class Outcome : std::uint8_t { unchanged, swapped, refused };
  Outcome outcome = Outcome::unchanged;
  std::string hash_before, hash_now;
  std::vector<std::string> added, changed, removed;  ///< file names, sorted
  Faults faults;                                     ///< why it was refused; warnings otherwise
  std::chrono::milliseconds took{0};
  /// One line for people: `swapped to 3f2a…: 1 file changed (partners/acme.yaml)`.
  [[nodiscard]] std::string text() const;
};

/// The bundle in force. current() from any thread; reload() and poll() from one thread at a time, never the io thread:
/// they read files.
class Holder {
 public:
  using Swapped = std::function<void(std::shared_ptr<const Bundle>)>;
  Holder(std::filesystem::path folder, const Installed* installed);

  /// At start: partner files with faults are quarantined, anything else with a fault is an error.
  /// Errors: configuration.refused; its faults are in faults().
  [[nodiscard]] Status start();
  [[nodiscard]] std::shared_ptr<const Bundle> current() const;
  /// Reads the folder again. With a fault the old bundle stays; partners quarantined at start need not be mended first:
  /// a file that is quarantined and did not change stays so.
  ReloadReport reload();
  /// Looks at names, sizes and times; true when something differs from what current() was read from, and from the last
  /// reload that was refused.
  [[nodiscard]] bool poll();
  /// Faults of the last start() or reload().
  [[nodiscard]] Faults faults() const;
  /// Called after every swap, on the thread that called reload().
  void on_swap(Swapped callback) { swapped_ = std::move(callback); }

 private:
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] static bool only_known_quarantine(const Bundle& before, const Bundle& now);

  const std::filesystem::path folder_;
  const Installed* installed_;
  mutable std::mutex mutex_;  ///< guards current_ and faults_
  std::shared_ptr<const Bundle> current_;
  Faults faults_;
  std::string fingerprint_;
  Swapped swapped_;
};

}  // namespace crossdock::configuration
