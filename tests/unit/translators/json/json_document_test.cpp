// What RFC 8259 allows and refuses, places of values, limits.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_document.hpp"

#include <gtest/gtest.h>

namespace crossdock::json {

TEST(JsonDocument, accepts_what_the_standard_allows) {
  for (const char* text : {"0", "-0", "1.5e+10", "\"\"", "true", "null", "[]", "{}", " [ 1 , 2 ] ",
                           R"({"a":{"b":[{}]}})", R"("\u00e9\ud83d\ude00\n")", "\xEF\xBB\xBF{}"})
    EXPECT_TRUE(JsonDocument::parse(text).has_value()) << text;
}

TEST(JsonDocument, refuses_what_the_standard_does_not_allow) {
  for (const char* text : {"",
                           " ",
                           "01",
                           "+1",
                           "1.",
                           ".5",
                           "1e",
                           "tru",
                           "[1,]",
                           "[1 2]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "{\"a\":1,}",
                           "[",
                           "\"",
                           "\"\x01\"",
                           R"("\x")",
                           R"("\u12")",
                           R"("\ud800")",
                           R"("\udc00\ud800")",
                           "1 2",
                           "[]]",
                           "{\"a\":1,\"a\":2}",
                           "\"\xC3\"",
                           "\"\xED\xA0\x80\"",
                           "nan",
                           "'a'"}) {
    const auto document = JsonDocument::parse(text);
    ASSERT_FALSE(document.has_value()) << text;
    EXPECT_EQ(document.error().code, Code::json_syntax) << text;
  }
}

TEST(JsonDocument, keeps_the_place_and_the_decoded_text_of_each_value) {
  const std::string_view text = "{\n \"a\": [10, {\"b\\u0063\": \"x\\ty\"}]}";
  const auto document = JsonDocument::parse(text);
  ASSERT_TRUE(document.has_value());
  const std::uint32_t item = document->item(document->member(0, "a"), 1);
  const std::uint32_t value = document->member(item, "bc");
  ASSERT_NE(value, JsonNode::none);
  EXPECT_EQ(document->node(value).text, "x\ty");
  EXPECT_EQ(document->path(value), "$.a[1].bc");
  EXPECT_EQ(text.substr(document->where(value).offset, document->where(value).length), "\"x\\ty\"");
  EXPECT_EQ(document->where(value).line, 2U);
  EXPECT_EQ(document->member(item, "none"), JsonNode::none);
  EXPECT_EQ(document->item(item, 0), JsonNode::none);
}

TEST(JsonDocument, stops_at_its_limits_and_one_below_passes) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(JsonDocument::parse(nested(64)).has_value());
  ASSERT_FALSE(JsonDocument::parse(nested(65)).has_value());
  EXPECT_EQ(JsonDocument::parse(nested(65)).error().code, Code::json_limit);
  EXPECT_FALSE(JsonDocument::parse(nested(1'000'000)).has_value());
  JsonLimits limits;
  limits.bytes_max = 4;
  EXPECT_TRUE(JsonDocument::parse("[11]", limits).has_value());
  EXPECT_FALSE(JsonDocument::parse("[111]", limits).has_value());
  limits = {};
  limits.nodes_max = 3;
  EXPECT_TRUE(JsonDocument::parse("[1,2]", limits).has_value());
  EXPECT_FALSE(JsonDocument::parse("[1,2,3]", limits).has_value());
}

}  // namespace crossdock::json
