// Maps over a hierarchy: one map for sets with and without the optional levels, in both directions.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "translators/guide/hierarchy.hpp"

namespace crossdock::mapping {
namespace {

const char* const elements = R"(version: x12/t
elements:
  "1": {name: text, type: AN, min: 1, max: 30}
)";
const char* const segments = R"(version: x12/t
segments:
  ST: {name: header, elements: [["1", M], ["1", M]]}
  SE: {name: trailer, elements: [["1", M], ["1", M]]}
  BSN: {name: notice, elements: [["1", M]]}
  HL: {name: level, elements: [["1", M], ["1", O], ["1", M], ["1", O]]}
  PRF: {name: order, elements: [["1", M]]}
  TD1: {name: load, elements: [["1", M]]}
  TD3: {name: equipment, elements: [["1", M]]}
  MAN: {name: marks, elements: [["1", M]]}
  LIN: {name: item, elements: [["1", M]]}
  N1: {name: party, elements: [["1", M], ["1", O]]}
  N3: {name: street, elements: [["1", M]]}
)";
const char* const tree_guide = R"(guide: x12/t/856
name: notice
functional_group: SH
sources: [ours]
tables:
  - table: detail
    content:
      - {segment: ST, usage: M, repeat: 1}
      - {segment: BSN, usage: M, repeat: 1}
      - loop: "0200"
        usage: M
        repeat: 200000
        hierarchy: {id: "01", parent: "02", level: "03", child: "04", top: [S], levels: {S: [O], O: [T, P, I], T: [P, I], P: [I], I: []}}
        content:
          - {segment: HL, usage: M, repeat: 1}
          - {segment: LIN, usage: O, repeat: 1}
          - {segment: PRF, usage: O, repeat: 1}
          - {segment: TD1, usage: O, repeat: 1}
          - {segment: TD3, usage: O, repeat: 1}
          - {segment: MAN, usage: O, repeat: 1}
          - {loop: "0210", usage: O, repeat: 9, content: [{segment: N1, usage: M, repeat: 1}, {segment: N3, usage: O, repeat: 1}]}
      - {segment: SE, usage: M, repeat: 1}
)";
const char* const schema = R"({"type":"object","required":["id"],"properties":{
  "id":{"type":"string"},"load":{"type":"string"},"consignee":{"type":"string"},
  "lines":{"type":"array","items":{"type":"object","properties":{"order":{"type":"string"},"buyer":{"type":"string"},
    "tare":{"type":"string"},"package":{"type":"string"},"sku":{"type":"string"}}}}}})";
const char* const map_text = R"(map: x12/t/856
guide: x12/t/856
events:
  - type: x.v1
    subject: id
    relate:
      - BSN.01 <-> id
      - HL[S]/TD1.01 <-> load
      - HL[S]/N1[01=ST].02 <-> consignee
      - for: HL[S]/HL[O]/HL[T]?/HL[P]?/HL[I] <-> lines[]
        relate:
          - HL[O]/PRF.01 <-> order
          - HL[O]/N1[01=BY].02 <-> buyer
          - HL[T]/MAN.01 <-> tare
          - HL[P]/MAN.01 <-> package
          - LIN.01 <-> sku
)";

class HierarchyMap : public ::testing::Test {
 protected:
  HierarchyMap() {
    shelf_.texts = {{"maps/guides/x12/t/elements.yaml", elements},
                    {"maps/guides/x12/t/segments.yaml", segments},
                    {"maps/guides/x12/t/856.yaml", tree_guide},
                    {"maps/x12/t/856/map.yaml", map_text},
                    {"maps/canonical/x.v1.schema.json", schema}};
  }
  std::unique_ptr<CompiledMap> load(std::string& faults_text) {
    std::vector<Finding> faults;
    auto map = load_map(guides_.sources(), "x12/t/856", faults);
    faults_text = texts_of(faults);
    return map ? std::move(*map) : nullptr;
  }
  static std::string read(const CompiledMap& map, const std::string& body, std::string* whole = nullptr) {
    auto document = document_of("ST*856*0001~BSN*N1~" + body + "SE*9*0001~");
    guide::SetTree tree;
    std::vector<Finding> findings;
    guide::validate_set(document, *map.guide(), {}, tree, findings);
    guide::arrange(document, *map.guide(), tree);
    std::string out;
    translate_set(
        map, document, tree, {},
        [&](canonical::Event&& event, std::string_view) {
          out += event.data;
          if (whole != nullptr) *whole = event.to_json();
        },
        findings);
    for (const Finding& finding : findings) out += " " + std::string(info(finding.code).text) + "@" + finding.path;
    return out;
  }
  static std::string write(const CompiledMap& map, const std::string& event) {
    std::vector<Finding> findings;
    const auto sets = write_sets(map, {event}, findings);
    if (!sets || sets->empty()) return texts_of(findings);
    std::string out;
    for (const auto& segment : (*sets)[0].segments) {
      for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
      out += "~";
    }
    return out + texts_of(findings);
  }
  TextShelf shelf_;
  GuideShelf guides_{shelf_};
};

const std::string with_all =
    "HL*1**S*1~TD1*LOAD~N1*ST*dock~HL*2*1*O*1~PRF*PO1~N1*BY*us~HL*3*2*T*1~MAN*T1~HL*4*3*P*1~MAN*P1~HL*5*4*I*0~LIN*a~"
    "HL*6*4*I*0~LIN*b~HL*7*3*P*1~MAN*P2~HL*8*7*I*0~LIN*c~HL*9*1*O*1~PRF*PO2~HL*10*9*I*0~LIN*d~";
const std::string lines_of_all =
    R"({"id":"N1","load":"LOAD","consignee":"dock","lines":[{"order":"PO1","buyer":"us","tare":"T1","package":"P1","sku":"a"},)"
    R"({"order":"PO1","buyer":"us","tare":"T1","package":"P1","sku":"b"},{"order":"PO1","buyer":"us","tare":"T1","package":"P2","sku":"c"},)"
    R"({"order":"PO2","sku":"d"}]})";

TEST_F(HierarchyMap, one_map_reads_sets_with_and_without_the_optional_levels) {
  std::string faults;
  const auto map = load(faults);
  ASSERT_NE(map, nullptr) << faults;
  EXPECT_EQ(faults, "");
  const std::vector<std::pair<std::string, std::string>> table{
      {with_all, lines_of_all},
      {"HL*1**S~HL*2*1*O~PRF*PO1~HL*3*2*I~LIN*a~HL*4*2*I~LIN*b~",
       R"({"id":"N1","lines":[{"order":"PO1","sku":"a"},{"order":"PO1","sku":"b"}]})"},
      {"HL*1**S~HL*2*1*O~PRF*PO1~HL*3*2*P~MAN*P1~HL*4*3*I~LIN*a~HL*5*2*I~LIN*b~",
       R"({"id":"N1","lines":[{"order":"PO1","package":"P1","sku":"a"},{"order":"PO1","sku":"b"}]})"},
      // by HL02, whatever the order
      {"HL*1**S~HL*2*1*O~PRF*PO1~HL*3*1*O~PRF*PO2~HL*4*2*I~LIN*a~HL*5*3*I~LIN*b~",
       R"({"id":"N1","lines":[{"order":"PO1","sku":"a"},{"order":"PO2","sku":"b"}]} x12.hierarchy.order@HL[4].02)"},
  };
  for (const auto& [body, expected] : table) EXPECT_EQ(read(*map, body), expected) << body;
}

TEST_F(HierarchyMap, writes_numbers_parents_and_child_flags_and_shares_levels_that_say_the_same) {
  std::string faults;
  const auto map = load(faults);
  ASSERT_NE(map, nullptr) << faults;
  for (const std::string& body :
       {with_all, std::string("HL*1**S*1~HL*2*1*O*1~PRF*PO1~HL*3*2*I*0~LIN*a~HL*4*2*I*0~LIN*b~"),
        // the same order again after another one stays apart: the lines keep their order
        std::string(
            "HL*1**S*1~HL*2*1*O*1~PRF*A~HL*3*2*I*0~LIN*a~HL*4*1*O*1~PRF*B~HL*5*4*I*0~LIN*b~HL*6*1*O*1~PRF*A~HL*7*6*I*"
            "0~LIN*c~")}) {
    std::string event;
    (void)read(*map, body, &event);
    EXPECT_EQ(write(*map, event), "BSN*N1~" + body);
  }
}

TEST_F(HierarchyMap, faults_name_what_a_hierarchy_does_not_allow) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"HL[X]/TD1.01 -> load", "no level X"},
      {"HL[S]/HL[P]/MAN.01 -> load", "level P never stands under level S"},
      {"BSN[S].01 -> load", "is no hierarchy"},
      {"HL[S]?/TD1.01 -> load", "may be absent"},
      {"HL?/HL[S]/TD1.01 -> load", "may be absent"},
  };
  for (const auto& [line, says] : table) {
    std::string text = map_text;
    text.replace(text.find("HL[S]/TD1.01 <-> load"), 21, line);
    shelf_.texts["maps/x12/t/856/map.yaml"] = text;
    std::string faults;
    EXPECT_EQ(load(faults), nullptr) << line;
    EXPECT_NE(faults.find(says), std::string::npos) << line << ": " << faults;
  }
}

}  // namespace
}  // namespace crossdock::mapping
