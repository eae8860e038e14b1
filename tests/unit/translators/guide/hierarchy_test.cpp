// Trees by number: what is wrong with them, what they look like, and documents that send them in another order.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/hierarchy.hpp"

#include <gtest/gtest.h>

#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/sample.hpp"
#include "translators/guide/validate.hpp"

namespace crossdock::guide {
namespace {

constexpr const char* tree_guide = R"(guide: test/000001/901
name: tree
functional_group: TT
sources: [ours]
tables:
  - table: detail
    content:
      - {segment: ST, usage: M, repeat: 1}
      - loop: "0200"
        usage: M
        repeat: 200000
        hierarchy:
          id: "01"
          parent: "02"
          level: "03"
          child: "04"
          top: [S]
          levels: {S: [O], O: [T, P, I], T: [P, I], P: [I], I: []}
        content:
          - {segment: HL, usage: M, repeat: 1}
          - {segment: RF, usage: O, repeat: 9}
          - {loop: "0210", usage: O, repeat: 9, content: [{segment: PT, usage: M, repeat: 1}, {segment: AD, usage: O, repeat: 2}]}
      - {segment: TT, usage: O, repeat: 1}
      - {segment: SE, usage: M, repeat: 1}
)";

test::MemorySource source_with(const std::string& set, const std::string& guide) {
  test::MemorySource source = test::mini_source();
  std::string& segments = source.texts.at("maps/guides/test/000001/segments.yaml");
  segments += "  HL: {name: level, elements: [[\"1\", M], [\"1\", O], [\"1\", M], [\"1\", O]]}\n";
  source.texts["maps/guides/test/000001/" + set + ".yaml"] = guide;
  return source;
}

const CompiledGuide& guide() {
  static const std::unique_ptr<CompiledGuide> loaded = [] {
    std::vector<Finding> faults;
    auto made = load_guide(source_with("901", tree_guide), "test/000001/901", faults);
    EXPECT_TRUE(made) << (made ? "" : made.error().text());
    return made ? std::move(*made) : nullptr;
  }();
  return *loaded;
}

class HierarchyTest : public ::testing::Test {
 protected:
  std::string codes(const std::string& body) {
    findings.clear();
    document = test::document_of("ST*901*0001~" + body + "SE*9*0001~");
    validate_set(document, guide(), {}, tree, findings);
    std::string out;
    for (const Finding& finding : findings)
      out += (out.empty() ? "" : " ") + std::string(info(finding.code).text) + "@" + finding.path;
    return out;
  }
  /// `1(2(3)4)`: HL01 and what stands under it, by the tree.
  std::string shape(std::uint32_t parent = 0) {
    std::string out;
    for (std::uint32_t i = 1; i < tree.loops.size(); ++i) {
      if (tree.loops[i].parent != parent || guide().nodes[tree.loops[i].node].tag != "HL") continue;
      const std::string under = shape(i);
      out += (out.empty() ? "" : " ") + std::string(document.element(tree.loops[i].first_segment, 1)) +
             (under.empty() ? "" : "(" + under + ")");
    }
    return out;
  }
  wire::SegmentDocument document;
  SetTree tree;
  std::vector<Finding> findings;
};

// spec: X12 HL notes: numbers from 1 by 1, parents before children, levels
TEST_F(HierarchyTest, says_what_is_wrong) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"HL*1**S*1~HL*2*1*O*1~HL*3*2*T*1~HL*4*3*P*1~HL*5*4*I*0~HL*6*2*I~", ""},
      {"HL*1**S~HL*2*7*O~", "x12.hierarchy.parent@HL[2].02"},
      {"HL*1*1*S~", "x12.hierarchy.cycle@HL[1].02"},
      {"HL*1**S~HL*2*3*O~HL*3*2*I~", "x12.hierarchy.cycle@HL[2].02"},
      {"HL*1**S~HL*1*1*O~", "x12.hierarchy.sequence@HL[2].01 x12.hierarchy.duplicate@HL[2].01"},
      {"HL*1**S~HL*3*1*O~HL*4*3*I~", "x12.hierarchy.sequence@HL[2].01"},
      {"HL*A**S~HL*2*A*O~", "x12.hierarchy.sequence@HL[1].01"},
      {"HL*1**S~HL*2*1*O~HL*3*1*O~HL*4*2*I~", "x12.hierarchy.order@HL[4].02"},
      {"HL*1**S~HL*2*1*I~", "x12.hierarchy.level@HL[2].03"},
      {"HL*1**O~", "x12.hierarchy.level@HL[1].03"},
      {"HL*1**S~HL*2*1*Q~", "x12.hierarchy.level@HL[2].03"},
      {"HL*1**S*0~HL*2*1*O*1~", "x12.hierarchy.child@HL[1].04 x12.hierarchy.child@HL[2].04"},
      {"HL*1**S~HL*2*1*O~HL*3*2~", "x12.element.missing@HL[3].03"},
  };
  for (const auto& [body, expected] : table) EXPECT_EQ(codes(body), expected) << body;
}

TEST_F(HierarchyTest, the_walk_and_the_tree_agree_on_ranges) {
  EXPECT_EQ(codes("HL*1**S~RF*a~PT*AA~AD*x~HL*2*1*O~PT*BB~HL*3*2*I~RF*b~HL*4*1*O~HL*5*4*I~TT*2~"), "");
  EXPECT_EQ(shape(), "1(2(3) 4(5))");
  const LoopInstance& top = tree.loops[1];
  EXPECT_EQ(top.first_segment, 1U);
  EXPECT_EQ(top.own_end, 5U);
  EXPECT_EQ(top.end_segment, 11U);
  EXPECT_EQ(top.end_instance, tree.loops.size());
  EXPECT_TRUE(tree.order.empty());
}

TEST_F(HierarchyTest, a_document_in_another_order_is_put_into_the_order_of_its_tree) {
  EXPECT_EQ(codes("HL*1**S~HL*2*1*O~PT*AA~HL*3*1*O~HL*4*3*I~RF*of 4~HL*5*2*I~PT*BB~AD*of 5~HL*6*2*I~TT*2~"),
            "x12.hierarchy.order@HL[5].02 x12.hierarchy.order@HL[6].02");
  ASSERT_FALSE(tree.order.empty());
  arrange(document, guide(), tree);
  EXPECT_EQ(shape(), "1(2(5 6) 3(4))");
  std::string tags;
  for (std::size_t i = 0; i < document.segment_count(); ++i) tags += std::string(document.text(i)) + "~";
  EXPECT_EQ(tags,
            "ST*901*0001~HL*1**S~HL*2*1*O~PT*AA~HL*5*2*I~PT*BB~AD*of 5~HL*6*2*I~HL*3*1*O~HL*4*3*I~RF*of "
            "4~TT*2~SE*9*0001~");
  EXPECT_EQ(document.where(4).segment, 8U);  // the ordinal is that of the document sent
  const LoopInstance& fifth = tree.loops[tree.loop_of_segment[4]];
  EXPECT_EQ(fifth.first_segment, 4U);
  EXPECT_EQ(fifth.end_segment, 7U);
  EXPECT_EQ(tree.node_of_segment.size(), document.segment_count());
}

TEST_F(HierarchyTest, a_set_gone_astray_keeps_its_order) {
  (void)codes("HL*1**S~HL*2*1*O~TT*1~HL*3*1*O~HL*4*2*I~");
  arrange(document, guide(), tree);
  EXPECT_EQ(document.element(4, 1), "3");
  (void)codes("PT*AA~HL*1*2*S~RF*x~HL*2*1*O~");
  EXPECT_FALSE(findings.empty());
}

TEST_F(HierarchyTest, a_large_tree_is_read_in_linear_time) {
  std::string body;
  for (int i = 1; i <= 20000; ++i)
    body += "HL*" + std::to_string(i) + "*" + (i == 1 ? "" : std::to_string(i % 7 == 0 ? 20001 - i : 1)) + "*" +
            (i == 1 ? "S" : "O") + "~";
  EXPECT_NE(codes(body), "");
  arrange(document, guide(), tree);
  EXPECT_EQ(document.segment_count(), 20002U);
}

TEST_F(HierarchyTest, samples_are_good_trees) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SampleOptions options;
    options.random = true;
    options.seed = seed;
    std::string text;
    for (const auto& segment : sample_set(guide(), options)) {
      for (std::size_t i = 0; i < segment.size(); ++i) text += (i == 0 ? "" : "*") + segment[i];
      text += "~";
    }
    findings.clear();
    document = test::document_of(text);
    validate_set(document, guide(), {}, tree, findings);
    for (const Finding& finding : findings) EXPECT_EQ(info(finding.code).text, "") << text << finding.message;
  }
}

TEST(HierarchyForm, faults_of_the_file) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"id: \"01\"", "id: \"05\""},
      {"parent: \"02\"", "parent: x"},
      {"top: [S]", "top: [X]"},
      {"I: []", "I: x"},
      {"P: [I]", "P: [Z]"},
      {"level: \"03\"\n", "\n"},
      {"hierarchy:\n", "hierarchy: x\n"},
  };
  for (const auto& [what, by] : table) {
    std::string text = tree_guide;
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), by);
    std::vector<Finding> faults;
    EXPECT_FALSE(load_guide(source_with("901", text), "test/000001/901", faults)) << by;
    EXPECT_FALSE(faults.empty()) << by;
  }
}

}  // namespace
}  // namespace crossdock::guide
