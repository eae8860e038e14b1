// Events at the door: attributes, schemas, fields named in findings.
// SPDX-License-Identifier: Apache-2.0
#include "translators/canonical/check.hpp"

#include <gtest/gtest.h>

#include "translators/canonical/event.hpp"

namespace crossdock::canonical {
namespace {

const std::string objects =
    R"({"definitions":{"id":{"type":"string","minLength":1,"maxLength":5},"list":{"type":"array","maxItems":2,"items":{"$ref":"#/definitions/item"}},
  "item":{"type":"object","required":["type"],"properties":{"type":{"type":"string","enum":["a","b"]},"value":{"type":"string"}}}}})";
const std::string schema_text = R"({"type":"object","additionalProperties":false,"required":["shipment"],"properties":{
  "shipment":{"type":"object","additionalProperties":false,"required":["id"],"properties":{"id":{"$ref":"objects.schema.json#/definitions/id"},"references":{"$ref":"objects.schema.json#/definitions/list"}}},
  "at":{"type":"string","format":"date-time"},"count":{"type":"integer","minimum":1},
  "code":{"type":"string","pattern":"^[A-Z]+$"},"flag":{"type":"boolean"}}})";

Result<std::string> read_text(const std::string& path) {
  if (path == "maps/canonical/x.v1.schema.json") return schema_text;
  if (path == "maps/canonical/objects.schema.json") return objects;
  return fail(Code::file_unreadable, path);
}

std::vector<std::string> findings_of(const std::string& data) {
  const auto schema = load_schema(read_text, "x.v1");
  EXPECT_TRUE(schema.has_value());
  const auto document = json::JsonDocument::parse(data);
  EXPECT_TRUE(document.has_value()) << data;
  std::vector<Finding> findings;
  check_data(*document, 0, *schema, findings);
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(std::string(info(finding.code).text) + " " + finding.path);
  return out;
}

using Texts = std::vector<std::string>;

TEST(CheckData, accepts_what_the_schema_allows) {
  EXPECT_EQ(
      findings_of(
          R"({"shipment":{"id":"S1","references":[{"type":"a"}]},"at":"2026-05-18T14:32:00-05:00","count":3,"code":"AB","flag":true})"),
      Texts{});
  EXPECT_EQ(findings_of(R"({"shipment":{"id":"S1"},"at":"2026-05-18T14:32:00"})"), Texts{});
}

TEST(CheckData, names_the_field_of_each_fault_and_finds_all_in_one_pass) {
  EXPECT_EQ(findings_of("{}"), Texts{"event.field.required data.shipment"});
  EXPECT_EQ(findings_of(R"({"shipment":{"id":"TOOLONG"}})"), Texts{"event.field.value data.shipment.id"});
  EXPECT_EQ(findings_of(R"({"shipment":{"id":7,"idd":"x"}})"),
            (Texts{"event.field.type data.shipment.id", "event.field.unknown data.shipment.idd"}));
  EXPECT_EQ(
      findings_of(
          R"({"shipment":{"id":"S","references":[{"type":"c"},{"value":"v"},{"type":"a"}]},"at":"yesterday","count":0,"code":"ab"})"),
      (Texts{"event.field.value data.shipment.references[0].type",
             "event.field.required data.shipment.references[1].type", "event.field.value data.shipment.references",
             "event.field.value data.at", "event.field.value data.count", "event.field.value data.code"}));
  EXPECT_EQ(findings_of(R"({"shipment":{"id":"S"},"count":1.5})"), Texts{"event.field.type data.count"});
}

TEST(CheckAttributes, asks_for_those_that_every_event_has) {
  const auto check = [](const std::string& text) {
    std::vector<Finding> findings;
    check_attributes(*json::JsonDocument::parse(text), findings);
    std::string out;
    for (const Finding& finding : findings) out += finding.path + " ";
    return out;
  };
  EXPECT_EQ(check(R"({"specversion":"1.0","type":"t","source":"/s","id":"1","data":{}})"), "");
  EXPECT_EQ(check("{}"), "specversion type source data ");
  EXPECT_EQ(check(R"({"specversion":"0.3","type":"t","source":"/s","id":"","time":"noon","data":[]})"),
            "id specversion time data ");
}

TEST(LoadSchema, refuses_what_it_cannot_follow) {
  const auto load = [](const std::string& text) {
    return load_schema(
        [&](const std::string& path) -> Result<std::string> {
          return path == "maps/canonical/y.v1.schema.json" ? Result<std::string>(text)
                                                           : fail(Code::file_unreadable, path);
        },
        "y.v1");
  };
  for (const char* text :
       {"[]", "{", R"({"type":"string"})", R"({"type":"object","properties":{"a":{"type":["string","null"]}}})",
        R"({"type":"object","properties":{"a":{"$ref":"#/no"}}})",
        R"({"type":"object","properties":{"a":{"$ref":"#/properties/a"}}})",
        R"({"type":"object","properties":{"a":{"$ref":"#"}}})", R"({"type":"object","required":["b"],"properties":{}})",
        R"({"type":"object","properties":{"a":{"type":"array"}}})",
        R"({"type":"object","properties":{"a":{"$ref":"../x.json#/a"}}})"})
    EXPECT_FALSE(load(text).has_value()) << text;
}

TEST(Event, writes_attributes_in_order_and_leaves_empty_ones_out) {
  Event event;
  event.type = "crossdock.x.v1";
  event.source = "/files/a";
  event.id = "1";
  event.data = R"({"a":1})";
  EXPECT_EQ(
      event.to_json(),
      R"({"specversion":"1.0","type":"crossdock.x.v1","source":"/files/a","id":"1","datacontenttype":"application/json","data":{"a":1}})");
}

}  // namespace
}  // namespace crossdock::canonical
