// Exact sums of decimal texts, for control totals.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "translators/mapping/program.hpp"

namespace crossdock::mapping {

/// Adds numbers digit for digit; no rounding, no limit but memory.
class DecimalSum {
 public:
  /// False where `text` is no decimal number. `implied`: decimals that the text has without a point.
  bool add(std::string_view text, std::uint32_t implied);
  /// Normal form: no leading zeros, none at the end of the fraction, no sign of a zero.
  [[nodiscard]] std::string text() const;
  /// As an element holds it: with `implied` decimals and no point, and, where the element is a hash total, without the
  /// digits on the left that it has no room for (element 347 of X12).
  [[nodiscard]] std::string text_for(const guide::ElementRule& rule) const;

 private:
  boost::multiprecision::cpp_int digits_ = 0;
  std::uint32_t scale_ = 0;  ///< decimals of digits_
};

/// Decimals that values of this element have without a point.
[[nodiscard]] std::uint32_t implied_of(const guide::ElementRule* rule);

/// `a` and `b` are the same number.
[[nodiscard]] bool same_number(std::string_view a, std::string_view b);

}  // namespace crossdock::mapping
