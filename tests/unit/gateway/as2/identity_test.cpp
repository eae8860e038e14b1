// AS2 names and Message-IDs: the quoting of the interoperability rounds, hostile ids.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/identity.hpp"

#include <gtest/gtest.h>

namespace crossdock::as2 {
namespace {

TEST(As2Name, refuses_what_is_none) {
  for (const std::string& text : {std::string(), std::string("  "), std::string("\"\""), std::string(129, 'a'),
                                  std::string("a\x01"), std::string("N\xC3\xA4me")}) {
    const auto name = parse_as2_name(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code, Code::as2_name);
  }
  EXPECT_TRUE(parse_as2_name(std::string(128, 'a')));
}

TEST(As2Name, is_unquoted_in_and_quoted_out) {
  // spec: RFC 4130 s6.2; complaints of phase2 #92, pyas2lib's doubled quotes; Drummond 3Q09.6, 3Q10.5
  const std::pair<const char*, const char*> cases[] = {{"ALICE", "ALICE"},
                                                       {" \"Alice Co\" ", "Alice Co"},
                                                       {"Alice Co", "Alice Co"},
                                                       {"\"\\\"Alice Co\\\"\"", "Alice Co"},
                                                       {"\"a\\\\b\"", "a\\b"},
                                                       {"\"say \\\"x\\\" y\"", "say \"x\" y"},
                                                       {"!#,;[]<>", "!#,;[]<>"},
                                                       {"ab cd", "ab cd"},
                                                       {"\"", "\""}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_as2_name(text).value(), expected) << text;
}

TEST(As2Name, is_written_as_atom_or_quoted_and_read_back) {
  const std::pair<const char*, const char*> cases[] = {
      {"ALICE", "ALICE"}, {"Alice Co", "\"Alice Co\""}, {"a;b,c!#[]<>", "a;b,c!#[]<>"}, {"a\"b\\", "\"a\\\"b\\\\\""}};
  for (const auto& [name, written] : cases) {
    EXPECT_EQ(write_as2_name(name), written);
    EXPECT_EQ(parse_as2_name(written).value(), name);
  }
}

TEST(MessageId, takes_any_id_and_keeps_it_as_it_came) {
  // spec: Drummond 3Q13.6, 1Q14.4
  EXPECT_EQ(parse_message_id("  <a@b> ").value().raw, "<a@b>");
  EXPECT_EQ(parse_message_id("<a@b>").value().key(), "a@b");
  EXPECT_EQ(parse_message_id("no-brackets").value().raw, "no-brackets");
  EXPECT_EQ(parse_message_id("no-brackets").value().key(), "no-brackets");
  EXPECT_EQ(parse_message_id("<< a >").value().key(), "< a");
  EXPECT_EQ(parse_message_id("../../etc/passwd'; drop table x").value().raw, "../../etc/passwd'; drop table x");
  EXPECT_TRUE(parse_message_id(std::string(998, 'a')));
}

TEST(MessageId, refuses_empty_long_and_control_characters) {
  for (const std::string& text :
       {std::string(), std::string("<>"), std::string(999, 'a'), std::string("a\nb"), std::string("a\0b", 3)}) {
    const auto id = parse_message_id(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, Code::as2_message_id);
  }
}

TEST(MessageId, made_ones_hold_nothing_that_must_not_be_there) {
  EXPECT_EQ(make_message_id("0198-ab", "edi.example.com"), "<0198-ab@edi.example.com>");
  EXPECT_EQ(make_message_id("a b<>", "Alice Co"), "<ab@AliceCo>");
}

}  // namespace
}  // namespace crossdock::as2
