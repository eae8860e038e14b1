// What is written reads back as it was meant; delimiters stay out of data.
// SPDX-License-Identifier: Apache-2.0
#include "translators/x12/interchange_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/x12_recorder.hpp"

namespace crossdock::x12 {
namespace {

using support::read;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

OutgoingInterchange tender() {
  OutgoingInterchange out;
  out.sender_id = "SHIPCO";
  out.receiver_qualifier = "02";
  out.receiver_id = "ACFL";
  out.date = "260518";
  out.time = "1432";
  out.control_number = "7";
  OutgoingGroup group{"SM", "SHIPCO", "ACFL", "20260518", "1432", "7", "X", "004010", {}};
  group.sets.push_back(
      {"204", "0001", "", {{"B2", "", "ACFL", "", "SHP1", "", "PP"}, {"B2A", "00", "", ""}, {"L11", "BOL1", "BM"}}});
  group.sets.push_back({"204", "0002", "", {{"B2", "", "ACFL", "", "SHP2", "", "PP"}}});
  out.groups.push_back(group);
  return out;
}

TEST(InterchangeWriter, writes_what_the_reader_accepts) {
  const auto written = write_interchange(tender(), {.delimiters = {}, .line_break = "\n"});
  ASSERT_TRUE(written);
  EXPECT_EQ(
      written->bytes,
      "ISA*00*          *00*          *ZZ*SHIPCO         *02*ACFL           *260518*1432*U*00401*000000007*0*P*:~\n"
      "GS*SM*SHIPCO*ACFL*20260518*1432*7*X*004010~\nST*204*0001~\nB2**ACFL**SHP1**PP~\nB2A*00~\nL11*BOL1*BM~\nSE*5*"
      "0001~\n"
      "ST*204*0002~\nB2**ACFL**SHP2**PP~\nSE*3*0002~\nGE*2*7~\nIEA*1*000000007~\n");
  EXPECT_THAT(read(written->bytes).codes(), IsEmpty());
}

TEST(InterchangeWriter, parse_write_parse_is_stable) {
  const auto written = write_interchange(tender());
  ASSERT_TRUE(written);
  const auto first = read(written->bytes);
  OutgoingInterchange again = tender();
  for (OutgoingSet& set : again.groups[0].sets) set.segments.clear();
  for (const std::string& segment : first.segments) {
    wire::OutgoingSegment parts{""};
    for (const char byte : segment) {
      if (byte == '|')
        parts.emplace_back();
      else
        parts.back().push_back(byte);
    }
    if (parts[0] != "ST" && parts[0] != "SE")
      again.groups[0].sets[again.groups[0].sets[0].segments.size() < 3 ? 0 : 1].segments.push_back(parts);
  }
  EXPECT_EQ(write_interchange(again)->bytes, written->bytes);
}

TEST(InterchangeWriter, repetition_separator_by_release) {
  OutgoingInterchange out = tender();
  out.groups[0].version = "005010";
  out.groups[0].sets[0].segments.push_back({"AK3",
                                            "A\x1F"
                                            "B\x1F\x1F\x1E"
                                            "C\x1E",
                                            ""});
  const auto written = write_interchange(out);
  ASSERT_TRUE(written);
  EXPECT_THAT(written->bytes, HasSubstr("*^*00501*"));
  EXPECT_THAT(written->bytes, HasSubstr("~AK3*A>B^C~"));
  EXPECT_EQ(written->delimiters.repetition, '^');
  EXPECT_EQ(write_interchange(tender())->delimiters.repetition, '\0');
}

TEST(InterchangeWriter, chooses_delimiters_that_no_value_holds) {
  OutgoingInterchange out = tender();
  out.groups[0].sets[0].segments[2][1] = "A*B~C>D^E|F";
  const auto written = write_interchange(out);
  ASSERT_TRUE(written);
  EXPECT_THAT(written->findings, IsEmpty());
  const auto seen = read(written->bytes);
  EXPECT_THAT(seen.codes(), IsEmpty());
  EXPECT_EQ(seen.interchanges[0].delimiters, written->delimiters);
  EXPECT_THAT(written->bytes, HasSubstr("A*B~C>D^E|F"));
}

TEST(InterchangeWriter, replaces_delimiters_and_says_so) {
  OutgoingInterchange out = tender();
  out.groups[0].sets[0].segments[2][1] = "A*B~C>D";
  WriteOptions options;
  options.delimiter_in_data = DelimiterInData::replace;
  const auto written = write_interchange(out, options);
  ASSERT_TRUE(written);
  EXPECT_THAT(written->bytes, HasSubstr("L11*A B C D*BM~"));
  ASSERT_EQ(written->findings.size(), 1U);
  EXPECT_EQ(written->findings[0].path, "L11.01");
  EXPECT_EQ(written->findings[0].control_number, "0001");
  EXPECT_EQ(written->findings[0].value, "A*B~C>D");
  options.replacement = '*';
  EXPECT_EQ(write_interchange(out, options).error().code, Code::x12_write_header);
}

TEST(InterchangeWriter, refuses_delimiters_control_characters_and_misfits) {
  OutgoingInterchange out = tender();
  out.groups[0].sets[0].segments[2][1] = "A*B";
  WriteOptions options;
  options.delimiter_in_data = DelimiterInData::refuse;
  EXPECT_THAT(write_interchange(out, options).error().text(), HasSubstr("L11.01 of transaction set 0001 holds '*'"));
  out.groups[0].sets[0].segments[2][1] = "A\nB";
  for (const DelimiterInData policy :
       {DelimiterInData::choose_delimiters, DelimiterInData::replace, DelimiterInData::refuse}) {
    options.delimiter_in_data = policy;
    EXPECT_THAT(write_interchange(out, options).error().text(),
                HasSubstr("L11.01 of transaction set 0001 holds the control character 0x0A"));
  }
  const auto misfit = [](auto change) {
    OutgoingInterchange wrong = tender();
    change(wrong);
    const auto written = write_interchange(wrong);
    return written ? std::string() : written.error().text();
  };
  EXPECT_THAT(misfit([](auto& wrong) { wrong.sender_id = "SIXTEEN BYTES ID"; }), HasSubstr("ISA.06"));
  EXPECT_EQ(misfit([](auto& wrong) { wrong.sender_id = "FIFTEEN BYTE ID"; }), "");
  EXPECT_THAT(misfit([](auto& wrong) { wrong.date = "2605"; }), HasSubstr("ISA.09"));
  EXPECT_THAT(misfit([](auto& wrong) { wrong.control_number = "1234567890"; }), HasSubstr("ISA.13"));
  EXPECT_THAT(misfit([](auto& wrong) { wrong.groups[0].control_number = "X"; }), HasSubstr("GS.06"));
  EXPECT_THAT(misfit([](auto& wrong) { wrong.groups[0].sets[0].control_number = "1"; }), HasSubstr("ST"));
}

TEST(InterchangeWriter, version_of_the_interchange_follows_the_group) {
  EXPECT_EQ(interchange_version("004010"), "00401");
  EXPECT_EQ(interchange_version("005010X231A1"), "00501");
  EXPECT_EQ(interchange_version("odd"), "00401");
}

}  // namespace
}  // namespace crossdock::x12
