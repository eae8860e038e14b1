// Test vectors of the three schemes, and every way a call can fail them.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/webhook/verification.hpp"

#include <gtest/gtest.h>

namespace crossdock::webhook {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// The example of the Standard Webhooks reference libraries.
constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view body = R"({"test": 2432232314})";
constexpr std::int64_t stamp = 1614265330;
const std::string good_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const std::string call_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";

Verification standard() {
  Verification out;
  out.keys = {standard_webhooks_key(secret).value()};
  return out;
}

http::RequestHead signed_head(const std::string& signature = good_signature,
                              const std::string& at = std::to_string(stamp), const std::string& id = call_id) {
  http::RequestHead head;
  head.headers = {{"Webhook-Id", id}, {"Webhook-Timestamp", at}, {"Webhook-Signature", signature}};
  return head;
}

sys_seconds at(std::int64_t offset = 0) { return sys_seconds(seconds(stamp + offset)); }

TEST(WebhookVerification, hmac_matches_rfc_4231) {  // spec: RFC 4231 s4.3
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
            decode_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").value());
}

TEST(WebhookVerification, accepts_the_standard_vector) {
  EXPECT_EQ(verify(standard(), signed_head(), body, at()).value(), call_id);
}

TEST(WebhookVerification, accepts_any_of_several_secrets_and_signatures) {
  Verification rotating = standard();
  rotating.keys.insert(rotating.keys.begin(), "another key");
  EXPECT_TRUE(verify(rotating, signed_head("v1a,AAAA v1,AAAA " + good_signature), body, at()));
}

TEST(WebhookVerification, tolerates_five_minutes_either_way_and_no_second_more) {
  EXPECT_TRUE(verify(standard(), signed_head(), body, at(300)));
  EXPECT_TRUE(verify(standard(), signed_head(), body, at(-300)));
  EXPECT_EQ(verify(standard(), signed_head(), body, at(301)).error().code, Code::channel_signature_stale);
  EXPECT_EQ(verify(standard(), signed_head(), body, at(-301)).error().code, Code::channel_signature_stale);
  Verification strict = standard();
  strict.tolerance = seconds(10);
  EXPECT_EQ(verify(strict, signed_head(), body, at(11)).error().code, Code::channel_signature_stale);
}

TEST(WebhookVerification, refuses_what_is_not_genuine) {
  struct Row {
    http::RequestHead head;
    std::string_view body;
    Code code;
  };
  const auto without = [](std::size_t index) {
    http::RequestHead head = signed_head();
    head.headers.erase(head.headers.begin() + static_cast<std::ptrdiff_t>(index));
    return head;
  };
  http::RequestHead twice = signed_head();
  twice.headers.push_back({"webhook-id", "other"});
  std::string many = good_signature;
  for (int i = 0; i < 16; ++i) many = "v1,AAAA " + many;
  const std::vector<Row> table = {
      {without(0), body, Code::channel_signature_missing},
      {without(1), body, Code::channel_signature_missing},
      {without(2), body, Code::channel_signature_missing},
      {twice, body, Code::channel_signature_malformed},
      {signed_head("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="), body, Code::channel_signature_malformed},
      {signed_head("v2," + good_signature.substr(3)), body, Code::channel_signature_malformed},
      {signed_head("v1,not base64!"), body, Code::channel_signature_malformed},
      {signed_head("v1,AAAA"), body, Code::channel_signature_malformed},
      {signed_head(many), body, Code::channel_signature_malformed},
      {signed_head(good_signature, "yesterday"), body, Code::channel_signature_malformed},
      {signed_head(good_signature, "1614265330.5"), body, Code::channel_signature_malformed},
      {signed_head(good_signature, "-1"), body, Code::channel_signature_malformed},
      {signed_head(good_signature, "9223372036854775807"), body, Code::channel_signature_malformed},
      {signed_head(good_signature, "1614265331"), body, Code::channel_signature_wrong},
      {signed_head(good_signature, std::to_string(stamp), "msg_other"), body, Code::channel_signature_wrong},
      {signed_head(good_signature, std::to_string(stamp), std::string(256, 'a')), body,
       Code::channel_signature_malformed},
      {signed_head(good_signature, std::to_string(stamp), "a b"), body, Code::channel_signature_malformed},
      {signed_head(), R"({"test": 2432232315})", Code::channel_signature_wrong},
      {signed_head(), "", Code::channel_signature_wrong},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto verdict = verify(standard(), table[i].head, table[i].body, at());
    ASSERT_FALSE(verdict) << "row " << i;
    EXPECT_EQ(verdict.error().code, table[i].code) << "row " << i << ": " << verdict.error().text();
  }
}

TEST(WebhookVerification, no_secret_means_nothing_is_genuine) {
  EXPECT_EQ(verify(Verification{}, signed_head(), body, at()).error().code, Code::channel_signature_wrong);
}

Verification github_like() {
  Verification out;
  out.scheme = Scheme::hmac_sha256;
  out.keys = {"It's a Secret to Everybody"};
  out.signature_header = "X-Hub-Signature-256";
  out.signature_prefix = "sha256=";
  return out;
}

TEST(WebhookVerification, accepts_a_hex_hmac_over_the_body) {
  http::RequestHead head;
  head.headers = {{"x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}};
  EXPECT_EQ(verify(github_like(), head, "Hello, World!", at()).value(), "");
  EXPECT_EQ(verify(github_like(), head, "Hello, World?", at()).error().code, Code::channel_signature_wrong);
  head.headers[0].value = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  EXPECT_EQ(verify(github_like(), head, "Hello, World!", at()).error().code, Code::channel_signature_malformed);
  head.headers[0].value = "sha256=757107";
  EXPECT_EQ(verify(github_like(), head, "Hello, World!", at()).error().code, Code::channel_signature_malformed);
  EXPECT_EQ(verify(github_like(), {}, "Hello, World!", at()).error().code, Code::channel_signature_missing);
}

TEST(WebhookVerification, base64_hmac_with_id_and_signed_time) {
  Verification verification;
  verification.scheme = Scheme::hmac_sha256;
  verification.keys = {"old", "key"};
  verification.encoding = Encoding::base64;
  verification.timestamp_header = "x-time";
  verification.timestamp_signed = true;
  verification.id_header = "x-call";
  const std::string time = std::to_string(stamp);
  const std::string digest = hmac_sha256("key", time + ".abc");
  std::string encoded;  // base64 written by hand: the decoder is under test too
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (i + j < digest.size() ? static_cast<unsigned char>(digest[i + j]) : 0U);
    for (int j = 3; j >= 0; --j) encoded.push_back(alphabet[(bits >> (6 * j)) & 63]);
  }
  encoded.back() = '=';
  http::RequestHead head;
  head.headers = {{"X-Signature", encoded}, {"X-Time", time}, {"X-Call", "call-7"}};
  EXPECT_EQ(verify(verification, head, "abc", at()).value(), "call-7");
  EXPECT_EQ(verify(verification, head, "abc", at(400)).error().code, Code::channel_signature_stale);
  head.headers[1].value = std::to_string(stamp + 1);
  EXPECT_EQ(verify(verification, head, "abc", at()).error().code, Code::channel_signature_wrong);
  head.headers.pop_back();
  head.headers[1].value = time;
  EXPECT_EQ(verify(verification, head, "abc", at()).error().code, Code::channel_signature_missing);
}

TEST(WebhookVerification, bearer_tokens_are_compared_by_digest) {
  Verification verification;
  verification.scheme = Scheme::bearer;
  verification.token_digests = {"c775e7b757ede630cd0aa1113bd102661ab38829ca52a6422ab782862f268646"};  // of 1234567890
  http::RequestHead head;
  head.headers = {{"Authorization", "Bearer 1234567890"}};
  EXPECT_EQ(verify(verification, head, "x", at()).value(), "");
  head.headers[0].value = "Bearer 1234567891";
  EXPECT_EQ(verify(verification, head, "x", at()).error().code, Code::channel_signature_wrong);
  head.headers[0].value = "Basic 1234567890";
  EXPECT_EQ(verify(verification, head, "x", at()).error().code, Code::channel_signature_missing);
}

TEST(WebhookVerification, decoders_refuse_what_is_not_theirs) {
  EXPECT_EQ(decode_base64("aGk=").value(), "hi");
  EXPECT_EQ(decode_base64("aGk").value(), "hi");
  for (const char* bad : {"a", "aGk!", "aG k", "====", "a==="}) EXPECT_FALSE(decode_base64(bad)) << bad;
  EXPECT_EQ(decode_hex("6869").value(), "hi");
  for (const char* bad : {"6", "6g", "zz"}) EXPECT_FALSE(decode_hex(bad)) << bad;
  EXPECT_FALSE(standard_webhooks_key("whsec_"));
  EXPECT_FALSE(standard_webhooks_key("whsec_!"));
}

}  // namespace
}  // namespace crossdock::webhook
