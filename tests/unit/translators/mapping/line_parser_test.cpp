// The grammar of lines: what is read, what is refused and where.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/line_parser.hpp"

#include <gtest/gtest.h>

namespace crossdock::mapping {
namespace {

TEST(LineParser, reads_the_forms_of_the_language) {
  for (const char* text :
       {"B10.01 <-> shipment.carrier_reference",
        "B10.02 <-> shipment.id | else B10.01 | else B10[05=CN].06 .05 | else reject shipment.unidentified",
        "AT7.01 <-> a b c keep d e | table(x12-1650, a, b) when AT7.01 present and x != y",
        "LX/AT8[01=G].03 .02 <-> weight | quantity(x12-188)", "first G62[01=37|53,03!=K].02 -> at | datetime",
        "DTM[01.1=334].01.2 <-> at | datetime(2379)", "/L11.02 <- /a.b | else \"x\"", "NTE#2.01 -> n",
        "const(\"true\") -> f when G62.01 in (a, \"b c\", 1)", "B2A.01 <- \"00\"",
        "$.a['b c'][0].d -> f | codes(A=x, B=y)", "@.x <-> y when z absent", "MS2.01 -> o when MS2.01 != {B10.03}",
        "N1.01 <-> role keep? code | table(t)", "K1.01 K1.02 <-> text | join(\"; \")",
        "A1.01 -> x when y not in (a)"}) {
    std::vector<Finding> findings;
    Faults faults(findings);
    EXPECT_TRUE(parse_line(text, {"m", 1, 1}, faults).has_value()) << text << "\n"
                                                                   << (findings.empty() ? "" : findings[0].message);
  }
}

TEST(LineParser, refuses_with_the_column_of_the_fault) {
  struct Case {
    const char* text;
    std::uint32_t column;
    const char* says;
  };
  for (const Case& one : {Case{"B10.01 = x", 8, "`<->`"}, Case{"<-> x", 1, "a place or a literal"},
                          Case{"B10.01 <->", 11, "a field or a literal"}, Case{"B10.0 <-> x", 7, "a position"},
                          Case{"B10[01,02=A].02 <-> x", 7, "`=` or `!=`"}, Case{"B10[01=A.02 <-> x", 13, "`]`"},
                          Case{"B10.01 <-> x |", 15, "a name"}, Case{"B10.01 <-> x | table(", 22, "a value"},
                          Case{"B10.01 <-> x when", 18, "a field"}, Case{"B10.01 <-> x when y", 20, "`=`"},
                          Case{"B10.01 <-> x y z !", 18, "`| step`"}, Case{"B10.01 <-> \"x", 14, "not closed"},
                          Case{"const(a) -> \"b\"", 13, "both sides"}, Case{"LONG.01 <-> x", 1, "a segment tag"}}) {
    std::vector<Finding> findings;
    Faults faults(findings);
    EXPECT_FALSE(parse_line(one.text, {"m", 7, 1}, faults).has_value()) << one.text;
    ASSERT_EQ(findings.size(), 1U) << one.text;
    EXPECT_EQ(findings[0].code, Code::map_syntax);
    EXPECT_EQ(findings[0].map_line, "m:7:" + std::to_string(one.column)) << one.text << ": " << findings[0].message;
    EXPECT_NE(findings[0].message.find(one.says), std::string::npos) << one.text << ": " << findings[0].message;
  }
}

TEST(LineParser, reads_blocks) {
  std::vector<Finding> findings;
  Faults faults(findings);
  const auto list = parse_for("LX/L5 with L0 L1 by 01 <-> lines[]", {"m", 1, 1}, faults);
  ASSERT_TRUE(list.has_value());
  EXPECT_TRUE(list->list);
  EXPECT_EQ(list->field->path, "lines");
  EXPECT_EQ(list->with, (std::vector<std::string>{"L0", "L1"}));
  const auto tied = parse_for("L1 <-> /charges[] where line = number", {"m", 1, 1}, faults);
  ASSERT_TRUE(tied.has_value());
  EXPECT_EQ(tied->where_outer->path, "number");
  EXPECT_EQ(parse_for("one /N1[01=SH] <-> shipper", {"m", 1, 1}, faults)->cardinality, Cardinality::one);
  EXPECT_EQ(parse_for("LX/AT7, LX/CD3/AT7", {"m", 1, 1}, faults)->places.size(), 2U);
  EXPECT_TRUE(findings.empty());
  EXPECT_FALSE(parse_for("N1.01 <-> x[]", {"m", 1, 1}, faults).has_value());
}

}  // namespace
}  // namespace crossdock::mapping
