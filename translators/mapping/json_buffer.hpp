// A growing buffer of JSON text that is written with a bare pointer: no zero-filling, one test a value.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "translators/base/json_text.hpp"

namespace crossdock::mapping {

/// Bytes that may be read behind a plain text: short ones are copied without asking how long they are.
inline constexpr std::size_t text_slack = 32;

/// Equality of short texts without a call.
[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) return false;
  return true;
}

class JsonBuffer {
 public:
  void clear() { at_ = 0; }
  [[nodiscard]] std::size_t size() const { return at_; }
  void cut(std::size_t size) { at_ = size; }
  [[nodiscard]] std::string_view text() const { return {memory_.get(), at_}; }
  void put(char c) {
    if (at_ == capacity_) grow(1);
    memory_[at_++] = c;
  }
  void put(std::string_view text) {
    if (capacity_ - at_ < text.size() + slack) grow(text.size() + slack);
    copy(text);
  }
  /// `key"text"`; the text needs no escaping. Both have `text_slack` readable bytes behind them.
  void put_plain(std::string_view key, std::string_view text) {
    if (capacity_ - at_ < key.size() + text.size() + 2 + 2 * text_slack)
      grow(key.size() + text.size() + 2 * text_slack);
    char* to = copy_slack(memory_.get() + at_, key);
    *to = '"';
    to = copy_slack(to + 1, text);
    *to = '"';
    at_ = static_cast<std::size_t>(to + 1 - memory_.get());
  }
  /// A JSON string: copied while it is looked at; a text with a byte to escape is written again the careful way.
  void put_string(std::string_view text) {
    if (capacity_ - at_ < text.size() + 2 + slack) grow(text.size() + 2 + slack);
    char* to = memory_.get() + at_;
    *to++ = '"';
    if (copy_plain_json(to, text.data(), text.size())) {
      to[text.size()] = '"';
      at_ += text.size() + 2;
      return;
    }
    escaped_.clear();
    append_json_string(escaped_, text);
    put(std::string_view(escaped_));
  }

 private:
  static constexpr std::size_t slack = 16;
  /// Behind the copy.
  static char* copy_slack(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text_slack);
    if (text.size() > text_slack) std::memcpy(to + text_slack, text.data() + text_slack, text.size() - text_slack);
    return to + text.size();
  }
  /// Short texts go in whole words; the room behind is there.
  void copy(std::string_view text) {
    char* const to = memory_.get() + at_;
    if (text.size() < 4 || text.size() > slack) {
      if (!text.empty()) std::memcpy(to, text.data(), text.size());
    } else if (text.size() >= 8) {
      std::memcpy(to, text.data(), 8);
      std::memcpy(to + text.size() - 8, text.data() + text.size() - 8, 8);
    } else {
      std::memcpy(to, text.data(), 4);
      std::memcpy(to + text.size() - 4, text.data() + text.size() - 4, 4);
    }
    at_ += text.size();
  }
  void grow(std::size_t more) {
    const std::size_t capacity = std::max<std::size_t>(4096, (at_ + more) * 2);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (at_ > 0) std::memcpy(larger.get(), memory_.get(), at_);
    memory_ = std::move(larger);
    capacity_ = capacity;
  }
  std::unique_ptr<char[]> memory_;
  std::size_t at_ = 0, capacity_ = 0;
  std::string escaped_;
};

}  // namespace crossdock::mapping
