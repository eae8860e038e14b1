// Payloads against a schema: places of what is wrong, and texts that would cost too much to match.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_schema.hpp"

#include <gmock/gmock.h>
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

constexpr const char* status = R"({"type":"object","required":["shipment","status"],"properties":{
  "shipment":{"type":"string","minLength":1},
  "status":{"type":"object","required":["code"],"properties":{"code":{"type":"string","enum":["PU","D"]},
            "at":{"type":"string","pattern":"^[0-9-]+T"}}},
  "stops":{"type":"array","items":{"type":"object","properties":{"number":{"type":"integer"}}}}}})";

std::vector<std::string> paths(const std::string& document, const char* text = status) {
  const auto loaded = JsonSchema::load(text);
  EXPECT_TRUE(loaded) << loaded.error().text();
  std::vector<Finding> findings;
  loaded->check_text(document, findings);
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.path);
  return out;
}

TEST(JsonSchema, each_fault_names_its_field) {
  using ::testing::Contains;
  EXPECT_TRUE(paths(R"({"shipment":"S1","status":{"code":"D","at":"2026-05-18T10:00:00Z"}})").empty());
  EXPECT_THAT(paths(R"({"shipment":7,"status":{"code":"D"}})"), Contains("/shipment"));
  EXPECT_THAT(paths(R"({"shipment":"S1","status":{"code":"X"}})"), Contains("/status/code"));
  EXPECT_THAT(paths(R"({"shipment":"S1","status":{}})"), Contains("/status"));
  EXPECT_THAT(paths(R"({"shipment":"S1"})"), Contains("/"));
  EXPECT_THAT(paths(R"({"shipment":"S1","status":{"code":"D"},"stops":[{"number":1},{"number":"2"}]})"),
              Contains("/stops/1/number"));
  EXPECT_THAT(paths(R"({"shipment":"","status":{"code":"X"}})"),
              ::testing::AllOf(Contains("/shipment"), Contains("/status/code")));
}

TEST(JsonSchema, what_is_no_json_or_would_cost_stack_is_refused) {
  EXPECT_EQ(paths("{"), std::vector<std::string>{"/"});
  EXPECT_EQ(paths(std::string(1000, '[')), std::vector<std::string>{"/"});
  const std::string text(JsonSchema::matched_bytes_max + 1, '1');
  EXPECT_EQ(paths(R"({"shipment":"S1","status":{"code":"D","at":")" + text + "\"}}"),
            std::vector<std::string>{"/status/at"});
  EXPECT_TRUE(paths("\"" + text + "\"", R"({"type":"string"})").empty());
}

TEST(JsonSchema, a_schema_that_is_none_says_so) {
  for (const char* text : {"", "[]", "{", R"({"type":"no such"})", R"({"$ref":"https://example.com/other.json"})"})
    EXPECT_EQ(JsonSchema::load(text).error().code, Code::map_format_wrong) << text;
}

TEST(JsonSchema, a_pattern_that_cannot_be_read_is_a_finding_and_no_crash) {
  EXPECT_EQ(paths(R"({"a":"b"})", R"({"properties":{"a":{"type":"string","pattern":"("}}})").size(), 1U);
}

}  // namespace
}  // namespace crossdock::json
