// Ranges grow at their ends and merge; the common case touches only the last one.
// SPDX-License-Identifier: Apache-2.0
#include "translators/wire/seen_numbers.hpp"

#include <algorithm>

#include "translators/wire/text.hpp"

namespace crossdock::wire {

void SeenNumbers::clear() {
  ranges_.clear();
  if (hash_count_ != 0) std::fill(slots_.begin(), slots_.end(), 0);
  hash_count_ = 0;
}

bool SeenNumbers::seen(std::string_view number) {
  if (const auto value = parse_number(number)) return seen_number(*value);
  return seen_hash(hash_text(0, number));
}

bool SeenNumbers::seen_hash(std::uint64_t hash) {
  hash |= 1;
  if (2 * hash_count_ >= slots_.size() && hash_count_ < kept_max) {
    const std::vector<std::uint64_t> kept =
        std::exchange(slots_, std::vector<std::uint64_t>(std::max<std::size_t>(64, 4 * hash_count_)));
    hash_count_ = 0;
    for (const std::uint64_t one : kept)
      if (one != 0) seen_hash(one);
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash >> 20 & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask)
    if (slots_[at] == hash) return true;
  if (hash_count_ == kept_max) return false;
  slots_[at] = hash;
  ++hash_count_;
  return false;
}

bool SeenNumbers::seen_number(std::uint64_t number) {
  if (!ranges_.empty() && number == ranges_.back().second + 1) {
    ++ranges_.back().second;
    return false;
  }
  if (ranges_.empty()) {
    ranges_.emplace_back(number, number);
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
