// Memory for texts that steps make; reused from set to set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace crossdock::mapping {

/// Texts stay where they are until clear().
class Arena {
 public:
  /// Room for `bytes` that are then cut to what was used with keep().
  [[nodiscard]] char* room(std::size_t bytes) {
    if (blocks_.empty() || used_ + bytes > blocks_[block_].size) next(bytes);
    return blocks_[block_].memory.get() + used_;
  }
  [[nodiscard]] std::string_view keep(char* start, std::size_t bytes) {
    used_ += bytes;
    return {start, bytes};
  }
  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* const start = room(text.size());
    std::memcpy(start, text.data(), text.size());
    return keep(start, text.size());
  }
  void clear() {
    block_ = 0;
    used_ = 0;
    if (blocks_.size() > 1) blocks_.resize(1);
  }

 private:
  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t size = 0;
  };
  void next(std::size_t bytes) {
    const std::size_t size = std::max<std::size_t>(bytes, 16 * 1024);
    if (!blocks_.empty()) ++block_;
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    block_ = blocks_.size() - 1;
    used_ = 0;
  }
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

}  // namespace crossdock::mapping
