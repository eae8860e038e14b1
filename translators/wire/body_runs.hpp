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
[[nodiscard]] bool take_run(const char* bytes, std::uint64_t base, const DelimiterIndex& index, const RunLimits& limits,
                            IndexPlace& place, SegmentRun& run) {
  const std::uint32_t* const marks = index.delimiters.get();
  const std::uint32_t* const lasts = index.terminators.get();
  const std::uint32_t* const specials = index.newlines.get();
  const std::uint32_t terminators = index.terminator_count, first = place.terminator;
  std::uint32_t special = place.special, taken_special = special, mark = place.mark;
  std::uint32_t at = place.byte, i = first, gap = 0;
  const auto special_at = [&](std::uint32_t k) { return k < index.newline_count ? specials[k] : UINT32_MAX; };
  std::uint32_t next = special_at(special);
  if (i >= terminators) return false;
  run.released = false;
  if (next == at && limits.lines_known && is_newline(bytes[at]))
    gap = bytes[at] == '\r' && bytes[at + 1] == '\n' ? 2 : 1;
  for (; i < terminators; ++i) {
    const std::uint32_t last = lasts[i], end = marks[last];
    std::uint32_t start = at;
    if (gap != 0) {
      if (next != at || !is_newline(bytes[at]) || (bytes[at] == '\r' && bytes[at + 1] == '\n') != (gap == 2)) break;
      start += gap;
      special += gap;
      next = special_at(special);
    }
    if (next <= end) {  // release characters are common, line breaks inside of a segment are not
      if (i != first || limits.release == 0 || next < start) break;
      for (; next < end && bytes[next] == limits.release; next = special_at(special)) ++special;
      if (next <= end) break;
      run.released = true;
    }
    if (start >= end || end - start > limits.segment_bytes_max || last - mark > limits.elements_max) break;
    const Lead lead = Dialect::leads[static_cast<unsigned char>(bytes[start])];
    if (lead != Lead::ordinary && (lead == Lead::stop || Dialect::stops(bytes + start, marks[mark] - start))) break;
    taken_special = special;
    mark = last + 1;
    at = end + 1;
    if (run.released) {
      ++i;
      break;
    }
  }
  if (i == first) return false;
  run.block = bytes;
  run.marks = marks;
  run.lasts = lasts + first;
  run.count = i - first;
  run.start = place.byte + gap;
  run.first = place.mark;
  run.gap = gap;
  const std::uint32_t line = place.line + (gap == 0 ? 0 : 1);
  run.where = {base + run.start, 0, line, 0};
  place = {at, mark, i, taken_special, gap == 0 ? line : line + run.count - 1};
  return true;
}

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
