// A growing buffer of JSON text that is written with a bare pointer: no zero-filling, one test a value.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "translators/base/json_text.hpp"

namespace crossdock::mapping {

/// True when all bytes stand for themselves in a JSON string; may say false of a text that does.
[[nodiscard]] inline bool surely_plain(const char* text, std::size_t size) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
  auto bad = [](std::uint64_t word) {
    const std::uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\'), del = word ^ (ones * 0x7f);
    return (word | (word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones)) & highs;
  };
  std::uint64_t word = 0, found = 0;
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
      std::memcpy(&word, text + at, 8);
      found |= bad(word);
    }
    std::memcpy(&word, text + size - 8, 8);
    return (found | bad(word)) == 0;
  }
  if (size >= 4) {
    std::uint32_t head = 0, tail = 0;
    std::memcpy(&head, text, 4);
    std::memcpy(&tail, text + size - 4, 4);
    return bad((std::uint64_t{head} << 32U) | tail) == 0;
  }
  word = ones * '0';
  for (std::size_t i = 0; i < size; ++i) word = (word << 8U) | static_cast<unsigned char>(text[i]);
  return bad(word) == 0;
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
  /// A JSON string.
  void put_string(std::string_view text) {
    if (capacity_ - at_ < text.size() + 2 + slack) grow(text.size() + 2 + slack);
    if (!surely_plain(text.data(), text.size())) {
      escaped_.clear();
      append_json_string(escaped_, text);
      put(std::string_view(escaped_));
      return;
    }
    memory_[at_++] = '"';
    copy(text);
    memory_[at_++] = '"';
  }

 private:
  static constexpr std::size_t slack = 16;
  /// Short texts go in whole words; the room behind is there.
  void copy(std::string_view text) {
    char* const to = memory_.get() + at_;
    if (text.size() < 8 && text.size() >= 4) {
      std::memcpy(to, text.data(), 4);
      std::memcpy(to + text.size() - 4, text.data() + text.size() - 4, 4);
    } else if (text.size() < 4) {
      for (std::size_t i = 0; i < text.size(); ++i) to[i] = text[i];
    } else if (text.size() <= slack) {
      std::memcpy(to, text.data(), 8);
      std::memcpy(to + text.size() - 8, text.data() + text.size() - 8, 8);
    } else {
      std::memcpy(to, text.data(), text.size());
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
