// Values with parameters, encoded words, character sets and file names, as partners send them.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/mime/structured_value.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/mime/charset.hpp"

namespace crossdock::mime {
namespace {

TEST(StructuredValue, reads_what_partners_send) {
  struct Case {
    const char* text;
    const char* value;
    std::vector<Parameter> parameters;
  };
  const Case cases[] = {
      {"", "", {}},
      {"Text/Plain", "text/plain", {}},
      {"multipart/signed; micalg=\"sha1\"; boundary=\"a b\"",
       "multipart/signed",
       {{"micalg", "sha1"}, {"boundary", "a b"}}},
      {"multipart/signed;Protocol = application/pkcs7-signature ;boundary=----=_Part_1.2;",
       "multipart/signed",
       {{"protocol", "application/pkcs7-signature"}, {"boundary", "----=_Part_1.2"}}},
      {"attachment; filename=my file.edi; x", "attachment", {{"filename", "my file.edi"}}},
      {"attachment; filename=\"C:\\dir\\a \\\"b\\\".edi\"", "attachment", {{"filename", "C:\\dir\\a \"b\".edi"}}},
      {"attachment; filename=\"unclosed", "attachment", {{"filename", "unclosed"}}},
      {"attachment; filename=\"a;b.edi\" (comment); n=1", "attachment", {{"filename", "a;b.edi"}, {"n", "1"}}},
      {"text/plain (comment); charset=utf-8", "text/plain", {{"charset", "utf-8"}}},
      {"a/b;;; ;=x;y=;z", "a/b", {{"y", ""}}},
      // spec: RFC 2231 3-4
      {"attachment; filename*0=\"long\"; filename*1=\"name.edi\"", "attachment", {{"filename", "longname.edi"}}},
      {"attachment; filename*=UTF-8'en'%e2%82%ac%20rates.txt; filename=\"x\"",
       "attachment",
       {{"filename", "€ rates.txt"}}},
      {"attachment; filename*1*=%A3.txt; filename*0*=iso-8859-1''a%A3", "attachment", {{"filename", "a££.txt"}}},
      {"attachment; filename*0=a; filename*2=c", "attachment", {{"filename", "a"}}},
      {"attachment; filename*=nothing%zz", "attachment", {{"filename", "nothing%zz"}}},
      {"attachment; filename*99999999999=a", "attachment", {{"filename*99999999999", "a"}}}};
  for (const Case& at : cases) {
    const StructuredValue value = parse_structured_value(at.text);
    EXPECT_EQ(value.value, at.value) << at.text;
    EXPECT_EQ(value.parameters, at.parameters) << at.text;
  }
}

TEST(StructuredValue, keeps_64_parameters) {
  std::string text = "a/b";
  for (int i = 0; i < 1000; ++i) text += ";p" + std::to_string(i) + "=1";
  EXPECT_EQ(parse_structured_value(text).parameters.size(), 64U);
}

TEST(StructuredValue, writing_quotes_what_must_be_quoted) {
  const StructuredValue value{"multipart/signed",
                              {{"micalg", "sha-256"}, {"boundary", "a b\"c\\"}, {"empty", ""}, {"p", "a/b"}}};
  EXPECT_EQ(write_structured_value(value),
            R"(multipart/signed; micalg=sha-256; boundary="a b\"c\\"; empty=""; p="a/b")");
  EXPECT_EQ(parse_structured_value(write_structured_value(value)).parameters, value.parameters);
  EXPECT_EQ(quoted("a\r\nb"), "\"a  b\"");
  EXPECT_EQ(media_type(" Application/PKCS7-mime ; smime-type=x"), "application/pkcs7-mime");
  EXPECT_EQ(media_type(""), "application/octet-stream");
}

TEST(EncodedWords, decode_wherever_they_stand) {
  // spec: RFC 2047 8
  const std::pair<const char*, const char*> cases[] = {{"plain", "plain"},
                                                       {"=?ISO-8859-1?Q?a?=", "a"},
                                                       {"=?utf-8?B?w6TDtg==?=.edi", "äö.edi"},
                                                       {"=?ISO-8859-1?q?a?= \t=?ISO-8859-1?Q?b?=", "ab"},
                                                       {"=?ISO-8859-1?Q?a_b=E4?= c", "a bä c"},
                                                       {"=?utf-8*en?q?x?=", "x"},
                                                       {"=?unknown-set?Q?a?=", "=?unknown-set?Q?a?="},
                                                       {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
                                                       {"=?utf-8?B?!!?=", "=?utf-8?B?!!?="},
                                                       {"=?", "=?"},
                                                       {"=?a?B", "=?a?B"},
                                                       {"raw \xE4", "raw ä"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(decode_encoded_words(text), expected) << text;
  for (const char* text :
       {"plain", "Ä", "a very long name with ünïcödé in it that needs more than one word ääääääääääääääääää"}) {
    EXPECT_EQ(decode_encoded_words(encode_word(text)), text);
  }
}

TEST(EncodedWords, many_beginnings_cost_little) {
  std::string text;
  for (int i = 0; i < 30000; ++i) text += "=?a?B?";
  EXPECT_EQ(decode_encoded_words(text).size(), text.size());
}

TEST(Charset, utf8_is_checked_strictly) {
  for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80", "\xE0\x80\x80"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_TRUE(is_utf8("a€😀"));
  EXPECT_EQ(to_utf8("\xA4", "ISO-8859-15"), "€");
  EXPECT_EQ(to_utf8("\x80", "cp1252"), "€");
  EXPECT_FALSE(to_utf8("x", "../../evil"));
  EXPECT_FALSE(to_utf8("\x81\x81\x81", "utf-16"));
}

TEST(FileName, is_found_in_disposition_then_in_type) {
  EXPECT_EQ(file_name_of("attachment; filename=\"=?utf-8?B?w6QuZWRp?=\"", "a/b; name=x"), "ä.edi");
  EXPECT_EQ(file_name_of("attachment", "application/edi-x12; NAME=\"x y.edi\""), "x y.edi");
  EXPECT_EQ(file_name_of("", ""), "");
}

TEST(FileName, every_form_is_read_back) {
  for (const auto form : {FileNameForm::quoted, FileNameForm::bare, FileNameForm::encoded_word}) {
    for (const std::string name : {"a.edi", "a b.edi", "a\"b\\.edi", "ä€.edi", "a;b.edi"}) {
      EXPECT_EQ(file_name_of(content_disposition(name, form), ""), name);
    }
  }
  EXPECT_EQ(content_disposition("a.edi", FileNameForm::bare), "attachment; filename=a.edi");
  EXPECT_EQ(content_disposition("a.edi"), "attachment; filename=\"a.edi\"");
  EXPECT_EQ(content_disposition("ä.edi"), "attachment; filename=\"_.edi\"; filename*=UTF-8''%C3%A4.edi");
}

}  // namespace
}  // namespace crossdock::mime
