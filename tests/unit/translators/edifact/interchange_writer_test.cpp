// The writer: releases, character sets, UNA, counts; and that what is written reads back and writes alike.
// SPDX-License-Identifier: Apache-2.0
#include "translators/edifact/interchange_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/edifact_recorder.hpp"
#include "translators/wire/released.hpp"

namespace crossdock::edifact {
namespace {

using support::read;
using support::Recorder;
using testing::HasSubstr;
using testing::IsEmpty;

OutgoingInterchange sample_interchange() {
  OutgoingInterchange out;
  out.sender_id = "SENDER";
  out.sender_qualifier = "14";
  out.receiver_id = "RECEIVER";
  out.date = "20260518";
  out.time = "1432";
  out.reference = "REF1";
  OutgoingMessage message;
  message.type = "IFTSTA";
  message.release = "96A";
  message.reference = "1";
  message.segments = {{"BGM", "77", "A+B", "9"},
                      {"FTX", "AAI", "", "",
                       "it's 5:30?\x1F"
                       "M\xC3\xBCller\x1F\x1F"},
                      {"NAD", "CN", "", ""}};
  out.messages = {message};
  return out;
}

TEST(EdifactWriter, releases_counts_and_encodes) {
  const auto written = write_interchange(sample_interchange());
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(written->bytes,
            "UNB+UNOC:3+SENDER:14+RECEIVER+260518:1432+REF1'UNH+1+IFTSTA:D:96A:UN'BGM+77+A?+B+9'"
            "FTX+AAI+++it?'s 5?:30?\?:M\xFCller'NAD+CN'UNT+5+1'UNZ+1+REF1'");
  EXPECT_THAT(written->findings, IsEmpty());
  const Recorder seen = read(written->bytes);
  EXPECT_THAT(seen.codes(Severity::note), IsEmpty());
}

TEST(EdifactWriter, una_where_it_is_needed) {
  OutgoingInterchange interchange = sample_interchange();
  WriteOptions options;
  options.una = UnaPolicy::always;
  options.line_break = "\r\n";
  EXPECT_THAT(write_interchange(interchange, options)->bytes, testing::StartsWith("UNA:+.? '\r\nUNB+"));
  options = {};
  options.delimiters.element = '*';
  options.delimiters.decimal_mark = ',';
  const auto odd = write_interchange(interchange, options);
  EXPECT_THAT(odd->bytes, testing::StartsWith("UNA:*,? 'UNB*UNOC:3*"));
  EXPECT_THAT(odd->bytes, HasSubstr("BGM*77*A+B*9'"));
  interchange.syntax_version = "4";
  options = {};
  const auto four = write_interchange(interchange, options);
  EXPECT_THAT(four->bytes, testing::StartsWith("UNB+UNOC:4+SENDER:14+RECEIVER+20260518:1432+"));
  EXPECT_EQ(four->delimiters.repetition, '*');
}

TEST(EdifactWriter, characters_that_the_set_lacks) {
  OutgoingInterchange interchange = sample_interchange();
  interchange.messages[0].segments = {{"FTX", "\xD0\x96 and \xE2\x82\xAC"}};
  const auto replaced = write_interchange(interchange);
  ASSERT_TRUE(replaced);
  EXPECT_THAT(replaced->bytes, HasSubstr("FTX+?\? and ?\?'"));
  ASSERT_EQ(replaced->findings.size(), 1U);
  EXPECT_EQ(replaced->findings[0].path, "FTX.01");
  WriteOptions options;
  options.foreign = ForeignCharacter::refuse;
  EXPECT_EQ(write_interchange(interchange, options).error().code, Code::edifact_write_character);
  interchange.syntax_identifier = "UNOE";
  interchange.messages[0].segments = {{"FTX", "\xD0\x96"}};
  EXPECT_THAT(write_interchange(interchange, options)->bytes, HasSubstr("FTX+\xB6'"));
  interchange.syntax_identifier = "UNOY";
  EXPECT_THAT(write_interchange(interchange, options)->bytes, HasSubstr("FTX+\xD0\x96'"));
}

TEST(EdifactWriter, headers_must_fit) {
  const auto code_after = [](auto change) {
    OutgoingInterchange interchange = sample_interchange();
    change(interchange);
    const auto written = write_interchange(interchange);
    return written ? Code::internal_bug : written.error().code;
  };
  EXPECT_EQ(code_after([](auto& one) { one.sender_id.clear(); }), Code::edifact_write_header);
  EXPECT_EQ(code_after([](auto& one) { one.reference = std::string(15, '1'); }), Code::edifact_write_header);
  EXPECT_EQ(code_after([](auto& one) { one.messages[0].type = "TOOLONG"; }), Code::edifact_write_header);
  EXPECT_EQ(code_after([](auto& one) { one.groups.emplace_back().reference = "1"; }), Code::edifact_write_header);
}

/// Takes what was read apart into what can be written.
struct Rewriter : InterchangeHandler {
  OutgoingInterchange out;
  wire::Delimiters signs;
  void on_interchange(const InterchangeHeader& header) override {
    signs = header.delimiters;
    out.syntax_identifier = header.standards_id;
    out.syntax_version = header.version;
    out.sender_id = header.sender_id;
    out.sender_qualifier = header.sender_qualifier;
    out.receiver_id = header.receiver_id;
    out.receiver_qualifier = header.receiver_qualifier;
    out.date = header.date;
    out.time = header.time;
    out.reference = header.control_number;
    out.application_reference = header.application_reference;
    out.acknowledgement_requested = header.acknowledgement_requested == "1";
  }
  void on_set(const SetHeader& header) override {
    OutgoingMessage& message = out.messages.emplace_back();
    message.type = header.set;
    message.version = header.version;
    message.release = header.release;
    message.agency = header.agency;
    message.association = header.implementation;
    message.reference = header.control_number;
  }
  void on_segment(const wire::Segment& segment) override {
    if (segment.tag() == "UNH" || segment.tag() == "UNT") return;
    wire::OutgoingSegment made{std::string(segment.tag())};
    for (std::size_t i = 1; i <= segment.element_count(); ++i) {
      std::string_view rest = segment.element(i);
      std::string value;
      for (;;) {
        const std::size_t end = wire::find_unreleased(rest, signs.component, signs.release);
        wire::append_unreleased(value, rest.substr(0, end), signs.release);
        if (end == std::string_view::npos) break;
        value += wire::component_mark;
        rest.remove_prefix(end + 1);
      }
      made.push_back(std::move(value));
    }
    out.messages.back().segments.push_back(std::move(made));
  }
};

TEST(EdifactWriter, what_is_read_and_written_again_is_the_same) {
  for (const std::string& text : {support::sample(), support::replace(support::sample(), "?'s", "?+?:?\?")}) {
    Rewriter rewriter;
    InterchangeReader reader(rewriter);
    ASSERT_TRUE(reader.feed(text));
    ASSERT_TRUE(reader.finish());
    const auto written = write_interchange(rewriter.out);
    ASSERT_TRUE(written);
    EXPECT_EQ(written->bytes, text);
  }
}

}  // namespace
}  // namespace crossdock::edifact
