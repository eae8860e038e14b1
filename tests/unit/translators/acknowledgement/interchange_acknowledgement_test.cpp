// TA1: when one is due, what it says, what is never answered; and read back.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/interchange_acknowledgement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/x12_recorder.hpp"

namespace crossdock::acknowledgement {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Finding finding(Code code, Severity severity) {
  Finding out;
  out.code = code;
  out.severity = severity;
  return out;
}

struct Bench {
  wire::StringSink sink;
  InterchangeVerdict verdict;
  std::vector<std::string> groups{"QM"};
  bool answers = false;

  Bench() {
    x12::InterchangeHeader& header = verdict.header;
    header.sender_qualifier = "02";
    header.sender_id = "ACFL";
    header.receiver_qualifier = "ZZ";
    header.receiver_id = "SHIPCO";
    header.date = "260518";
    header.time = "1432";
    header.version = "00401";
    header.control_number = "000000101";
    header.usage = "T";
  }

  std::string written(AnswerInterchange when) {
    InterchangeAcknowledgementOptions options;
    options.when = when;
    options.date = "20260519";
    options.time = "0801";
    InterchangeAcknowledgement writer(sink, options);
    writer.on_interchange(verdict.header);
    if (answers) writer.on_interchange_answer(verdict.header, {});
    for (const std::string& id : groups) {
      x12::GroupHeader group;
      group.functional_id = id;
      writer.on_group(verdict.header, group);
    }
    writer.on_interchange_end(verdict);
    return sink.bytes;
  }
};

// spec: X12.5 TA1
TEST(InterchangeAcknowledgement, repeats_what_was_received_with_addresses_swapped) {
  Bench bench;
  EXPECT_EQ(bench.written(AnswerInterchange::always),
            "ISA*00*          *00*          *ZZ*SHIPCO         *02*ACFL           *260519*0801*U*00401*000000001*0*T*:~"
            "TA1*000000101*260518*1432*A*000~IEA*0*000000001~");
  EXPECT_THAT(x12::support::read(bench.sink.bytes).findings, IsEmpty());
}

TEST(InterchangeAcknowledgement, is_sent_where_asked_for_or_where_the_envelope_is_rejected) {
  struct Case {
    AnswerInterchange when;
    const char* requested;
    bool rejected, due;
  };
  const Case cases[] = {
      {AnswerInterchange::never, "1", true, false},      {AnswerInterchange::rejected, "1", false, false},
      {AnswerInterchange::rejected, "0", true, true},    {AnswerInterchange::on_request, "0", false, false},
      {AnswerInterchange::on_request, "1", false, true}, {AnswerInterchange::on_request, "0", true, true},
      {AnswerInterchange::always, "0", false, true},
  };
  for (const Case& c : cases) {
    Bench bench;
    bench.verdict.header.acknowledgement_requested = c.requested;
    if (c.rejected) bench.verdict.findings.push_back(finding(Code::x12_iea_missing, Severity::error));
    EXPECT_EQ(!bench.written(c.when).empty(), c.due) << static_cast<int>(c.when) << c.requested << c.rejected;
  }
}

TEST(InterchangeAcknowledgement, the_first_error_speaks_else_the_first_warning) {
  Bench bench;
  bench.verdict.findings = {finding(Code::x12_isa_date, Severity::warning),
                            finding(Code::x12_wire_newline, Severity::note),
                            finding(Code::x12_iea_count, Severity::error)};
  EXPECT_THAT(bench.written(AnswerInterchange::always), HasSubstr("TA1*000000101*260518*1432*R*021~"));
  Bench warned;
  warned.verdict.findings = {finding(Code::x12_isa_date, Severity::warning)};
  EXPECT_THAT(warned.written(AnswerInterchange::always), HasSubstr("*E*014~"));
}

TEST(InterchangeAcknowledgement, an_acknowledgement_is_never_acknowledged) {
  Bench answer_only;
  answer_only.groups.clear();
  answer_only.answers = true;
  EXPECT_EQ(answer_only.written(AnswerInterchange::always), "");
  Bench functional_only;
  functional_only.groups = {"FA", "FA"};
  EXPECT_EQ(functional_only.written(AnswerInterchange::always), "");
  Bench mixed;
  mixed.groups = {"FA", "QM"};
  EXPECT_NE(mixed.written(AnswerInterchange::always), "");
}

TEST(InterchangeAcknowledgement, hostile_values_still_give_a_readable_answer) {
  Bench bench;
  bench.verdict.header.control_number = "1*2~3";
  bench.verdict.header.date = "\n";
  EXPECT_THAT(bench.written(AnswerInterchange::always), HasSubstr("TA1*1 2 3**1432*A*000~"));
  EXPECT_THAT(x12::support::read(bench.sink.bytes).findings, IsEmpty());
}

TEST(InterchangeAcknowledgement, reads_what_a_partner_wrote) {
  struct Answers : x12::InterchangeHandler {
    std::vector<InterchangeAnswer> seen;
    void on_segment(const wire::Segment& segment) override { seen.push_back(read_interchange_answer(segment)); }
  } answers;
  x12::InterchangeReader reader(answers);
  ASSERT_TRUE(
      reader.feed("ISA*00*          *00*          *02*ACFL           *ZZ*SHIPCO         *260518*1432*U*00401*"
                  "000000009*0*P*>~TA1*000000007*260517*1200*R*023~TA1*8~IEA*0*000000009~"));
  ASSERT_TRUE(reader.finish());
  ASSERT_EQ(answers.seen.size(), 2U);
  EXPECT_EQ(answers.seen[0].control_number, "000000007");
  EXPECT_EQ(answers.seen[0].code + answers.seen[0].note, "R023");
  EXPECT_EQ(answers.seen[1].control_number, "8");
  EXPECT_EQ(answers.seen[1].code, "");
}

}  // namespace
}  // namespace crossdock::acknowledgement
