// The typed view of request headers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/headers.hpp"

#include <gtest/gtest.h>

namespace crossdock::as2 {
namespace {

using mime::HeaderFields;
using enum crypto::DigestAlgorithm;

TEST(As2Headers, refuses_requests_that_say_not_who) {
  const HeaderFields cases[] = {{{"AS2-To", "b"}},
                                {{"AS2-From", "a"}},
                                {{"AS2-From", "a"}, {"AS2-From", "c"}, {"AS2-To", "b"}},
                                {{"AS2-From", "a"}, {"AS2-To", "b"}, {"AS2-Version", "2.0"}},
                                {{"AS2-From", "a"}, {"AS2-To", "b"}, {"AS2-Version", "1x"}}};
  for (const HeaderFields& fields : cases) {
    const auto headers = read_as2_headers(fields);
    ASSERT_FALSE(headers);
    EXPECT_EQ(headers.error().code, Code::as2_header);
  }
}

TEST(As2Headers, reads_names_in_any_case_and_fills_what_is_absent) {
  // spec: RFC 4130 s6.1 (absent version is 1.0), RFC 6017
  const auto headers = read_as2_headers({{"as2-FROM", "\"Alice Co\""},
                                         {"As2-To", "BOB"},
                                         {"message-id", "<1@a>"},
                                         {"EDIINT-features", "CEM , unknown,multiple-attachments,"}});
  ASSERT_TRUE(headers) << headers.error().text();
  EXPECT_EQ(headers->from, "Alice Co");
  EXPECT_EQ(headers->raw_from, "\"Alice Co\"");
  EXPECT_EQ(headers->to, "BOB");
  EXPECT_EQ(headers->message_id.raw, "<1@a>");
  EXPECT_EQ(headers->version, "1.0");
  EXPECT_EQ(headers->content_type, "application/octet-stream");
  EXPECT_EQ(headers->features, (std::vector<std::string>{"CEM", "unknown", "multiple-attachments"}));
  EXPECT_FALSE(headers->receipt);
}

TEST(As2Headers, options_without_a_receipt_address_ask_for_nothing) {
  const auto headers =
      read_as2_headers({{"AS2-From", "a"},
                        {"AS2-To", "b"},
                        {"Receipt-Delivery-Option", "http://x"},
                        {"Disposition-Notification-Options", "signed-receipt-protocol=required, pkcs7-signature"}});
  EXPECT_FALSE(headers->receipt);
}

TEST(As2Headers, a_delivery_option_makes_it_asynchronous) {
  const std::string url = "https://as2.example.com/mdn?partner=1&key=" + std::string(150, 'x');
  const std::pair<std::string, std::optional<std::string>> cases[] = {
      {url, url}, {"<" + url + ">", url}, {"\"" + url + "\"", url}, {"", std::nullopt}, {"  ", std::nullopt}};
  for (const auto& [value, expected] : cases) {
    const auto headers = read_as2_headers({{"AS2-From", "a"},
                                           {"AS2-To", "b"},
                                           {"Disposition-Notification-To", "anything at all"},
                                           {"Receipt-Delivery-Option", value}});
    ASSERT_TRUE(headers && headers->receipt);
    EXPECT_EQ(headers->receipt->delivery_url, expected);
    EXPECT_EQ(headers->receipt->to, "anything at all");
    EXPECT_FALSE(headers->receipt->signed_asked);
  }
}

TEST(ReceiptOptions, reads_every_spelling) {
  struct Case {
    const char* text;
    bool signed_asked, known, protocol_required, micalg_required;
    std::vector<crypto::DigestAlgorithm> micalgs;
  };
  // spec: RFC 4130 s7.3; Drummond 3Q12.1 (spellings), 3Q09.18-19 (tabs, blanks, case); complaints 15, 16, 19
  const Case cases[] = {
      {"", false, true, false, false, {}},
      {"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha1, md5",
       true,
       true,
       false,
       false,
       {sha1, md5}},
      {"Signed-Receipt-Protocol = Required,\tPKCS7-Signature\t;\tsigned-receipt-MICALG=required,SHA-256",
       true,
       true,
       true,
       true,
       {sha256}},
      {"signed-receipt-protocol=optional,pkcs7-signature;signed-receipt-micalg=optional,unknown,rsa-sha1,sha_512;",
       true,
       true,
       false,
       false,
       {sha1, sha512}},
      {"signed-receipt-protocol=sha1; signed-receipt-micalg=sha256", true, false, false, false, {sha256}},
      {"signed-receipt-protocol=required, pgp-signature", true, false, true, false, {}},
      {"signed-receipt-protocol=\"optional\", \"pkcs7-signature\"", true, true, false, false, {}},
      {"x; y=; =z;;", false, true, false, false, {}}};
  for (const Case& at : cases) {
    const ReceiptRequest receipt = parse_receipt_options(at.text);
    EXPECT_EQ(receipt.signed_asked, at.signed_asked) << at.text;
    EXPECT_EQ(receipt.protocol_known, at.known) << at.text;
    EXPECT_EQ(receipt.protocol_required, at.protocol_required) << at.text;
    EXPECT_EQ(receipt.micalg_required, at.micalg_required) << at.text;
    EXPECT_EQ(receipt.micalgs, at.micalgs) << at.text;
  }
}

TEST(Addressing, finds_what_can_be_found) {
  const Addressing found = addressing_of({{"AS2-From", "a b"}, {"Message-ID", "x"}});
  EXPECT_EQ(found.from, "a b");
  EXPECT_EQ(found.to, "");
  EXPECT_EQ(found.message_id, "x");
}

}  // namespace
}  // namespace crossdock::as2
