// The vector scans against their scalar twins, on any bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "translators/wire/scan.hpp"
#include "translators/wire/scan_text.hpp"

namespace crossdock::test {

inline bool same_index(const wire::DelimiterIndex& left, const wire::DelimiterIndex& right) {
  const auto same = [](const auto& a, std::uint32_t a_count, const auto& b, std::uint32_t b_count) {
    return std::equal(a.get(), a.get() + a_count, b.get(), b.get() + b_count);
  };
  return same(left.delimiters, left.delimiter_count, right.delimiters, right.delimiter_count) &&
         same(left.terminators, left.terminator_count, right.terminators, right.terminator_count) &&
         same(left.newlines, left.newline_count, right.newlines, right.newline_count);
}

/// The vector forms that this machine has, and none.
inline std::vector<wire::VectorForm> vector_forms() {
  std::vector<wire::VectorForm> out;
  for (const auto form : {wire::VectorForm::none, wire::VectorForm::avx2, wire::VectorForm::avx512})
    if (form <= wire::vector_form()) out.push_back(form);
  return out;
}

/// True where all forms of scan_marks() say the same of these bytes.
inline bool marks_agree(std::string_view bytes, const wire::Delimiters& signs) {
  wire::GrowingArray<char> copy;  // with the room behind it that they read
  std::copy(bytes.begin(), bytes.end(), copy.extend(bytes.size()));
  wire::TextMarks slow;
  const wire::TextFacts facts = wire::scan_marks_scalar({copy.data(), copy.size()}, signs, slow);
  for (const wire::VectorForm form : vector_forms()) {
    wire::TextMarks fast;
    if (wire::scan_marks({copy.data(), copy.size()}, signs, fast, form) != facts) return false;
    if (fast.places.size() != slow.places.size() || fast.parts.size() != slow.parts.size()) return false;
    for (std::size_t i = 0; i < fast.places.size(); ++i)
      if (fast.places[i] != slow.places[i] || fast.is_component(i) != slow.is_component(i)) return false;
  }
  return true;
}

/// True where both forms of each scan say the same of these bytes.
inline bool scans_agree(std::string_view bytes, const wire::Delimiters& signs) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const char terminator = signs.segment.empty() ? '~' : signs.segment.front();
  wire::DelimiterIndex fast, slow;
  for (wire::DelimiterIndex* index : {&fast, &slow}) index->reserve(size + 1);
  bool fast_carry = false, slow_carry = false;
  if (signs.release == 0) {
    wire::scan(bytes.data(), 0, size, signs.element, terminator, fast);
    wire::scan_scalar(bytes.data(), 0, size, signs.element, terminator, slow);
  } else {
    wire::scan_released(bytes.data(), 0, size, signs.element, terminator, signs.release, fast_carry, fast);
    wire::scan_released_scalar(bytes.data(), 0, size, signs.element, terminator, signs.release, slow_carry, slow);
  }
  if (fast_carry != slow_carry || !same_index(fast, slow)) return false;
  wire::GrowingArray<char> copy;  // with the room behind it that scan_text() reads
  std::copy(bytes.begin(), bytes.end(), copy.extend(bytes.size()));
  wire::GrowingArray<std::uint32_t> fast_parts, slow_parts;
  const std::string_view text{copy.data(), copy.size()};
  return marks_agree(bytes, signs) &&
         wire::scan_text(text, signs, fast_parts) == wire::scan_text_scalar(text, signs, slow_parts) &&
         std::equal(fast_parts.data(), fast_parts.data() + fast_parts.size(), slow_parts.data(),
                    slow_parts.data() + slow_parts.size());
}

}  // namespace crossdock::test
