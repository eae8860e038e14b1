// The interchanges of a large payload between its two readings: a file may hold millions, and memory stays flat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "gateway/pipeline/plan.hpp"

namespace crossdock::pipeline {

/// Written once from the first to the last, then read in parts, in order. The file has no name and goes with the
/// object; it is not synced: after a restart the payload is read again. Errors: file.unwritable, file.unreadable.
class InterchangeFile {
 public:
  /// In `folder`.
  [[nodiscard]] static Result<std::unique_ptr<InterchangeFile>> make(const std::string& folder);
  [[nodiscard]] Status add(const PlannedInterchange& interchange);
  /// Reading begins at the first again.
  [[nodiscard]] Status rewind();
  /// The next at most `most` of them; fewer at the end.
  [[nodiscard]] Result<std::vector<PlannedInterchange>> next(std::size_t most);
  [[nodiscard]] Status skip(std::size_t count);
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit InterchangeFile(std::FILE* file) : file_(file) {}
  [[nodiscard]] Result<bool> read_record();

  std::unique_ptr<std::FILE, Closer> file_;
  std::string record_;
  std::size_t count_ = 0;
};

}  // namespace crossdock::pipeline
