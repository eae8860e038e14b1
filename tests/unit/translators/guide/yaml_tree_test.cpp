// Guides are read alike by both YAML readers: same values, same places.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace crossdock::guide {
namespace {

void expect_same(const YamlNode& left, const YamlNode& right) {
  ASSERT_EQ(left.kind, right.kind) << left.line;
  EXPECT_EQ(left.text, right.text) << left.line;
  EXPECT_EQ(left.quoted, right.quoted) << left.line;
  EXPECT_EQ(left.line, right.line);
  EXPECT_EQ(left.column, right.column) << left.line;
  EXPECT_EQ(left.offset, right.offset) << left.line;
  ASSERT_EQ(left.items.size(), right.items.size()) << left.line;
  for (std::size_t i = 0; i < left.items.size() && !testing::Test::HasFailure(); ++i)
    expect_same(left.items[i], right.items[i]);
}

TEST(GuideYaml, both_readers_agree_on_every_guide_and_dictionary) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(CROSSDOCK_SOURCE_DIR) + "/maps/guides")) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    std::vector<Finding> findings;
    Faults faults("x.yaml", findings);
    const auto fast = parse_yaml(text, faults), library = parse_yaml_with_library(text, faults);
    ASSERT_TRUE(fast && library);
    expect_same(*fast, *library);
    if (HasFailure()) return;
    ++files;
  }
  EXPECT_GT(files, 10U);
}

}  // namespace
}  // namespace crossdock::guide
