// The texts of the project's own folder: its guides, maps and tables, for tests that want the real ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "translators/base/text_source.hpp"

namespace crossdock::tests {

class FolderTexts final : public TextSource {
 public:
  Result<std::string> read(const std::string& path) const override {
    std::ifstream in(root_ + path, std::ios::binary);
    if (!in) return fail(Code::file_unreadable, path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  bool exists(const std::string& path) const override { return std::filesystem::exists(root_ + path); }
  std::vector<std::string> list(const std::string& folder) const override {
    std::vector<std::string> out;
    if (!std::filesystem::exists(root_ + folder)) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ + folder))
      if (entry.is_regular_file()) out.push_back(entry.path().string().substr(root_.size()));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::string root_ = std::string(CROSSDOCK_SOURCE_DIR) + "/";
};

}  // namespace crossdock::tests
