// Taking many segments at once: their bytes in one copy, their marks in another.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/segment_document.hpp"

#include <algorithm>
#include <cstring>

#include "translators/wire/input_block.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace crossdock::wire {
namespace {

/// out[i] = in[i] + shift. Works in groups of four: up to three entries more
/// are read and written.
void copy_shifted(std::uint32_t* out, const std::uint32_t* in, std::size_t count, std::uint32_t shift) {
#if defined(__x86_64__)
  const __m128i shifts = _mm_set1_epi32(static_cast<int>(shift));
  for (std::size_t i = 0; i < count; i += 4)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i),
                     _mm_add_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in + i)), shifts));
#else
  for (std::size_t i = 0; i < count; ++i) out[i] = in[i] + shift;
#endif
}

}  // namespace

void SegmentDocument::append_breaks(const Segment& segment, std::uint32_t at) {
  segment.wrapped->each_break(segment.start, segment.ends.back(), [&](std::uint32_t position, std::uint32_t bytes) {
    breaks_.push_back({at + (position - segment.start), bytes});
  });
}

std::uint32_t SegmentDocument::broken_bytes(std::uint32_t from, std::uint32_t to) const {
  std::uint32_t sum = 0;
  for (auto one = std::upper_bound(breaks_.begin(), breaks_.end(), from,
                                   [](std::uint32_t value, const Break&entry) { return value < entry.at; });
       one != breaks_.end() && one->at <= to; ++one)
    sum += one->bytes;
  return sum;
}

void SegmentDocument::append(const SegmentRun& run) {
  const auto at = static_cast<std::uint32_t>(bytes_.size());
  const std::uint32_t length = run.end() - run.start;
  char* const bytes = bytes_.extend(length + 1);
  std::memcpy(bytes, run.block + run.start, length);
  bytes[length] = terminator();
  gap_bytes_ += std::size_t{run.gap} * (run.count - 1);

  const auto first_end = static_cast<std::uint32_t>(ends_.size());
  const std::uint32_t mark_count = run.lasts[run.count - 1] + 1 - run.first;
  const std::uint32_t shift = at - run.start;  // may wrap; the sums wrap back
  copy_shifted(ends_.extend(mark_count), run.marks + run.first, mark_count, shift);

  Record* record = records_.extend(run.count);
  const std::uint32_t mark_shift = first_end - run.first, lines = run.gap == 0 ? 0 : 1;
  const std::uint64_t offset_shift = run.where.offset - run.start;
  const std::uint32_t* const marks = run.marks;
  const std::uint32_t behind = 1 + run.gap;
  std::uint32_t start = run.start, mark = run.first, line = run.where.line;
  for (const std::uint32_t *last = run.lasts, *const end = last + run.count; last != end; ++last, ++record) {
    *record = {start + shift, mark + mark_shift,   (*last - mark + 1) & 0x7FFFFFFF, run.released,
               line,          offset_shift + start};
    start = marks[*last] + behind;
    mark = *last + 1;
    line += lines;
  }
}

}  // namespace crossdock::wire
