// JSON Schemas of webhook bodies: what is refused is named by its field.
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/payload_schema.hpp"

#include <gtest/gtest.h>

namespace crossdock::json {
namespace {

constexpr const char* schema = R"({"type":"object","required":["shipment","status"],"properties":{
  "shipment":{"type":"string","minLength":1},
  "status":{"type":"object","required":["code"],"properties":{"code":{"type":"string","enum":["PU","D"]},
            "at":{"type":"string","pattern":"^[0-9-]+T"}}},
  "stops":{"type":"array","items":{"type":"object","properties":{"number":{"type":"integer"}}}}}})";

std::vector<std::string> paths(const std::string& document, const char* text = schema) {
  const auto compiled = PayloadSchema::compile(text, "status.json");
  EXPECT_TRUE(compiled) << compiled.error().text();
  std::vector<Finding> findings;
  (*compiled)->check(document, findings);
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.path);
  return out;
}

bool names(const std::vector<std::string>& found, const std::string& path) {
  return std::find(found.begin(), found.end(), path) != found.end();
}

TEST(PayloadSchema, each_fault_names_its_field) {
  EXPECT_TRUE(paths(R"({"shipment":"S1","status":{"code":"D","at":"2026-05-18T10:00:00Z"}})").empty());
  EXPECT_TRUE(names(paths(R"({"shipment":7,"status":{"code":"D"}})"), "$.shipment"));
  EXPECT_TRUE(names(paths(R"({"shipment":"S1","status":{"code":"X"}})"), "$.status.code"));
  EXPECT_TRUE(names(paths(R"({"shipment":"S1","status":{}})"), "$.status"));
  EXPECT_TRUE(names(paths(R"({"shipment":"S1"})"), "$"));
  EXPECT_TRUE(names(paths(R"({"shipment":"S1","status":{"code":"D"},"stops":[{"number":1},{"number":"2"}]})"),
                    "$.stops[1].number"));
  const auto both = paths(R"({"shipment":"","status":{"code":"X"}})");
  EXPECT_TRUE(names(both, "$.shipment") && names(both, "$.status.code"));
}

TEST(PayloadSchema, what_is_no_json_or_would_cost_stack_is_refused) {
  EXPECT_EQ(paths("{"), std::vector<std::string>{"$"});
  const std::string deep(1000, '[');
  EXPECT_EQ(paths(deep), std::vector<std::string>{"$"});
  const std::string text(PayloadSchema::matched_bytes_max + 1, '1');
  EXPECT_EQ(paths(R"({"shipment":"S1","status":{"code":"D","at":")" + text + "\"}}"),
            std::vector<std::string>{"$.status.at"});
  EXPECT_TRUE(paths("\"" + text + "\"", R"({"type":"string"})").empty());
}

TEST(PayloadSchema, a_schema_that_is_none_says_so) {
  for (const char* text : {"", "[]", "{", R"({"type":"no such"})", R"({"$ref":"https://example.com/other.json"})"})
    EXPECT_EQ(PayloadSchema::compile(text, "x.json").error().code, Code::map_schema_wrong) << text;
}

TEST(PayloadSchema, a_pattern_that_cannot_be_read_is_a_finding_and_no_crash) {
  EXPECT_EQ(paths(R"({"a":"b"})", R"({"properties":{"a":{"type":"string","pattern":"("}}})").size(), 1U);
}

}  // namespace
}  // namespace crossdock::json
