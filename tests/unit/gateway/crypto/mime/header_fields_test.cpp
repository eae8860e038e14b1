// Header fields: folding, case, limits, and nothing that a value could end.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/header_fields.hpp"

#include <gtest/gtest.h>

namespace crossdock::mime {
namespace {

TEST(HeaderFields, refuses_what_is_no_field) {
  for (const char* text : {"no colon here\r\n", ": no name\r\n", "Na me: x\r\n", "A: b\r\nISA*00*\r\n",
                           " folded first: x\r\n", "N\xC3\xA4me: x\r\n"}) {
    const auto fields = parse_header_fields(text);
    ASSERT_FALSE(fields) << text;
    EXPECT_EQ(fields.error().code, Code::mime_header_malformed) << text;
  }
}

TEST(HeaderFields, limits_hold_at_the_limit_and_one_past_it) {
  const HeaderLimits limits{.block_bytes_max = 12, .fields_max = 2};
  EXPECT_TRUE(parse_header_fields("A: 1\r\nB: 2\r\n", limits));
  EXPECT_EQ(parse_header_fields("A: 1\r\nB: 23\r\n", limits).error().code, Code::mime_header_too_large);
  EXPECT_EQ(parse_header_fields("A:1\nB:2\nC:3", limits).error().code, Code::mime_header_too_large);
}

TEST(HeaderFields, unfolds_with_any_line_end_and_finds_without_case) {
  // spec: RFC 5322 2.2.3
  const auto fields = parse_header_fields(
      "Content-Type: multipart/signed;\r\n\tboundary=b;\n   micalg=sha1\r\nRECEIVED-content-MIC : abc=,\r\n "
      "sha512\r\nEmpty:\r\n\r\nNot: read");
  ASSERT_TRUE(fields) << fields.error().text();
  EXPECT_EQ(fields->value("content-type"), "multipart/signed; boundary=b; micalg=sha1");
  EXPECT_EQ(fields->value("Received-Content-MIC"), "abc=, sha512");
  ASSERT_NE(fields->find("empty"), nullptr);
  EXPECT_EQ(*fields->find("empty"), "");
  EXPECT_EQ(fields->find("Not"), nullptr);
  EXPECT_EQ(fields->all().size(), 3U);
}

TEST(HeaderFields, bad_lines_are_left_out_where_that_is_wanted) {
  const auto fields = parse_header_fields("garbage\r\n folded garbage\r\nA: 1\r\n", {}, BadLines::skip);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->all(), (std::vector<HeaderField>{{"A", "1"}}));
}

TEST(HeaderFields, writing_never_folds_and_values_cannot_end_a_field) {
  std::string out;
  append_header_field(out, "Subject", std::string("a\r\nInjected: x\0y", 16) + std::string(300, 'z'));
  EXPECT_EQ(out, "Subject: a  Injected: x y" + std::string(300, 'z') + "\r\n");
  std::string block;
  append_header_block(block, {{"A", "1"}, {"B", "2"}});
  EXPECT_EQ(block, "A: 1\r\nB: 2\r\n\r\n");
}

TEST(HeaderFields, set_replaces_the_first_of_that_name) {
  HeaderFields fields{{"A", "1"}, {"a", "2"}};
  fields.set("A", "3");
  fields.set("B", "4");
  EXPECT_EQ(fields, (HeaderFields{{"A", "3"}, {"a", "2"}, {"B", "4"}}));
  EXPECT_EQ(fields.count("A"), 2U);
}

TEST(HeaderSplitter, finds_the_empty_line_at_every_cut) {
  for (const std::string head : {"A: 1\r\nB: 2\r\n\r\n", "A: 1\nB: 2\n\n", "\r\n", "\n", "A: 1\r\n\n"}) {
    const std::string all = head + "body\r\n\r\nmore";
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
      HeaderSplitter splitter;
      const std::size_t first = *splitter.feed(std::string_view(all).substr(0, cut));
      const std::size_t second = *splitter.feed(std::string_view(all).substr(first));
      ASSERT_TRUE(splitter.done()) << head << cut;
      EXPECT_EQ(splitter.raw(), head) << cut;
      EXPECT_EQ(first + second, head.size());
    }
  }
}

TEST(HeaderSplitter, refuses_a_block_without_end) {
  HeaderSplitter splitter(HeaderLimits{.block_bytes_max = 100});
  EXPECT_TRUE(splitter.feed(std::string(100, 'a')));
  const auto more = splitter.feed("a");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::mime_header_too_large);
}

}  // namespace
}  // namespace crossdock::mime
