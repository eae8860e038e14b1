// Pairs of qualifier and value wherever they stand, and counts, sums and ordinals, in both directions.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/translators/mapping/map_support.hpp"
#include "translators/mapping/total.hpp"

namespace crossdock::mapping {
namespace {

const char* const elements = R"(version: x12/t
elements:
  "1": {name: text, type: AN, min: 1, max: 30}
  "235": {name: qualifier, type: ID, min: 2, max: 2}
  "234": {name: number, type: AN, min: 1, max: 30}
  "7140": {name: item, type: AN, min: 1, max: 30}
  "7143": {name: kind, type: ID, min: 2, max: 2}
  "380": {name: quantity, type: R, min: 1, max: 10}
  "782": {name: amount, type: N2, min: 1, max: 10}
  "354": {name: lines, type: N0, min: 1, max: 6}
  "347": {name: hash, type: R, min: 1, max: 3}
)";
const char* const composites = R"(version: x12/t
composites:
  C212: {name: item, components: [["7140", C], ["7143", C]]}
  C040: {name: references, components: [["235", M], ["1", M], ["235", O], ["1", O]]}
)";
const char* const segments = R"(version: x12/t
segments:
  ST: {name: header, elements: [["1", M], ["1", M]]}
  SE: {name: trailer, elements: [["1", M], ["1", M]]}
  BEG: {name: begin, elements: [["1", M]]}
  REF: {name: reference, elements: [["1", M], ["C040", O]]}
  PO1: {name: line, elements: [["1", O], ["380", O], ["782", O], ["235", O], ["234", O], ["235", O], ["234", O]], notes: [P0405, P0607]}
  PIA: {name: more, elements: [["1", M], ["C212", M], ["C212", O]]}
  CTT: {name: totals, elements: [["354", M], ["347", O]]}
  AMT: {name: amount, elements: [["1", M], ["782", O]]}
)";
const char* const guide_text = R"(guide: x12/t/ord
name: order
functional_group: PO
sources: [ours]
tables:
  - table: detail
    content:
      - {segment: ST, usage: M, repeat: 1}
      - {segment: BEG, usage: M, repeat: 1}
      - {segment: REF, usage: O, repeat: 9}
      - {loop: PO1, usage: O, repeat: 99, content: [{segment: PO1, usage: M, repeat: 1}, {segment: PIA, usage: O, repeat: 2}]}
      - {segment: CTT, usage: O, repeat: 1}
      - {segment: AMT, usage: O, repeat: 1}
      - {segment: SE, usage: M, repeat: 1}
)";
const char* const schema = R"({"type":"object","required":["id"],"properties":{
  "id":{"type":"string"},"order":{"type":"string"},
  "lines":{"type":"array","items":{"type":"object","properties":{"number":{"type":"string"},"count":{"type":"string"},"price":{"type":"string"},
    "sku":{"type":"string"},"buyer_sku":{"type":"string"},"gtin":{"type":"string"},"lot":{"type":"string"},"serial":{"type":"string"},"color":{"type":"string"},
    "other":{"type":"string"},"other_kind":{"type":"string"}}}}}})";
const std::string head = R"(map: x12/t/ord
guide: x12/t/ord
events:
  - type: x.v1
    subject: id
    relate:
      - BEG.01 <-> id
)";
const std::string line_head = R"(      - for: PO1 <-> lines[]
        relate:
          - PO1.02 <-> count | number
          - PO1.03 <-> price | decimal
)";

class PairAndTotal : public ::testing::Test {
 protected:
  PairAndTotal() {
    shelf_.texts = {{"maps/guides/x12/t/elements.yaml", elements},
                    {"maps/guides/x12/t/composites.yaml", composites},
                    {"maps/guides/x12/t/segments.yaml", segments},
                    {"maps/guides/x12/t/ord.yaml", guide_text},
                    {"maps/canonical/x.v1.schema.json", schema}};
  }
  std::unique_ptr<CompiledMap> load(const std::string& text, std::string& faults_text) {
    shelf_.texts["maps/x12/t/ord/map.yaml"] = text;
    std::vector<Finding> faults;
    auto map = load_map(guides_.sources(), "x12/t/ord", faults);
    faults_text = texts_of(faults);
    return map ? std::move(*map) : nullptr;
  }
  std::unique_ptr<CompiledMap> good(const std::string& text) {
    std::string faults;
    auto map = load(text, faults);
    EXPECT_EQ(faults, "");
    return map;
  }
  static std::string read(const CompiledMap& map, const std::string& body, std::string* whole = nullptr,
                          std::string* trace = nullptr) {
    auto document = document_of("ST*ORD*0001~BEG*N1~" + body + "SE*9*0001~");
    document.delimiters.component = ':';
    guide::SetTree tree;
    std::vector<Finding> findings, unused;
    guide::validate_set(document, *map.guide(), {}, tree, unused);
    DocumentContext context;
    context.trace = trace != nullptr;
    std::string out;
    translate_set(
        map, document, tree, context,
        [&](canonical::Event&& event, std::string_view traced) {
          out += event.data;
          if (whole != nullptr) *whole = event.to_json();
          if (trace != nullptr) *trace = traced;
        },
        findings);
    for (const Finding& finding : findings)
      out += " " + std::string(info(finding.code).text) + "@" + finding.path + "=" + finding.value;
    return out;
  }
  static std::string write(const CompiledMap& map, const std::vector<std::string>& events) {
    std::vector<Finding> findings;
    const auto sets = write_sets(map, events, findings);
    if (!sets || sets->empty()) return texts_of(findings);
    std::string out;
    for (const auto& segment : (*sets)[0].segments) {
      for (std::size_t i = 0; i < segment.size(); ++i) out += (i == 0 ? "" : "*") + segment[i];
      out += "~";
    }
    std::replace(out.begin(), out.end(), component_joint, ':');
    return out + texts_of(findings);
  }
  static std::string event(const std::string& data) { return R"({"type":"crossdock.x.v1","data":)" + data + "}"; }
  TextShelf shelf_;
  GuideShelf guides_{shelf_};
};

TEST_F(PairAndTotal, a_pair_is_read_wherever_it_stands) {
  const auto map = good(head + line_head + R"(          - PO1[04*=VN|VP].05 <-> sku
          - PO1[04*=BP].05 <-> buyer_sku
          - PO1[04*!=VN|VP|BP].05 .04 <-> other other_kind
)");
  ASSERT_NE(map, nullptr);
  const std::vector<std::pair<std::string, std::string>> table{
      {"PO1****VN*a*BP*b~", R"({"id":"N1","lines":[{"sku":"a","buyer_sku":"b"}]})"},
      {"PO1****BP*b*VP*a~", R"({"id":"N1","lines":[{"sku":"a","buyer_sku":"b"}]})"},
      {"PO1****UP*u*VN*a~PO1****BP*c~",
       R"({"id":"N1","lines":[{"sku":"a","other":"u","other_kind":"UP"},{"buyer_sku":"c"}]})"},
      {"PO1****BP~", R"({"id":"N1"})"},
      // twice the same is once; twice with another value is told, with the second's value
      {"PO1****VN*a*VP*a~", R"({"id":"N1","lines":[{"sku":"a"}]})"},
      {"PO1****VN*a*VP*z~", R"({"id":"N1","lines":[{"sku":"a"}]} map.cardinality@PO1[1].05=z)"},
  };
  for (const auto& [body, expected] : table) EXPECT_EQ(read(*map, body), expected) << body;
}

TEST_F(PairAndTotal, a_pair_is_written_into_the_next_free_one_and_read_back) {
  const auto map = good(head + line_head + R"(          - PO1[04*=VN|VP].05 <-> sku
          - PO1[04*=BP].05 <-> buyer_sku
          - PO1[04*=UP].05 <-> gtin
)");
  ASSERT_NE(map, nullptr);
  for (const std::string data :
       {R"({"id":"N1","lines":[{"sku":"a","buyer_sku":"b"},{"buyer_sku":"c","gtin":"d"},{"gtin":"e"}]})"}) {
    const std::string written = write(*map, {event(data)});
    EXPECT_EQ(written, "BEG*N1~PO1****VN*a*BP*b~PO1****BP*c*UP*d~PO1****UP*e~");
    EXPECT_EQ(read(*map, written.substr(7)), data);
  }
  EXPECT_THAT(write(*map, {event(R"({"id":"N1","lines":[{"sku":"a","buyer_sku":"b","gtin":"c"}]})")}),
              ::testing::AllOf(::testing::HasSubstr("map.too_many"), ::testing::HasSubstr("PO1[04*=UP].05"),
                               ::testing::HasSubstr("map.yaml:14")));
}

TEST_F(PairAndTotal, pairs_that_are_composites_spread_over_segments_and_stand_in_components) {
  const auto map = good(head + R"(      - REF[01=X,02.1*=PO].02.2 <-> order
)" + line_head + R"(          - PIA[01=5,02*.2=SA].02.1 <-> sku
          - PIA[01=5,02*.2=IN|BP].02.1 .02.2 <-> buyer_sku other_kind
          - PIA[01=5,02*.2=SN].02.1 <-> serial
          - PIA[01=1,02*.2=CL].02.1 <-> color
)");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(
      read(*map, "REF*X*VN:q:PO:4711~PO1**1~PIA*5*a:BP*b:SA~PIA*1*red:CL~"),
      R"({"id":"N1","order":"4711","lines":[{"count":"1","sku":"b","buyer_sku":"a","color":"red","other_kind":"BP"}]})");
  const std::string data =
      R"({"id":"N1","order":"7","lines":[{"count":"1","sku":"a","buyer_sku":"b","serial":"c","other_kind":"BP"}]})";
  const std::string written = write(*map, {event(data)});
  EXPECT_EQ(written, "BEG*N1~REF*X*PO:7~PO1**1~PIA*5*a:SA*b:BP~PIA*5*c:SN~");
  EXPECT_EQ(read(*map, written.substr(7)), data);
}

TEST_F(PairAndTotal, a_trace_names_the_bytes_of_the_pair_that_was_read) {
  const auto map = good(head + line_head + "          - PO1[04*=VN].05 <-> sku\n");
  ASSERT_NE(map, nullptr);
  std::string trace;
  (void)read(*map, "PO1****BP*b*VN*abc~", nullptr, &trace);
  const std::string text = "ST*ORD*0001~BEG*N1~PO1****BP*b*VN*abc~";
  EXPECT_THAT(trace, ::testing::HasSubstr("\"offset\":" + std::to_string(text.find("abc")) +
                                          ",\"length\":3,\"value\":\"abc\""));
}

TEST_F(PairAndTotal, faults_say_what_a_pair_can_not_be) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"PO1[01*=X].02 -> id", "element 1 of PO1 stands once"},
      {"PO1[04*=VN]/PIA.01 -> id", "the place ends in another segment"},
      {"PO1[04*=VN,04*=BP].05 -> id", "one qualifier can have a star"},
      {"BEG.01 <- count(PO1.02)", "is an element"},
      {"BEG.01 <- count(XX)", "is not a place"},
      {"BEG.01 <-> ordinal(PO1)", "an ordinal is written"},
      {"BEG.01 <-> sum(PO1.02) | number", "no steps"},
      {"BEG.01 <-> sum(PO1.02", "`)` was expected"},
  };
  for (const auto& [line, expected] : table) {
    std::string faults;
    EXPECT_EQ(load(head + "      - " + line + "\n", faults), nullptr) << line;
    EXPECT_THAT(faults, ::testing::HasSubstr(expected)) << line;
  }
  std::string faults;
  EXPECT_EQ(load(head + line_head + R"(          - PO1[04*=VN|VP].05 <-> sku
          - PO1[04*=VP].05 <-> gtin
)",
                 faults),
            nullptr);
  EXPECT_THAT(faults, ::testing::HasSubstr("map.clash"));
  EXPECT_EQ(load(head + "      - for: PO1[04*=VN] <-> lines[]\n        relate: [PO1.01 <-> number]\n", faults),
            nullptr);
  EXPECT_THAT(faults, ::testing::HasSubstr("a `for` walks over segments"));
}

const std::string totals = R"(      - CTT.01 <-> count(PO1)
      - CTT.02 <-> sum(PO1.02)
      - AMT[01=TT].02 <-> sum(PO1.03)
)";

TEST_F(PairAndTotal, counts_sums_and_ordinals_are_written) {
  const auto map = good(head + line_head + "          - PO1.01 <- ordinal(PO1)\n" + totals);
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(
      write(*map, {event(R"({"id":"N1","lines":[{"count":"1.5","price":"2.50"},{"count":"2","price":"0.75"}]})")}),
      "BEG*N1~PO1*1*1.5*250~PO1*2*2*75~CTT*2*3.5~AMT*TT*325~");
  // Nothing to count: no totals. A hash total drops the digits on the left that have no room.
  EXPECT_EQ(write(*map, {event(R"({"id":"N1"})")}), "BEG*N1~");
  EXPECT_EQ(write(*map, {event(R"({"id":"N1","lines":[{"count":"999"},{"count":"2"}]})")}),
            "BEG*N1~PO1*1*999~PO1*2*2~CTT*2*001~");
}

TEST_F(PairAndTotal, a_total_that_is_wrong_is_a_finding_with_both_numbers) {
  const auto map = good(head + line_head + totals);
  ASSERT_NE(map, nullptr);
  const std::string lines = R"({"id":"N1","lines":[{"count":"1.5","price":"2.50"},{"count":"2"}]})";
  const std::vector<std::pair<std::string, std::string>> table{
      {"CTT*2*3.50~AMT*TT*0250~", ""},
      {"CTT*02~", ""},
      {"AMT*XX*7~", ""},
      {"CTT*3~", " map.total.wrong@CTT[1].01=3"},
      {"CTT*2*4~AMT*TT*251~", " map.total.wrong@CTT[1].02=4 map.total.wrong@AMT[1].02=251"},
      {"CTT*many~", " map.total.wrong@CTT[1].01=many"},
  };
  for (const auto& [body, expected] : table)
    EXPECT_EQ(read(*map, "PO1**1.5*250~PO1**2~" + body), lines + expected) << body;
}

TEST_F(PairAndTotal, sets_that_are_joined_are_counted_together) {
  const auto map = good(R"(map: x12/t/ord
guide: x12/t/ord
events:
  - type: x.v1
    subject: id
    for: PO1
    group: [BEG.01]
    relate:
      - BEG.01 <-> id
      - PO1.01 <- ordinal(PO1)
      - PO1.05 <-> order
      - PO1.04 <- "PO"
      - CTT.01 <-> count(/PO1)
)");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(write(*map, {event(R"({"id":"N1","order":"a"})"), event(R"({"id":"N1","order":"b"})")}),
            "BEG*N1~PO1*1***PO*a~PO1*2***PO*b~CTT*2~");
  EXPECT_EQ(read(*map, "PO1****PO*a~PO1****PO*b~CTT*1~"),
            R"({"id":"N1","order":"a"}{"id":"N1","order":"b"} map.total.wrong@CTT[1].01=1)");
}

TEST(DecimalSumTest, adds_digit_for_digit) {
  DecimalSum sum;
  EXPECT_EQ(sum.text(), "0");
  EXPECT_TRUE(sum.add("0.10", 0));
  EXPECT_TRUE(sum.add("0.20", 0));
  EXPECT_EQ(sum.text(), "0.3");
  EXPECT_TRUE(sum.add("-1.3", 0));
  EXPECT_EQ(sum.text(), "-1");
  EXPECT_TRUE(sum.add("999999999999999999999999999.5", 0));
  EXPECT_EQ(sum.text(), "999999999999999999999999998.5");
  EXPECT_FALSE(sum.add("1,5", 0));
  EXPECT_FALSE(sum.add("", 0));
  EXPECT_TRUE(same_number("07.50", "7.5"));
  EXPECT_FALSE(same_number("x", "x"));
}

}  // namespace
}  // namespace crossdock::mapping
