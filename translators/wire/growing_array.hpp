// An array for values that are written once and read often: grows without clearing, keeps its room.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace crossdock::wire {

/// An array that grows without clearing what it grows by, and keeps its room when cleared. Behind its items at least
/// `slack` more can be read and written (they mean nothing), so that vector code needs no special end.
template <class T>
class GrowingArray {
 public:
  static constexpr std::size_t slack = 64;
  GrowingArray() = default;
  GrowingArray(GrowingArray&& other) noexcept
      : items_(std::move(other.items_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  GrowingArray& operator=(GrowingArray&& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  GrowingArray(const GrowingArray& other) { std::copy_n(other.data(), other.size(), extend(other.size())); }
  GrowingArray& operator=(const GrowingArray& other) {
    if (this == &other) return *this;
    clear();
    std::copy_n(other.data(), other.size(), extend(other.size()));
    return *this;
  }
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const T* data() const { return items_.get(); }
  [[nodiscard]] T* data() { return items_.get(); }
  [[nodiscard]] const T& operator[](std::size_t at) const { return items_[at]; }
  /// Room for `count` items more; returns where they are to be written.
  T* extend(std::size_t count) {
    if (size_ + count > capacity_) grow(size_ + count);
    T* const at = items_.get() + size_;
    size_ += count;
    return at;
  }

 private:
  void grow(std::size_t least) {
    capacity_ = std::max<std::size_t>(least, capacity_ == 0 ? 1024 : 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<T[]>(capacity_ + slack);
    std::copy_n(items_.get(), size_, larger.get());
    items_ = std::move(larger);
  }
  std::unique_ptr<T[]> items_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace crossdock::wire
