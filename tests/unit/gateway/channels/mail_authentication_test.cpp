// Authentication-Results: what is read of them, and which prove a sender.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/authentication_results.hpp"

#include <gtest/gtest.h>

namespace crossdock::mail {
namespace {

TEST(AuthenticationResults, reads_comments_versions_and_quotes) {
  const auto read = parse_authentication_results(
      "mx.us.example 1 (v; 2);\r\n dkim=pass (2048-bit key; \\) ) header.d=Acme.example header.s=\"k 1\";"
      " spf = softfail smtp.mailfrom=bounce@acme.example; dmarc/1=pass header.from=acme.example");
  EXPECT_EQ(read.server, "mx.us.example");
  ASSERT_EQ(read.results.size(), 3U);
  EXPECT_EQ(read.results[0].method, "dkim");
  EXPECT_EQ(read.results[0].result, "pass");
  EXPECT_EQ(read.results[0].property("header.d"), "Acme.example");
  EXPECT_EQ(read.results[0].property("header.s"), "k 1");
  EXPECT_EQ(read.results[1].result, "softfail");
  EXPECT_EQ(read.results[2].method, "dmarc");
  EXPECT_TRUE(parse_authentication_results("mx.us.example; none").results.empty());
  EXPECT_TRUE(parse_authentication_results("").results.empty());
  EXPECT_EQ(parse_authentication_results("mx; dkim=\"pass; spf=pass").results.size(), 1U);
}

struct Case {
  const char* what;
  const char* field;
  std::vector<Method> required;
  bool good;
};

TEST(AuthenticationResults, only_the_receiving_server_proves_the_sender) {
  const Case cases[] = {
      {"a signature of the domain", "mx.us.example; dkim=pass header.d=acme.example", {Method::dkim}, true},
      {"of a domain below", "mx.us.example; dkim=pass header.d=mail.acme.example", {Method::dkim}, true},
      {"of another domain", "mx.us.example; dkim=pass header.d=evil.example", {Method::dkim}, false},
      {"of a domain that only ends alike", "mx.us.example; dkim=pass header.d=notacme.example", {Method::dkim}, false},
      {"of a top-level domain", "mx.us.example; dkim=pass header.d=example", {Method::dkim}, false},
      {"one of two",
       "mx.us.example; dkim=fail header.d=acme.example; dkim=pass header.i=@acme.example",
       {Method::dkim},
       true},
      {"a failure", "mx.us.example; dkim=fail header.d=acme.example", {Method::dkim}, false},
      {"another server's word", "mx.evil.example; dkim=pass header.d=acme.example", {Method::dkim}, false},
      {"a word in a comment", "mx.us.example; dkim=fail (dkim=pass header.d=acme.example)", {Method::dkim}, false},
      {"SPF of the sender", "mx.us.example; spf=pass smtp.mailfrom=a@bounce.acme.example", {Method::spf}, true},
      {"both, one missing", "mx.us.example; spf=pass smtp.mailfrom=acme.example", {Method::spf, Method::dkim}, false},
      {"DMARC", "MX.us.example; dmarc=pass header.from=acme.example", {Method::dmarc}, true},
      {"nothing asked", "", {}, true},
  };
  for (const Case& one : cases) {
    const mime::HeaderFields fields{{"From", "\"x@evil.example\" <Edi@acme.example>"},
                                    {"Authentication-Results", one.field}};
    const auto status = check_authentication(fields, {"mx.us.example", one.required, {}});
    EXPECT_EQ(status.has_value(), one.good) << one.what << ": " << (status ? "" : status.error().text());
    if (!status) {
      EXPECT_EQ(status.error().code, Code::mail_authentication);
    }
  }
}

TEST(AuthenticationResults, a_field_below_the_servers_own_does_not_count) {
  const mime::HeaderFields forged{{"Authentication-Results", "mx.us.example; dkim=fail header.d=acme.example"},
                                  {"From", "edi@acme.example"},
                                  {"Authentication-Results", "mx.us.example; dkim=pass header.d=acme.example"}};
  EXPECT_FALSE(check_authentication(forged, {"mx.us.example", {Method::dkim}, {}}));
}

TEST(AuthenticationResults, agreed_domains_take_the_place_of_the_senders) {
  const mime::HeaderFields fields{{"Authentication-Results", "mx.us.example; dkim=pass header.d=provider.example"},
                                  {"From", "edi@acme.example"}};
  EXPECT_TRUE(check_authentication(fields, {"mx.us.example", {Method::dkim}, {"Provider.example"}}));
  EXPECT_FALSE(check_authentication(fields, {"mx.us.example", {Method::dkim}, {"acme.example"}}));
}

TEST(FromAddress, is_one_address_or_none) {
  const std::pair<const char*, const char*> cases[] = {
      {"edi@acme.example", "edi@acme.example"},
      {"Acme EDI <EDI@Acme.example>", "edi@acme.example"},
      {"\"a@b.example, x\" <edi@acme.example>", "edi@acme.example"},
      {"edi@acme.example (not b@c.example)", "edi@acme.example"},
      {"a@b.example, c@d.example", ""},
      {"<a@b.example> <c@d.example>", ""},
      {"nobody", ""},
  };
  for (const auto& [value, wanted] : cases)
    EXPECT_EQ(from_address(mime::HeaderFields{{"From", value}}), wanted) << value;
  EXPECT_EQ(from_address(mime::HeaderFields{{"From", "a@b.example"}, {"From", "c@d.example"}}), "");
}

}  // namespace
}  // namespace crossdock::mail
