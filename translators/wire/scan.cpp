// The two forms of the delimiter scan and the choice between them.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/scan.hpp"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace crossdock::wire {
namespace {

constexpr std::uint32_t slack = 64;  // the vector form writes whole groups and counts fewer

void grow(std::unique_ptr<std::uint32_t[]>& array, std::uint32_t used, std::uint32_t capacity) {
  auto larger = std::make_unique_for_overwrite<std::uint32_t[]>(capacity + slack);
  if (used != 0) std::memcpy(larger.get(), array.get(), used * sizeof(std::uint32_t));
  array = std::move(larger);
}

#if defined(__x86_64__)

__attribute__((target("avx2,bmi,bmi2,popcnt"))) inline std::uint64_t join(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

// Writes the positions of the set bits; whole groups of `Group` without a branch each, the count says how many are
// valid.
template <unsigned Group>
__attribute__((target("avx2,bmi,bmi2,popcnt"))) inline void write_bits(std::uint32_t* out, std::uint64_t bits,
                                                                       unsigned count, std::uint32_t at) {
  for (unsigned done = 0; done < count; done += Group)
    for (unsigned i = 0; i < Group; ++i) {
      out[done + i] = at + static_cast<std::uint32_t>(_tzcnt_u64(bits));
      bits &= bits - 1;
    }
}

__attribute__((target("avx2,bmi,bmi2,popcnt"))) std::uint32_t scan_avx2(const char* block, std::uint32_t from,
                                                                        std::uint32_t to, char element, char terminator,
                                                                        DelimiterIndex& index) {
  const __m256i elements = _mm256_set1_epi8(element), segments = _mm256_set1_epi8(terminator);
  const __m256i line_feed = _mm256_set1_epi8('\n'), carriage_return = _mm256_set1_epi8('\r');
  std::uint32_t* delimiters = index.delimiters.get();
  std::uint32_t* terminators = index.terminators.get();
  std::uint32_t delimiter_count = index.delimiter_count, terminator_count = index.terminator_count;
  std::uint32_t at = from;
  for (; at + 64 <= to; at += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + at + 32));
    const __m256i low_ends = _mm256_cmpeq_epi8(low, segments), high_ends = _mm256_cmpeq_epi8(high, segments);
    std::uint64_t ends = join(low_ends, high_ends);
    const std::uint64_t all = join(_mm256_or_si256(low_ends, _mm256_cmpeq_epi8(low, elements)),
                                   _mm256_or_si256(high_ends, _mm256_cmpeq_epi8(high, elements)));
    const std::uint64_t lines =
        join(_mm256_or_si256(_mm256_cmpeq_epi8(low, line_feed), _mm256_cmpeq_epi8(low, carriage_return)),
             _mm256_or_si256(_mm256_cmpeq_epi8(high, line_feed), _mm256_cmpeq_epi8(high, carriage_return)));
    const auto end_count = static_cast<unsigned>(_mm_popcnt_u64(ends));
    for (unsigned done = 0; done < end_count; done += 4)
      for (unsigned i = 0; i < 4; ++i) {
        terminators[terminator_count + done + i] =
            delimiter_count + static_cast<std::uint32_t>(_mm_popcnt_u64(all & (_blsmsk_u64(ends) >> 1)));
        ends &= ends - 1;
      }
    terminator_count += end_count;
    const auto count = static_cast<unsigned>(_mm_popcnt_u64(all));
    write_bits<8>(delimiters + delimiter_count, all, count, at);
    delimiter_count += count;
    if (lines != 0) {
      const auto line_count = static_cast<unsigned>(_mm_popcnt_u64(lines));
      write_bits<4>(index.newlines.get() + index.newline_count, lines, line_count, at);
      index.newline_count += line_count;
    }
  }
  index.delimiter_count = delimiter_count;
  index.terminator_count = terminator_count;
  return at;
}

// Bytes that a release character stands before: runs of releases count by parity. `carry`: the first byte is one.
inline std::uint64_t released_bytes(std::uint64_t releases, bool& carry) {
  constexpr std::uint64_t even = 0x5555555555555555ULL;
  const std::uint64_t first = carry ? 1 : 0;
  if (releases == 0) {
    carry = false;
    return first;
  }
  releases &= ~first;
  const std::uint64_t follows = releases << 1 | first;
  const std::uint64_t odd_starts = releases & ~even & ~follows;
  std::uint64_t even_runs = 0;
  carry = __builtin_add_overflow(odd_starts, releases, &even_runs);
  return (even ^ (even_runs << 1)) & follows;
}

__attribute__((target("avx2,bmi,bmi2,popcnt"))) std::uint32_t scan_released_avx2(const char* block, std::uint32_t from,
                                                                                 std::uint32_t to, char element,
                                                                                 char terminator, char release,
                                                                                 bool& carry, DelimiterIndex& index) {
  const __m256i elements = _mm256_set1_epi8(element), segments = _mm256_set1_epi8(terminator);
  const __m256i releases = _mm256_set1_epi8(release);
  const __m256i line_feed = _mm256_set1_epi8('\n'), carriage_return = _mm256_set1_epi8('\r');
  std::uint32_t delimiter_count = index.delimiter_count, terminator_count = index.terminator_count;
  std::uint32_t at = from;
  for (; at + 64 <= to; at += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + at + 32));
    std::uint64_t ends = join(_mm256_cmpeq_epi8(low, segments), _mm256_cmpeq_epi8(high, segments));
    std::uint64_t all = ends | join(_mm256_cmpeq_epi8(low, elements), _mm256_cmpeq_epi8(high, elements));
    const std::uint64_t signs = join(_mm256_cmpeq_epi8(low, releases), _mm256_cmpeq_epi8(high, releases));
    const std::uint64_t specials =
        signs | join(_mm256_or_si256(_mm256_cmpeq_epi8(low, line_feed), _mm256_cmpeq_epi8(low, carriage_return)),
                     _mm256_or_si256(_mm256_cmpeq_epi8(high, line_feed), _mm256_cmpeq_epi8(high, carriage_return)));
    if (signs != 0 || carry) {
      const std::uint64_t data = released_bytes(signs, carry);
      ends &= ~data;
      all &= ~data;
    }
    const auto end_count = static_cast<unsigned>(_mm_popcnt_u64(ends));
    for (unsigned done = 0; done < end_count; done += 4)
      for (unsigned i = 0; i < 4; ++i) {
        index.terminators[terminator_count + done + i] =
            delimiter_count + static_cast<std::uint32_t>(_mm_popcnt_u64(all & (_blsmsk_u64(ends) >> 1)));
        ends &= ends - 1;
      }
    terminator_count += end_count;
    const auto count = static_cast<unsigned>(_mm_popcnt_u64(all));
    write_bits<8>(index.delimiters.get() + delimiter_count, all, count, at);
    delimiter_count += count;
    if (specials != 0) {
      const auto special_count = static_cast<unsigned>(_mm_popcnt_u64(specials));
      write_bits<4>(index.newlines.get() + index.newline_count, specials, special_count, at);
      index.newline_count += special_count;
    }
  }
  index.delimiter_count = delimiter_count;
  index.terminator_count = terminator_count;
  return at;
}
#endif

}  // namespace

void DelimiterIndex::reserve(std::uint32_t entries) {
  if (entries <= capacity_) return;
  entries = std::max(entries, 2 * capacity_);
  grow(delimiters, delimiter_count, entries);
  grow(terminators, terminator_count, entries);
  grow(newlines, newline_count, entries);
  capacity_ = entries;
}

void DelimiterIndex::shift(std::uint32_t bytes, std::uint32_t first_delimiter, std::uint32_t first_terminator,
                           std::uint32_t first_newline) {
  const auto move = [](std::uint32_t* array, std::uint32_t& count, std::uint32_t first, std::uint32_t less) {
    for (std::uint32_t i = first; i < count; ++i) array[i - first] = array[i] - less;
    count -= first;
  };
  move(delimiters.get(), delimiter_count, first_delimiter, bytes);
  move(terminators.get(), terminator_count, first_terminator, first_delimiter);
  move(newlines.get(), newline_count, first_newline, bytes);
}

void scan_scalar(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator,
                 DelimiterIndex& index) {
  for (std::uint32_t at = from; at < to; ++at) {
    const char byte = block[at];
    if (byte == terminator) index.terminators[index.terminator_count++] = index.delimiter_count;
    if (byte == element || byte == terminator) index.delimiters[index.delimiter_count++] = at;
    if (byte == '\n' || byte == '\r') index.newlines[index.newline_count++] = at;
  }
}

void scan_multibyte(std::string_view block, std::uint32_t from, std::uint32_t to, char element,
                    std::string_view terminator, DelimiterIndex& index) {
  for (std::uint32_t at = from; at < to; ++at) {
    const char byte = block[at];
    if (byte == terminator[0] && block.substr(at, terminator.size()) == terminator) {
      index.terminators[index.terminator_count++] = index.delimiter_count;
      index.delimiters[index.delimiter_count++] = at;
    } else if (byte == element) {
      index.delimiters[index.delimiter_count++] = at;
    }
    if (byte == '\n' || byte == '\r') index.newlines[index.newline_count++] = at;
  }
}

bool scan_is_vectorised() {
#if defined(__x86_64__)
  static const bool available = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                                __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return available;
#else
  return false;
#endif
}

void scan(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator,
          DelimiterIndex& index) {
#if defined(__x86_64__)
  if (to - from >= 64 && scan_is_vectorised()) from = scan_avx2(block, from, to, element, terminator, index);
#endif
  scan_scalar(block, from, to, element, terminator, index);
}

void scan_released_scalar(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator,
                          char release, bool& carry, DelimiterIndex& index) {
  for (std::uint32_t at = from; at < to; ++at) {
    const char byte = block[at];
    if (byte == '\n' || byte == '\r' || byte == release) index.newlines[index.newline_count++] = at;
    if (carry) {
      carry = false;
      continue;
    }
    carry = byte == release;
    if (carry) continue;
    if (byte == terminator) index.terminators[index.terminator_count++] = index.delimiter_count;
    if (byte == element || byte == terminator) index.delimiters[index.delimiter_count++] = at;
  }
}

void scan_released(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator, char release,
                   bool& carry, DelimiterIndex& index) {
#if defined(__x86_64__)
  if (to - from >= 64 && scan_is_vectorised())
    from = scan_released_avx2(block, from, to, element, terminator, release, carry, index);
#endif
  scan_released_scalar(block, from, to, element, terminator, release, carry, index);
}

}  // namespace crossdock::wire
