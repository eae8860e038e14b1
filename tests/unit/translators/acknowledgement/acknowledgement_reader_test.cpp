// Received acknowledgements: what they settle, and what cannot be read.
// SPDX-License-Identifier: Apache-2.0
#include "translators/acknowledgement/acknowledgement_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/x12_recorder.hpp"

namespace crossdock::acknowledgement {
namespace {

Result<GroupAnswer> read(std::string_view segments) {
  struct Keep : x12::InterchangeHandler {
    wire::SegmentDocument document;
    void on_interchange(const x12::InterchangeHeader& header) override { document.delimiters = header.delimiters; }
    void on_segment(const wire::Segment& segment) override { document.append(segment); }
  } keep;
  x12::InterchangeReader reader(keep);
  const std::string isa = x12::support::sample().substr(0, 106);
  EXPECT_TRUE(
      reader.feed(isa + "GS*FA*A*B*20260518*1432*7*X*004010~" + std::string(segments) + "GE*1*7~IEA*1*000000007~"));
  EXPECT_TRUE(reader.finish());
  return read_acknowledgement(keep.document);
}

TEST(AcknowledgementReader, a_positive_997_may_name_no_set) {
  const auto answer = read("ST*997*0001~AK1*SM*00012~AK9*A*3*3*3~SE*4*0001~");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->positive());
  EXPECT_EQ(answer->control_number, "00012");
  EXPECT_EQ(answer->verdict_of("204", "0001"), "A");
}

TEST(AcknowledgementReader, a_rejected_group_rejects_its_sets) {
  const auto answer = read("ST*997*0001~AK1*SM*12~AK2*204*0001~AK5*A~AK9*R*1*1*0*5*4~SE*6*0001~");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->verdict_of("204", "0001"), "R");
  EXPECT_EQ(answer->verdict_of("204", "0002"), "R");
  EXPECT_THAT(answer->codes, testing::ElementsAre("5", "4"));
}

TEST(AcknowledgementReader, reads_a_999_too) {
  const auto answer = read(
      "ST*999*0001*005010X231~AK1*SM*12*005010~AK2*204*0001~IK3*S5*7**I4~CTX*x~IK4*2>1*67*7*ZZ~IK5*E*5~AK9*E*1*1*1~SE*"
      "9*0001~");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->version, "005010");
  EXPECT_EQ(answer->sets.at(0).code, "E");
  EXPECT_EQ(answer->sets[0].segments.at(0).code, "I4");
  EXPECT_EQ(answer->sets[0].segments[0].elements.at(0).component, 1U);
  EXPECT_EQ(answer->verdict_of("204", "0001"), "E");
}

TEST(AcknowledgementReader, refuses_what_settles_nothing) {
  for (const char* segments :
       {"ST*214*0001~SE*2*0001~", "ST*997*0001~AK9*A*1*1*1~SE*3*0001~", "ST*997*0001~AK1*SM*12~SE*3*0001~"}) {
    const auto answer = read(segments);
    ASSERT_FALSE(answer) << segments;
    EXPECT_EQ(answer.error().code, Code::x12_acknowledgement_unreadable);
  }
  EXPECT_FALSE(read_acknowledgement(wire::SegmentDocument{}));
}

TEST(AcknowledgementReader, details_are_bounded) {
  std::string segments = "ST*997*0001~AK1*SM*12~AK2*204*0001~";
  for (int i = 0; i < 1500; ++i) segments += "AK3*S5*7**8~";
  const auto answer = read(segments + "AK5*R*5~AK9*R*1*1*0~SE*1506*0001~");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sets[0].segments.size(), details_max);
  EXPECT_EQ(answer->sets[0].details_dropped, 500U);
  EXPECT_EQ(answer->sets[0].code, "R");
}

}  // namespace
}  // namespace crossdock::acknowledgement
