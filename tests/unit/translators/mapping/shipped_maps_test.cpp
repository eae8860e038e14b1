// Every map that is shipped compiles without a fault.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/load.hpp"

#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"

namespace crossdock::mapping {

TEST(ShippedMaps, compile_without_fault) {
  const ShareFolder share;
  GuideShelf guides(share);
  for (const std::string& id : share.maps()) {
    std::vector<Finding> faults;
    const auto map = load_map(guides.sources(), id, faults);
    std::string text;
    for (const Finding& fault : faults)
      text += fault.map_line + ": " + std::string(info(fault.code).text) + ": " + fault.message + "\n";
    EXPECT_TRUE(map.has_value()) << id << "\n" << text;
    EXPECT_EQ(text, "") << id;
  }
}

}  // namespace crossdock::mapping
