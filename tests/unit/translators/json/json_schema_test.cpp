// Payloads against a schema: places of what is wrong, and texts that would cost too much to match.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_schema.hpp"

#include <gtest/gtest.h>

#include "translators/json/json_document.hpp"

namespace crossdock::json {
namespace {

std::vector<Finding> check(std::string_view schema, const std::string& text) {
  const auto loaded = JsonSchema::load(schema);
  EXPECT_TRUE(loaded);
  auto document = JsonDocument::parse(text);
  EXPECT_TRUE(document);
  std::vector<Finding> findings;
  if (loaded && document) loaded->check(text, *document, findings);
  return findings;
}

constexpr std::string_view schema =
    R"({"type":"object","required":["id"],"properties":{"id":{"type":"string","pattern":"^[a-z]+(-[a-z]+)*$"}}})";

TEST(JsonSchema, says_where_a_payload_is_wrong) {
  EXPECT_TRUE(check(schema, R"({"id":"a-b"})").empty());
  const auto wrong = check(schema, R"({"id":"A"})");
  ASSERT_FALSE(wrong.empty());
  EXPECT_EQ(wrong[0].path, "/id");
  EXPECT_EQ(wrong[0].where.offset, 6U);
  EXPECT_FALSE(JsonSchema::load("[1]"));
}

TEST(JsonSchema, long_texts_are_not_matched_against_patterns) {
  const auto with = [](std::size_t bytes) { return R"({"id":")" + std::string(bytes, 'a') + "\"}"; };
  EXPECT_TRUE(check(schema, with(JsonSchema::matched_bytes_max)).empty());
  for (const std::size_t bytes : {JsonSchema::matched_bytes_max + 1, std::size_t{4} << 20}) {
    const auto found = check(schema, with(bytes));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, Code::document_schema);
  }
}

}  // namespace
}  // namespace crossdock::json
