// The envelope: structure, counts, control numbers, several interchanges; limits and garbage; any chunking gives the
// same events. SPDX-License-Identifier: Apache-2.0
#include "translators/x12/interchange_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/x12_recorder.hpp"

namespace crossdock::x12 {
namespace {

using support::read;
using support::replace;
using support::sample;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(InterchangeReader, reads_a_clean_interchange) {
  const auto seen = read(sample());
  EXPECT_EQ(seen.error, "");
  EXPECT_THAT(seen.findings, IsEmpty());
  ASSERT_EQ(seen.interchanges.size(), 1U);
  const InterchangeHeader& isa = seen.interchanges[0];
  EXPECT_EQ(isa.sender_qualifier + ":" + isa.sender_id + " " + isa.receiver_qualifier + ":" + isa.receiver_id,
            "02:ACFL ZZ:SHIPCO");
  EXPECT_EQ(isa.control_number, "000000007");
  EXPECT_EQ(isa.delimiters, (wire::Delimiters{'*', '>', 0, 0, '.', "~"}));
  ASSERT_EQ(seen.groups.size(), 1U);
  EXPECT_EQ(seen.groups[0].version, "004010");
  ASSERT_EQ(seen.sets.size(), 2U);
  EXPECT_EQ(seen.sets[1].control_number, "0002");
  ASSERT_EQ(seen.segments.size(), 9U);
  EXPECT_EQ(seen.segments[3], "AT7|D1|NS|||20260518|1432|CT");
  EXPECT_EQ(seen.segments[7], "L11|ISAAC|CN");
  EXPECT_EQ(seen.events.back(),
            "interchange_end 1 1 @" + std::to_string(sample().find("IEA")) + "+15 line 1 segment 13");
}

TEST(InterchangeReader, positions_count_bytes_lines_and_segments) {
  const auto seen = read(replace(sample(), "~", "~\r\n"));
  EXPECT_THAT(seen.events,
              testing::Contains("segment 2 B10|PRO1|SHP1|ACFL @" +
                                std::to_string(replace(sample(), "~", "~\r\n").find("B10")) + "+18 line 4 segment 2"));
  EXPECT_THAT(seen.codes(), IsEmpty());
  EXPECT_THAT(seen.codes(Severity::note), ElementsAre("x12.wire.newline"));
}

struct EnvelopeCase {
  const char *from, *to, *code, *syntax_code, *message;
};
class EnvelopeFault : public testing::TestWithParam<EnvelopeCase> {};

TEST_P(EnvelopeFault, is_found) {
  const EnvelopeCase& fault = GetParam();
  const auto seen = read(replace(sample(), fault.from, fault.to));
  EXPECT_EQ(seen.error, "");
  ASSERT_THAT(seen.codes(), ElementsAre(fault.code));
  EXPECT_EQ(syntax_code(seen.findings[0]), fault.syntax_code);
  EXPECT_THAT(seen.findings[0].message, HasSubstr(fault.message));
  EXPECT_GT(seen.findings[0].where.offset, 0U);
  EXPECT_EQ(seen.findings[0].interchange, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    All, EnvelopeFault,
    testing::Values(
        EnvelopeCase{"SE*5*0001", "SE*6*0001", "x12.se.count", "4", "SE.01 is '6'; 5 segments"},
        EnvelopeCase{"SE*5*0001", "SE*X*0001", "x12.se.count", "4", "SE.01 is 'X'"},
        EnvelopeCase{"SE*5*0001", "SE*5*0009", "x12.se.control_number", "3", "ST.02 is '0001'"},
        EnvelopeCase{"SE*5*0001~", "", "x12.se.missing", "2", "has no SE before ST; SE*5*0001 would be right"},
        EnvelopeCase{"SE*4*0002~", "", "x12.se.missing", "2", "before GE"},
        EnvelopeCase{"0002", "0001", "x12.set.duplicate", "23", "'0001' stood already"},
        EnvelopeCase{"ST*214*0002", "ST*2X4*0002", "x12.st.set_id", "6", "three digits"},
        EnvelopeCase{"ST*214*0002", "ST*210*0002", "x12.set.functional_group", "6", "its group is IM"},
        EnvelopeCase{"GE*2*7", "GE*3*7", "x12.ge.count", "5", "2 transaction sets"},
        EnvelopeCase{"GE*2*7", "GE*2*8", "x12.ge.control_number", "4", "GS.06 is '7'"},
        EnvelopeCase{"GE*2*7~", "", "x12.ge.missing", "3", "GE*2*7 would be right"},
        EnvelopeCase{"*7*X*004010", "*7*X", "x12.gs.elements", "024", "7 elements"},
        EnvelopeCase{"IEA*1*", "IEA*2*", "x12.iea.count", "021", "1 groups"},
        EnvelopeCase{"IEA*1*000000007", "IEA*1*000000008", "x12.iea.control_number", "001", "ISA.13"},
        EnvelopeCase{"IEA*1*000000007~", "", "x12.iea.missing", "023", "the end of the input"},
        EnvelopeCase{"GE*2*7~", "GE*2*7~SE*1*1~", "x12.trailer.unexpected", "022", "no transaction set is open"},
        EnvelopeCase{"GE*2*7~", "GE*2*7~N1*SH~", "x12.segment.stray", "022", "'N1'"},
        EnvelopeCase{"*0*P*", "*7*P*", "x12.isa.element", "024", "0 or 1"},
        EnvelopeCase{"*0*P*", "*0*X*", "x12.isa.element", "024", "P, T or I"},
        EnvelopeCase{"*260518*1432*U", "*261318*1432*U", "x12.isa.date", "014", "YYMMDD"}));

TEST(InterchangeReader, a_group_number_that_is_none) {
  const auto seen = read(replace(replace(sample(), "*7*X*", "*A7*X*"), "GE*2*7", "GE*2*A7"));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.gs.control_number"));
  EXPECT_EQ(syntax_code(seen.findings[0]), "6");
}

TEST(InterchangeReader, a_set_without_group_gets_an_empty_one) {
  const auto seen = read(replace(replace(sample(), "GS*QM*ACFL*SHIPCO*20260518*1432*7*X*004010~", ""), "GE*2*7~", ""));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.gs.missing"));
  ASSERT_EQ(seen.groups.size(), 1U);
  EXPECT_EQ(seen.groups[0].functional_id, "");
  EXPECT_EQ(seen.sets.size(), 2U);
}

TEST(InterchangeReader, everything_missing_is_closed_in_order) {
  const auto seen = read(sample().substr(0, sample().find("SE*5")));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.se.missing", "x12.ge.missing", "x12.iea.missing"));
  ASSERT_GE(seen.events.size(), 3U);
  EXPECT_THAT(seen.events[seen.events.size() - 5], HasSubstr("set_end 0"));
  EXPECT_THAT(seen.events[seen.events.size() - 3], HasSubstr("group_end 1"));
  EXPECT_THAT(seen.events.back(), HasSubstr("interchange_end 1"));
}

// A transfer may break at any byte: each piece is read to its end, and what is missing is said.
TEST(InterchangeReader, cut_at_any_byte) {
  const std::string whole = sample();
  for (std::size_t kept = 106; kept < whole.find("IEA*1"); ++kept) {
    const auto seen = read(whole.substr(0, kept));
    EXPECT_EQ(seen.error, "") << "cut behind byte " << kept;
    EXPECT_THAT(seen.codes(), testing::Contains("x12.iea.missing")) << "cut behind byte " << kept;
    EXPECT_EQ(seen.interchanges.size(), 1U) << "cut behind byte " << kept;
  }
}

TEST(InterchangeReader, equal_numbers_with_other_padding_are_a_note) {
  const auto seen = read(replace(replace(sample(), "GE*2*7", "GE*002*00007"), "IEA*1*000000007", "IEA*1*7"));
  EXPECT_THAT(seen.codes(), IsEmpty());
  EXPECT_THAT(seen.codes(Severity::note), ElementsAre("x12.count.padded", "x12.control_number.padded"));
}

TEST(InterchangeReader, several_interchanges_with_other_delimiters) {
  std::string second = replace(replace(replace(sample(), "*", "|"), "~", "\n"), "000000007", "000000008");
  const auto seen = read(sample() + second + replace(sample(), "000000007", "000000009"));
  EXPECT_THAT(seen.codes(), IsEmpty());
  ASSERT_EQ(seen.interchanges.size(), 3U);
  EXPECT_EQ(seen.interchanges[1].delimiters.segment, "\n");
  EXPECT_EQ(seen.interchanges[1].delimiters.element, '|');
  EXPECT_EQ(seen.interchanges[2].ordinal, 3U);
  EXPECT_EQ(seen.sets.size(), 6U);
}

TEST(InterchangeReader, an_isa_without_the_trailer_before_it) {
  const std::string first = sample().substr(0, sample().find("GE*2"));
  const auto seen = read(first + replace(replace(sample(), "*", "|"), "000000007", "000000008"));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.ge.missing", "x12.iea.missing"));
  EXPECT_EQ(seen.interchanges.size(), 2U);
}

TEST(InterchangeReader, the_same_interchange_twice_is_said) {
  EXPECT_THAT(read(sample() + sample()).codes(), ElementsAre("x12.interchange.duplicate"));
}

TEST(InterchangeReader, groups_with_the_same_number) {
  const std::string text = sample();
  const std::string group = text.substr(106, text.find("IEA") - 106);
  const auto seen = read(replace(text, "IEA*1*", group + "IEA*2*"));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.group.duplicate"));
  EXPECT_EQ(syntax_code(seen.findings[0]), "19");
  EXPECT_EQ(seen.findings[0].group, 2U);
}

TEST(InterchangeReader, service_segments_before_groups) {
  const auto seen = read(replace(sample(), "GS*QM", "ISB*1~ISE*200601*0515*04~TA1*000000001*260517*1200*A*000~GS*QM"));
  EXPECT_THAT(seen.findings, IsEmpty());
  EXPECT_EQ(seen.segments[2], "TA1|000000001|260517|1200|A|000");
}

TEST(InterchangeReader, ta1_instead_of_groups) {
  const std::string text = sample().substr(0, 106) + "TA1*000000001*260517*1200*A*000~IEA*0*000000007~";
  EXPECT_THAT(read(text).findings, IsEmpty());
}

struct GarbageCase {
  std::string bytes;
  const char *code, *text;
};
class Garbage : public testing::TestWithParam<GarbageCase> {};
TEST_P(Garbage, is_an_error_that_says_what_is_wrong) {
  for (const std::size_t chunk : {0, 1, 3}) {
    const auto seen = read(GetParam().bytes, chunk);
    EXPECT_THAT(seen.error, HasSubstr(GetParam().code));
    EXPECT_THAT(seen.error, HasSubstr(GetParam().text));
    EXPECT_THAT(seen.interchanges, IsEmpty());
  }
}
INSTANTIATE_TEST_SUITE_P(
    All, Garbage,
    testing::Values(
        GarbageCase{"", "x12.isa.missing", "empty"}, GarbageCase{" \r\n ", "x12.isa.missing", "blanks"},
        GarbageCase{std::string(300, '\x01'), "x12.isa.missing", "neither ISA nor"},
        GarbageCase{std::string(70000, 'x'), "x12.isa.missing", "first 65536 bytes"},
        GarbageCase{"UNA:+.? 'UNB+UNOA:2+A+B+260518:1432+1'", "x12.isa.missing", "EDIFACT"},
        GarbageCase{"ISA", "x12.isa.missing", "neither ISA nor"},
        GarbageCase{"ISA*00*     ", "x12.isa.length", "element 2"},
        GarbageCase{"ISA\n00\n", "x12.isa.separators", "0x0A"},
        GarbageCase{replace(sample().substr(0, 105), "*>", "*:*EXTRA~") + "\nGS*QM*A*B~\n", "x12.isa.terminator",
                    "more than 16"},
        GarbageCase{replace(sample(), "*1432*U*00401*000000007*0*P*>~", "*1432~\n"), "x12.isa.length", "element 10"},
        GarbageCase{replace(sample(), "ISA*00*          *", "ISA*00*          |"), "x12.isa.separators", "byte 17"}));

TEST(InterchangeReader, limits_hold_at_and_one_past) {
  ReaderLimits limits;
  limits.segment_bytes_max = 60;
  limits.elements_max = 8;
  EXPECT_EQ(read(replace(sample(), "L11*ISAAC*CN", "L11*" + std::string(56, 'A')), 0, limits).error, "");
  for (const std::size_t chunk : {0, 1, 7})
    EXPECT_THAT(read(replace(sample(), "L11*ISAAC*CN", "L11*" + std::string(57, 'A')), chunk, limits).error,
                HasSubstr("x12.segment.too_long"));
  EXPECT_EQ(read(replace(sample(), "L11*ISAAC*CN", "L11********"), 0, limits).error, "");
  for (const std::size_t chunk : {0, 1, 7})
    EXPECT_THAT(read(replace(sample(), "L11*ISAAC*CN", "L11*********"), chunk, limits).error,
                HasSubstr("x12.elements.too_many"));
  limits.text_outside_max = 10;
  EXPECT_EQ(read(std::string(10, 'x') + sample(), 0, limits).error, "");
  EXPECT_THAT(read(std::string(11, 'x') + sample(), 0, limits).error, HasSubstr("x12.isa.missing"));
  EXPECT_THAT(read(sample() + std::string(11, 'x'), 0, limits).error, HasSubstr("x12.text.too_long"));
}

TEST(InterchangeReader, an_error_stays) {
  support::Recorder recorder;
  InterchangeReader reader(recorder);
  EXPECT_FALSE(reader.feed(std::string(2000, 'x') + std::string(70000, 'x')));
  EXPECT_FALSE(reader.feed(sample()));
  EXPECT_FALSE(reader.finish());
}

TEST(InterchangeReader, multibyte_terminators_cross_blocks) {
  std::string text = sample().substr(0, sample().find("ST*214"));
  constexpr int sets = 12000;
  for (int i = 1; i <= sets; ++i)
    text += "ST*214*" + std::to_string(10000 + i) + "~SE*2*" + std::to_string(10000 + i) + "~";
  text = replace(text + "GE*12000*7~IEA*1*000000007~", "~", "\xE2\x80\xA6");
  const auto whole = read(text);
  EXPECT_THAT(whole.findings, IsEmpty());
  EXPECT_EQ(whole.sets.size(), static_cast<std::size_t>(sets));
  for (const std::size_t chunk : {1, 2, 5, 65536, 131071}) EXPECT_EQ(read(text, chunk).events, whole.events) << chunk;
}

TEST(InterchangeReader, large_segments_and_many_sets_cross_blocks) {
  std::string text = sample().substr(0, sample().find("ST*214"));
  constexpr int sets = 9000;
  for (int i = 1; i <= sets; ++i) {
    const std::string number = std::to_string(10000 + i);
    text += "ST*214*" + number + "~B10*" + std::string(static_cast<std::size_t>(i % 97 == 0 ? 5000 : i % 50), 'P') +
            "*X*ACFL~SE*3*" + number + "~\n";
  }
  text += "GE*" + std::to_string(sets) + "*7~IEA*1*000000007~";
  const auto whole = read(text);
  EXPECT_THAT(whole.codes(), IsEmpty());
  EXPECT_EQ(whole.sets.size(), static_cast<std::size_t>(sets));
  EXPECT_EQ(read(text, 4099).events, whole.events);
  const std::string wide = replace(sample(), "L11*ISAAC", "L11*" + std::string(700000, 'Z'));
  EXPECT_EQ(read(wide, 1000).events, read(wide).events);
  EXPECT_THAT(read(wide).codes(), IsEmpty());
}

}  // namespace
}  // namespace crossdock::x12
