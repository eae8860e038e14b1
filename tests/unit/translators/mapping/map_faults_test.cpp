// Faults of maps: each with its code, its place, and the name that was meant.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/load.hpp"

#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"

namespace crossdock::mapping {
namespace {

const char* const schema = R"({"type":"object","required":["shipment"],"properties":{
  "shipment":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"carrier_reference":{"type":"string"},
    "references":{"type":"array","items":{"type":"object","required":["value"],"properties":{"type":{"type":"string"},"value":{"type":"string"}}}}}},
  "milestone":{"type":"object","properties":{"code":{"type":"string","enum":["delivered","loaded"]},"occurred_at":{"type":"string"},"expected_at":{"type":"string"},"zone":{"type":"string"},"source_code":{"type":"string"}}},
  "stop":{"type":"object","properties":{"sequence":{"type":"integer"}}},
  "weight":{"type":"object","properties":{"value":{"type":"string"},"unit":{"type":"string"}}}}})";

/// Compiles a map of `lines` for the 214 guide; texts of the faults.
class MapFaults : public ::testing::Test {
 protected:
  std::string faults_of(const std::string& lines,
                        const std::string& head = "    for: LX/AT7\n    subject: shipment.id\n") {
    const std::string map = "map: t\nguide: x12/004010/214\nevents:\n  - type: x.v1\n" + head + "    relate:\n" + lines;
    MapSources sources = guides_.sources();
    sources.read = [&](const std::string& path) -> Result<std::string> {
      if (path == "maps/t/map.yaml") return map;
      if (path == "maps/canonical/x.v1.schema.json") return std::string(schema);
      if (path == "maps/codes/t.yaml")
        return std::string("table: t\nlist: x\nkeys: [code]\ncolumns: [a]\nrows:\n  - {code: D1, a: deliverd}\n");
      return fail(Code::file_unreadable, path);
    };
    std::vector<Finding> findings;
    const auto loaded = load_map(sources, "t", findings);
    std::string out;
    for (const Finding& finding : findings)
      out += finding.map_line + " " + std::string(info(finding.code).text) + " " + finding.message + "\n";
    EXPECT_EQ(loaded.has_value(), out.find(" map.") == std::string::npos || out.find("one_way") != std::string::npos)
        << out;
    return out;
  }
  static ShareFolder share_;
  GuideShelf guides_{share_};
};
ShareFolder MapFaults::share_;

constexpr const char* id_line = "      - B10.02 -> shipment.id\n";

TEST_F(MapFaults, a_good_map_has_none) { EXPECT_EQ(faults_of(id_line), ""); }

TEST_F(MapFaults, are_named_with_their_place_and_what_was_meant) {
  struct Case {
    const char* line;
    const char* code;
    const char* says;
  };
  for (const Case& one :
       {Case{"B11.02 -> shipment.carrier_reference", "map.place.unknown", "did you mean B10"},
        Case{"B10.99 -> shipment.carrier_reference", "map.place.unknown", "B10 has"},
        Case{"B10.01 -> shipment.carier_reference", "map.field.unknown", "did you mean shipment.carrier_reference"},
        Case{"LX/L11[02=\"Q?\"].01 -> shipment.carrier_reference", "map.qualifier.impossible", "code Q?"},
        Case{"B10.01 -> stop.sequence", "map.type.mismatch", "add `| number`"},
        Case{"B10.01 -> weight", "map.type.mismatch", "is an object"},
        Case{"B10.01 -> shipment.references", "map.type.mismatch", "is a list"},
        Case{"B10.01 B10.03 -> shipment.carrier_reference", "map.type.mismatch", "2 places cannot fill 1 fields"},
        Case{"AT7.01 -> milestone.code | table(t)", "map.type.mismatch", "did you mean delivered"},
        Case{"AT7.01 -> milestone.code | table(tt)", "map.table.wrong", "there is no table"},
        Case{"AT7.01 -> milestone.code | tabel(t)", "map.step.wrong", "did you mean table"},
        Case{"B10.01 -> shipment.carrier_reference keep milestone.source_code", "map.step.wrong", "no table"},
        Case{"B10.03 -> shipment.id", "map.clash", "already written"},
        Case{"const(\"x\") -> milestone.code", "map.type.mismatch", "can never be x"},
        Case{"B10.01 -> shipment.carrier_reference when milestone.code = deliverd", "map.type.mismatch",
             "did you mean delivered"},
        Case{"L11 -> shipment.carrier_reference", "map.place.unknown", "a line names an element"},
        Case{"$.a -> shipment.carrier_reference", "map.place.unknown", "reads transaction sets"}}) {
    const std::string faults = faults_of(std::string(id_line) + "      - '" + one.line + "'\n");
    EXPECT_NE(faults.find(one.code), std::string::npos) << one.line << "\n" << faults;
    EXPECT_NE(faults.find(one.says), std::string::npos) << one.line << "\n" << faults;
    EXPECT_NE(faults.find("t/map.yaml:"), std::string::npos) << faults;
  }
}

TEST_F(MapFaults, required_fields_and_mandatory_elements_must_be_filled) {
  EXPECT_NE(faults_of("      - B10.01 -> shipment.carrier_reference\n").find("map.field.unfilled"), std::string::npos);
  const std::string written = faults_of("      - B10.02 <-> shipment.id\n");
  EXPECT_NE(written.find("map.element.unfilled"), std::string::npos) << written;
  EXPECT_NE(written.find("B10.03"), std::string::npos) << written;
}

TEST_F(MapFaults, guards_that_exclude_each_other_allow_two_lines) {
  const std::string lines = std::string(id_line) + "      - AT7.01 -> milestone.code | codes(D1=delivered)\n";
  EXPECT_EQ(faults_of(lines + "      - AT7.05 -> milestone.occurred_at when milestone.code = delivered\n      - AT7.06 "
                              "-> milestone.occurred_at when milestone.code = loaded\n"),
            "");
  EXPECT_EQ(faults_of(lines + "      - AT7.05 -> milestone.occurred_at when AT7.02 present\n      - AT7.06 -> "
                              "milestone.occurred_at when AT7.02 absent\n"),
            "");
  // An E note of the guide says that AT7.01 and AT7.03 never stand together.
  EXPECT_EQ(faults_of(std::string(id_line) + "      - AT7.01 -> milestone.source_code when AT7.01 present\n      - "
                                             "AT7.03 -> milestone.source_code when AT7.03 present\n"),
            "");
  EXPECT_NE(faults_of(lines + "      - AT7.05 -> milestone.occurred_at when AT7.02 present\n      - AT7.06 -> "
                              "milestone.occurred_at when AT7.05 present\n")
                .find("map.clash"),
            std::string::npos);
}

TEST_F(MapFaults, all_come_in_one_pass) {
  const std::string faults = faults_of(
      "      - B11.02 -> shipment.id\n      - B10.01 -> nothing\n      - what is this\n", "    for: LX/AT77\n");
  EXPECT_NE(faults.find("map.syntax"), std::string::npos) << faults;
}

TEST_F(MapFaults, keys_and_yaml) {
  EXPECT_NE(faults_of(id_line, "    fr: LX/AT7\n").find("did you mean for"), std::string::npos);
  EXPECT_NE(faults_of(id_line, "    for: [\n").find("map.yaml"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::mapping
