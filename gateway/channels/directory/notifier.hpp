// Tells when something arrives in a folder (inotify), so that a pick-up need not wait for its periodic look.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/base/executor.hpp"
#include "translators/base/result.hpp"

namespace crossdock::directory {

/// One thread for all folders. A notification is a hint: the periodic scan stays, for network file systems and lost
/// events.
class Notifier {
 public:
  explicit Notifier(base::Executor& executor);
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  /// `arrived` is posted to the executor when a file was closed after writing, renamed into the folder or linked there.
  /// Errors: file.unreadable (no such folder, or the system's watch limit).
  Status watch(const std::string& folder, std::function<void()> arrived);
  void clear();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::directory
