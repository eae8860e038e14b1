// The two YAML readers against each other, and what both refuse.
// SPDX-License-Identifier: Apache-2.0
#include "translators/yaml/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace crossdock::yaml {
namespace {

/// What both readers make of a text; the fast one may decline, and then is the library.
void expect_same(const std::string& text) {
  const auto fast = YamlTree::parse(text);
  const auto library = YamlTree::parse_with_library(text);
  ASSERT_EQ(fast.has_value(), library.has_value()) << text;
  if (fast) {
    EXPECT_EQ(fast->dump(), library->dump()) << text;
  }
}

TEST(YamlTree, reads_mappings_lists_and_scalars_with_their_places) {
  const auto tree = YamlTree::parse("a: 1\nb:\n  - x\n  - {c: \"q\", d: [1, 2]}\n");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->dump(),
            "{@1:1 \"a\"@1:1=\"1\"@1:4 \"b\"@2:1=[@3:3 \"x\"@3:5 {@4:5 \"c\"@4:6=\"q\"q@4:9 \"d\"@4:14=[@4:17 "
            "\"1\"@4:18 \"2\"@4:21 ] } ] }");
}

TEST(YamlTree, agrees_with_the_library_on_many_forms) {
  for (const std::string text : {"a: b\n",
                                 "a:\n",
                                 "a: ~\n",
                                 "a: null # nothing\nb: ''\n",
                                 "- a\n- b\n",
                                 "a:\n- b\n- c\n",
                                 "a:\n  b:\n    c: d\ne: f",
                                 "- - a\n  - b\n- c\n",
                                 "- a: 1\n  b: 2\n- a: 3\n",
                                 "x: [a, b, [c, {d: e}]]\n",
                                 "x: {a: b, \"c d\": 'e', f: {}}\n",
                                 "x: {a: b,\n    c: d}\n",
                                 "# only\na: b # c\n\n\n# end\n",
                                 "---\na: b\n",
                                 "a: \"x\\ny\\t\\\"\"\n",
                                 "a: x#y\n",
                                 "url: http://127.0.0.1:9101/events\n",
                                 "x: {url: http://h:1/p, y: z}\n",
                                 "a: b c  d \n",
                                 "a: -1\nb: - c\n",
                                 "a: 'it''s'\n",
                                 "\"k\": v\n",
                                 "a: [\"02:ACFL\"]\n",
                                 "a: b\r\nc: d\r\n",
                                 "a: |\n  one\n  two\n",
                                 "a: >\n  one\n",
                                 "a: one\n  two\n",
                                 "a: \"one\n  two\"\n",
                                 "a: [\n  b,\n  c,\n]\n",
                                 "a: b: c\n",
                                 "a: b\na: c\n",
                                 "a: {b: 1, b: 2}\n",
                                 "a: [b\n",
                                 "a: }\n",
                                 "\ta: b\n",
                                 "a:\tb\n",
                                 "a:\n b: 1\n  c: 2\n",
                                 "a: &x 1\nb: *x\n",
                                 "a: !t b\n",
                                 "? a\n: b\n",
                                 "a\n",
                                 "\"a\"\n",
                                 "[a, b]\n",
                                 "{}\n",
                                 "",
                                 "# nothing\n",
                                 "a: b\n---\nc: d\n",
                                 "a: b\n...\n",
                                 "a: {b}\n",
                                 "a: [b: c]\n",
                                 "a: \"\\u00e9\"\n",
                                 "n: M\xc3\xbcller\n",
                                 "a: @b\n",
                                 "a: `b\n",
                                 "a: %b\n",
                                 "- \n- a\n",
                                 "-\n  a: b\n",
                                 "a: b\n c\n",
                                 "a:b\n",
                                 "a: {b: , c: d}\n",
                                 "a: [,]\n",
                                 "a: 'x' y\n",
                                 "a: \"x\" # c\n",
                                 "a: \"x\"#c\n",
                                 "a: [x] y\n",
                                 "<<: a\n",
                                 "a: =\n",
                                 "a: <b\n",
                                 "- a\nb: c\n",
                                 "a: [ ]\n",
                                 "a: {\n}\n",
                                 "a: [a b, c#d, e #f\n]\n",
                                 "a: ?b\n",
                                 "a: [-]\n",
                                 "a: [- b]\n",
                                 "a: -\n",
                                 "--- a\n",
                                 "-",
                                 "a: b\n-",
                                 "a: [b",
                                 "a:",
                                 "a: {b?: c}\n",
                                 "a: {b: c?d}\n",
                                 "a: [b?]\n",
                                 "a: {b: c,\r d: e}\n"})
    expect_same(text);
}

TEST(YamlTree, agrees_with_the_library_on_damaged_profiles) {
  const std::string source = std::string(CROSSDOCK_SOURCE_DIR) + "/partner-profiles/example/partners/acme-freight.yaml";
  std::ifstream file(source);
  const std::string good{std::istreambuf_iterator<char>(file), {}};
  ASSERT_GT(good.size(), 500U);
  std::uint64_t state = 20260518;
  for (int round = 0; round < 1500; ++round) {
    std::string text = good;
    for (int change = 0; change < 1 + round % 3; ++change) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const std::size_t at = (state >> 33) % text.size();
      const char marks[] = ":-#{}[],\"' \n&*|>a1~\r";
      const char mark = marks[(state >> 20) % (sizeof(marks) - 1)];
      if (round % 2 == 0)
        text[at] = mark;
      else if (round % 4 == 1)
        text.erase(at, 1);
      else
        text.insert(at, 1, mark);
    }
    expect_same(text);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

TEST(YamlTree, refuses_with_line_and_column) {
  const auto twice = YamlTree::parse("a: 1\nb: 2\na: 3\n");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, Code::configuration_yaml_syntax);
  EXPECT_EQ(twice.error().where.line, 3U);
  EXPECT_EQ(twice.error().where.offset, 1U);
  EXPECT_NE(twice.error().detail.find("twice"), std::string::npos);
}

TEST(YamlTree, refuses_depth_size_and_aliases) {
  EXPECT_FALSE(YamlTree::parse("a: " + std::string(40, '[') + std::string(40, ']')));
  EXPECT_FALSE(YamlTree::parse(std::string(100'000, '[')));
  EXPECT_FALSE(YamlTree::parse("- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - a\n"));
  EXPECT_EQ(YamlTree::parse(std::string(YamlTree::text_bytes_max + 1, 'a')).error().code,
            Code::configuration_file_too_large);
  EXPECT_FALSE(YamlTree::parse("a: &x [1]\nb: *x\n"));
}

}  // namespace
}  // namespace crossdock::yaml
