// Collects the faults of a map, all in one pass, each with file, line and column; and finds the name that was meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translators/base/finding.hpp"
#include "translators/mapping/source_text.hpp"

namespace crossdock::mapping {

/// `x12/004010/214/map.yaml:12`, with `:7` for the column when `with_column`.
[[nodiscard]] std::string mark_text(const TextMark& mark, bool with_column);

/// Adds findings to a list that belongs to the caller. At most `faults_max` are kept.
class Faults {
 public:
  static constexpr std::size_t faults_max = 1000;
  explicit Faults(std::vector<Finding>& out) : out_(out) {}
  /// Severity is the code's default; a fault without a message says the code's own sentence.
  void add(Code code, const TextMark& at, std::string message, std::string expected = {}, std::string value = {});
  /// Faults of severity error added so far.
  [[nodiscard]] std::size_t errors() const { return errors_; }

 private:
  std::vector<Finding>& out_;
  std::size_t errors_ = 0;
};

/// The up to `count` names nearest to `wanted` (edit distance, at most a third of its length and at least 2), best
/// first.
[[nodiscard]] std::vector<std::string> nearest(std::string_view wanted, const std::vector<std::string>& names,
                                               std::size_t count = 1);
/// `; did you mean X or Y?`, empty when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace crossdock::mapping
