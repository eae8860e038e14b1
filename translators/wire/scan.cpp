// The forms of the delimiter scan and the choice between them.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/scan.hpp"

#include <algorithm>
#include <cstring>

#include "translators/wire/scan_bits.hpp"

namespace crossdock::wire {
namespace {

constexpr std::uint32_t slack = 64;  // the vector form writes whole groups and counts fewer

void grow(std::unique_ptr<std::uint32_t[]>& array, std::uint32_t used, std::uint32_t capacity) {
  auto larger = std::make_unique_for_overwrite<std::uint32_t[]>(capacity + slack);
  if (used != 0) std::memcpy(larger.get(), array.get(), used * sizeof(std::uint32_t));
  array = std::move(larger);
}

#if defined(__x86_64__)

using bits::join;

CROSSDOCK_AVX2 std::uint32_t scan_avx2(const char* block, std::uint32_t from, std::uint32_t to, char element,
                                       char terminator, DelimiterIndex& index) {
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
    bits::write_marks(delimiters, delimiter_count, terminators, terminator_count, all, ends, at);
    if (lines != 0) {
      const auto line_count = static_cast<unsigned>(_mm_popcnt_u64(lines));
      bits::write<8>(index.newlines.get() + index.newline_count, lines, line_count, at);
      index.newline_count += line_count;
    }
  }
  index.delimiter_count = delimiter_count;
  index.terminator_count = terminator_count;
  return at;
}

CROSSDOCK_AVX2 std::uint32_t scan_released_avx2(const char* block, std::uint32_t from, std::uint32_t to, char element,
                                                char terminator, char release, bool& carry, DelimiterIndex& index) {
  const __m256i elements = _mm256_set1_epi8(element), segments = _mm256_set1_epi8(terminator);
  const __m256i releases = _mm256_set1_epi8(release);
  const __m256i line_feed = _mm256_set1_epi8('\n'), carriage_return = _mm256_set1_epi8('\r');
  std::uint32_t* const delimiters = index.delimiters.get();
  std::uint32_t* const terminators = index.terminators.get();
  std::uint32_t delimiter_count = index.delimiter_count, terminator_count = index.terminator_count;
  std::uint32_t at = from;
  __m256i tops = _mm256_setzero_si256();
  for (; at + 64 <= to; at += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + at + 32));
    tops = _mm256_or_si256(tops, _mm256_or_si256(low, high));
    std::uint64_t ends = join(_mm256_cmpeq_epi8(low, segments), _mm256_cmpeq_epi8(high, segments));
    std::uint64_t all = ends | join(_mm256_cmpeq_epi8(low, elements), _mm256_cmpeq_epi8(high, elements));
    const std::uint64_t signs = join(_mm256_cmpeq_epi8(low, releases), _mm256_cmpeq_epi8(high, releases));
    const std::uint64_t specials =
        signs | join(_mm256_or_si256(_mm256_cmpeq_epi8(low, line_feed), _mm256_cmpeq_epi8(low, carriage_return)),
                     _mm256_or_si256(_mm256_cmpeq_epi8(high, line_feed), _mm256_cmpeq_epi8(high, carriage_return)));
    if (signs != 0 || carry) {
      const std::uint64_t data = bits::released(signs, carry);
      ends &= ~data;
      all &= ~data;
    }
    bits::write_marks(delimiters, delimiter_count, terminators, terminator_count, all, ends, at);
    if (specials != 0) {
      const auto special_count = static_cast<unsigned>(_mm_popcnt_u64(specials));
      bits::write<8>(index.newlines.get() + index.newline_count, specials, special_count, at);
      index.newline_count += special_count;
    }
  }
  index.high = index.high || _mm256_movemask_epi8(tops) != 0;
  index.delimiter_count = delimiter_count;
  index.terminator_count = terminator_count;
  return at;
}

CROSSDOCK_AVX512 std::uint32_t scan_avx512(const char* block, std::uint32_t from, std::uint32_t to, char element,
                                           char terminator, DelimiterIndex& index) {
  const __m512i elements = _mm512_set1_epi8(element), segments = _mm512_set1_epi8(terminator);
  const __m512i line_feed = _mm512_set1_epi8('\n'), carriage_return = _mm512_set1_epi8('\r');
  std::uint32_t* const delimiters = index.delimiters.get();
  std::uint32_t* const terminators = index.terminators.get();
  std::uint32_t delimiter_count = index.delimiter_count, terminator_count = index.terminator_count;
  std::uint32_t at = from;
  for (; at + 64 <= to; at += 64) {
    const __m512i bytes = _mm512_loadu_si512(block + at);
    const std::uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, segments);
    const std::uint64_t all = ends | _mm512_cmpeq_epi8_mask(bytes, elements);
    const std::uint64_t lines =
        _mm512_cmpeq_epi8_mask(bytes, line_feed) | _mm512_cmpeq_epi8_mask(bytes, carriage_return);
    bits::write_marks_compressed(delimiters, delimiter_count, terminators, terminator_count, all, ends, at);
    if (lines != 0) {
      const auto line_count = static_cast<unsigned>(_mm_popcnt_u64(lines));
      bits::write_compressed(index.newlines.get() + index.newline_count, lines, line_count, at);
      index.newline_count += line_count;
    }
  }
  index.delimiter_count = delimiter_count;
  index.terminator_count = terminator_count;
  return at;
}

CROSSDOCK_AVX512 std::uint32_t scan_released_avx512(const char* block, std::uint32_t from, std::uint32_t to,
                                                    char element, char terminator, char release, bool& carry,
                                                    DelimiterIndex& index) {
  const __m512i elements = _mm512_set1_epi8(element), segments = _mm512_set1_epi8(terminator);
  const __m512i releases = _mm512_set1_epi8(release);
  const __m512i line_feed = _mm512_set1_epi8('\n'), carriage_return = _mm512_set1_epi8('\r');
  std::uint32_t* const delimiters = index.delimiters.get();
  std::uint32_t* const terminators = index.terminators.get();
  std::uint32_t delimiter_count = index.delimiter_count, terminator_count = index.terminator_count;
  std::uint32_t at = from;
  __m512i tops = _mm512_setzero_si512();
  for (; at + 64 <= to; at += 64) {
    const __m512i bytes = _mm512_loadu_si512(block + at);
    tops = _mm512_or_si512(tops, bytes);
    std::uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, segments);
    std::uint64_t all = ends | _mm512_cmpeq_epi8_mask(bytes, elements);
    const std::uint64_t signs = _mm512_cmpeq_epi8_mask(bytes, releases);
    const std::uint64_t specials =
        signs | _mm512_cmpeq_epi8_mask(bytes, line_feed) | _mm512_cmpeq_epi8_mask(bytes, carriage_return);
    if (signs != 0 || carry) {
      const std::uint64_t data = bits::released(signs, carry);
      ends &= ~data;
      all &= ~data;
    }
    bits::write_marks_compressed(delimiters, delimiter_count, terminators, terminator_count, all, ends, at);
    if (specials != 0) {
      const auto special_count = static_cast<unsigned>(_mm_popcnt_u64(specials));
      bits::write_compressed(index.newlines.get() + index.newline_count, specials, special_count, at);
      index.newline_count += special_count;
    }
  }
  index.high = index.high || _mm512_movepi8_mask(tops) != 0;
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

VectorForm vector_form() {
#if defined(__x86_64__)
  static const VectorForm form = [] {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2") ||
        !__builtin_cpu_supports("popcnt"))
      return VectorForm::none;
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2")
               ? VectorForm::avx512
               : VectorForm::avx2;
  }();
  return form;
#else
  return VectorForm::none;
#endif
}

void scan(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator, DelimiterIndex& index,
          VectorForm form) {
#if defined(__x86_64__)
  if (to - from >= 64 && form == VectorForm::avx512)
    from = scan_avx512(block, from, to, element, terminator, index);
  else if (to - from >= 64 && form == VectorForm::avx2)
    from = scan_avx2(block, from, to, element, terminator, index);
#endif
  scan_scalar(block, from, to, element, terminator, index);
}

void scan_released_scalar(const char* block, std::uint32_t from, std::uint32_t to, char element, char terminator,
                          char release, bool& carry, DelimiterIndex& index) {
  for (std::uint32_t at = from; at < to; ++at) {
    const char byte = block[at];
    if (byte == '\n' || byte == '\r' || byte == release) index.newlines[index.newline_count++] = at;
    index.high = index.high || static_cast<unsigned char>(byte) >= 0x80;
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
                   bool& carry, DelimiterIndex& index, VectorForm form) {
#if defined(__x86_64__)
  if (to - from >= 64 && form == VectorForm::avx512)
    from = scan_released_avx512(block, from, to, element, terminator, release, carry, index);
  else if (to - from >= 64 && form == VectorForm::avx2)
    from = scan_released_avx2(block, from, to, element, terminator, release, carry, index);
#endif
  scan_released_scalar(block, from, to, element, terminator, release, carry, index);
}

}  // namespace crossdock::wire
