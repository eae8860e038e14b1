// A growing buffer of JSON text that is written with a bare pointer: no zero-filling, no test a byte.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "translators/base/json_text.hpp"

namespace crossdock::mapping {

/// Bytes that may be read behind a plain text: short ones are copied without asking how long they are.
inline constexpr std::size_t text_slack = 32;

/// Equality of short texts without a call: whole words, the last of which may overlap the one before.
[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto same_word = [&](auto word, std::size_t at) {
    auto other = word;
    std::memcpy(&word, a.data() + at, sizeof word);
    std::memcpy(&other, b.data() + at, sizeof other);
    return word == other;
  };
  const std::size_t size = a.size();
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (!same_word(std::uint64_t{}, at)) return false;
    return same_word(std::uint64_t{}, size - 8);
  }
  if (size >= 4) return same_word(std::uint32_t{}, 0) && same_word(std::uint32_t{}, size - 4);
  if (size >= 2) return same_word(std::uint16_t{}, 0) && same_word(std::uint16_t{}, size - 2);
  return size == 0 || a[0] == b[0];
}

class JsonBuffer {
 public:
  void clear() { at_ = 0; }
  [[nodiscard]] std::size_t size() const { return at_; }
  void cut(std::size_t size) { at_ = size; }
  [[nodiscard]] std::string_view text() const { return {memory_.get(), at_}; }
  void put(char c) { put(std::string_view(&c, 1)); }
  void put(std::string_view text) {
    char* const to = reserve(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    at_ += text.size();
  }
  /// A JSON string: copied while it is looked at; a text with a byte to escape is written again the careful way.
  void put_string(std::string_view text) {
    char* const to = reserve(text.size() + 2);
    if (!copy_plain_json(to + 1, text.data(), text.size())) return put(escape(text));
    to[0] = to[text.size() + 1] = '"';
    at_ += text.size() + 2;
  }

  /// Where `bytes`, and `text_slack` more, may be written behind what stands there; set_end() says how far it went.
  [[nodiscard]] char* reserve(std::size_t bytes) {
    if (capacity_ - at_ < bytes + 2 * text_slack) grow(bytes + 2 * text_slack);
    return memory_.get() + at_;
  }
  /// The same while writing: `to` is where the text ends by now; it may move.
  [[nodiscard]] char* reserve_behind(const char* to, std::size_t bytes) {
    set_end(to);
    return reserve(bytes);
  }
  void set_end(const char* end) { at_ = static_cast<std::size_t>(end - memory_.get()); }
  /// The text as a JSON string with its quotes; good until the next call.
  [[nodiscard]] std::string_view escape(std::string_view text) {
    escaped_.clear();
    append_json_string(escaped_, text);
    return escaped_;
  }

 private:
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
