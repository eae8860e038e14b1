// Ranges grow at their ends and merge; the common case touches only the last one.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/seen_numbers.hpp"

#include <algorithm>
#include <functional>

#include "translators/wire/text.hpp"

namespace crossdock::wire {

void SeenNumbers::clear() {
  ranges_.clear();
  hashes_.clear();
}

bool SeenNumbers::seen(std::string_view number) {
  if (const auto value = parse_number(number)) return seen_number(*value);
  const std::uint64_t hash = std::hash<std::string_view>{}(number);
  const auto place = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (place != hashes_.end() && *place == hash) return true;
  if (hashes_.size() < kept_max) hashes_.insert(place, hash);
  return false;
}

bool SeenNumbers::seen_number(std::uint64_t number) {
  if (!ranges_.empty() && number == ranges_.back().second + 1) {
    ++ranges_.back().second;
    return false;
  }
  const auto behind = std::upper_bound(ranges_.begin(), ranges_.end(), number,
                                       [](std::uint64_t value, const auto& range) { return value < range.first; });
  if (behind != ranges_.begin()) {
    const auto before = behind - 1;
    if (number <= before->second) return true;
    if (number == before->second + 1) {
      before->second = number;
      if (behind != ranges_.end() && behind->first == number + 1) {
        before->second = behind->second;
        ranges_.erase(behind);
      }
      return false;
    }
  }
  if (behind != ranges_.end() && behind->first == number + 1) {
    behind->first = number;
    return false;
  }
  if (ranges_.size() < kept_max) ranges_.insert(behind, {number, number});
  return false;
}

}  // namespace crossdock::wire
