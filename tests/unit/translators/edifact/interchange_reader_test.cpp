// The reader: headers, counts and references, nesting, packages, the same events for any chunks.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/interchange_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/edifact_recorder.hpp"

namespace crossdock::edifact {
namespace {

using support::read;
using support::Recorder;
using support::replace;
using support::sample;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Edifact, headers_are_read) {
  const Recorder seen = read(sample());
  EXPECT_EQ(seen.error, "");
  EXPECT_THAT(seen.codes(Severity::note), IsEmpty());
  ASSERT_EQ(seen.interchanges.size(), 1U);
  const InterchangeHeader& header = seen.interchanges[0];
  EXPECT_EQ(header.syntax, wire::Syntax::edifact);
  EXPECT_EQ(header.standards_id, "UNOC");
  EXPECT_EQ(header.version, "3");
  EXPECT_EQ(header.sender_id + ":" + header.sender_qualifier, "SENDER:14");
  EXPECT_EQ(header.receiver_id + ":" + header.receiver_qualifier, "RECEIVER:ZZZ");
  EXPECT_EQ(header.control_number, "REF7");
  EXPECT_EQ(header.application_reference, "IFTSTA");
  EXPECT_EQ(header.acknowledgement_requested, "1");
  EXPECT_EQ(header.usage, "P");
  EXPECT_FALSE(header.una);
  ASSERT_EQ(seen.groups.size(), 1U);
  EXPECT_TRUE(seen.groups[0].implied);
  EXPECT_EQ(seen.groups[0].functional_id, "IFTSTA");
  ASSERT_EQ(seen.sets.size(), 2U);
  const SetHeader& set = seen.sets[0];
  EXPECT_EQ(set.set + ":" + set.version + ":" + set.release + ":" + set.agency + ":" + set.implementation,
            "IFTSTA:D:96A:UN:EAN008");
  EXPECT_EQ(set.control_number, "1");
  EXPECT_THAT(seen.segments, testing::Contains("FTX|AAI|||it?'s 5?+5 ?: 10 ??"));
}

TEST(Edifact, any_chunks_give_the_same_events) {
  const std::string packed = sample();
  const std::string files[] = {packed,
                               "UNA:+.? '\r\n" + replace(packed, "'", "'\r\n"),
                               "'\n\xEF\xBB\xBF" + packed,
                               packed + "mail text U UN UNB\n" + packed,
                               replace(packed, "UNZ+2+REF7'", ""),
                               packed + "UNA:*.? ~UNB*UNOA:1*A*B*260101:0101*9~UNZ*0*9~",
                               replace(packed, "+5 ", "+5\n"),
                               replace(packed, "SHP1", std::string(200, '?')),
                               packed.substr(0, packed.size() - 1)};
  for (const std::string& file : files) {
    const Recorder whole = read(file);
    for (const std::size_t chunk : {1, 2, 3, 7, 61, 64, 200})
      ASSERT_EQ(read(file, chunk).events, whole.events) << "chunk " << chunk << " of " << file;
  }
}

struct Case {
  const char* from;
  const char* to;
  std::vector<std::string> codes;  ///< warnings and errors
  const char* path;                ///< of the first finding
};

TEST(Edifact, envelope_faults_are_found_with_their_places) {
  const Case cases[] = {
      {"UNT+6+1", "UNT+7+1", {"edifact.unt.count"}, "UNT.01"},
      {"UNT+6+1", "UNT+6+9", {"edifact.unt.control_number"}, "UNT.02"},
      {"UNT+6+1'", "", {"edifact.unt.missing"}, "UNT"},
      {"UNZ+2+REF7", "UNZ+3+REF7", {"edifact.unz.count"}, "UNZ.01"},
      {"UNZ+2+REF7", "UNZ+2+REF8", {"edifact.unz.control_number"}, "UNZ.02"},
      {"UNZ+2+REF7'", "", {"edifact.unz.missing"}, "UNZ"},
      {"UNH+2+", "UNH+1+", {"edifact.message.duplicate", "edifact.unt.control_number"}, "UNH.01"},
      {"UNH+2+IFTSTA:D:96A:UN",
       "UNH+2+IFTSTA",
       {"edifact.unh.element", "edifact.unh.element", "edifact.unh.element"},
       "UNH.02.2"},
      {"+260518:1432", "+261318:1432", {"edifact.unb.date"}, "UNB.04.1"},
      {"+260518:1432", "+260518:2532", {"edifact.unb.date"}, "UNB.04.2"},
      {"+SENDER:14", "+:14", {"edifact.unb.element"}, "UNB.02.1"},
      {"+REF7++", "+++", {"edifact.unb.element", "edifact.unz.control_number"}, "UNB.05"},
      {"UNOC:3", "UNOZ:3", {"edifact.unb.syntax"}, "UNB.01.1"},
      {"UNOC:3", "UNOC:9", {"edifact.unb.syntax"}, "UNB.01.2"},
      {"UNZ+2", "QQQ+1'UNZ+2", {"edifact.segment.stray"}, "QQQ"},
      {"UNZ+2", "UNT+1+1'UNZ+2", {"edifact.trailer.unexpected"}, "UNT"},
      {"UNZ+2", "UNE+1+1'UNZ+2", {"edifact.trailer.unexpected"}, "UNE"},
      {"UNZ+2+REF7'",
       "UNG+IFTSTA+A+B+260101:0101+5+UN+D:96A'UNE+0+5'UNZ+1+REF7'",
       {"edifact.group.mixed", "edifact.group.empty"},
       "UNG"},
      {"UNZ+2+REF7'",
       "UNZ+2+REF7'UNB+UNOC:3+SENDER:14+RECEIVER:ZZZ+260518:1432+REF7'UNZ+0+REF7'",
       {"edifact.interchange.duplicate", "edifact.interchange.empty"},
       "UNB.05"},
  };
  for (const Case& one : cases) {
    const Recorder seen = read(replace(sample(), one.from, one.to));
    EXPECT_EQ(seen.error, "") << one.to;
    EXPECT_EQ(seen.codes(), one.codes) << one.from << " -> " << one.to;
    for (const Finding& finding : seen.findings) {
      EXPECT_EQ(finding.path, one.path) << one.to;
      EXPECT_GT(finding.where.line, 0U);
      break;
    }
  }
}

TEST(Edifact, groups_are_counted) {
  const std::string text =
      "UNB+UNOA:2+S+R+260518:1432+9'UNG+IFTSTA+AS+AR+260518:1433+G1+UN+D:96A'UNH+1+IFTSTA:D:96A:UN'UNT+2+1'UNE+1+G1'"
      "UNG+IFTMIN+AS+AR+260518:1433+G2+UN+D:96A'UNH+1+IFTSTA:D:96A:UN'UNT+2+1'UNE+2+G3'UNZ+2+9'";
  const Recorder seen = read(text);
  ASSERT_EQ(seen.groups.size(), 2U);
  EXPECT_FALSE(seen.groups[0].implied);
  EXPECT_EQ(seen.groups[0].sender + ">" + seen.groups[0].receiver, "AS>AR");
  EXPECT_EQ(seen.groups[0].control_number, "G1");
  EXPECT_EQ(seen.groups[0].version, "D96A");
  EXPECT_THAT(seen.codes(), ElementsAre("edifact.group.types", "edifact.une.count", "edifact.une.control_number"));
}

TEST(Edifact, packages_are_passed_over_by_their_count) {
  const std::string object("a'b\n+UNZ'\0?x", 12);
  const std::string head = "UNB+UNOC:4+S+R+20260518:1432+9'UNO+P1+ZZZ:X+1+", tail = "UNZ+1+9'";
  for (const std::size_t chunk : {0, 1, 5}) {
    const Recorder seen = read(head + "12'" + object + "UNP+12+P1'" + tail, chunk);
    EXPECT_THAT(seen.codes(Severity::note), IsEmpty());
    EXPECT_THAT(seen.segments, ElementsAre("UNO|P1|ZZZ:X|1|12", "UNP|12|P1"));
    ASSERT_EQ(seen.sets.size(), 1U);
    EXPECT_TRUE(seen.sets[0].package);
    EXPECT_EQ(seen.sets[0].package_bytes, 12U);
  }
  EXPECT_THAT(read(head + "12'" + object + "UNP+13+P1'" + tail).codes(), ElementsAre("edifact.package.length"));
  EXPECT_THAT(read(head + "11'" + object + "UNP+11+P1'" + tail).codes(),
              ElementsAre("edifact.package.length", "edifact.unt.missing"));
  EXPECT_THAT(read(head + "900'" + object + "UNP+900+P1'" + tail).codes(),
              ElementsAre("edifact.unt.missing", "edifact.unz.missing"));
}

TEST(Edifact, errors_where_there_is_no_interchange_or_a_limit_is_passed) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "edifact.unb.missing"},
      {" \r\n", "edifact.unb.missing"},
      {"ISA*00*", "edifact.unb.missing"},
      {"UN", "edifact.unb.missing"},
      {std::string(70000, 'x'), "edifact.unb.missing"},
      {sample() + std::string(70000, 'x'), "edifact.text.too_long"},
      {replace(sample(), "SHP1", std::string(3 << 20, 'y')), "edifact.segment.too_long"},
      {replace(sample(), "SHP1", std::string(5000, '+')), "edifact.elements.too_many"},
  };
  for (const auto& [bytes, code] : cases)
    EXPECT_THAT(read(bytes).error, testing::HasSubstr(code)) << bytes.substr(0, 40);
}

TEST(Edifact, memory_does_not_grow_with_the_input) {
  std::string message = "UNH+1+IFTSTA:D:96A:UN'";
  for (int i = 0; i < 2000; ++i) message += "FTX+AAI+++some text with a release ?+ inside'";
  Recorder recorder;
  struct Count : InterchangeHandler {
    std::uint64_t segments = 0;
    void on_segment(const wire::Segment&) override { ++segments; }
  } count;
  InterchangeReader reader(count);
  ASSERT_TRUE(reader.feed("UNB+UNOC:3+S+R+260518:1432+9'"));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(reader.feed(message + "UNT+2002+1'"));
  ASSERT_TRUE(reader.feed("UNZ+100+9'"));
  ASSERT_TRUE(reader.finish());
  EXPECT_EQ(count.segments, 100U * 2002);
  EXPECT_EQ(reader.offset(), 29U + 100 * (message.size() + 11) + 10);
}

}  // namespace
}  // namespace crossdock::edifact
