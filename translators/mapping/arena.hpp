// Memory for texts that steps make; reused from set to set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "translators/mapping/json_buffer.hpp"

namespace crossdock::mapping {

/// Texts stay where they are until clear(); `text_slack` bytes behind each may be read.
class Arena {
 public:
  /// Room for `bytes` that are then cut to what was used with keep().
  [[nodiscard]] char* room(std::size_t bytes) {
    if (blocks_.empty() || used_ + bytes + text_slack > blocks_[block_].size) next(bytes + text_slack);
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
  void clear() { rewind({}); }
  /// What was kept after mark() can be given back; texts from before stay.
  struct Mark {
    std::size_t block = 0, used = 0;
  };
  [[nodiscard]] Mark mark() const { return {block_, used_}; }
  void rewind(Mark mark) {
    block_ = mark.block;
    used_ = mark.used;
    if (blocks_.size() > block_ + 1) blocks_.resize(block_ + 1);
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
