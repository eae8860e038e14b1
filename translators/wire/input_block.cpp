// Filling, emptying, and the book-keeping of left-out line breaks.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/input_block.hpp"

#include <cstring>
#include <utility>

namespace crossdock::wire {

std::size_t InputBlock::append(std::string_view bytes) {
  if (columns_ == 0) {
    const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), capacity_ - size_));
    if (borrowed_ == nullptr || bytes.data() != borrowed_ + size_) {
      own();
      make_room(size_ + count);
      if (count != 0) std::memcpy(bytes_.get() + size_, bytes.data(), count);
    }
    size_ += count;
    return count;
  }
  own();
  make_room(capacity_);
  std::size_t taken = 0;
  for (; taken < bytes.size() && size_ < capacity_; ++taken) {
    const char byte = bytes[taken];
    const bool newline = byte == '\r' || byte == '\n';
    if (newline && (columns_ == every_line || (column_ == columns_ && !carriage_return_left_out_) ||
                    (carriage_return_left_out_ && byte == '\n'))) {
      leave_out(byte);
      continue;
    }
    if (carriage_return_left_out_) {
      carriage_return_left_out_ = false;
      column_ = 0;
    }
    column_ = newline ? 0 : column_ + 1;
    bytes_[size_++] = byte;
  }
  return taken;
}

void InputBlock::leave_out(char byte) {
  const Break last = breaks_.empty() ? dropped_ : breaks_.back();
  const std::uint64_t at = base_ + size_;
  if (byte == '\r') carriage_return_left_out_ = false;
  if (carriage_return_left_out_ && !breaks_.empty() && breaks_.back().at == at) {
    ++breaks_.back().bytes;  // the LF of a CR LF
  } else if (carriage_return_left_out_) {
    ++dropped_.bytes;
  } else {
    breaks_.push_back({at, last.bytes + 1, last.lines + 1});
  }
  carriage_return_left_out_ = byte == '\r';
  column_ = 0;
}

std::vector<InputBlock::Break>::const_iterator InputBlock::first_break_behind(std::uint64_t logical) const {
  return std::upper_bound(breaks_.begin(), breaks_.end(), logical,
                          [](std::uint64_t value, const Break& entry) { return value < entry.at; });
}

InputBlock::Break InputBlock::removed_before(std::uint64_t logical) const {
  const auto behind = first_break_behind(logical);
  return behind == breaks_.begin() ? dropped_ : *(behind - 1);
}

void InputBlock::drop(std::uint32_t bytes) {
  if (bytes == 0) return;
  base_ += bytes;
  size_ -= bytes;
  if (columns_ != 0) {
    const Break last = removed_before(base_);
    breaks_.erase(breaks_.begin(), first_break_behind(base_));
    dropped_ = last;
  }
  if (borrowed_ != nullptr)
    borrowed_ += bytes;
  else if (size_ != 0)
    std::memmove(bytes_.get(), bytes_.get() + bytes, size_);
  if (capacity_ == default_bytes || size_ >= default_bytes / 2) return;
  capacity_ = default_bytes;
  if (room_ <= default_bytes || borrowed_ != nullptr) return;
  const std::unique_ptr<char[]> larger = std::exchange(bytes_, nullptr);
  room_ = 0;
  make_room(size_);
  if (size_ != 0) std::memcpy(bytes_.get(), larger.get(), size_);
}

/// Room in bytes_ for so many; what stands there stays.
void InputBlock::make_room(std::uint32_t bytes) {
  constexpr std::uint32_t least = 4U << 10;
  if (bytes <= room_ && bytes_ != nullptr) return;
  const std::uint32_t room = std::max({bytes, least, std::min(2 * room_, capacity_)});
  auto other = std::make_unique_for_overwrite<char[]>(room);
  if (size_ != 0 && borrowed_ == nullptr) std::memcpy(other.get(), bytes_.get(), size_);
  bytes_ = std::move(other);
  room_ = room;
}

void InputBlock::own() {
  if (borrowed_ == nullptr) return;
  make_room(size_);
  if (size_ != 0) std::memcpy(bytes_.get(), borrowed_, size_);
  borrowed_ = nullptr;
}

void InputBlock::unwrap(std::uint32_t from_position, std::uint32_t columns) {
  const std::string rest(from(from_position));
  size_ = from_position;
  columns_ = columns;
  column_ = 0;
  append(rest);
}

}  // namespace crossdock::wire
