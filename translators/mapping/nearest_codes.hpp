// The nearest codes of unknown ones, remembered: a partner who sends a code that no table has sends it a thousand
// times. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "translators/mapping/code_table.hpp"

namespace crossdock::mapping {

/// One runner's; tables outlive it.
class NearestCodes {
 public:
  /// As CodeTable::nearest_codes; good until the next call.
  [[nodiscard]] const std::string& of(const CodeTable& table, std::string_view code) {
    const auto known = known_.find(Key{&table, code});
    if (known != known_.end()) return known->second;
    if (known_.size() >= kept_max) known_.clear();  // what is unknown in so many ways does not come again
    return known_.emplace(std::pair{&table, std::string(code)}, table.nearest_codes(code)).first->second;
  }

 private:
  static constexpr std::size_t kept_max = 1000;  ///< codes of at most a few hundred bytes
  using Key = std::pair<const CodeTable*, std::string_view>;
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      if (a.first != b.first) return std::less<const CodeTable*>()(a.first, b.first);
      return std::string_view(a.second) < std::string_view(b.second);
    }
  };
  std::map<std::pair<const CodeTable*, std::string>, std::string, Less> known_;
};

}  // namespace crossdock::mapping
