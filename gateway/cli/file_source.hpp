// Guides, maps and tables read from folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "translators/catalogue.hpp"

namespace crossdock::cli {

/// Texts below one or more roots; the first root that has a path wins (a configuration folder before the share folder).
/// Paths never leave the roots: `..` and absolute paths do not exist. Lists are made once: a source shows the names of
/// one moment, a new one those of now. Samples of maps are listed when their own folder is asked for. Thread-safe.
class FileSource : public TextSource {
 public:
  explicit FileSource(std::vector<std::string> roots) : roots_(std::move(roots)) {}
  [[nodiscard]] Result<std::string> read(const std::string& path) const override;
  [[nodiscard]] bool exists(const std::string& path) const override;
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override;

 private:
  [[nodiscard]] const std::vector<std::string>& walked(const std::string& folder, std::string_view skip) const;
  std::vector<std::string> roots_;
  mutable std::mutex mutex_;  ///< guards lists_
  mutable std::map<std::string, std::vector<std::string>> lists_;
};

}  // namespace crossdock::cli
