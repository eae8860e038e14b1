// Maps as people read them: types of both sides, directions, tables.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/show.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "tests/unit/translators/mapping/map_support.hpp"

namespace crossdock::mapping {
namespace {

std::unique_ptr<CompiledMap> loaded(const std::string& id) {
  static const ShareFolder share;
  static GuideShelf guides(share);
  std::vector<Finding> faults;
  auto map = load_map(guides.sources(), id, faults);
  EXPECT_TRUE(map) << id;
  return map ? std::move(*map) : nullptr;
}

TEST(ShowMap, text_names_types_and_tables) {
  const auto map = loaded("x12/004010/214");
  ASSERT_TRUE(map);
  const std::string text = show_text(*map);
  EXPECT_TRUE(text.starts_with("x12/004010/214  (segments, guide x12/004010/214)\n")) << text.substr(0, 200);
  EXPECT_NE(text.find("\ntable x12-1650\n"), std::string::npos);
  EXPECT_NE(text.find("B10.03 <-> carrier.scac    # 140 ID 2/4 : string\n"), std::string::npos) << text;
  EXPECT_NE(text.find("; table x12-1650\n"), std::string::npos);
}

TEST(ShowMap, json_holds_each_line_once) {
  for (const char* id : {"x12/004010/204", "x12/004010/214", "webhooks/generic-status", "bodies/tms-milestone"}) {
    const auto map = loaded(id);
    ASSERT_TRUE(map) << id;
    const auto shown = boost::json::parse(show_json(*map));
    EXPECT_EQ(shown.at("map").as_string(), id);
    std::set<std::string> seen;
    std::size_t lines = 0;
    for (const auto& event : shown.at("events").as_array())
      for (const auto& line : event.at("lines").as_array()) {
        ++lines;
        seen.insert(std::string(event.at("type").as_string()) + std::string(event.at("name").as_string()) +
                    std::string(line.at("at").as_string()) + std::string(line.at("text").as_string()));
      }
    EXPECT_GT(lines, 5U) << id;
    EXPECT_EQ(seen.size(), lines) << id;
  }
}

}  // namespace
}  // namespace crossdock::mapping
