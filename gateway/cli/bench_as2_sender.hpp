// The sending half of the AS2 channel as a child process of a measurement: its own store, the adapter, real HTTP.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "translators/base/result.hpp"

namespace crossdock::cli {

/// What the child does: deliveries to `partner/as2`, `in_flight` at a time, for so many seconds (0: a single one).
struct SenderTask {
  std::filesystem::path configuration, data;
  std::string payload_file;  ///< empty: four_kilobytes() each
  int in_flight = 16, seconds = 5;
};

struct SentFigures {
  double sent = 0, failed = 0, seconds = 0;
  double cpu_seconds = 0;  ///< processor time of the child under load
  double idle_kib = 0, peak_kib = 0;
};

/// Forked with the object, killed and reaped with it. The caller has no threads.
class SenderChild {
 public:
  explicit SenderChild(const SenderTask& task);
  ~SenderChild();
  SenderChild(const SenderChild&) = delete;
  SenderChild& operator=(const SenderChild&) = delete;
  [[nodiscard]] bool ended();
  /// Once it ended. Errors: internal.bug (it broke, or nothing of what it sent was taken).
  [[nodiscard]] Result<SentFigures> figures();

 private:
  pid_t process_ = -1;
  int pipe_ = -1;
  bool ended_ = false, whole_ = false;
  SentFigures figures_;
};

}  // namespace crossdock::cli
