// The patterns of schemas: a small part of ECMA 262 that is matched in linear steps, so that no value can make it slow.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace crossdock::canonical {

/// Characters, `.`, classes, groups, `|`, `? * + {m,n}`, `\d \w \s` and escaped characters; `^` first and `$` last
/// anchor it.
class Pattern {
 public:
  /// Nothing where the pattern uses what is not known here.
  [[nodiscard]] static std::optional<Pattern> parse(std::string_view text);
  /// Finds the pattern in a value of at most value_bytes_max bytes; longer values match nothing.
  [[nodiscard]] bool matches(std::string_view value) const;
  static constexpr std::size_t value_bytes_max = 4096;

 private:
  class Parser;
  struct Node {
    enum class Kind : std::uint8_t { bytes, sequence, choice, repeat };
    Kind kind = Kind::bytes;
    std::vector<bool> bytes;            ///< kind bytes: which of 256
    std::vector<std::uint32_t> parts;   ///< sequence, choice; repeat: one
    std::uint32_t least = 0, most = 0;  ///< repeat
  };
  using Ends = std::vector<bool>;  ///< positions of the value
  [[nodiscard]] Ends run(std::uint32_t node, const Ends& starts, std::string_view value) const;

  std::vector<Node> nodes_;
  std::uint32_t root_ = 0;
  bool at_start_ = false, at_end_ = false;
};

}  // namespace crossdock::canonical
