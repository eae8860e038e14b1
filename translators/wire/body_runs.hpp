// The readers' common case: cuts what is indexed into runs of ordinary segments, stopping before anything else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "translators/wire/scan.hpp"
#include "translators/wire/segment_run.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::wire {

/// How far a reader got in a block and in its index: all before is consumed.
struct IndexPlace {
  std::uint32_t byte = 0;                               ///< in the block
  std::uint32_t mark = 0, terminator = 0, special = 0;  ///< first unused entries of the index
  std::uint32_t line = 1;                               ///< of `byte`
};

/// What a run's segments may be.
struct RunLimits {
  std::uint32_t segment_bytes_max, elements_max;
  char release = 0;         ///< 0: specials are line breaks only
  bool lines_known = true;  ///< line breaks between segments were reported already
};

/// First characters of segments. `look`: the dialect is asked; `stop`: blanks, control characters, bytes above 0x7F.
enum class Lead : std::uint8_t { ordinary, look, stop };
using LeadTable = std::array<Lead, 256>;
[[nodiscard]] constexpr LeadTable lead_table(std::string_view looked_at) {
  LeadTable out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i <= ' ' || i > 0x7E ? Lead::stop : Lead::ordinary;
  for (const char lead : looked_at) out[static_cast<unsigned char>(lead)] = Lead::look;
  return out;
}

/// The next run from `place` on, which then stands behind it; false where an irregular segment comes first. `base` is
/// the raw offset of the block's first byte. Dialect: `leads` (a LeadTable) and `stops(tag, length)` for those looked
/// at.
template <class Dialect>
class RunTaker {
 public:
  RunTaker(const char* bytes, std::uint64_t base, const DelimiterIndex& index, const RunLimits& limits)
      : bytes_(bytes),
        base_(base),
        marks_(index.delimiters.get()),
        lasts_(index.terminators.get()),
        specials_(index.newlines.get()),
        terminators_(index.terminator_count),
        special_count_(index.newline_count),
        limits_(limits) {}

  [[nodiscard]] bool take(IndexPlace& place, SegmentRun& run) const {
    if (place.terminator >= terminators_) return false;
    IndexPlace at = place;
    run.released = false;
    run.gap = 0;
    const std::uint32_t next = special_at(at.special);
    if (next > marks_[lasts_[at.terminator]])
      take_joined(at, next);
    else if (next == at.byte && limits_.lines_known && is_newline(bytes_[next]))
      take_lines(at, run.gap = line_break_at(next));
    if (at.terminator == place.terminator && limits_.release != 0) run.released = take_released(at, run.gap);
    if (at.terminator == place.terminator) return false;
    run.block = bytes_;
    run.marks = marks_;
    run.lasts = lasts_ + place.terminator;
    run.count = at.terminator - place.terminator;
    run.start = place.byte + run.gap;
    run.first = place.mark;
    run.where = {base_ + run.start, 0, place.line + (run.gap == 0 ? 0 : 1), 0};
    place = at;
    return true;
  }

 private:
  [[nodiscard]] std::uint32_t special_at(std::uint32_t k) const {
    return k < special_count_ ? specials_[k] : UINT32_MAX;
  }
  /// Width of the line break at a position; a terminator stands behind it.
  [[nodiscard]] std::uint32_t line_break_at(std::uint32_t at) const {
    return bytes_[at] == '\r' && bytes_[at + 1] == '\n' ? 2 : 1;
  }
  /// True if what begins at `start` and ends at marks_[last] is an ordinary
  /// segment.
  [[nodiscard]] bool ordinary(std::uint32_t start, std::uint32_t mark, std::uint32_t last) const {
    if (marks_[last] - start - 1 >= limits_.segment_bytes_max || last - mark > limits_.elements_max) return false;
    const Lead lead = Dialect::leads[static_cast<unsigned char>(bytes_[start])];
    return lead == Lead::ordinary || (lead == Lead::look && !Dialect::stops(bytes_ + start, marks_[mark] - start));
  }

  /// Segments that follow each other directly, up to the next special.
  void take_joined(IndexPlace& at, std::uint32_t next) const {
    std::uint32_t byte = at.byte, mark = at.mark, terminator = at.terminator;
    for (; terminator < terminators_; ++terminator) {
      const std::uint32_t last = lasts_[terminator], end = marks_[last];
      if (end >= next || !ordinary(byte, mark, last)) break;
      mark = last + 1;
      byte = end + 1;
    }
    at.byte = byte;
    at.mark = mark;
    at.terminator = terminator;
  }

  /// Segments that each stand behind a line break of `gap` bytes.
  void take_lines(IndexPlace& at, std::uint32_t gap) const {
    for (; at.terminator < terminators_; ++at.terminator) {
      const std::uint32_t last = lasts_[at.terminator], end = marks_[last], start = at.byte + gap;
      if (special_at(at.special) != at.byte || !is_newline(bytes_[at.byte]) || line_break_at(at.byte) != gap) return;
      if (special_at(at.special + gap) <= end || !ordinary(start, at.mark, last)) return;
      at.special += gap;
      at.mark = last + 1;
      at.byte = end + 1;
      ++at.line;
    }
  }

  /// One segment in which release characters stand, and nothing else that is special; `gap` bytes of a line break are
  /// before it.
  [[nodiscard]] bool take_released(IndexPlace& at, std::uint32_t gap) const {
    const std::uint32_t last = lasts_[at.terminator], end = marks_[last], start = at.byte + gap;
    std::uint32_t special = at.special + gap;
    if (special_at(special) < start || special_at(special) > end) return false;
    while (special_at(special) < end && bytes_[special_at(special)] == limits_.release) ++special;
    if (special_at(special) <= end || !ordinary(start, at.mark, last)) return false;
    at = {end + 1, last + 1, at.terminator + 1, special, at.line + (gap == 0 ? 0 : 1)};
    return true;
  }

  const char* bytes_;
  std::uint64_t base_;
  const std::uint32_t *marks_, *lasts_, *specials_;
  std::uint32_t terminators_, special_count_;
  RunLimits limits_;
};

/// The segment at `place` where it is a control segment as they usually stand, `place` then standing behind it; false
/// where it is anything else. Dialect: `controls(tag, length)` besides what take_run() asks.
template <class Dialect>
[[nodiscard]] bool take_control(const char* bytes, std::uint64_t base, const DelimiterIndex& index,
                                const RunLimits& limits, IndexPlace& place, Segment& segment) {
  if (place.terminator >= index.terminator_count) return false;
  const std::uint32_t* const marks = index.delimiters.get();
  const std::uint32_t last = index.terminators[place.terminator], end = marks[last];
  std::uint32_t start = place.byte, special = place.special, line = place.line;
  const auto special_at = [&](std::uint32_t k) { return k < index.newline_count ? index.newlines[k] : UINT32_MAX; };
  if (special_at(special) == start && limits.lines_known && is_newline(bytes[start])) {
    const std::uint32_t gap = bytes[start] == '\r' && bytes[start + 1] == '\n' ? 2 : 1;
    start += gap;
    special += gap;
    ++line;
  }
  if (special_at(special) <= end || start >= end ||
      Dialect::leads[static_cast<unsigned char>(bytes[start])] != Lead::look)
    return false;
  if (last - place.mark > limits.elements_max || end - start > limits.segment_bytes_max) return false;
  if (!Dialect::controls(bytes + start, marks[place.mark] - start)) return false;
  segment = {bytes, start, {marks + place.mark, last - place.mark + 1}, {base + start, end - start, line, 0}, false};
  place = {end + 1, last + 1, place.terminator + 1, special, line};
  return true;
}

}  // namespace crossdock::wire
