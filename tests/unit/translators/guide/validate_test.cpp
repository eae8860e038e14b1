// Accept and refuse tables of the validator: elements, notes, structure, paths, severities, limits.
// SPDX-License-Identifier: Apache-2.0
#include "translators/guide/validate.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/careful_check.hpp"
#include "tests/support/mini_guide.hpp"
#include "translators/guide/load.hpp"
#include "translators/guide/set_plan.hpp"

namespace crossdock::guide {
namespace {

class Validate : public testing::Test {
 protected:
  static const CompiledGuide& guide() {
    static const std::unique_ptr<CompiledGuide> loaded = [] {
      const test::MemorySource source = test::mini_source();
      std::vector<Finding> faults;
      auto result = load_guide(source, "test/000001/900", faults);
      for (const Finding& fault : faults) ADD_FAILURE() << to_text(fault);
      return std::move(*result);
    }();
    return *loaded;
  }
  std::vector<Finding> run(std::string_view text, const ValidationOptions& options = {},
                           wire::Delimiters delimiters = {}) {
    document = test::document_of(text, delimiters);
    std::vector<Finding> findings;
    ValidationOptions with_plans = options;
    with_plans.plans = &plans;
    validate_set(document, guide(), with_plans, tree, findings);
    EXPECT_EQ(tree.node_of_segment.size(), document.segment_count());
    EXPECT_EQ(tree.loop_of_segment.size(), document.segment_count());
    EXPECT_TRUE(test::findings_alike(document, guide(), options, findings)) << text;
    return findings;
  }
  /// Findings as `code@path` joined by blanks.
  std::string codes(std::string_view text, const ValidationOptions& options = {}, wire::Delimiters delimiters = {}) {
    std::string out;
    for (const Finding& finding : run(text, options, delimiters)) {
      if (!out.empty()) out += ' ';
      out += std::string(info(finding.code).text) + "@" + finding.path;
    }
    return out;
  }
  std::string head(const std::string& elements) { return "ST*900*0001~HD*" + elements + "~LX*1~SE*4*0001~"; }
  std::string with(const std::string& segment) { return "ST*900*0001~HD*x~" + segment + "~LX*1~SE*5*0001~"; }
  Validate() { plans.sets_before = 0; }
  wire::SegmentDocument document;
  SetTree tree;
  SetPlans plans;
};

TEST_F(Validate, accepts_a_good_set_without_findings) {
  EXPECT_EQ(codes("ST*900*0001~HD*x*AA*12*-1.5*20240229*2359*240229*\x01~RF*a~RF*b~PT*AA~AD*x~PT*BB~LX*1~AT*AA~MS*m~AT~"
                  "RF*1~RF*2~LX*2~TT*2~SE*16*0001~"),
            "");
  ASSERT_EQ(tree.loops.size(), 7U);
  EXPECT_EQ(guide().nodes[tree.loops[4].node].loop_id, "0205");
  EXPECT_EQ(tree.loops[5].occurrence, 2U);
  EXPECT_EQ(tree.loops[3].end_instance, 6U);
  EXPECT_EQ(tree.loops[3].first_segment, 7U);
  EXPECT_EQ(tree.loops[3].end_segment, 13U);
}

// spec: X12.6 element types, lengths
TEST_F(Validate, judges_elements) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"x", ""},
      {"", "x12.element.missing@HD.01 x12.element.trailing_separators@HD.01"},
      {"*AA", "x12.element.missing@HD.01"},
      {"12345678901", "x12.element.long@HD.01"},
      {"x ", "x12.element.trailing_blanks@HD.01"},
      {" x", ""},
      {"a\tb", "x12.element.character@HD.01"},
      {"caf\xc3\xa9", "x12.element.language_character@HD.01"},
      {"a:b", "x12.element.component_separator@HD.01"},
      {"x*AB", "x12.element.code@HD.02"},
      {"x*ABC", "x12.element.long@HD.02 x12.element.code@HD.02"},
      {"x*A", "x12.element.short@HD.02 x12.element.code@HD.02"},
      {"x**-123", ""},
      {"x**1234", "x12.element.long@HD.03"},
      {"x**+12", "x12.element.character@HD.03"},
      {"x**1.2", "x12.element.character@HD.03"},
      {"x**-", "x12.element.character@HD.03"},
      {"x***-12.34", ""},
      {"x***.5", ""},
      {"x***1.2.3", "x12.element.character@HD.04"},
      {"x***12345", "x12.element.long@HD.04"},
      {"x***.", "x12.element.character@HD.04"},
      {"x****20240229", ""},
      {"x****20000229", ""},
      {"x****20230229", "x12.element.date@HD.05"},
      {"x****19000229", "x12.element.date@HD.05"},
      {"x****20241301", "x12.element.date@HD.05"},
      {"x****20240431", "x12.element.date@HD.05"},
      {"x****20240400", "x12.element.date@HD.05"},
      {"x****240229", "x12.element.short@HD.05"},
      {"x****2024022A", "x12.element.date@HD.05"},
      {"x*****0000", ""},
      {"x*****235959", ""},
      {"x*****23595999", ""},
      {"x*****2359599", ""},
      {"x*****2400", "x12.element.time@HD.06"},
      {"x*****2360", "x12.element.time@HD.06"},
      {"x*****235960", "x12.element.time@HD.06"},
      {"x*****23595", "x12.element.time@HD.06"},
      {"x*****235", "x12.element.short@HD.06"},
      {"x******240229", ""},
      {"x******230229", "x12.element.date@HD.07"},
      {"x*******a:b", ""},
      {"x********y", "x12.element.too_many@HD.09"},
      {"x**", "x12.element.trailing_separators@HD.02"},
      {"x********", "x12.element.trailing_separators@HD.02"},
  };
  for (const auto& [elements, expected] : table) EXPECT_EQ(codes(head(elements)), expected) << elements;
}

// spec: X12.6 relational conditions P R E C L
TEST_F(Validate, judges_syntax_notes) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"NP***c", ""},
      {"NP*a*b", ""},
      {"NP*a", "x12.element.conditional_missing@NP.02"},
      {"NP**b", "x12.element.conditional_missing@NP.01"},
      {"NR*a", ""},
      {"NR**b", ""},
      {"NR***c", "x12.element.conditional_missing@NR.01"},
      {"NE*a", ""},
      {"NE***c", ""},
      {"NE*a**c", "x12.element.excluded@NE.03"},
      {"NC*a", ""},
      {"NC***c", ""},
      {"NC**b*c", ""},
      {"NC**b", "x12.element.conditional_missing@NC.03"},
      {"NL**b", ""},
      {"NL*a*b", ""},
      {"NL*a**c", ""},
      {"NL*a", "x12.element.conditional_missing@NL.02"},
  };
  for (const auto& [segment, expected] : table) EXPECT_EQ(codes(with(segment)), expected) << segment;
}

TEST_F(Validate, judges_composites_and_repetitions) {
  wire::Delimiters delimiters;
  delimiters.repetition = '^';
  const std::vector<std::pair<std::string, std::string>> table{
      {"CM*a", ""},
      {"CM*a:AA:1", ""},
      {"CM*a:AA", "x12.element.conditional_missing@CM.01.3"},
      {"CM*:AA:1", "x12.element.missing@CM.01.1"},
      {"CM*a:AX:1", "x12.element.code@CM.01.2"},
      {"CM*a:AA:1:9", "x12.element.components@CM.01.4"},
      {"CM**a^b^c", ""},
      {"CM**a^b^c^d", "x12.element.repeats@CM.02[4]"},
      {"CM***a^b:AA:1", ""},
      {"CM***a^b:AA:1x", "x12.element.character@CM.03[2].3"},
      {"CM*a^b", "x12.element.repeats@CM.01[2]"},
  };
  for (const auto& [segment, expected] : table) EXPECT_EQ(codes(with(segment), {}, delimiters), expected) << segment;
}

// spec: X12 element 720
TEST_F(Validate, judges_structure) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"ST*900*1~LX*1~SE*1*1~", "x12.segment.missing@HD"},
      {"ST*900*1~HD*x~SE*1*1~", "x12.segment.missing@LX"},
      {"ST*900*1~HD*x~HD*x~LX*1~SE*1*1~", "x12.segment.too_many@HD"},
      {"ST*900*1~HD*x~RF*1~RF*2~RF*3~LX*1~SE*1*1~", "x12.segment.too_many@RF[3]"},
      {"ST*900*1~HD*x~PT*AA~PT*AA~PT*AA~LX*1~SE*1*1~", "x12.loop.too_many@PT[3]"},
      {"ST*900*1~HD*x~QQQ*1~LX*1~SE*1*1~", "x12.segment.unknown@QQQ"},
      {"ST*900*1~HD*x~ZZ1*1~LX*1~SE*1*1~", "x12.segment.not_in_set@ZZ1"},
      {"ST*900*1~HD*x~RF*1~NP*a*b~LX*1~SE*1*1~", "x12.segment.order@NP"},
      // a missing trigger is one finding, and what follows is at home
      {"ST*900*1~HD*x~AT*AA~MS*x~AT*BB~MS*y~RF*1~SE*1*1~", "x12.segment.missing@LX"},
      {"ST*900*1~HD*x~AD*x~LX*1~SE*1*1~", "x12.segment.missing@PT"},
      {"ST*900*1~HD*x~LX*1~MS*x~SE*1*1~", "x12.segment.missing@LX[1]/AT"},
      // a loop out of order keeps its own segments, and the walk goes on where it was
      {"ST*900*1~HD*x~LX*1~AT*AA~PT*AA~AD*1~AD*2~MS*x~RF*1~LX*2~TT*1~SE*1*1~", "x12.segment.order@LX[1]/AT[1]/PT[1]"},
      {"ST*900*1~HD*x~LX*1~RF*1~AT*AA~MS*1~RF*2~TT*1~SE*1*1~", "x12.segment.order@LX[1]/AT[1]"},
      // the trailer's absence is the reader's to say
      {"ST*900*1~HD*x~LX*1~", ""},
      {"ST*900*1~HD*x~", "x12.segment.missing@LX"},
      {"ST*900*1~", "x12.segment.missing@HD x12.segment.missing@LX"},
      {"ST*900*1~HD*x~TT*1~LX*1~SE*1*1~", "x12.segment.missing@LX x12.segment.order@LX[1]"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(codes(text), expected) << text;
}

TEST_F(Validate, gives_each_finding_its_address) {
  const std::vector<Finding> findings = run("ST*900*0001~\nHD*x~\nLX*1~\nAT*AA~\nAT*DI~\nSE*6*0001~");
  ASSERT_EQ(findings.size(), 1U);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.path, "LX[1]/AT[2].01");
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.where.line, 5U);
  EXPECT_EQ(finding.where.segment, 5U);
  EXPECT_EQ(finding.where.offset, 35U);
  EXPECT_EQ(finding.where.length, 2U);
  EXPECT_EQ(finding.value, "DI");
  EXPECT_EQ(finding.expected, "AA, BB, D1");
  EXPECT_EQ(finding.element_reference, "2");
  EXPECT_EQ(finding.loop_id, "0205");
  EXPECT_EQ(finding.element, 1);
  EXPECT_NE(finding.message.find("did you mean D1 (third)?"), std::string::npos) << finding.message;
  EXPECT_EQ(syntax_code(finding), "7");
}

TEST_F(Validate, makes_a_code_that_a_map_reads_an_error) {
  ValidationOptions options;
  options.code_is_read = [](NodeIndex, std::uint16_t element) { return element == 2; };
  EXPECT_EQ(run(head("x*QQ"), options).at(0).severity, Severity::error);
  options.severity = [](const Finding&, Severity) { return Severity::note; };
  EXPECT_EQ(run(head("x*QQ"), options).at(0).severity, Severity::note);
}

TEST_F(Validate, keeps_a_limited_number_and_says_so) {
  ValidationOptions options;
  options.findings_max = 2;
  const std::vector<Finding> findings = run("ST*900*1~HD*x*QQ~PT*XX~PT*XX~LX*X~SE*1*1~", options);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[2].code, Code::x12_findings_more);
  EXPECT_EQ(findings[2].severity, Severity::error);  // LX.01 among those not kept
}

TEST_F(Validate, refuses_components_in_simple_elements_when_told) {
  ValidationOptions options;
  options.components_in_simple = false;
  EXPECT_EQ(codes(head("a:b"), options), "x12.element.components@HD.01");
}

TEST_F(Validate, quick_and_careful_checks_agree_on_damaged_sets) {
  constexpr std::string_view good =
      "ST*900*0001~HD*x*AA*12*-1.5*20240229*2359*240229~RF*a~RF*b~PT*AA~AD*x~PT*BB~LX*1~AT*AA~MS*m~AT~RF*1~LX*2~TT*2~"
      "SE*15*0001~";
  constexpr std::string_view bytes = "*~:^ A1x.-0\t\x80";
  std::mt19937 random(900);
  wire::Delimiters delimiters;
  delimiters.repetition = '^';
  for (int round = 0; round < 2000; ++round) {
    std::string text(good);
    for (auto changes = random() % 3 + 1; changes != 0; --changes) {
      const std::size_t at = 12 + random() % (text.size() - 12);
      const char byte = bytes[random() % bytes.size()];
      if (random() % 3 == 0)
        text.erase(at, 1);
      else if (random() % 2 == 0)
        text.insert(at, 1, byte);
      else
        text[at] = byte;
    }
    run(text, {}, delimiters);  // compares
    if (HasFailure()) break;
  }
}

TEST_F(Validate, judges_sets_of_a_known_shape_by_their_values) {
  const auto set = [](const std::string& head, const std::string& rest) {
    return "ST*900*0001~HD*" + head + "~CM*" + rest + "~LX*1~SE*5*0001~";
  };
  const std::string head = "x*AA*12*-1.5*20240229*2359*240229", rest = "a:AA:1**b:BB:2";
  for (int round = 0; round < 2; ++round) EXPECT_EQ(codes(set(head, rest)), "");
  EXPECT_EQ(plans.judged(), 0U);
  EXPECT_EQ(codes(set("y*D1*7*2*20231231*000000*240101", "abcdefghij:D1:123**c:BB:1")), "");
  EXPECT_EQ(plans.judged(), 1U);
  const std::vector<std::array<std::string, 3>> table{
      {"12345678901*AA*12*-1.5*20240229*2359*240229", rest, "x12.element.long@HD.01"},
      {"x*ZZ*12*-1.5*20240229*2359*240229", rest, "x12.element.code@HD.02"},
      {"x*ZZ*12*-1.5*20240229*2359*240229", "a:QQ:1**b:BB:2", "x12.element.code@HD.02 x12.element.code@CM.01.2"},
      {"x*AA*1x*-1.5*20240229*2359*240229", rest, "x12.element.character@HD.03"},
      {"x*AA*1234*-1.5*20240229*2359*240229", rest, "x12.element.long@HD.03"},
      {"x*AA*12*-1.5*20230229*2359*240229", rest, "x12.element.date@HD.05"},
      {"x*AA*12*-1.5*20240229*2459*240229", rest, "x12.element.time@HD.06"},
      {"x *AA*12*-1.5*20240229*2359*240229", rest, "x12.element.trailing_blanks@HD.01"},
      {head, "12345678901:AA:1**b:BB:2", "x12.element.long@CM.01.1"},
      {head, "a:AA:x**b:BB:2", "x12.element.character@CM.01.3"},
  };
  for (const auto& [first, second, expected] : table) EXPECT_EQ(codes(set(first, second)), expected) << first << second;
  EXPECT_EQ(plans.judged(), 3U);  // those of which only codes are to be said
}

TEST_F(Validate, plans_are_bounded_and_give_way) {
  for (int round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < 2 * SetPlans::plans_max; ++i) {
      std::string text = "ST*900*0001~HD*x~";
      for (std::size_t bit = 0; bit < 10; ++bit) text += (i >> bit & 1) != 0 ? "RF*a~" : "PT*AA~";
      run(text + "LX*1~SE*13*0001~");
    }
  for (int round = 0; round < 200; ++round) EXPECT_EQ(codes("ST*900*0001~HD*x~LX*1~SE*4*0001~"), "");
  EXPECT_GT(plans.judged(), 100U);
}

TEST_F(Validate, lives_through_nonsense) {
  EXPECT_NE(codes("~"), "");
  EXPECT_NE(codes("MS*1~AT~AT~LX~PT~PT~PT~AD~RF~PT~SE~HD~ST~ST~MS~"), "");
  std::string many = "ST*900*1~";
  for (int i = 0; i < 500; ++i) many += "PT*AA~AD*1~MS*1~";
  EXPECT_LE(run(many).size(), 1001U);
}

}  // namespace
}  // namespace crossdock::guide
