// One transaction set kept whole: the unit that is validated and mapped. Its arena is reused from set to set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "translators/wire/delimiters.hpp"
#include "translators/wire/segment.hpp"

namespace crossdock::wire {

/// An array that grows without clearing what it grows by, and keeps its room when cleared.
template <class T>
class GrowingArray {
 public:
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
  [[nodiscard]] const T& operator[](std::size_t at) const { return items_[at]; }
  /// Room for `count` items more, and for `spare` behind them; returns where they are to be written.
  T* extend(std::size_t count, std::size_t spare = 0) {
    if (size_ + count + spare > capacity_) grow(size_ + count + spare);
    T* const at = items_.get() + size_;
    size_ += count;
    return at;
  }

 private:
  void grow(std::size_t least) {
    capacity_ = std::max<std::size_t>(least, capacity_ == 0 ? 1024 : 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<T[]>(capacity_);
    std::copy_n(items_.get(), size_, larger.get());
    items_ = std::move(larger);
  }
  std::unique_ptr<T[]> items_;
  std::size_t size_ = 0, capacity_ = 0;
};

/// Segments ST..SE (UNH..UNT) of one set, copied once from the reader's block; views into it are valid until clear() or
/// append().
class SegmentDocument {
 public:
  struct Record {
    std::uint32_t begin;         ///< of the segment's text, in bytes()
    std::uint32_t first_end;     ///< index of the tag's end in ends_
    std::uint32_t count : 31;    ///< entries in ends_: tag + elements
    std::uint32_t released : 1;  ///< release characters stand in it
    std::uint32_t line;          ///< 1-based line in the payload
    std::uint64_t offset;        ///< of the tag in the payload
  };

  void clear() {
    bytes_.clear();
    ends_.clear();
    records_.clear();
    ordinals_.clear();
  }
  /// Segment i is then the one that was `order[i]`; each keeps its ordinal. Views stay valid.
  void reorder(const std::vector<std::uint32_t>& order) {
    std::vector<std::uint32_t> ordinals(order.size());
    std::vector<Record> records(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      records[i] = records_[order[i]];
      ordinals[i] = ordinal(order[i]);
    }
    records_.clear();
    std::copy(records.begin(), records.end(), records_.extend(records.size()));
    ordinals_ = std::move(ordinals);
  }
  void append(const Segment& segment) {
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    const std::uint32_t length = segment.ends.back() - segment.start;
    std::copy_n(segment.block + segment.start, length, bytes_.extend(length, slack));
    const auto first = static_cast<std::uint32_t>(ends_.size());
    const auto count = static_cast<std::uint32_t>(segment.ends.size());
    std::uint32_t* const ends = ends_.extend(count);
    const std::uint32_t shift = at - segment.start;  // may wrap; the sum below wraps back
    for (std::uint32_t i = 0; i < count; ++i) ends[i] = segment.ends[i] + shift;
    *records_.extend(1) = {at, first, count & 0x7FFFFFFF, segment.released, segment.where.line, segment.where.offset};
  }

  [[nodiscard]] std::size_t segment_count() const { return records_.size(); }
  [[nodiscard]] std::size_t byte_count() const { return bytes_.size(); }
  /// All segments' texts, one after the other; `slack` bytes behind them may be read.
  [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  static constexpr std::size_t slack = 32;
  [[nodiscard]] std::string_view tag(std::size_t segment) const {
    const Record& record = records_[segment];
    return {bytes_.data() + record.begin, ends_[record.first_end] - record.begin};
  }
  /// Highest element position present in the segment.
  [[nodiscard]] std::size_t element_count(std::size_t segment) const { return records_[segment].count - 1; }
  /// Element by 1-based position; empty when absent.
  [[nodiscard]] std::string_view element(std::size_t segment, std::size_t position) const {
    const Record& record = records_[segment];
    if (position >= record.count) return {};
    const std::uint32_t* end = ends_.data() + record.first_end + position;
    return {bytes_.data() + end[-1] + 1, end[0] - end[-1] - 1};
  }
  [[nodiscard]] std::string_view text(std::size_t segment) const {
    const Record& record = records_[segment];
    return {bytes_.data() + record.begin, ends_[record.first_end + record.count - 1] - record.begin};
  }
  /// 1-based place in the set as it was sent.
  [[nodiscard]] std::uint32_t ordinal(std::size_t segment) const {
    return ordinals_.empty() ? static_cast<std::uint32_t>(segment + 1) : ordinals_[segment];
  }
  [[nodiscard]] const Record& record(std::size_t segment) const { return records_[segment]; }
  /// Position of the whole segment (element 0) or of one element of it.
  [[nodiscard]] Position where(std::size_t segment, std::size_t element = 0) const {
    const Record& record = records_[segment];
    Position out{record.offset, static_cast<std::uint32_t>(text(segment).size()), record.line, ordinal(segment)};
    if (element == 0) return out;
    if (element >= record.count) {  // absent: the place behind the last element
      out.offset += out.length;
      out.length = 0;
      return out;
    }
    const std::string_view value = this->element(segment, element);
    out.offset += static_cast<std::uint64_t>(value.data() - (bytes_.data() + record.begin));
    out.length = static_cast<std::uint32_t>(value.size());
    return out;
  }

  /// EDIFACT: release characters stand in the segment; values are read through released.hpp.
  [[nodiscard]] bool released(std::size_t segment) const { return records_[segment].released != 0; }

  Delimiters delimiters;                             ///< of the interchange it came from
  CharacterSet characters = CharacterSet::not_said;  ///< of its bytes

 private:
  GrowingArray<char> bytes_;
  GrowingArray<std::uint32_t> ends_;
  GrowingArray<Record> records_;
  std::vector<std::uint32_t> ordinals_;  ///< empty: segments stand as they were sent
};

}  // namespace crossdock::wire
