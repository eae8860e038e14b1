// Named texts from outside: how guides, maps and tables reach the translators, which know no files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock {

/// Where the texts come from: translators know no files. Paths are relative to the share folder:
/// `maps/guides/x12/004010/214.yaml`.
class TextSource {
 public:
  virtual ~TextSource() = default;
  /// Errors: file.unreadable.
  [[nodiscard]] virtual Result<std::string> read(const std::string& path) const = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
  /// Names of all texts below a folder, sorted, full paths.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& folder) const = 0;
};

}  // namespace crossdock
