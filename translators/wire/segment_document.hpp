// One transaction set kept whole: the unit that is validated and mapped. Its arena is reused from set to set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "translators/wire/delimiters.hpp"
#include "translators/wire/segment.hpp"

namespace crossdock::wire {

/// Segments ST..SE (UNH..UNT) of one set, copied once from the reader's block; views into it are valid until clear() or append().
class SegmentDocument {
 public:
  struct Record {
    std::uint32_t begin;        ///< of the segment's text, in bytes()
    std::uint32_t first_end;    ///< index of the tag's end in ends_
    std::uint32_t count;        ///< entries in ends_: tag + elements
    std::uint32_t line;         ///< 1-based line in the payload
    std::uint64_t offset;       ///< of the tag in the payload
  };

  void clear() {
    bytes_.clear();
    ends_.clear();
    records_.clear();
  }
  void append(const Segment& segment) {
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    const std::uint32_t length = segment.ends.back() - segment.start;
    bytes_.resize(at + length);
    std::memcpy(bytes_.data() + at, segment.block + segment.start, length);
    const auto first = static_cast<std::uint32_t>(ends_.size());
    ends_.resize(first + segment.ends.size());
    const std::uint32_t shift = at - segment.start;  // may wrap; the sum below wraps back
    for (std::size_t i = 0; i < segment.ends.size(); ++i) ends_[first + i] = segment.ends[i] + shift;
    records_.push_back({at, first, static_cast<std::uint32_t>(segment.ends.size()), segment.where.line, segment.where.offset});
  }

  [[nodiscard]] std::size_t segment_count() const { return records_.size(); }
  [[nodiscard]] std::size_t byte_count() const { return bytes_.size(); }
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
  [[nodiscard]] const Record& record(std::size_t segment) const { return records_[segment]; }
  /// Position of the whole segment (element 0) or of one element of it.
  [[nodiscard]] Position where(std::size_t segment, std::size_t element = 0) const {
    const Record& record = records_[segment];
    Position out{record.offset, static_cast<std::uint32_t>(text(segment).size()), record.line, static_cast<std::uint32_t>(segment + 1)};
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

  Delimiters delimiters;  ///< of the interchange it came from

 private:
  std::vector<char> bytes_;
  std::vector<std::uint32_t> ends_;
  std::vector<Record> records_;
};

}  // namespace crossdock::wire
