// What arrives in practice: each deviation is read, and said once.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/edifact_recorder.hpp"

namespace crossdock::edifact {
namespace {

using support::read;
using support::Recorder;
using support::replace;
using support::sample;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> clean_segments = read(sample()).segments;

struct Quirk {
  std::string bytes;
  std::vector<std::string> codes;  ///< all findings
};

TEST(EdifactQuirks, are_read_and_said) {
  const std::string text = sample();
  const Quirk quirks[] = {
      {"UNA:+.? '" + text, {}},
      {"UNA:+,? '\r\n" + text, {}},
      {"UNA:+.?'" + text, {"edifact.una.short"}},
      {"UNA:+.?'\n" + text, {"edifact.una.short"}},
      {"UNA:+.?*'" + text, {"edifact.una.repetition"}},
      {"\xEF\xBB\xBF" + text, {"edifact.wire.bom"}},
      {"'" + text, {"edifact.wire.empty_segment"}},
      {"'UNA:+.? '" + text, {"edifact.wire.empty_segment"}},
      {replace(text, "'BGM", "''BGM"), {"edifact.wire.empty_segment"}},
      {replace(replace(text, "'", "'\n"), "?'\n", "?'"), {"edifact.wire.newline"}},
      {replace(replace(text, "'", "'\n  "), "?'\n  ", "?'"), {"edifact.wire.newline", "edifact.wire.indent"}},
      {text + std::string(3, '\0'), {"edifact.wire.padding"}},
      {text + "\x1A", {"edifact.wire.padding"}},
      {"From: a\nSubject: b\n\n" + text, {"edifact.wire.text_outside"}},
      {text.substr(0, text.size() - 1), {"edifact.wire.unterminated"}},
      {text.substr(0, text.size() - 1) + "\r\n", {"edifact.wire.unterminated"}},
      {replace(text, "++IFTSTA++1", "++ ++++1"), {"edifact.unb.blank"}},
      {replace(text, "UNT+6", "UNT+06"), {"edifact.count.padded"}},
      {replace(text, "UNT+6+1", "UNT+6+01"), {"edifact.control_number.padded"}},
  };
  for (const Quirk& quirk : quirks) {
    const Recorder seen = read(quirk.bytes);
    EXPECT_EQ(seen.error, "") << quirk.bytes;
    EXPECT_EQ(seen.codes(Severity::note), quirk.codes) << quirk.bytes;
    EXPECT_EQ(seen.sets.size(), 2U) << quirk.bytes;
    EXPECT_EQ(seen.segments.size(), clean_segments.size()) << quirk.bytes;
  }
}

TEST(EdifactQuirks, other_service_characters) {
  const std::string text = replace(replace(replace(replace(sample(), "?'", "'"), "+", "*"), ":", ">"), "'U", "~U");
  const std::string odd = replace(replace(text, "'B", "~B"), "'F", "~F");
  std::string declared = replace(replace(replace(odd, "'S", "~S"), "'C", "~C"), "'D", "~D");
  declared.back() = '~';
  for (const std::string& una : {std::string("UNA>*.? ~"), std::string("UNA>*.  ~\n")}) {
    const Recorder seen = read(una + declared);
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.sets.size(), 2U);
    ASSERT_EQ(seen.interchanges.size(), 1U);
    EXPECT_EQ(seen.interchanges[0].delimiters.element, '*');
    EXPECT_EQ(seen.interchanges[0].delimiters.segment, "~");
  }
  const Recorder derived = read(declared);
  EXPECT_THAT(derived.codes(Severity::note), Contains("edifact.unb.delimiters"));
  EXPECT_EQ(derived.sets.size(), 2U);
}

TEST(EdifactQuirks, lines_may_be_segments) {
  std::string text = "UNB+UNOA:1+S+R+260518:1432+9\nUNH+1+IFTSTA:D:96A:UN\nFTX+it's\nUNT+3+1\nUNZ+1+9\n";
  for (const std::string& lines : {text, replace(text, "\n", "\r\n")}) {
    const Recorder seen = read(lines);
    EXPECT_THAT(seen.codes(Severity::note), ElementsAre("edifact.unb.delimiters"));
    EXPECT_THAT(seen.segments, Contains("FTX|it's"));
  }
}

TEST(EdifactQuirks, level_b_has_control_characters_as_separators) {
  std::string text = "UNB+UNOB:1+S+R+260518:1432+9'UNH+1+IFTSTA:1:911:UN'UNT+2+1'UNZ+1+9'";
  for (char& byte : text) byte = byte == '+' ? '\x1D' : byte == ':' ? '\x1F' : byte == '\'' ? '\x1C' : byte;
  const Recorder seen = read(text);
  EXPECT_THAT(seen.codes(Severity::note), IsEmpty());
  EXPECT_EQ(seen.sets.size(), 1U);
}

TEST(EdifactQuirks, repetition_belongs_to_syntax_4) {
  const std::string four = replace(replace(sample(), "UNOC:3", "UNOC:4"), "260518:", "20260518:");
  EXPECT_EQ(read(four).interchanges[0].delimiters.repetition, '*');
  EXPECT_EQ(read("UNA:+.?#'" + four).interchanges[0].delimiters.repetition, '#');
  EXPECT_EQ(read("UNA:+.? '" + four).interchanges[0].delimiters.repetition, '\0');
  EXPECT_EQ(read("UNA:+.?*'" + sample()).interchanges[0].delimiters.repetition, '\0');
}

TEST(EdifactQuirks, releases_count_by_parity) {
  const std::string head = "UNB+UNOC:3+S+R+260518:1432+9'UNH+1+T:D:96A:UN'", tail = "UNT+3+1'UNZ+1+9'";
  const std::pair<std::string, std::string> cases[] = {{"FTX+a??", "FTX|a??"},          {"FTX+a?'b", "FTX|a?'b"},
                                                       {"FTX+a??\?'b", "FTX|a??\?'b"},  {"FTX+a????+b", "FTX|a????|b"},
                                                       {"FTX+a???+b", "FTX|a???+b"},    {"FTX+?a?:b", "FTX|?a?:b"},
                                                       {"FTX+a:b?", "FTX|a:b?'UNT|3|1"}};
  for (const auto& [sent, seen] : cases) EXPECT_THAT(read(head + sent + "'" + tail).segments, Contains(seen)) << sent;
}

TEST(EdifactQuirks, bare_messages) {
  const std::string bare = "UNH+1+IFTSTA:D:96A:UN'BGM+77'UNT+3+1'UNH+2+IFTSTA:D:96A:UN'BGM+77'UNT+3+2'";
  const Recorder seen = read(bare);
  EXPECT_EQ(seen.error, "");
  EXPECT_THAT(seen.codes(Severity::note), ElementsAre("edifact.unb.implied"));
  EXPECT_EQ(seen.sets.size(), 2U);
  ASSERT_EQ(seen.interchanges.size(), 1U);
  EXPECT_TRUE(seen.interchanges[0].implied);
  EXPECT_EQ(read("UNA:+.? '" + bare).sets.size(), 2U);
  ReaderOptions strict;
  strict.bare_messages = false;
  EXPECT_NE(read(bare, 0, strict).error, "");
}

TEST(EdifactQuirks, several_interchanges_and_text_between) {
  const Recorder seen = read(sample() + "\n-- next --\n" + "UNA:+.? '" + sample() + sample());
  EXPECT_EQ(seen.interchanges.size(), 3U);
  EXPECT_EQ(seen.sets.size(), 6U);
  EXPECT_THAT(seen.codes(), ElementsAre("edifact.wire.text_outside", "edifact.interchange.duplicate",
                                        "edifact.interchange.duplicate"));
  const Recorder open = read(replace(sample(), "UNZ+2+REF7'", "") + "UNA:+.? '" + sample());
  EXPECT_EQ(open.interchanges.size(), 2U);
  EXPECT_THAT(open.codes(), ElementsAre("edifact.unz.missing", "edifact.interchange.duplicate"));
}

std::string wrapped(const std::string& text, std::size_t columns) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += columns) out += text.substr(at, columns) + "\r\n";
  return out;
}

TEST(EdifactQuirks, line_breaks_inside_of_segments) {
  const Recorder cut = read(wrapped(sample(), 40));
  EXPECT_THAT(cut.codes(Severity::note), ElementsAre("edifact.wire.wrapped"));
  EXPECT_EQ(cut.segments, clean_segments);
  EXPECT_EQ(cut.findings[0].where.line, 1U);
  const std::string text = replace(sample(), "?'s ", "?'s\n");
  const Recorder data = read(text);
  EXPECT_THAT(data.codes(Severity::note), ElementsAre("edifact.wire.newline_inside"));
  EXPECT_THAT(data.segments, Contains("FTX|AAI|||it?'s\n5?+5 ?: 10 ??"));
  ReaderOptions options;
  options.line_breaks = LineBreaks::noise;
  const Recorder noise = read(text, 0, options);
  EXPECT_THAT(noise.codes(Severity::note), IsEmpty());
  EXPECT_THAT(noise.segments, Contains("FTX|AAI|||it?'s5?+5 ?: 10 ??"));
  options.line_breaks = LineBreaks::data;
  EXPECT_THAT(read(wrapped(sample(), 40), 0, options).codes(Severity::note), Contains("edifact.wire.newline_inside"));
}

TEST(EdifactQuirks, positions_stay_exact_where_lines_were_left_out) {
  const std::string text = wrapped(sample(), 40);
  Recorder recorder;
  struct Check : InterchangeHandler {
    explicit Check(const std::string& given) : bytes(given) {}
    const std::string& bytes;
    void on_segment(const wire::Segment& segment) override {
      std::string at = bytes.substr(segment.where.offset, segment.where.length);
      std::erase_if(at, [](char c) { return c == '\r' || c == '\n'; });
      EXPECT_EQ(at, segment.text());
    }
  } check(text);
  InterchangeReader reader(check);
  ASSERT_TRUE(reader.feed(text));
  ASSERT_TRUE(reader.finish());
}

TEST(EdifactCharacters, policies) {
  const std::string latin = replace(sample(), "STA2", "M\xFCller"), utf8 = replace(sample(), "STA2", "M\xC3\xBCller");
  const auto as = [](const std::string& text, const char* id) { return replace(text, "UNOC", id); };
  EXPECT_THAT(read(latin).codes(Severity::note), IsEmpty());
  EXPECT_THAT(read(utf8).codes(Severity::note), ElementsAre("edifact.character.other_set"));
  EXPECT_THAT(read(as(latin, "UNOA")).codes(Severity::note), ElementsAre("edifact.character.other_set"));
  EXPECT_THAT(read(as(utf8, "UNOY")).codes(Severity::note), IsEmpty());
  EXPECT_THAT(read(as(latin, "UNOY")).codes(Severity::note), ElementsAre("edifact.character.other_set"));
  ReaderOptions options;
  options.characters = CharacterPolicy::declared;
  EXPECT_THAT(read(as(latin, "UNOB"), 0, options).codes(), ElementsAre("edifact.character.outside"));
  EXPECT_THAT(read(as(latin, "UNOY"), 0, options).codes(), ElementsAre("edifact.character.outside"));
  EXPECT_THAT(read(latin, 0, options).codes(), IsEmpty());
  EXPECT_THAT(read(as(sample(), "UNOA"), 0, options).codes(Severity::warning),
              ElementsAre("edifact.character.outside"));
  options.characters = CharacterPolicy::strict;
  const Recorder strict = read(as(latin, "UNOB"), 0, options);
  ASSERT_EQ(strict.findings.size(), 1U);
  EXPECT_EQ(strict.findings[0].severity, Severity::error);
  EXPECT_EQ(strict.findings[0].set, 2U);
  EXPECT_EQ(strict.findings[0].where.offset, latin.find('\xFC'));
}

}  // namespace
}  // namespace crossdock::edifact
