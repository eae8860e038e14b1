// What the vector scans share: masks of 64 bytes, bits to positions, release characters by parity.
// Included by files of this folder only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>

/// Compiled for AVX2 whatever the build's target is: called only where vector_form() is not none.
#define CROSSDOCK_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
/// The same for AVX-512 with VBMI2: where vector_form() is VectorForm::avx512.
#define CROSSDOCK_AVX512 \
  __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2")))

namespace crossdock::wire::bits {

CROSSDOCK_AVX2 inline std::uint64_t join(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

/// Writes the positions of the set bits; whole groups of `Group` without a branch each, the count says how many are
/// valid.
template <unsigned Group>
CROSSDOCK_AVX2 inline void write(std::uint32_t* out, std::uint64_t bits, unsigned count, std::uint32_t at) {
  for (unsigned done = 0; done < count; done += Group)
    for (unsigned i = 0; i < Group; ++i) {
      out[done + i] = at + static_cast<std::uint32_t>(_tzcnt_u64(bits));
      bits &= bits - 1;
    }
}

/// Positions of the set bits of each byte, in its first entries.
inline constexpr auto byte_bits = [] {
  std::array<std::array<std::uint8_t, 8>, 256> out{};
  for (unsigned byte = 0; byte < 256; ++byte)
    for (unsigned bit = 0, count = 0; bit < 8; ++bit)
      if ((byte >> bit & 1) != 0) out[byte][count++] = static_cast<std::uint8_t>(bit);
  return out;
}();

/// write() for masks of many bits: `Bytes` lowest bytes of the mask, no branch at all. Writes up to eight entries
/// beyond those that count.
template <unsigned Bytes>
CROSSDOCK_AVX2 inline void write_dense(std::uint32_t* out, std::uint64_t bits, std::uint32_t at) {
  const __m256i step = _mm256_set1_epi32(8);
  __m256i base = _mm256_set1_epi32(static_cast<int>(at));
  for (unsigned i = 0; i < Bytes; ++i) {
    const auto byte = static_cast<unsigned>(bits >> (8 * i) & 0xFF);
    const __m128i places = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(byte_bits[byte].data()));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_add_epi32(_mm256_cvtepu8_epi32(places), base));
    base = _mm256_add_epi32(base, step);
    out += _mm_popcnt_u32(byte);
  }
}

/// Writes the positions of the delimiters of 64 bytes, and for each terminator among them its number (counted from
/// `delimiter_count`). Source of the ranks: those bits of `ends` that stand in `all`, moved together.
CROSSDOCK_AVX2 inline void write_marks(std::uint32_t* delimiters, std::uint32_t& delimiter_count,
                                       std::uint32_t* terminators, std::uint32_t& terminator_count, std::uint64_t all,
                                       std::uint64_t ends, std::uint32_t at) {
  write_dense<8>(delimiters + delimiter_count, all, at);
  const std::uint64_t ranks = _pext_u64(ends, all);
  const auto count = static_cast<std::uint32_t>(_mm_popcnt_u64(all));
  if (count <= 24)
    write_dense<3>(terminators + terminator_count, ranks, delimiter_count);
  else
    write_dense<8>(terminators + terminator_count, ranks, delimiter_count);
  delimiter_count += count;
  terminator_count += static_cast<std::uint32_t>(_mm_popcnt_u64(ends));
}

/// Numbers of the bytes of a vector.
alignas(64) inline constexpr auto byte_numbers = [] {
  std::array<std::uint8_t, 64> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}();

/// write() for masks of any number of bits, in groups of 16. Writes up to 16 entries beyond those that count. (Forms
/// with a mask of ones: the compiler takes those without for uses of what is not set.)
CROSSDOCK_AVX512 inline void write_compressed(std::uint32_t* out, std::uint64_t bits, unsigned count,
                                              std::uint32_t at) {
  const __m512i base = _mm512_set1_epi32(static_cast<int>(at));
  const __m512i places = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(byte_numbers.data()));
  const auto store = [&](std::uint32_t* to, __m128i sixteen) CROSSDOCK_AVX512 {
    _mm512_storeu_si512(to, _mm512_add_epi32(_mm512_maskz_cvtepu8_epi32(0xFFFF, sixteen), base));
  };
  store(out, _mm512_maskz_extracti32x4_epi32(0xF, places, 0));
  if (count <= 16) return;
  store(out + 16, _mm512_maskz_extracti32x4_epi32(0xF, places, 1));
  if (count <= 32) return;
  store(out + 32, _mm512_maskz_extracti32x4_epi32(0xF, places, 2));
  store(out + 48, _mm512_maskz_extracti32x4_epi32(0xF, places, 3));
}

/// write_marks() by write_compressed().
CROSSDOCK_AVX512 inline void write_marks_compressed(std::uint32_t* delimiters, std::uint32_t& delimiter_count,
                                                    std::uint32_t* terminators, std::uint32_t& terminator_count,
                                                    std::uint64_t all, std::uint64_t ends, std::uint32_t at) {
  const auto count = static_cast<unsigned>(_mm_popcnt_u64(all)),
             end_count = static_cast<unsigned>(_mm_popcnt_u64(ends));
  write_compressed(delimiters + delimiter_count, all, count, at);
  write_compressed(terminators + terminator_count, _pext_u64(ends, all), end_count, delimiter_count);
  delimiter_count += count;
  terminator_count += end_count;
}

/// Bytes that a release character stands before: runs of releases count by parity. `carry`: the first byte is one.
inline std::uint64_t released(std::uint64_t releases, bool& carry) {
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

}  // namespace crossdock::wire::bits
#endif
