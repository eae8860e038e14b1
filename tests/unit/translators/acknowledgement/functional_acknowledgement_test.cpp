// The 997 of a received file: forms by release, codes, cuts, counts, and what is never answered.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/functional_acknowledgement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/x12_recorder.hpp"
#include "translators/acknowledgement/acknowledgement_reader.hpp"
#include "translators/acknowledgement/code_lists.hpp"

namespace crossdock::acknowledgement {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Bench {
  wire::StringSink sink;
  x12::InterchangeHeader interchange;
  GroupVerdict group;
  AcknowledgementOptions options;
  std::unique_ptr<FunctionalAcknowledgement> writer;
  std::vector<AcknowledgedGroup> answered;

  explicit Bench(std::string version = "004010") {
    interchange.ordinal = 1;
    interchange.sender_qualifier = "02";
    interchange.sender_id = "ACFL";
    interchange.receiver_qualifier = "ZZ";
    interchange.receiver_id = "SHIPCO";
    interchange.version = version == "004010" ? "00401" : "00501";
    interchange.usage = "T";
    group.header = {1, "QM", "ACFLGS", "SHIPGS", "20260518", "1432", "77", "X", version, {}};
    options.date = "20260519";
    options.time = "0801";
  }
  void begin() {
    writer = std::make_unique<FunctionalAcknowledgement>(sink, options);
    writer->on_acknowledged = [this](const AcknowledgedGroup& answer) { answered.push_back(answer); };
    writer->on_interchange(interchange);
    writer->on_group(interchange, group.header);
  }
  void set(std::string control_number, Verdict verdict, std::vector<Finding> findings = {}, std::string type = "214") {
    if (!writer) begin();
    SetVerdict out;
    out.header = {1, std::move(type), std::move(control_number), "", {}};
    out.verdict = verdict;
    out.findings = std::move(findings);
    ++group.sets_seen;
    ++(verdict == Verdict::rejected || verdict == Verdict::unknown_type ? group.sets_rejected : group.sets_accepted);
    writer->on_set(interchange, group.header, out);
  }
  std::string end() {
    if (!writer) begin();
    group.trailer = {true, std::to_string(group.sets_seen), "77", group.sets_seen, {}};
    writer->on_group_end(interchange, group);
    InterchangeVerdict verdict;
    writer->on_interchange_end(verdict);
    return sink.bytes;
  }
};

Finding finding(std::string_view code, std::uint32_t segment, std::string tag, std::uint16_t element = 0) {
  Finding out;
  out.code = find_code(code).value_or(Code::internal_bug);
  out.severity = Severity::error;
  out.where.segment = segment;
  out.segment_tag = std::move(tag);
  out.element = element;
  return out;
}

// The body of the only 997, without envelope.
std::string body(const std::string& bytes) {
  const std::size_t begin = bytes.find("~AK1") + 1, end = bytes.find("SE*");
  return bytes.substr(begin, end - begin);
}

TEST(FunctionalAcknowledgement, answers_with_addresses_swapped_and_counts_right) {
  Bench bench;
  bench.set("0001", Verdict::accepted);
  bench.set("0002", Verdict::accepted_with_warnings);
  EXPECT_EQ(bench.end(),
            "ISA*00*          *00*          *ZZ*SHIPCO         *02*ACFL           *260519*0801*U*00401*000000001*0*T*:~"
            "GS*FA*SHIPGS*ACFLGS*20260519*0801*1*X*004010~ST*997*0001~AK1*QM*77~AK2*214*0001~AK5*A~AK2*214*0002~AK5*A~"
            "AK9*A*2*2*2~"
            "SE*8*0001~GE*1*1~IEA*1*000000001~");
  EXPECT_THAT(x12::support::read(bench.sink.bytes).findings, IsEmpty());
  ASSERT_EQ(bench.answered.size(), 1U);
  EXPECT_EQ(bench.answered[0].code, 'A');
  EXPECT_EQ(bench.answered[0].interchange_control_number, "000000001");
}

TEST(FunctionalAcknowledgement, segment_and_element_errors_in_004010) {
  Bench bench;
  Finding bad = finding("x12.write.character", 4, "AT7", 1);  // element code 6
  bad.element_reference = "1650";
  bad.value = std::string(150, 'V') + "*~:";
  bad.component = 2;
  bad.repetition = 3;
  bad.loop_id = "0205";
  Finding cleaned = finding("x12.write.character", 4, "AT7", 2);
  cleaned.value = "A*B~C\nD:";
  bench.set("0001", Verdict::rejected,
            {bad, cleaned, finding("x12.binary.length", 6, "BIN"), finding("x12.se.count", 9, "SE")});
  EXPECT_EQ(body(bench.end()), "AK1*QM*77~AK2*214*0001~AK3*AT7*4*0205*8~AK4*1:2*1650*6*" + std::string(99, 'V') +
                                   "~AK4*2**6*A B C D~AK3*BIN*6**8~AK5*R*5*4~AK9*R*1*1*0~");
}

TEST(FunctionalAcknowledgement, the_005010_form_adds_version_and_repetition) {
  Bench bench("005010X231");
  Finding bad = finding("x12.write.character", 4, "AT7", 1);
  bad.repetition = 3;
  bench.set("0001", Verdict::rejected, {bad});
  const std::string bytes = bench.end();
  EXPECT_THAT(bytes, HasSubstr("*^*00501*000000001*"));
  EXPECT_THAT(bytes, HasSubstr("*X*005010~ST*997*0001~AK1*QM*77*005010X231~"));
  EXPECT_THAT(bytes, HasSubstr("~AK4*1::3**6~"));
}

// spec: 005010X231A1 (999)
TEST(FunctionalAcknowledgement, a_999_names_the_set_and_what_asked_for_a_condition) {
  Bench bench("005010X999");
  bench.options.set = AnswerSet::automatic;
  Finding asked = finding("x12.element.conditional_missing", 4, "MS1", 1);
  asked.element_reference = "19";
  asked.loop_id = "1100";
  asked.trigger_element = 2;
  Finding forbidden = finding("x12.element.forbidden", 4, "MS1", 5);
  forbidden.value = "X";
  bench.begin();
  SetVerdict set;
  set.header = {1, "214", "0001", "005010X999", {}};
  set.verdict = Verdict::rejected;
  set.business_name = "B1002";
  set.business_value = "SHP*1001";
  set.findings = {asked, forbidden, finding("x12.segment.forbidden", 6, "K1"),
                  finding("x12.segment.condition", 7, "L11")};
  bench.group.sets_seen = bench.group.sets_rejected = 1;
  bench.writer->on_set(bench.interchange, bench.group.header, set);
  const std::string bytes = bench.end();
  EXPECT_THAT(bytes, HasSubstr("*X*005010X231A1~ST*999*0001*005010X231A1~AK1*QM*77*005010X999~"));
  EXPECT_EQ(body(bytes),
            "AK1*QM*77*005010X999~AK2*214*0001*005010X999~IK3*MS1*4*1100*8~CTX*B1002:SHP 1001~IK4*1*19*2~"
            "CTX*SITUATIONAL TRIGGER*MS1*4*1100*2~IK4*5**I10*X~IK3*K1*6**I4~CTX*B1002:SHP 1001~"
            "IK3*L11*7**I6~CTX*B1002:SHP 1001~IK5*R*5~AK9*R*1*1*0~");
  EXPECT_THAT(x12::support::read(bytes).findings, IsEmpty());
}

TEST(FunctionalAcknowledgement, a_999_exists_from_005010_on) {
  Bench old;
  old.options.set = AnswerSet::implementation;
  old.set("0001", Verdict::accepted);
  EXPECT_THAT(old.end(), HasSubstr("ST*997*"));
  Bench plain("005010");
  plain.options.set = AnswerSet::automatic;
  plain.set("0001", Verdict::accepted);
  EXPECT_THAT(plain.end(), HasSubstr("ST*997*"));
  Bench wanted("005010");
  wanted.options.set = AnswerSet::implementation;
  wanted.set("0001", Verdict::accepted);
  EXPECT_THAT(wanted.end(), HasSubstr("ST*999*0001*005010X231A1~AK1*QM*77*005010~AK2*214*0001~IK5*A~"));
}

TEST(FunctionalAcknowledgement, warnings_are_reported_only_on_request) {
  Finding warning = finding("x12.write.character", 4, "AT7", 1);
  warning.severity = Severity::warning;
  Bench quiet;
  quiet.set("0001", Verdict::accepted_with_warnings, {warning});
  EXPECT_EQ(body(quiet.end()), "AK1*QM*77~AK2*214*0001~AK5*A~AK9*A*1*1*1~");
  Bench loud;
  loud.options.acknowledge_warnings = true;
  loud.set("0001", Verdict::accepted_with_warnings, {warning});
  EXPECT_EQ(body(loud.end()), "AK1*QM*77~AK2*214*0001~AK3*AT7*4**8~AK4*1**6~AK5*E*5~AK9*E*1*1*1~");
}

TEST(FunctionalAcknowledgement, partial_and_unknown_and_group_codes) {
  Bench bench;
  bench.set("0001", Verdict::accepted);
  bench.set("0002", Verdict::unknown_type, {}, "299");
  bench.set("0003", Verdict::rejected, {finding("x12.set.duplicate", 1, "ST"), finding("x12.se.missing", 0, "")});
  EXPECT_EQ(body(bench.end()),
            "AK1*QM*77~AK2*214*0001~AK5*A~AK2*299*0002~AK5*R*1~AK2*214*0003~AK5*R*23*2~AK9*P*3*3*1~");
  Bench wrong;
  wrong.group.findings = {finding("x12.ge.control_number", 0, "GE"), finding("x12.group.duplicate", 0, "GS")};
  wrong.set("0001", Verdict::accepted);
  EXPECT_THAT(wrong.end(), HasSubstr("~AK9*R*1*1*0*4*19~"));
}

TEST(FunctionalAcknowledgement, at_most_five_codes_and_99_elements) {
  Bench bench;
  std::vector<Finding> findings;
  for (std::uint16_t i = 1; i <= 120; ++i) findings.push_back(finding("x12.write.character", 2, "B10", i));
  for (const char* code : {"x12.se.missing", "x12.se.count", "x12.se.control_number", "x12.st.set_id",
                           "x12.st.control_number", "x12.set.duplicate"})
    findings.push_back(finding(code, 9, "SE"));
  bench.set("0001", Verdict::rejected, findings);
  const std::string bytes = bench.end();
  EXPECT_THAT(bytes, HasSubstr("AK5*R*5*2*4*3*6~"));
  EXPECT_THAT(bytes, HasSubstr("AK4*99**6~AK5"));
}

TEST(FunctionalAcknowledgement, an_acknowledgement_is_never_acknowledged) {
  Bench group;
  group.group.header.functional_id = "FA";
  group.set("0001", Verdict::rejected, {}, "997");
  EXPECT_EQ(group.end(), "");
  Bench set;
  set.set("0001", Verdict::rejected, {}, "997");
  EXPECT_EQ(set.end(), "");
  Bench mixed;
  mixed.set("0001", Verdict::accepted, {}, "997");
  mixed.set("0002", Verdict::accepted);
  EXPECT_THAT(mixed.end(), Not(HasSubstr("AK2*997")));
  Bench none;
  none.group.header.functional_id = "";
  none.set("0001", Verdict::accepted);
  EXPECT_EQ(none.end(), "");
}

TEST(FunctionalAcknowledgement, an_empty_group_is_answered) {
  Bench bench;
  bench.group.findings = {finding("x12.ge.count", 0, "GE")};
  EXPECT_EQ(body(bench.end()), "AK1*QM*77~AK9*R*0*0*0*5~");
}

TEST(FunctionalAcknowledgement, hostile_header_values_still_give_a_readable_997) {
  Bench bench;
  bench.interchange.sender_id = "A*B~C\n0123456789012345";
  bench.interchange.sender_qualifier = "";
  bench.interchange.version = "x";
  bench.interchange.usage = "";
  bench.group.header.control_number = "1~2*3456789012";
  bench.set("00*1~", Verdict::accepted, {}, "2*4444");
  const auto seen = x12::support::read(bench.end());
  EXPECT_EQ(seen.error, "");
  EXPECT_THAT(seen.codes(Severity::error), IsEmpty());
  EXPECT_EQ(seen.segments[2], "AK2|2 4|00 1");
}

TEST(FunctionalAcknowledgement, numbers_come_from_the_options) {
  Bench bench;
  bench.options.interchange_number = [] { return std::uint64_t{905}; };
  bench.options.group_number = [] { return std::uint64_t{12}; };
  bench.set("0001", Verdict::accepted);
  const std::string bytes = bench.end();
  EXPECT_THAT(bytes, HasSubstr("*000000905*0*T*"));
  EXPECT_THAT(bytes, HasSubstr("GE*1*12~IEA*1*000000905~"));
}

TEST(CodeLists, only_codes_of_the_release) {
  EXPECT_EQ(form_for("004010VICS"), Form::v004010);
  EXPECT_EQ(form_for("005010"), Form::v005010);
  EXPECT_EQ(form_for(""), Form::v004010);
  EXPECT_EQ(element_code(Form::v004010, "12"), "3");
  EXPECT_EQ(element_code(Form::v005010, "12"), "12");
  EXPECT_EQ(element_code(Form::v005010, "I10"), "");
  EXPECT_EQ(set_code(Form::v004010, "18"), "6");
  EXPECT_EQ(set_code(Form::v005010, "18"), "18");
  EXPECT_EQ(set_code(Form::v004010, ""), "");
  EXPECT_EQ(segment_code(Form::v004010, "I4"), "2");
  EXPECT_EQ(group_code(Form::v004010, "19"), "19");
}

TEST(FunctionalAcknowledgement, what_is_written_reads_back) {
  Bench bench;
  Finding bad = finding("x12.write.character", 4, "AT7", 1);
  bad.element_reference = "1650";
  bad.component = 2;
  bad.value = "ZZ";
  bench.set("0001", Verdict::accepted);
  bench.set("0002", Verdict::rejected, {bad});
  struct Keep : x12::InterchangeHandler {
    wire::SegmentDocument document;
    void on_interchange(const x12::InterchangeHeader& header) override { document.delimiters = header.delimiters; }
    void on_segment(const wire::Segment& segment) override { document.append(segment); }
  } keep;
  x12::InterchangeReader reader(keep);
  ASSERT_TRUE(reader.feed(bench.end()));
  ASSERT_TRUE(reader.finish());
  const auto answer = read_acknowledgement(keep.document);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->functional_id + answer->control_number + answer->code, "QM77P");
  EXPECT_FALSE(answer->positive());
  EXPECT_EQ(answer->sets_accepted, 1U);
  ASSERT_EQ(answer->sets.size(), 2U);
  EXPECT_EQ(answer->verdict_of("214", "0001"), "A");
  EXPECT_EQ(answer->verdict_of("214", "2"), "R");
  EXPECT_EQ(answer->verdict_of("214", "0003"), "A");
  EXPECT_THAT(answer->sets[1].codes, ElementsAre("5"));
  ASSERT_EQ(answer->sets[1].segments.size(), 1U);
  const ElementAnswer& element = answer->sets[1].segments[0].elements.at(0);
  EXPECT_EQ(element.element, 1U);
  EXPECT_EQ(element.component, 2U);
  EXPECT_EQ(element.reference + element.code + element.value, "16506ZZ");
}

}  // namespace
}  // namespace crossdock::acknowledgement
