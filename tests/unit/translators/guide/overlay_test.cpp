// Overlays: what they change, what they may not, and that all faults come at once with their place.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/overlay.hpp"

#include <gtest/gtest.h>

#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/show.hpp"
#include "translators/guide/validate.hpp"

namespace crossdock::guide {
namespace {

const CompiledGuide& base() {
  static const std::unique_ptr<CompiledGuide> loaded = [] {
    std::vector<Finding> faults;
    return std::move(*load_guide(test::mini_source(), "test/000001/900", faults));
  }();
  return *loaded;
}

std::unique_ptr<CompiledGuide> narrowed(const std::string& text) {
  std::vector<Finding> faults;
  auto result = load_overlay(base(), "overlay: test/000001/900\n" + text, "acme.yaml", faults);
  for (const Finding& fault : faults) ADD_FAILURE() << to_text(fault);
  return result ? std::move(*result) : nullptr;
}

std::string faults_of(const std::string& text) {
  std::vector<Finding> faults;
  const auto result = load_overlay(base(), "overlay: test/000001/900\n" + text, "acme.yaml", faults);
  EXPECT_EQ(result.has_value(), faults.empty());
  std::string out;
  for (const Finding& fault : faults) out += std::string(info(fault.code).text) + "@" + fault.path + " ";
  return out;
}

std::string codes(const CompiledGuide& guide, std::string_view text) {
  const wire::SegmentDocument document = test::document_of(text);
  SetTree tree;
  std::vector<Finding> findings;
  validate_set(document, guide, {}, tree, findings);
  std::string out;
  for (const Finding& finding : findings)
    out += (out.empty() ? "" : " ") + std::string(info(finding.code).text) + "@" + finding.path;
  return out;
}

TEST(Overlay, narrows_segments_elements_and_codes) {
  const auto guide = narrowed(R"(segments:
  RF: {repeat: 1, elements: {"01": {max: 3}}}
  LX/AT.01: {usage: M, codes: [AA, D1]}
  HD: {elements: {"03": {usage: N}, "02": {usage: M}}, notes: [P0405]}
  NP: {usage: N}
)");
  ASSERT_NE(guide, nullptr);
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x*AA~RF*abc~LX*1~AT*AA~RF*1~SE*1*1~"), "");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x*AA~RF*abcd~RF*1~LX*1~SE*1*1~"),
            "x12.element.long@RF.01 x12.segment.too_many@RF");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x*AA~LX*1~AT*BB~AT~SE*1*1~"),
            "x12.element.code@LX[1]/AT[1].01 x12.element.missing@LX[1]/AT[2].01");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x**1~LX*1~SE*1*1~"), "x12.element.missing@HD.02 x12.element.forbidden@HD.03");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x*AA**1~LX*1~SE*1*1~"), "x12.element.conditional_missing@HD.05");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x*AA~NP*a*b~LX*1~SE*1*1~"), "x12.segment.forbidden@NP");
  EXPECT_EQ(codes(base(), "ST*900*1~HD*x*AA~NP*a*b~LX*1~SE*1*1~"), "");
  EXPECT_EQ(guide->nodes.size(), base().nodes.size());
  EXPECT_NE(show_markdown(*guide, &base()).find("| NP | note p | not used | 1 | changed |"), std::string::npos);
}

TEST(Overlay, judges_conditions_in_the_nearest_common_loop) {
  const auto guide = narrowed(R"(conditions:
  - {when: LX/AT.01, in: [D1], require: LX/RF.01, with: [POD]}
  - {when: LX/AT.01, in: [BB], forbid: LX/AT/MS}
)");
  ASSERT_NE(guide, nullptr);
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x~LX*1~AT*D1~RF*POD~LX*2~AT*AA~MS*x~AT*BB~SE*1*1~"), "");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x~LX*1~AT*D1~RF*X~LX*2~RF*POD~SE*1*1~"), "x12.segment.condition@LX[1]/AT[1]");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x~LX*1~AT*BB~MS*x~SE*1*1~"), "x12.segment.condition@LX[1]/AT[1]/MS");
}

TEST(Overlay, adds_a_custom_segment_as_an_extension) {
  const auto guide = narrowed(R"(extension: true
add:
  - {segment: ZZ9, name: local, after: HD, usage: O, repeat: 2, elements: [["2", M], {name: note, type: AN, min: 1, max: 5, usage: O}]}
)");
  ASSERT_NE(guide, nullptr);
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x~ZZ9*AA*abc~ZZ9*BB~RF*1~LX*1~SE*1*1~"), "");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x~RF*1~ZZ9*AA~LX*1~SE*1*1~"), "x12.segment.order@ZZ9[1]");
  EXPECT_EQ(codes(*guide, "ST*900*1~HD*x~ZZ9*QQ*abcdef~LX*1~SE*1*1~"),
            "x12.element.code@ZZ9[1].01 x12.element.long@ZZ9[1].02");
}

TEST(Overlay, refuses_what_widens_or_does_not_exist) {
  EXPECT_EQ(faults_of("segments: {HD: {usage: O}}\n"), "guide.widens@acme.yaml:2:24 ");
  EXPECT_EQ(faults_of("segments: {RF: {repeat: 3}}\n"), "guide.widens@acme.yaml:2:25 ");
  EXPECT_EQ(faults_of("extension: true\nsegments: {HD: {usage: O}, LX: {repeat: 9}}\n"), "");
  EXPECT_EQ(faults_of("segments: {HD.02: {codes: [AA, XX]}}\n"), "guide.widens@acme.yaml:2:32 ");
  EXPECT_EQ(faults_of("segments: {HD.01: {max: 11, min: 0}}\n"),
            "guide.widens@acme.yaml:2:34 guide.widens@acme.yaml:2:25 ");
  EXPECT_EQ(faults_of("segments: {HX: {usage: O}, HD.09: {usage: M}, HD.0: {}}\n"),
            "guide.reference@acme.yaml:2:12 guide.reference@acme.yaml:2:28 guide.value@acme.yaml:2:47 ");
  EXPECT_EQ(faults_of("segmnets: {}\n"), "guide.key@acme.yaml:2:1 ");
  EXPECT_EQ(faults_of("add: [{segment: ZZ9, after: HD, usage: O, repeat: 1, elements: []}]\n"),
            "guide.widens@acme.yaml:2:7 ");
  EXPECT_EQ(faults_of("conditions: [{when: AT, require: RF}, {when: HD}]\n"), "guide.key_missing@acme.yaml:2:39 ");
  EXPECT_EQ(overlay_base("overlay: test/000001/900\n", "a.yaml").value(), "test/000001/900");
  EXPECT_FALSE(overlay_base("x: 1\n", "a.yaml"));
}

}  // namespace
}  // namespace crossdock::guide
