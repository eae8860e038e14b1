// spec: XML 1.0 (fifth edition), Namespaces in XML 1.0.
// SPDX-License-Identifier: Apache-2.0
#include "translators/xml/xml_reader.hpp"

#include <gtest/gtest.h>

namespace crossdock::xml {
namespace {

/// Every value as `path=text@offset`, record by record.
Result<std::string> read(const std::string& text, XmlSettings settings = {}, std::size_t chunk = 1U << 20,
                         bool twice = false) {
  std::string out;
  XmlReader reader(settings, [&](tree::Tree& tree, std::uint32_t record) -> Status {
    out += "|";
    for (std::uint32_t node = record; node < tree.size(); ++node) {
      if (tree.node(node).text.empty()) continue;
      out += tree.path(node) + "=" + std::string(tree.node(node).text) + "@" + std::to_string(tree.where(node).offset) +
             ";";
    }
    return {};
  });
  if (twice) reader.keep_skeleton();
  for (int pass = twice ? 0 : 1; pass < 2; ++pass) {
    for (std::size_t at = 0; at < text.size(); at += chunk)
      TRY_STATUS(reader.feed(std::string_view(text).substr(at, chunk)));
    TRY_STATUS(reader.finish());
    if (pass == 0) reader.again();
  }
  return out;
}

TEST(XmlReader, refuses_what_is_not_well_formed_or_not_read) {
  const std::pair<const char*, Code> refused[] = {
      {"", Code::xml_syntax},
      {"<a>", Code::xml_syntax},
      {"<a></b>", Code::xml_syntax},
      {"<a/><b/>", Code::xml_syntax},
      {"x<a/>", Code::xml_syntax},
      {"<a/>x", Code::xml_syntax},
      {"<a b=1/>", Code::xml_syntax},
      {"<a b/>", Code::xml_syntax},
      {"<a b='1' b='2'/>", Code::xml_syntax},
      {"<a b='1'c='2'/>", Code::xml_syntax},
      {"<a b='<'/>", Code::xml_syntax},
      {"<a>]]></a>", Code::xml_syntax},
      {"<a><!-- -- --></a>", Code::xml_syntax},
      {"<1/>", Code::xml_syntax},
      {"<p:a/>", Code::xml_syntax},
      {"<a>\x01</a>", Code::xml_syntax},
      {"<!DOCTYPE a><a/>", Code::xml_doctype},
      {"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", Code::xml_doctype},
      {"<a>&nbsp;</a>", Code::xml_entity},
      {"<a>&</a>", Code::xml_entity},
      {"<a>&#0;</a>", Code::xml_entity},
      {"<a>&#xD800;</a>", Code::xml_entity},
      {"<a>\xC3</a>", Code::xml_encoding},
      {"<?xml version='1.0' encoding='EBCDIC-X'?><a/>", Code::xml_encoding},
      {"\xFE\xFF<a/>", Code::xml_encoding},
  };
  for (const auto& [text, code] : refused) {
    const auto result = read(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(info(result.error().code).text, info(code).text) << text;
    EXPECT_FALSE(read(text, {}, 1).has_value()) << text << " byte by byte";
  }
}

TEST(XmlReader, stops_at_its_limits_and_one_below_passes) {
  auto nested = [](std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += "<a>";
    for (std::size_t i = 0; i < depth; ++i) out += "</a>";
    return out;
  };
  EXPECT_TRUE(read(nested(64)).has_value());
  EXPECT_FALSE(read(nested(65)).has_value());
  XmlSettings small;
  small.record_bytes_max = 1000;
  EXPECT_FALSE(read("<a>" + std::string(5000, 'x') + "</a>", small).has_value());
}

TEST(XmlReader, keeps_texts_attributes_and_their_places) {
  const std::string text =
      "<?xml version='1.0'?><r a='1 &lt; 2'>\n <b> x&amp;y </b><b><![CDATA[<&>]]></b><c d='&#233;'/></r>";
  const std::string expected = "|/r/@a=1 < 2@27;/r/b[1]=x&y@43;/r/b[2]=<&>@67;/r/c/@d=\xC3\xA9@83;";
  EXPECT_EQ(read(text).value(), expected);
  EXPECT_EQ(read(text, {}, 1).value(), expected);
  EXPECT_EQ(read(text, {}, 7).value(), expected);
}

TEST(XmlReader, reads_other_encodings_as_they_are_declared) {
  EXPECT_EQ(read("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>").value(), "|/a=\xC3\xA9@46;");
  EXPECT_EQ(read("<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>").value(), "|/a=\xE2\x82\xAC@48;");
}

TEST(XmlReader, namespaces_follow_the_uri_not_the_prefix) {
  XmlSettings settings;
  settings.namespaces = {{"s", "urn:s"}};
  EXPECT_EQ(read("<x:a xmlns:x='urn:s'><b xmlns='urn:other'>1</b><c xmlns='urn:s'>2</c></x:a>", settings).value(),
            "|/s:a/b=1@42;/s:a/s:c=2@64;");
  settings.namespaces = {{"", "urn:s"}};
  EXPECT_EQ(read("<x:a xmlns:x='urn:s'><b>1</b></x:a>", settings).value(), "|/a/{}b=1@24;");
}

TEST(XmlReader, hands_over_one_record_at_a_time_and_what_stands_around_when_asked) {
  XmlSettings settings;
  settings.records = {{"f", "r"}};
  const std::string text = "<f><h>1</h><r><v>a</v></r><r><v>b</v></r><t>2</t></f>";
  EXPECT_EQ(read(text, settings).value(), "|/f/r/v=a@17;|/f/r/v=b@32;");
  std::vector<std::string> around;
  XmlReader reader(settings, [&](tree::Tree& tree, std::uint32_t) -> Status {
    const std::uint32_t root = tree.member(0, "f");
    around.emplace_back(tree.node(tree.member(root, "t")).text);
    return {};
  });
  reader.keep_skeleton();
  for (int pass = 0; pass < 2; ++pass) {
    ASSERT_TRUE(reader.feed(text).has_value());
    ASSERT_TRUE(reader.finish().has_value());
    if (pass == 0) reader.again();
  }
  EXPECT_EQ(around, (std::vector<std::string>{"2", "2"}));
}

TEST(XmlReader, what_was_escaped_is_read_as_it_was) {
  const std::string value = "a<b>&\"c'\n\td]]>";
  std::string text = "<r a=\"";
  append_escaped(text, value, true);
  text += "\">";
  append_escaped(text, value, false);
  text += "</r>";
  std::string seen;
  XmlReader reader({}, [&](tree::Tree& tree, std::uint32_t) -> Status {
    const std::uint32_t root = tree.member(0, "r");
    seen = std::string(tree.node(root).text);
    EXPECT_EQ(tree.node(tree.member(root, "@a")).text.size(), value.size());
    return {};
  });
  ASSERT_TRUE(reader.feed(text).has_value());
  ASSERT_TRUE(reader.finish().has_value());
  EXPECT_EQ(seen, value);
}

}  // namespace
}  // namespace crossdock::xml
