// Trailers as they have to be, for one comparison with those that came. Used by this folder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "translators/wire/digits.hpp"

namespace crossdock::x12 {

/// Up to three trailers, one behind the other.
class DueText {
 public:
  static constexpr std::size_t text_max = 16;  ///< of a tag, of a number
  /// Appends `tag*count*number~`.
  void add(std::string_view tag, std::uint64_t count, std::string_view number, char element, char terminator) {
    add(tag);
    *end_++ = element;
    end_ = std::to_chars(end_, end_ + count_digits, count).ptr;
    *end_++ = element;
    add(number);
    *end_++ = terminator;
  }
  [[nodiscard]] bool is(std::string_view text) const {
    return text == std::string_view(bytes_.data(), static_cast<std::size_t>(end_ - bytes_.data()));
  }

 private:
  static constexpr std::size_t count_digits = 20;
  /// At least eight bytes are written.
  void add(std::string_view text) {
    if (text.size() > 8) {
      std::memcpy(end_, text.data(), 8);
      std::memcpy(end_ + text.size() - 8, text.data() + text.size() - 8, 8);
    } else {
      const std::uint64_t word = wire::short_word(text);
      std::memcpy(end_, &word, sizeof word);
    }
    end_ += text.size();
  }
  std::array<char, 160> bytes_;
  char* end_ = bytes_.data();
};

}  // namespace crossdock::x12
