// Which control numbers were seen before, in bounded memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::wire {

/// Remembers control numbers: digits as ranges (a sequence that ascends by one costs one range whatever its length),
/// other texts by a 64-bit hash. Limits: 4,096 ranges and 4,096 hashes; behind them new numbers are not remembered, so
/// their repeats go unseen.
class SeenNumbers {
 public:
  static constexpr std::size_t kept_max = 4096;
  void clear();
  /// True if this number was seen before; remembers it. Numbers are equal as numbers (`0001` = `1`).
  bool seen(std::string_view number);
  /// The same for a text that is no number, by its hash.
  bool seen_hash(std::uint64_t hash);

 private:
  bool seen_number(std::uint64_t number);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;  // first..last, ascending, apart by more than one
  std::vector<std::uint64_t> slots_;  // of hashes; open addressing, 0 = free, at most half full
  std::size_t hash_count_ = 0;
};

}  // namespace crossdock::wire
