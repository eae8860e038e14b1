// The gateway as a child process of a measurement.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

#include "gateway/cli/command.hpp"

namespace crossdock::cli {

/// Killed and reaped with the object. Its log is `serve.log` beside the data folder.
class Child {
 public:
  Child(const std::filesystem::path& configuration, const std::filesystem::path& data, const Common& common);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  /// Memory now, and at the most so far.
  [[nodiscard]] long resident_kib() const;
  [[nodiscard]] long peak_kib() const;
  /// Processor time that it has used so far.
  [[nodiscard]] double cpu_seconds() const;

 private:
  [[nodiscard]] long status_kib(const char* field) const;
  pid_t process_ = -1;
};

/// The port in `<data>/listeners.json`; 0 while it is not there yet.
[[nodiscard]] std::uint16_t listening_port(const std::filesystem::path& data);

}  // namespace crossdock::cli
