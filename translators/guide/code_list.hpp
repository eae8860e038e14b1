// One code list of a version: is this value a member (fast), and what does it mean.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::guide {

/// Up to 7 bytes and their number packed into one word, never 0. Longer or empty values do not fit: ask packable()
/// first.
inline bool packable(std::string_view value) { return value.size() - 1 < 7; }
inline std::uint64_t pack(std::string_view value) {
  const std::size_t n = value.size();
  const char* p = value.data();
  std::uint64_t word = static_cast<std::uint64_t>(n) << 56;
  if (n >= 4) {
    std::uint32_t head = 0, tail = 0;
    std::memcpy(&head, p, 4);
    std::memcpy(&tail, p + n - 4, 4);
    return word | head | (static_cast<std::uint64_t>(tail) << ((n - 4) * 8));
  }
  if (n >= 2) {
    std::uint16_t head = 0, tail = 0;
    std::memcpy(&head, p, 2);
    std::memcpy(&tail, p + n - 2, 2);
    return word | head | (static_cast<std::uint64_t>(tail) << ((n - 2) * 8));
  }
  return word | static_cast<unsigned char>(*p);
}

/// Immutable after construction. Codes are sorted by bytes, each once.
class CodeList {
 public:
  struct Entry {
    std::string code;
    std::string meaning;
  };
  CodeList(std::string id, std::vector<Entry> entries);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  [[nodiscard]] bool contains(std::string_view value) const {
    return packable(value) ? contains_packed(pack(value)) : find_long(value) != nullptr;
  }
  /// The same for pack(value).
  [[nodiscard]] bool contains_packed(std::uint64_t word) const {
    for (std::size_t at = slot(word);; at = (at + 1) & mask_) {
      if (slots_[at] == word) return true;
      if (slots_[at] == 0) return false;
    }
  }
  /// Meaning of a code, empty if it is none of this list.
  [[nodiscard]] std::string_view meaning(std::string_view code) const;
  /// Up to 12 codes, then `... N codes`.
  [[nodiscard]] const std::string& summary() const { return hints().summary; }
  /// The nearest code to a value that is none, empty when none is close.
  [[nodiscard]] std::string nearest(std::string_view value) const;

 private:
  [[nodiscard]] std::size_t slot(std::uint64_t word) const {
    return static_cast<std::size_t>((word * 0x9E3779B97F4A7C15ULL) >> shift_);
  }
  [[nodiscard]] const Entry* find_long(std::string_view value) const;
  /// What only findings need: made when the first one does.
  struct Hints {
    std::once_flag made;
    std::string summary;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> folded;  ///< key of the folded code, index of its entry
  };
  [[nodiscard]] const Hints& hints() const;
  std::string id_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> slots_;  ///< 0 = free
  std::size_t mask_ = 0;
  unsigned shift_ = 63;
  std::unique_ptr<Hints> hints_ = std::make_unique<Hints>();
};

}  // namespace crossdock::guide
