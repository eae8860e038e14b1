// Mails that leave: what they look like, and what the end of a session means.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/mail/send.hpp"

#include <gtest/gtest.h>

#include "gateway/channels/mail/collector.hpp"

namespace crossdock::mail {
namespace {

using pipeline::AttemptResult;

pipeline::DeliveryRequest request_of(const std::string& payload) {
  pipeline::DeliveryRequest out;
  out.delivery_id = "d1";
  out.target = "acme/mail";
  out.effect_key = "key-1";
  out.file_name = "204 \r\nBcc: x.edi";
  out.content_type = "application/edi-x12";
  out.payload = std::make_shared<const std::string>(payload);
  return out;
}

ComposeSettings settings_of() {
  ComposeSettings out;
  out.partner = "acme";
  out.from = "edi@us.example";
  out.to = {"in@acme.example", "copy@acme.example"};
  return out;
}

std::string whole_mail(const ComposeSettings& settings, const std::string& payload, std::size_t piece) {
  const auto request = request_of(payload);
  std::size_t at = 0;
  MailSource source(compose(settings, request, base::from_micros(1'795'302'312'000'000)),
                    [&]() -> Result<std::string_view> {
                      const auto out = std::string_view(payload).substr(at, 100);
                      at += out.size();
                      return out;
                    });
  std::string out(piece, '\0'), all;
  for (;;) {
    const auto got = source.read(out.data(), out.size());
    EXPECT_TRUE(got);
    if (!got || *got == 0) break;
    all += out.substr(0, *got);
  }
  EXPECT_TRUE(source.ended());
  return all;
}

TEST(MailCompose, our_own_reader_reads_the_same_bytes) {
  std::string payload;
  for (int i = 0; i < 1000; ++i) payload += static_cast<char>(i * 7);
  for (const auto form : {ComposeSettings::Form::attachment, ComposeSettings::Form::body}) {
    ComposeSettings settings = settings_of();
    settings.form = form;
    settings.text = "see {name}";
    const std::string mail = whole_mail(settings, payload, 17);
    EXPECT_EQ(mail, whole_mail(settings, payload, 5000));
    EXPECT_EQ(mail.find("\nBcc:"), std::string::npos);
    EXPECT_TRUE(mail.starts_with("Date: Sat, 21 Nov 2026 23:05:12 +0000\r\n")) << mail.substr(0, 100);
    TakeRules rules;
    Collector collector(rules, "/nowhere");
    MessageReader reader(collector, rules.limits);
    ASSERT_TRUE(reader.feed(mail));
    ASSERT_TRUE(reader.finish());
    ASSERT_EQ(collector.units().size(), 1U);
    EXPECT_EQ(collector.units().front().bytes, payload);
    EXPECT_EQ(collector.units().front().content_type, "application/edi-x12");
  }
}

TEST(MailCompose, the_size_is_known_before) {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 56U, 57U, 58U, 1000U}) {
    const auto coder = mime::make_encoder(mime::TransferEncoding::base64);
    std::string out;
    ASSERT_TRUE(coder->feed(std::string(size, 'x'), out));
    ASSERT_TRUE(coder->finish(out));
    EXPECT_EQ(out.size(), encoded_bytes(size)) << size;
  }
}

TEST(MailCompose, every_attempt_has_the_same_message_id) {
  auto first = request_of("a"), second = request_of("a"), other = request_of("a");
  second.attempt = 7;
  other.effect_key = "key-2";
  EXPECT_EQ(message_id(settings_of(), first), message_id(settings_of(), second));
  EXPECT_NE(message_id(settings_of(), first), message_id(settings_of(), other));
}

TEST(MailOutcome, only_what_left_whole_can_be_unknown) {
  const struct {
    CURLcode code;
    long reply;
    bool given, whole;
    AttemptResult wanted;
  } cases[] = {
      {CURLE_OK, 250, true, true, AttemptResult::applied},
      {CURLE_COULDNT_CONNECT, 0, false, false, AttemptResult::retry},
      {CURLE_LOGIN_DENIED, 535, false, false, AttemptResult::retry},
      {CURLE_PEER_FAILED_VERIFICATION, 0, false, false, AttemptResult::retry},
      {CURLE_SEND_ERROR, 550, false, false, AttemptResult::refused},
      {CURLE_SEND_ERROR, 450, false, false, AttemptResult::retry},
      {CURLE_RECV_ERROR, 0, false, false, AttemptResult::retry},
      {CURLE_SEND_ERROR, 354, true, false, AttemptResult::retry},
      {CURLE_WEIRD_SERVER_REPLY, 554, true, true, AttemptResult::refused},
      {CURLE_WEIRD_SERVER_REPLY, 451, true, true, AttemptResult::retry},
      {CURLE_RECV_ERROR, 354, true, true, AttemptResult::unknown},
      {CURLE_OPERATION_TIMEDOUT, 0, true, true, AttemptResult::unknown},
  };
  for (const auto& one : cases)
    EXPECT_EQ(outcome_of({one.code, one.reply, "", ""}, one.given, one.whole).result, one.wanted)
        << one.code << " " << one.reply;
}

}  // namespace
}  // namespace crossdock::mail
