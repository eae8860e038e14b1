// spec: RFC 4180; fixed-width files by positions.
// SPDX-License-Identifier: Apache-2.0
#include "translators/flat/flat_reader.hpp"

#include <gtest/gtest.h>

#include "translators/flat/flat_writer.hpp"

namespace crossdock::flat {
namespace {

struct Seen {
  std::string values, findings;
};

Seen read(const std::string& text, FlatFormat format = {}, std::size_t chunk = 1U << 20) {
  Seen out;
  FlatReader reader(
      std::move(format),
      [&](tree::Tree& tree, std::uint32_t record) -> Status {
        out.values += "|";
        for (std::uint32_t node = record; node < tree.size(); ++node)
          if (!tree.node(node).text.empty())
            out.values += tree.kind_of_path(node) + "=" + std::string(tree.node(node).text) + ";";
        return {};
      },
      [&](Finding&& finding) {
        out.findings += std::string(info(finding.code).text) + "@" + std::to_string(finding.where.line) + ";";
      });
  Status status;
  for (std::size_t at = 0; status && at < text.size(); at += chunk)
    status = reader.feed(std::string_view(text).substr(at, chunk));
  if (status) status = reader.finish();
  if (!status) out.findings += std::string(info(status.error().code).text) + ";";
  return out;
}

TEST(FlatReader, tells_what_is_wrong_with_a_line_and_goes_on) {
  EXPECT_EQ(read("").findings, "flat.header;");
  EXPECT_EQ(read("a,a\n1,2\n").findings, "flat.header;");
  const Seen seen = read("a,b\n\"1\"x,2\n3,4,5\n6,\"7\n");
  EXPECT_EQ(seen.findings, "flat.syntax@2;flat.columns@3;flat.syntax@4;");
  EXPECT_EQ(read("a,b\n1\"2,3\n4,5\n").values, "") << "an odd quote takes the rest of the file with it";
  FlatFormat latin;
  latin.encoding = tree::Encoding::ascii;
  EXPECT_EQ(read("a\n\xE9\nb\n", latin).findings, "flat.encoding@2;");
}

TEST(FlatReader, reads_what_the_standard_allows_in_any_chunks) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a,b,c\r\n1,\"x, \"\"y\"\"\",\r\n\r\n2,\"two\nlines\",3";
  const std::string expected = "|/rows/a=1;/rows/b=x, \"y\";|/rows/a=2;/rows/b=two\nlines;/rows/c=3;";
  EXPECT_EQ(read(text).values, expected);
  EXPECT_EQ(read(text, {}, 1).values, expected);
  EXPECT_EQ(read(text, {}, 5).values, expected);
  EXPECT_EQ(read("a\r1\r2\r").values, "|/rows/a=1;|/rows/a=2;");
}

TEST(FlatReader, groups_lines_that_follow_each_other) {
  FlatFormat format;
  format.groups = {{"rows by o", {"o"}, {}}};
  EXPECT_EQ(
      read("o,l\n1,a\n1,b\n2,c\n1,d\n", format).values,
      "|/rows by o/o=1;/rows by o/l=a;/rows by o/rows/o=1;/rows by o/rows/l=a;/rows by o/rows/o=1;/rows by o/rows/l=b;"
      "|/rows by o/o=2;/rows by o/l=c;/rows by o/rows/o=2;/rows by o/rows/l=c;"
      "|/rows by o/o=1;/rows by o/l=d;/rows by o/rows/o=1;/rows by o/rows/l=d;");
}

FlatFormat typed() {
  FlatFormat format;
  format.fixed = true;
  format.columns_given = true;
  format.tag_position = 1;
  format.tag_length = 1;
  FlatColumn number, text;
  number.name = "no";
  number.position = 2;
  number.length = 4;
  text.name = "text";
  text.position = 6;
  text.length = 3;
  number.right = true;
  number.fill = '0';
  format.records = {{"head", "H", no_record, {number}}, {"item", "D", 0, {number, text}}};
  return format;
}

TEST(FlatReader, record_types_stand_below_the_last_one_they_belong_to) {
  const Seen seen = read("H0001\nD0010abc\nD0020\xC3\xA9\nH0002\n", typed());
  EXPECT_EQ(seen.values,
            "|/head/no=1;/head/item/no=10;/head/item/text=abc;/head/item/no=20;/head/item/text=\xC3\xA9;|/head/no=2;");
  EXPECT_EQ(read("D0010abc\nX\nH0001\n", typed()).findings, "flat.record.orphan@1;flat.record.unknown@2;");
}

TEST(FlatWriter, writes_what_is_read_back_and_refuses_what_does_not_fit) {
  std::string findings;
  auto tell = [&](Finding&& finding) { findings += finding.path + ":" + std::string(info(finding.code).text) + ";"; };
  FlatWriter fixed(typed(), {}, tell);
  fixed.line("head", {{"no", "1"}}, 0, 1);
  fixed.line("item", {{"no", "10"}, {"text", "ab"}}, 0, 2);
  EXPECT_EQ(fixed.finish(), "H0001\r\nD0010ab \r\n");
  EXPECT_EQ(findings, "");
  FlatWriter wide(typed(), {}, tell);
  wide.line("item", {{"no", "10"}, {"text", "abcd"}}, 0, 2);
  EXPECT_EQ(findings, "/item[1]/text:flat.unwritable;");
  FlatWriter csv({}, {"a", "b"}, tell);
  csv.line("rows", {{"a", "x,\"y\""}, {"b", "1"}}, 0, 1);
  EXPECT_EQ(csv.finish(), "a,b\r\n\"x,\"\"y\"\"\",1\r\n");
}

}  // namespace
}  // namespace crossdock::flat
