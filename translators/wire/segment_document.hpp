// One transaction set kept whole: the unit that is validated and mapped. Its arena is reused from set to set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "translators/wire/delimiters.hpp"
#include "translators/wire/growing_array.hpp"
#include "translators/wire/segment_run.hpp"

namespace crossdock::wire {

/// Segments ST..SE (UNH..UNT) of one set, copied once from the reader's block; views into it are valid until clear() or
/// append().
class SegmentDocument {
 public:
  struct Record {
    std::uint32_t begin;         ///< of the segment's text, in bytes()
    std::uint32_t first_end;     ///< index of the tag's end in ends_; see ends()
    std::uint32_t count : 31;    ///< entries in ends_: tag + elements
    std::uint32_t released : 1;  ///< release characters stand in it
    std::uint32_t line;          ///< 1-based line in the payload
    std::uint64_t offset;        ///< of the tag in the payload
  };

  void clear() {
    gap_bytes_ = 0;
    breaks_.clear();
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
  [[nodiscard]] bool in_sent_order() const { return ordinals_.empty(); }
  void append(const Segment& segment) {
    const auto at = static_cast<std::uint32_t>(bytes_.size());
    const std::uint32_t length = segment.ends.back() - segment.start;
    char* const bytes = bytes_.extend(length + 1);
    std::copy_n(segment.block + segment.start, length, bytes);
    bytes[length] = terminator();
    const auto first = static_cast<std::uint32_t>(ends_.size());
    const auto count = static_cast<std::uint32_t>(segment.ends.size());
    std::uint32_t* const ends = ends_.extend(count);
    const std::uint32_t shift = at - segment.start;  // may wrap; the sum below wraps back
    for (std::uint32_t i = 0; i < count; ++i) ends[i] = segment.ends[i] + shift;
    *records_.extend(1) = {at, first, count & 0x7FFFFFFF, segment.released, segment.where.line, segment.where.offset};
    if (segment.wrapped != nullptr) append_breaks(segment, at);
  }
  /// The same for all segments of a run, line breaks between them included.
  void append(const SegmentRun& run);

  [[nodiscard]] std::size_t segment_count() const { return records_.size(); }
  /// Bytes of all segments, terminators included.
  [[nodiscard]] std::size_t byte_count() const { return bytes_.size(); }
  /// Those bytes, segments in the order they were appended, each with its terminator; `slack` bytes more can be read.
  [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  static constexpr std::size_t slack = GrowingArray<char>::slack;
  /// How many of them are line breaks between segments.
  [[nodiscard]] std::size_t gap_bytes() const { return gap_bytes_; }
  /// Ends of a segment's tag and elements as offsets into bytes(): Record::count entries, `slack` more can be read.
  [[nodiscard]] const std::uint32_t* ends(const Record& record) const { return ends_.data() + record.first_end; }
  /// All of them, segment behind segment as they were sent; `slack` more can be read.
  [[nodiscard]] std::span<const std::uint32_t> all_ends() const { return {ends_.data(), ends_.size()}; }
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
    const std::string_view whole = text(segment);
    if (element == 0) return where_part(segment, whole);
    if (element < records_[segment].count) return where_part(segment, this->element(segment, element));
    return where_part(segment, whole.substr(whole.size()));  // absent: the place behind the last element
  }
  /// Position of a part of the segment's text.
  [[nodiscard]] Position where_part(std::size_t segment, std::string_view part) const {
    const Record& record = records_[segment];
    const auto at = static_cast<std::uint32_t>(part.data() - bytes_.data());
    Position out{record.offset + (at - record.begin), static_cast<std::uint32_t>(part.size()), record.line,
                 ordinal(segment)};
    if (!breaks_.empty()) {
      out.offset += broken_bytes(record.begin, at);
      out.length += broken_bytes(at, at + out.length - (part.empty() ? 0 : 1));
    }
    return out;
  }

  /// The same as bare arrays, for those who read many elements; good until clear() or append(). Entry i of a segment's
  /// ends is where its element i ends; `slack` bytes behind each text may be read.
  struct Arrays {
    const char* bytes = nullptr;
    const std::uint32_t* ends = nullptr;
    const Record* records = nullptr;
    [[nodiscard]] std::string_view element(std::size_t segment, std::size_t position) const {
      const Record& record = records[segment];
      if (position >= record.count) return {};
      const std::uint32_t* const end = ends + record.first_end + position;
      return {bytes + end[-1] + 1, end[0] - end[-1] - 1};
    }
  };
  [[nodiscard]] Arrays arrays() const { return {bytes_.data(), ends_.data(), records_.data()}; }

  /// EDIFACT: release characters stand in the segment; values are read through released.hpp.
  [[nodiscard]] bool released(std::size_t segment) const { return records_[segment].released != 0; }

  Delimiters delimiters;                             ///< of the interchange it came from
  CharacterSet characters = CharacterSet::not_said;  ///< of its bytes

 private:
  [[nodiscard]] char terminator() const { return delimiters.segment.empty() ? '~' : delimiters.segment.front(); }

  /// A line break that was left out before bytes_[at].
  struct Break {
    std::uint32_t at, bytes;
  };
  void append_breaks(const Segment& segment, std::uint32_t at);
  /// Of the breaks behind `from` and up to `to`.
  [[nodiscard]] std::uint32_t broken_bytes(std::uint32_t from, std::uint32_t to) const;

  GrowingArray<char> bytes_;
  GrowingArray<std::uint32_t> ends_;
  GrowingArray<Record> records_;
  std::vector<Break> breaks_;  ///< ascending; empty but in hard-wrapped files
  std::size_t gap_bytes_ = 0;
  std::vector<std::uint32_t> ordinals_;  ///< empty: segments stand as they were sent
};

}  // namespace crossdock::wire
