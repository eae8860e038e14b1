// EDIFACT guides: what the loader takes and refuses, the dependency notes, and that every guide installed is sound.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/mini_edifact.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/syntax_note.hpp"

namespace crossdock::guide {
namespace {

std::string faults_after(const std::string& file, const std::string& what, const std::string& by) {
  test::MemorySource source = test::mini_edifact_source();
  std::string& text = source.texts.at("maps/guides/edifact/test/" + file);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  if (at != std::string::npos) text.replace(at, what.size(), by);
  std::vector<Finding> faults;
  const auto guide = load_guide(source, "edifact/test/TSTMSG", faults);
  EXPECT_EQ(guide.has_value(), faults.empty());
  std::string out;
  for (const Finding& fault : faults)
    out += std::string(out.empty() ? "" : " ") + std::string(info(fault.code).text) + "@" +
           fault.path.substr(fault.path.rfind('/') + 1);
  return out;
}

TEST(EdifactForm, is_read) {
  std::vector<Finding> faults;
  const auto loaded = load_guide(test::mini_edifact_source(), "edifact/test/TSTMSG", faults);
  ASSERT_TRUE(loaded) << loaded.error().text();
  const CompiledGuide& guide = **loaded;
  EXPECT_EQ(guide.syntax, wire::Syntax::edifact);
  EXPECT_EQ(guide.set, "TSTMSG");
  EXPECT_EQ(guide.version, "test");
  EXPECT_EQ(guide.functional_group, "TSTMSG");
  const NodeIndex cni = guide.find_child(0, "CNI");
  ASSERT_NE(cni, no_node);
  EXPECT_EQ(guide.nodes[cni].loop_id, "SG2");
  EXPECT_EQ(guide.path(guide.find_child(guide.find_child(cni, "NAD"), "DTM")), "CNI/NAD/DTM");
  const SegmentRule& dtm = guide.segments[guide.nodes[guide.find_child(0, "DTM")].rule];
  ASSERT_EQ(dtm.elements.size(), 1U);
  EXPECT_EQ(dtm.elements[0].type, ElementType::composite);
  EXPECT_EQ(dtm.elements[0].components[1].length_max, 35U);
  EXPECT_EQ(dtm.elements[0].components[1].length_min, 1U);
  const SegmentRule& qty = guide.segments[guide.nodes[guide.find_child(cni, "QTY")].rule];
  EXPECT_EQ(qty.elements[0].type, ElementType::number);
  EXPECT_EQ(qty.elements[0].repeat_max, 3U);
  EXPECT_EQ(qty.elements[1].length_min, 3U);
}

TEST(EdifactForm, faults_have_their_place) {
  EXPECT_EQ(faults_after("elements.yaml", "an..14", "an..0"), "guide.value@elements.yaml:3:37");
  EXPECT_EQ(faults_after("elements.yaml", "format: an..14", "format: x..14"), "guide.value@elements.yaml:3:37");
  EXPECT_EQ(faults_after("composites.yaml", "D5(03,02)", "D5(03,04)"), "guide.value@composites.yaml:4:83");
  EXPECT_EQ(faults_after("composites.yaml", "D5(03,02)", "D8(03,02)"), "guide.value@composites.yaml:4:83");
  EXPECT_EQ(faults_after("composites.yaml", "[\"2379\", C]", "[\"2378\", C]"), "guide.reference@composites.yaml:4:62");
  EXPECT_EQ(faults_after("TSTMSG.yaml", "group: SG1", "groop: SG1"),
            "guide.key@TSTMSG.yaml:10:9 guide.key@TSTMSG.yaml:14:9 "
            "guide.key_missing@TSTMSG.yaml:10:9 guide.reference@TSTMSG.yaml:10:9");
  EXPECT_EQ(faults_after("TSTMSG.yaml", "name: test message", "ambiguity: first"),
            "guide.key_missing@TSTMSG.yaml:1:1 guide.value@TSTMSG.yaml:2:12");
}

// NAD behind an optional, repeating NAD: order alone cannot tell them apart.
TEST(EdifactForm, ambiguity_is_a_fault_unless_the_guide_takes_it) {
  const std::string twice = "{segment: DTM, usage: C, repeat: 9}\n      - {segment: DTM, usage: C, repeat: 1}\n";
  EXPECT_EQ(faults_after("TSTMSG.yaml", "{segment: DTM, usage: C, repeat: 9, position: \"0030\"}\n", twice),
            "guide.ambiguous@TSTMSG.yaml:10:9");
  test::MemorySource source = test::mini_edifact_source();
  std::string& text = source.texts.at("maps/guides/edifact/test/TSTMSG.yaml");
  text.replace(text.find("tables:"), 7, "ambiguity: nearest\ntables:");
  const std::size_t at = text.find("{segment: DTM");
  text.replace(at, text.find('\n', at) + 1 - at, twice);
  std::vector<Finding> faults;
  EXPECT_TRUE(load_guide(source, "edifact/test/TSTMSG", faults)) << (faults.empty() ? "" : faults[0].message);
}

TEST(DependencyNote, judges_presence) {
  struct Case {
    const char* note;
    std::uint64_t good, bad;
    std::uint16_t culprit;  ///< of bad
  };
  const Case cases[] = {
      {"D1(01,02)", 0b001, 0b000, 1},    {"D1(01,02)", 0b010, 0b011, 2},    {"D2(01,02)", 0b011, 0b001, 2},
      {"D3(01,02)", 0b010, 0b100, 1},    {"D4(01,02)", 0b000, 0b011, 2},    {"D5(01,02,03)", 0b111, 0b101, 2},
      {"D6(01,02,03)", 0b101, 0b001, 2}, {"D7(01,02,03)", 0b001, 0b101, 3}, {"D7(01,02,03)", 0b110, 0b011, 2}};
  for (const Case& one : cases) {
    const auto note = parse_note(one.note, 3);
    ASSERT_TRUE(note) << one.note;
    EXPECT_TRUE(satisfied(*note, one.good)) << one.note;
    EXPECT_FALSE(satisfied(*note, one.bad)) << one.note;
    EXPECT_EQ(culprit(*note, one.bad), one.culprit) << one.note;
    EXPECT_NE(sentence(*note).find(one.note), std::string::npos);
  }
  for (const char* bad : {"D0(01,02)", "D8(01,02)", "D1(01)", "D1(01,04)", "D1(01,01)", "D1(01;02)", "D1(1,2)", "D1()",
                          "D1(01,02", "D1(01,02,)", "D10102"})
    EXPECT_FALSE(parse_note(bad, 3)) << bad;
}

TEST(Guides, of_edifact_are_sound) {
  const test::FolderSource source(CROSSDOCK_SOURCE_DIR);
  GuideLoader loader(source);
  std::size_t seen = 0;
  for (const std::string& id : test::guide_ids(source)) {
    if (!id.starts_with("edifact/")) continue;
    ++seen;
    std::vector<Finding> faults;
    const auto loaded = loader.load(id, faults);
    EXPECT_TRUE(loaded) << id << ": " << (loaded ? "" : loaded.error().text());
    EXPECT_GE(loaded ? (*loaded)->sources.size() : 2U, 2U) << id;
  }
  EXPECT_GE(seen, 2U);
}

}  // namespace
}  // namespace crossdock::guide
