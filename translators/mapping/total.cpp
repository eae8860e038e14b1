// Decimal texts as whole numbers with a scale.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/total.hpp"

#include <algorithm>

#include "translators/mapping/codec.hpp"

namespace crossdock::mapping {
namespace {

using boost::multiprecision::cpp_int;

constexpr std::string_view hash_total = "347";  // X12: digits on the left that do not fit are dropped

cpp_int power_of_ten(std::uint32_t exponent) { return boost::multiprecision::pow(cpp_int(10), exponent); }

}  // namespace

bool DecimalSum::add(std::string_view text, std::uint32_t implied) {
  Arena arena;
  const std::string_view plain = plain_decimal(text, arena);
  if (plain.empty()) return false;
  std::string digits(plain);
  std::uint32_t scale = implied;
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    scale = static_cast<std::uint32_t>(digits.size() - point - 1);  // a point that is written counts
    digits.erase(point, 1);
  }
  const bool negative = digits.starts_with("-");
  if (negative) digits.erase(0, 1);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));  // a leading 0 would read as octal
  cpp_int value(digits);
  if (scale > scale_) {
    digits_ *= power_of_ten(scale - scale_);
    scale_ = scale;
  }
  value *= power_of_ten(scale_ - scale);
  if (negative)
    digits_ -= value;
  else
    digits_ += value;
  return true;
}

std::string DecimalSum::text() const {
  const bool negative = digits_ < 0;
  std::string out = digits_.str();
  if (negative) out.erase(0, 1);
  if (out.size() <= scale_) out.insert(0, scale_ - out.size() + 1, '0');
  if (scale_ > 0) {
    out.insert(out.size() - scale_, ".");
    while (out.ends_with("0")) out.pop_back();
    if (out.ends_with(".")) out.pop_back();
  }
  return negative ? "-" + out : out;
}

std::string DecimalSum::text_for(const guide::ElementRule& rule) const {
  std::string out = text();
  if (const std::uint32_t implied = implied_of(&rule); implied > 0) {
    const std::size_t point = std::min(out.find('.'), out.size());
    std::string fraction = point < out.size() ? out.substr(point + 1) : "";
    out.resize(point);
    fraction.resize(std::max<std::size_t>(fraction.size(), implied), '0');
    out += fraction;
    const bool negative = out.starts_with("-");
    if (negative) out.erase(0, 1);
    out.erase(0, std::min(out.find_first_not_of('0'), out.size() - 1));
    if (negative) out.insert(0, "-");
  }
  if (rule.reference != hash_total) return out;
  const std::size_t room = rule.length_max;
  auto digits = static_cast<std::size_t>(std::count_if(out.begin(), out.end(), [](char c) { return c >= '0'; }));
  while (digits > room && !out.empty() && out[0] != '.') {
    digits -= out[0] == '-' ? 0 : 1;
    out.erase(0, 1);
  }
  return out;
}

std::uint32_t implied_of(const guide::ElementRule* rule) {
  return rule != nullptr && rule->type == guide::ElementType::numeric ? rule->implied_decimals : 0;
}

bool same_number(std::string_view a, std::string_view b) {
  DecimalSum x, y;
  return x.add(a, 0) && y.add(b, 0) && x.text() == y.text();
}

}  // namespace crossdock::mapping
