// Taking many segments at once: their bytes in one copy, their marks in another.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/segment_document.hpp"

#include <cstring>

namespace crossdock::wire {
namespace {

/// out[i] = in[i] + shift. Works in groups of eight: up to seven entries more are read and written.
void copy_shifted(std::uint32_t* __restrict out, const std::uint32_t* __restrict in, std::size_t count,
                  std::uint32_t shift) {
  for (std::size_t i = 0; i < count; i += 8)
    for (std::size_t k = i; k < i + 8; ++k) out[k] = in[k] + shift;
}

}  // namespace

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
  std::uint32_t start = run.start, mark = run.first, line = run.where.line;
  for (std::uint32_t i = 0; i < run.count; ++i, ++record, line += lines) {
    const std::uint32_t last = run.lasts[i];
    record->begin = start + shift;
    record->first_end = mark + mark_shift;
    record->count = (last - mark + 1) & 0x7FFFFFFF;
    record->released = run.released;
    record->line = line;
    record->offset = offset_shift + start;
    start = run.marks[last] + 1 + run.gap;
    mark = last + 1;
  }
}

}  // namespace crossdock::wire
