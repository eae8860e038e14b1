// Every wire quirk that real senders produce: read as meant, noted where it is a quirk, with exact places.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/x12_recorder.hpp"
#include "translators/wire/segment_document.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::x12 {
namespace {

using support::read;
using support::Recorder;
using support::replace;
using support::sample;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string wrap(const std::string& text, std::size_t columns, std::string_view line_break) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += columns) out += text.substr(at, columns) + std::string(line_break);
  return out;
}

struct Quirk {
  const char* name;
  std::string bytes;
  std::vector<std::string> codes, notes;  // all findings of warning and error; of note
  std::string terminator = "~";
};
void PrintTo(const Quirk& quirk, std::ostream* out) { *out << quirk.name; }

std::vector<std::string> only_notes(const Recorder& seen) {
  std::vector<std::string> out;
  for (const Finding& finding : seen.findings)
    if (finding.severity == Severity::note) out.emplace_back(info(finding.code).text);
  return out;
}

class WireQuirk : public testing::TestWithParam<Quirk> {};
TEST_P(WireQuirk, is_read_as_meant) {
  const Quirk& quirk = GetParam();
  const Recorder seen = read(quirk.bytes), plain = read(sample());
  EXPECT_EQ(seen.error, "");
  EXPECT_EQ(seen.segments, plain.segments);
  EXPECT_EQ(seen.codes(), quirk.codes);
  EXPECT_EQ(only_notes(seen), quirk.notes);
  ASSERT_FALSE(seen.interchanges.empty());
  EXPECT_EQ(seen.interchanges[0].delimiters.segment, quirk.terminator);
  for (const std::size_t chunk : {1, 2, 7, 80, 113}) EXPECT_EQ(read(quirk.bytes, chunk).events, seen.events) << chunk;
}

std::string ends_with(std::string_view terminator) { return replace(sample(), "~", terminator); }

INSTANTIATE_TEST_SUITE_P(
    All, WireQuirk,
    testing::Values(
        Quirk{"line_feed", ends_with("\n"), {}, {}, "\n"},
        Quirk{"carriage_return_line_feed", ends_with("\r\n"), {}, {}, "\r\n"},
        Quirk{"carriage_return", ends_with("\r"), {}, {}, "\r"}, Quirk{"bar", ends_with("|"), {}, {}, "|"},
        Quirk{"dollar", ends_with("$"), {}, {}, "$"}, Quirk{"exclamation", ends_with("!"), {}, {}, "!"},
        Quirk{"backslash", ends_with("\\"), {}, {}, "\\"}, Quirk{"apostrophe", ends_with("'"), {}, {}, "'"},
        Quirk{"full_stop", ends_with("."), {}, {}, "."}, Quirk{"bell", ends_with("\a"), {}, {}, "\a"},
        Quirk{"ellipsis", ends_with("\xE2\x80\xA6"), {}, {}, "\xE2\x80\xA6"},
        Quirk{"ellipsis_and_line_feed", ends_with("\xE2\x80\xA6\n"), {}, {"x12.wire.newline"}, "\xE2\x80\xA6"},
        Quirk{"line_feed_behind", ends_with("~\n"), {}, {"x12.wire.newline"}},
        Quirk{"crlf_behind", ends_with("~\r\n"), {}, {"x12.wire.newline"}},
        Quirk{"blanks_behind", ends_with("~  "), {}, {"x12.wire.indent"}},
        Quirk{"indented", ends_with("~\n\t  "), {}, {"x12.wire.newline", "x12.wire.indent"}},
        Quirk{"doubled_terminator", ends_with("~~"), {}, {"x12.wire.empty_segment", "x12.wire.empty_segment"}},
        Quirk{"blank_lines", ends_with("~\n\n\n"), {}, {"x12.wire.newline"}},
        Quirk{"blank_lines_between_lines", ends_with("\n\n"), {}, {"x12.wire.empty_segment"}, "\n"},
        Quirk{"wrapped_at_80", wrap(sample(), 80, "\n"), {}, {"x12.wire.wrapped"}},
        Quirk{"wrapped_at_80_crlf", wrap(sample(), 80, "\r\n"), {}, {"x12.wire.wrapped"}},
        Quirk{"wrapped_at_128", wrap(sample(), 128, "\n"), {}, {"x12.wire.wrapped"}},
        Quirk{"wrapped_at_33", wrap(sample(), 33, "\r"), {}, {"x12.wire.wrapped"}},
        Quirk{"byte_order_mark", "\xEF\xBB\xBF" + sample(), {}, {"x12.wire.bom"}},
        Quirk{"nul_and_ctrl_z_behind", sample() + std::string("\0\0\x1A", 3), {}, {"x12.wire.padding"}},
        Quirk{"unterminated_last_segment", sample().substr(0, sample().size() - 1), {"x12.segment.unterminated"}, {}},
        Quirk{"unterminated_and_padded",
              sample().substr(0, sample().size() - 1) + std::string("\r\n\0\x1A", 4),
              {"x12.segment.unterminated"},
              {"x12.wire.padding"}},
        Quirk{"unterminated_last_line", ends_with("\n").substr(0, sample().size() - 1), {}, {}, "\n"},
        Quirk{"isa16_missing", replace(ends_with("~\n"), "*>~", "*~"), {"x12.isa.width"}, {"x12.wire.newline"}},
        Quirk{"isa16_and_terminator_missing",
              replace(ends_with("~\n"), "*>~", "*"),
              {"x12.isa.width"},
              {"x12.wire.newline"}},
        Quirk{"blank_behind_isa16", replace(sample(), "*>~", "*> ~"), {}, {"x12.isa.blank"}},
        Quirk{"isa16_of_two", replace(sample(), "*>~", "*>>~"), {"x12.isa.width"}, {}},
        Quirk{"component_is_terminator",
              replace(ends_with("~\n"), "*>~", "*##"),
              {"x12.delimiters.clash"},
              {"x12.wire.newline"}},
        Quirk{"unpadded_isa",
              replace(replace(sample(), "ACFL           ", "ACFL"), "SHIPCO         ", "SHIPCO"),
              {"x12.isa.width", "x12.isa.width"},
              {}},
        Quirk{"text_before", "Please find the file below\r\n" + sample(), {"x12.text.outside"}, {}},
        Quirk{"text_with_isa_before", "the ISA of VISA*1 follows: " + sample(), {"x12.text.outside"}, {}},
        Quirk{"text_behind", sample() + "\nregards\n", {"x12.text.outside"}, {}},
        Quirk{"component_is_tilde", replace(ends_with("\n"), "*>\n", "*~\n"), {}, {}, "\n"},
        Quirk{"repetition_in_00401", replace(sample(), "*U*00401", "*^*00401"), {}, {}},
        Quirk{"u_in_00501", replace(sample(), "*U*00401", "*U*00501"), {}, {"x12.isa.repetition"}}),
    [](const auto& quirk) { return quirk.param.name; });

TEST(WireQuirks, repetition_separator_only_from_00402_on) {
  const auto repetition = [](std::string_view isa11_12) {
    return read(replace(sample(), "*U*00401", isa11_12)).interchanges.at(0).delimiters.repetition;
  };
  EXPECT_EQ(repetition("*U*00401"), '\0');
  EXPECT_EQ(repetition("*^*00401"), '\0');
  EXPECT_EQ(repetition("*^*00402"), '^');
  EXPECT_EQ(repetition("*^*00501"), '^');
  EXPECT_EQ(repetition("*:*00501"), ':');
  EXPECT_EQ(repetition("*U*00501"), '\0');
  EXPECT_EQ(repetition("* *00501"), '\0');
  EXPECT_EQ(repetition("*>*00501"), '\0');
}

TEST(WireQuirks, places_in_a_wrapped_file_are_those_of_the_raw_bytes) {
  const std::string raw = wrap(sample(), 80, "\r\n");
  const Recorder seen = read(raw);
  const std::size_t logical = sample().find("LX*1"), offset = logical + logical / 80 * 2;
  EXPECT_EQ(raw.substr(offset, 4), "LX*1");
  EXPECT_THAT(seen.events,
              Contains(HasSubstr("LX|1 @" + std::to_string(offset) + "+4 line " + std::to_string(1 + logical / 80))));
  const std::size_t split = sample().find("GE*2");
  const auto broken = read(wrap(replace(sample(), "GE*2*7", "GE*9*7"), 80, "\n"));
  ASSERT_EQ(broken.findings.size(), 2U);
  EXPECT_EQ(broken.findings[1].where.offset, split + 3 + (split + 3) / 80);
}

TEST(WireQuirks, elements_of_a_wrapped_segment_have_the_places_of_the_raw_bytes) {
  const std::string raw = wrap(sample(), 33, "\r\n");
  struct Keep : InterchangeHandler {
    void on_segment(const wire::Segment& segment) override { document.append(segment); }
    wire::SegmentDocument document;
  } keep;
  InterchangeReader reader(keep);
  ASSERT_TRUE(reader.feed(raw) && reader.finish());
  std::size_t broken = 0;
  for (std::size_t segment = 0; segment < keep.document.segment_count(); ++segment)
    for (std::size_t element = 0; element <= keep.document.element_count(segment); ++element) {
      const Position where = keep.document.where(segment, element);
      std::string there = raw.substr(where.offset, where.length);
      broken += std::erase_if(there, wire::is_newline);
      EXPECT_EQ(there, element == 0 ? keep.document.text(segment) : keep.document.element(segment, element));
    }
  EXPECT_GT(broken, 2U);
}

TEST(WireQuirks, an_isa_like_the_one_before_is_read_as_any_other) {
  std::string text;
  for (const std::string_view change :
       {"000000007", "000000008", "000000009", "00000000X", "000000010", "000000010", "000000011"})
    text += replace(sample(), "000000007", std::string(change));
  text += replace(replace(sample(), "000000007", "000000012"), "*U*00401*", "*^*00501*");
  text += replace(replace(sample(), "000000007", "000000013"), "ISA*00*", "ISA*03*");
  const Recorder seen = read(text);
  ASSERT_EQ(seen.interchanges.size(), 9U);
  EXPECT_EQ(seen.interchanges[2].control_number, "000000009");
  EXPECT_EQ(seen.interchanges[7].delimiters.repetition, '^');
  EXPECT_EQ(seen.interchanges[6].delimiters.repetition, '\0');
  EXPECT_EQ(seen.interchanges[8].authorization_qualifier, "03");
  EXPECT_THAT(seen.codes(), ElementsAre("x12.isa.control_number", "x12.interchange.duplicate"));
}

TEST(WireQuirks, notes_come_once_per_interchange) {
  const std::string text = ends_with("~\r\n");
  EXPECT_THAT(read(text + replace(text, "000000007", "000000008")).codes(Severity::note),
              ElementsAre("x12.wire.newline", "x12.wire.newline"));
}

TEST(WireQuirks, a_line_break_inside_a_segment_stays_data) {
  const Recorder seen = read(replace(sample(), "PRO1", "PR\nO1"));
  EXPECT_THAT(seen.codes(Severity::note), ElementsAre("x12.wire.newline_inside"));
  EXPECT_THAT(seen.segments, Contains("B10|PR\nO1|SHP1|ACFL"));
  EXPECT_THAT(seen.events, Contains(HasSubstr("LX|1 @181+4 line 2")));
}

TEST(WireQuirks, empty_trailing_elements_and_the_component_separator_stay) {
  const Recorder seen = read(replace(sample(), "B10*PRO1*SHP1*ACFL", "B10*PR>O1*SHP1*ACFL***"));
  EXPECT_THAT(seen.findings, IsEmpty());
  EXPECT_EQ(seen.segments[1], "B10|PR>O1|SHP1|ACFL|||");
}

TEST(WireQuirks, multibyte_component_separator_leaves_elements_whole) {
  const Recorder seen = read(replace(ends_with("~\n"), "*>~", "*\xF0\x9F\x9A\x80~"));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.isa.component"));
  EXPECT_EQ(seen.interchanges[0].delimiters.component, '\0');
  EXPECT_EQ(seen.sets.size(), 2U);
}

TEST(WireQuirks, a_line_break_in_isa_is_a_wrong_width) {
  const Recorder seen = read(replace(ends_with("~\n"), "SHIPCO         *", "SHIPCO         \n*"));
  EXPECT_THAT(seen.codes(), ElementsAre("x12.isa.width"));
  EXPECT_EQ(seen.interchanges[0].receiver_id, "SHIPCO");
  EXPECT_THAT(seen.findings[0].message, HasSubstr("ISA.08 has 16 bytes; its width is 15"));
}

std::string with_image(std::string_view header, std::string_view image) {
  return replace(sample(), "L11*ISAAC*CN", std::string(header) + std::string(image));
}

TEST(WireQuirks, binary_segments_are_as_long_as_they_say) {
  const std::string image("\x89PNG~SE*4*0002~\r\n*ISA*00*\0\n~", 28);
  for (const std::string& bytes : {with_image("BIN*28*", image), with_image("BDS*B64*28*", image)}) {
    const Recorder seen = read(bytes);
    EXPECT_THAT(seen.findings, IsEmpty());
    ASSERT_EQ(seen.segments.size(), 9U);
    EXPECT_THAT(seen.segments[7], HasSubstr("|28|" + image));
    EXPECT_THAT(seen.events.back(), HasSubstr("line 3"));
    for (const std::size_t chunk : {1, 2, 5, 150}) EXPECT_EQ(read(bytes, chunk).events, seen.events);
  }
  const std::string large = with_image("BIN*3000000*", std::string(3000000, '~'));
  EXPECT_THAT(read(large, 10000).findings, IsEmpty());
}

TEST(WireQuirks, binary_segments_with_a_wrong_count_are_read_by_terminators) {
  for (const char* header : {"BIN*4*abc", "BIN*99999*abc", "BIN*x*abc", "BIN*5", "BIN"}) {
    const std::string bytes = with_image(header, "");
    const Recorder seen = read(bytes);
    EXPECT_EQ(seen.segments.size(), 9U) << header;
    EXPECT_EQ(seen.codes(), std::string_view(header) == "BIN" ? std::vector<std::string>{}
                                                              : std::vector<std::string>{"x12.binary.length"});
    for (const std::size_t chunk : {1, 2, 5, 150}) EXPECT_EQ(read(bytes, chunk).events, seen.events) << header;
  }
  ReaderLimits limits;
  limits.binary_bytes_max = 100;
  EXPECT_EQ(read(with_image("BIN*100*", std::string(100, 'x')), 0, limits).error, "");
  EXPECT_THAT(read(with_image("BIN*101*", std::string(101, 'x')), 0, limits).error, HasSubstr("x12.segment.too_long"));
}

}  // namespace
}  // namespace crossdock::x12
