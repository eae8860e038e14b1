// Steps inwards and outwards; code tables.
// SPDX-License-Identifier: Apache-2.0
#include "translators/mapping/codec.hpp"

#include <gtest/gtest.h>

namespace crossdock::mapping {
namespace {

std::string decimal(std::string_view text, std::uint32_t digits) {
  Arena arena;
  Codec codec;
  codec.kind = CodecKind::decimal;
  codec.number = digits;
  Values values;
  values.text[0] = text;
  values.count = 1;
  StepProblem problem;
  return read_step(codec, {}, values, arena, problem) == StepEnd::good ? std::string(values.text[0]) : "wrong";
}

TEST(Steps, decimal_reads_implied_points) {
  EXPECT_EQ(decimal("12345", 2), "123.45");
  EXPECT_EQ(decimal("-12345", 2), "-123.45");
  EXPECT_EQ(decimal("12", 2), "0.12");
  EXPECT_EQ(decimal("5", 2), "0.05");
  EXPECT_EQ(decimal("-5", 2), "-0.05");
  EXPECT_EQ(decimal("0", 2), "0.00");
  EXPECT_EQ(decimal("007", 0), "7");
  EXPECT_EQ(decimal("12.5", 2), "12.5");
  EXPECT_EQ(decimal("12A", 2), "wrong");
}

TEST(Steps, decimal_is_its_own_inverse_on_normal_forms) {
  Codec codec;
  codec.kind = CodecKind::decimal;
  codec.number = 2;
  for (const std::string text : {"12345", "-1", "0", "100", "99999999999999999999"}) {
    Arena arena;
    Values values;
    values.text[0] = text;
    values.count = 1;
    StepProblem problem;
    ASSERT_EQ(read_step(codec, {}, values, arena, problem), StepEnd::good);
    ASSERT_EQ(write_step(codec, 1, values, arena, problem), StepEnd::good);
    EXPECT_EQ(values.text[0], text);
  }
  Arena arena;
  Values values;
  values.text[0] = "1.234";
  values.count = 1;
  StepProblem problem;
  EXPECT_EQ(write_step(codec, 1, values, arena, problem), StepEnd::wrong);
}

TEST(Steps, numbers_take_the_form_of_json) {
  Arena arena;
  for (const auto& [in, out] :
       {std::pair{"0012", "12"}, std::pair{"+5", "5"}, std::pair{".5", "0.5"}, std::pair{"5.", "5"},
        std::pair{"-00.10", "-0.10"}, std::pair{" 7 ", "7"}, std::pair{"1,000", ""}, std::pair{"", ""},
        std::pair{".", ""}, std::pair{"1.2.3", ""}, std::pair{"--1", ""}})
    EXPECT_EQ(plain_decimal(in, arena), out) << in;
}

TEST(Steps, degrees_both_ways) {
  Arena arena;
  EXPECT_EQ(read_degrees("0922850", "W", arena), "-92.480556");
  EXPECT_EQ(read_degrees("0344500", "N", arena), "34.750000");
  EXPECT_EQ(read_degrees("0346000", "N", arena), "");
  std::string_view digits, direction;
  ASSERT_TRUE(write_degrees("-92.480556", true, digits, direction, arena));
  EXPECT_EQ(std::string(digits) + std::string(direction), "0922850W");
  EXPECT_FALSE(write_degrees("north", false, digits, direction, arena));
}

const char* const table_text = R"(
table: t
list: "99"
keys: [code]
columns: [a, b]
rows:
  - {code: X1, a: one, b: p, preferred: true}
  - {code: X2, a: one, b: p}
  - {code: X3, a: two}
otherwise: {a: other}
)";

TEST(CodeTable, reads_codes_and_writes_the_kept_or_the_preferred_one) {
  std::vector<Finding> findings;
  Faults faults(findings);
  const auto table = CodeTable::parse(table_text, "codes/t.yaml", faults);
  ASSERT_TRUE(table.has_value());
  const std::string_view code = "X2";
  EXPECT_EQ(table->find({&code, 1}), 1U);
  const std::string_view unknown = "X22";
  EXPECT_EQ(table->find({&unknown, 1}), CodeTable::no_row);
  Codec codec;
  codec.table = &*table;
  codec.columns = {0, 1};
  Values values;
  values.count = 2;
  values.text = {"one", "p"};
  bool kept = false;
  EXPECT_EQ(row_for(codec, values, kept), 0U);
  values.kept_code = "X2";
  EXPECT_EQ(row_for(codec, values, kept), 1U);
  EXPECT_TRUE(kept);
  values.text = {"two", ""};  // the kept code's row no longer agrees
  EXPECT_EQ(row_for(codec, values, kept), 2U);
  EXPECT_FALSE(kept);
  values.text = {"three", ""};
  EXPECT_EQ(row_for(codec, values, kept), CodeTable::no_row);
}

TEST(CodeTable, faults_name_line_and_remedy) {
  const auto fault = [](const std::string& text) {
    std::vector<Finding> findings;
    Faults faults(findings);
    EXPECT_FALSE(CodeTable::parse(text, "codes/t.yaml", faults).has_value()) << text;
    return findings.empty() ? std::string() : findings[0].map_line + " " + findings[0].message;
  };
  EXPECT_NE(fault("table: t\nlist: x\nkeys: [code]\ncolumns: [a]\nrows:\n  - {code: A, a: v}\n  - {code: B, a: v}\n")
                .find("codes/t.yaml:7:5 2 rows have the same values"),
            std::string::npos);
  EXPECT_NE(fault("table: t\nlist: x\nkeys: [code]\ncolumns: [a]\nrows:\n  - {code: A, a: v}\n  - {code: A, a: w}\n")
                .find("code A stands twice"),
            std::string::npos);
  EXPECT_NE(fault("table: t\nlist: x\nkeys: [code]\ncolums: [a]\nrows: []\n").find("did you mean columns"),
            std::string::npos);
  EXPECT_NE(fault("table: [").find("not well-formed YAML"), std::string::npos);
  EXPECT_NE(fault("- a\n").find("not a YAML mapping"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::mapping
