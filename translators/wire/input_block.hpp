// The reader's window on the input: bytes not yet consumed, with the way back to offsets of the raw input. It looks at
// the caller's bytes where it can, and copies only what is left of them when the call ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::wire {

/// A block that is filled at its end and emptied at its beginning. In wrapped mode line breaks at the wrap column are
/// left out while filling, and remembered, so that raw() stays exact.
class InputBlock {
 public:
  static constexpr std::uint32_t default_bytes = 64U << 10;
  static constexpr std::uint32_t every_line = 0xFFFFFFFF;

  [[nodiscard]] const char* data() const { return borrowed_ != nullptr ? borrowed_ : bytes_.get(); }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] bool full() const { return size_ == capacity_; }
  [[nodiscard]] std::string_view from(std::uint32_t position) const { return {data() + position, size_ - position}; }

  /// Takes as many bytes as there is room for; returns how many. They are copied, but for those that stand in memory
  /// behind borrowed ones.
  std::size_t append(std::string_view bytes);
  /// The block's bytes stand at `at` too: looks at them there until own() is called.
  void borrow(const char* at) { borrowed_ = at; }
  [[nodiscard]] bool borrows() const { return borrowed_ != nullptr; }
  /// Copies what is borrowed.
  void own();
  /// Cuts the block's end.
  void truncate(std::uint32_t size) { size_ = size; }
  /// Drops the first bytes.
  void drop(std::uint32_t bytes);
  /// Doubles the room.
  void grow() { capacity_ *= 2; }
  /// Begins to leave out line breaks at column `columns`, `from` being the beginning of a line.
  void unwrap(std::uint32_t from, std::uint32_t columns);
  /// Begins to leave out every line break.
  void unwrap_all(std::uint32_t from) { unwrap(from, every_line); }
  [[nodiscard]] bool wrapped() const { return columns_ != 0; }

  /// Offset in the raw input of a position in the block.
  [[nodiscard]] std::uint64_t raw(std::uint32_t position) const {
    return columns_ == 0 ? base_ + position : base_ + position + removed_before(base_ + position).bytes;
  }
  /// Calls take(position, bytes) for each line break left out behind `from` and up to `to`: it stood before `position`.
  template <class Take>
  void each_break(std::uint32_t from, std::uint32_t to, Take take) const {
    std::uint64_t before = removed_before(base_ + from).bytes;
    for (auto one = first_break_behind(base_ + from); one != breaks_.end() && one->at <= base_ + to; ++one) {
      take(static_cast<std::uint32_t>(one->at - base_), static_cast<std::uint32_t>(one->bytes - before));
      before = one->bytes;
    }
  }
  /// Line breaks left out between two positions of the block (line breaks just before `to` counted).
  [[nodiscard]] std::uint32_t lines_removed(std::uint32_t from, std::uint32_t to) const {
    return columns_ == 0 ? 0 : removed_before(base_ + to).lines - removed_before(base_ + from).lines;
  }

 private:
  struct Break {  // totals of what was left out up to and including this break, which stands before logical offset `at`
    std::uint64_t at, bytes;
    std::uint32_t lines;
  };
  [[nodiscard]] Break removed_before(std::uint64_t logical) const;
  [[nodiscard]] std::vector<Break>::const_iterator first_break_behind(std::uint64_t logical) const;
  void make_room(std::uint32_t bytes);
  void leave_out(char byte);

  std::unique_ptr<char[]> bytes_;
  std::uint32_t room_ = 0;          // of bytes_: what was needed so far
  const char* borrowed_ = nullptr;  // where the bytes stand, unless in bytes_
  std::uint32_t size_ = 0, capacity_ = default_bytes;
  std::uint64_t base_ = 0;  // logical offset (raw without what was left out) of the first byte
  std::uint32_t columns_ = 0, column_ = 0;
  bool carriage_return_left_out_ = false;
  Break dropped_{0, 0, 0};  // totals before all of breaks_
  std::vector<Break> breaks_;
};

}  // namespace crossdock::wire
