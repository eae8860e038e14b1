// Nearest codes are the table's own, however often they are asked for.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/nearest_codes.hpp"

#include <gtest/gtest.h>

namespace crossdock::mapping {
namespace {

CodeTable table_of(const std::vector<std::string>& codes) {
  std::vector<CodeTable::Row> rows;
  for (const std::string& code : codes) rows.push_back({{code}, {"value of " + code}, true, {}});
  return CodeTable::inline_codes(std::move(rows));
}

TEST(NearestCodes, of_two_tables_are_told_apart) {
  const CodeTable one = table_of({"AF", "AG", "X3"}), two = table_of({"BM", "PO"});
  NearestCodes known;
  for (int round = 0; round < 2; ++round)
    for (const char* const code : {"AX", "B", "", "a code that is longer than others"}) {
      EXPECT_EQ(known.of(one, code), one.nearest_codes(code)) << code;
      EXPECT_EQ(known.of(two, code), two.nearest_codes(code)) << code;
    }
}

TEST(NearestCodes, of_more_codes_than_are_remembered_are_right_again) {
  const CodeTable table = table_of({"A1", "A2", "B1"});
  NearestCodes known;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 2500; ++i) {
      const std::string code = "A" + std::to_string(i);
      ASSERT_EQ(known.of(table, code), table.nearest_codes(code)) << code;
    }
}

}  // namespace
}  // namespace crossdock::mapping
