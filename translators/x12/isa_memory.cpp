// One ISA against the one before, sixteen bytes at a time.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "translators/x12/isa.hpp"
#include "translators/x12/text.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace crossdock::x12 {
namespace {

constexpr std::size_t isa_bytes = 106;

/// One bit for each byte of an ISA.
struct ByteMask {
  std::uint64_t low = 0, high = 0;
  constexpr void set(std::size_t at) { (at < 64 ? low : high) |= 1ULL << (at % 64); }
  [[nodiscard]] constexpr bool meets(const ByteMask& other) const {
    return ((low & other.low) | (high & other.high)) != 0;
  }
};

struct Layout {
  std::array<std::size_t, 17> begins{};
  std::array<ByteMask, 17> elements{};
  ByteMask fixed;  ///< tag, separators, ISA11, ISA12, ISA16, terminator: what decides how the rest is read
};

constexpr Layout layout = [] {
  Layout out;
  std::size_t at = 3;
  for (std::size_t i = 0; i < at; ++i) out.fixed.set(i);
  for (std::size_t element = 1; element <= 16; ++element) {
    out.fixed.set(at);
    out.begins[element] = ++at;
    for (const std::size_t end = at + isa_widths[element]; at < end; ++at) {
      out.elements[element].set(at);
      if (element == 11 || element == 12 || element == 16) out.fixed.set(at);
    }
  }
  out.fixed.set(at);
  return out;
}();

/// The bytes in which two ISA differ; compared_bytes of both are read.
ByteMask differences(const char* left, const char* right) {
  ByteMask out;
#if defined(__x86_64__)
  const auto differing = [&](std::size_t at) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(left + at));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(right + at));
    return static_cast<std::uint64_t>(~_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) & 0xFFFF);
  };
  out.low = differing(0) | differing(16) << 16 | differing(32) << 32 | differing(48) << 48;
  out.high = differing(64) | differing(80) << 16 | differing(96) << 32;
  out.high &= (1ULL << (isa_bytes - 64)) - 1;
#else
  for (std::size_t at = 0; at < isa_bytes; at += 8) {
    std::uint64_t a = 0, b = 0;
    std::memcpy(&a, left + at, 8);
    std::memcpy(&b, right + at, 8);
    for (std::uint64_t differing = a ^ b; differing != 0;) {
      const auto byte = static_cast<std::size_t>(std::countr_zero(differing)) / 8;
      if (at + byte < isa_bytes) out.set(at + byte);
      differing &= ~(0xFFULL << (8 * byte));
    }
  }
#endif
  return out;
}

}  // namespace

const IsaReading* IsaMemory::repeat(std::string_view window) {
  if (!usable_ || window.size() < compared_bytes) return nullptr;
  const ByteMask differing = differences(window.data(), text_.data());
  if (differing.meets(layout.fixed)) return nullptr;
  std::size_t next = isa_bytes;  // what follows must show that the terminator is one
  while (next < window.size() && is_blank(window[next])) ++next;
  const std::string_view behind = window.substr(next);
  if (behind.size() < 3 || !is_upper(behind[0]) || !is_alphanumeric(behind[1]) || behind[2] != window[3])
    return nullptr;
  last_.changed = 0;
  for (std::size_t element = 1; element <= 16; ++element) {
    last_.elements[element] = {window.data() + layout.begins[element], isa_widths[element]};
    if (differing.meets(layout.elements[element])) last_.changed |= 1U << element;
  }
  std::memcpy(text_.data(), window.data(), compared_bytes);
  return &last_;
}

const IsaReading& IsaMemory::remember(std::string_view window, IsaReading&& reading) {
  last_ = std::move(reading);
  last_.changed = IsaReading::all;
  usable_ = last_.remarks.empty() && last_.length == isa_bytes && last_.delimiters.segment.size() == 1 &&
            !last_.newline_terminator && !is_newline(last_.delimiters.segment[0]) && window.size() >= compared_bytes;
  if (usable_) std::memcpy(text_.data(), window.data(), compared_bytes);
  return last_;
}

}  // namespace crossdock::x12
