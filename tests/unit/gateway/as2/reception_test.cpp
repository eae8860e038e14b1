// Receptions that are refused, with the disposition each deserves (sections "MDN conformance" of interoperability
// rounds). SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/reception.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/cms/compressed.hpp"
#include "tests/support/as2_parties.hpp"

namespace crossdock::as2 {
namespace {

using namespace test;
using crypto::ContentCipher;
using crypto::DigestAlgorithm;

Message made(bool sign, bool encrypt, Compress compress = Compress::no, const std::string& payload = "ISA*00*~") {
  PackSettings settings;
  if (sign) settings.sign = signing();
  if (encrypt) settings.encrypt = encrypting();
  settings.compress = compress;
  return pack(settings, payload).value();
}

void expect_refused(const Received& received, Code code, std::string_view word, const std::string& what = {}) {
  ASSERT_TRUE(received.outcome.refusal) << what;
  EXPECT_EQ(info(received.outcome.refusal->code).text, info(code).text)
      << what << ": " << received.outcome.refusal->text();
  EXPECT_EQ(received.outcome.disposition.text, word) << what;
  EXPECT_FALSE(received.outcome.disposition.positive()) << what;
}

TEST(Reception, broken_content_says_what_broke) {
  // spec: RFC 4130 s7.5.4, RFC 5402 s5; Drummond K.1-K.3
  Message message = made(true, false);
  message.body[message.body.find("ISA") + 1] = 'X';
  expect_refused(receive(message.headers, message.body), Code::cms_signed_digest, "integrity-check-failed",
                 "changed content");

  message = made(true, false);
  const std::size_t last = message.body.rfind("\r\n--");  // the end of the signature value
  message.body[last - 20] = message.body[last - 20] == 'A' ? 'B' : 'A';
  expect_refused(receive(message.headers, message.body), Code::cms_signed_wrong, "authentication-failed",
                 "changed signature");

  message = made(false, true);
  message.body[message.body.size() - 1] ^= 1;
  expect_refused(receive(message.headers, message.body), Code::cms_enveloped_decrypt, "decryption-failed",
                 "changed ciphertext");

  message = made(false, true);
  message.body.resize(message.body.size() / 2);
  ASSERT_TRUE(receive(message.headers, message.body).outcome.refusal);
  EXPECT_EQ(receive(message.headers, message.body).outcome.disposition.text, "decryption-failed");

  message = made(false, false, Compress::before_signing, std::string(5000, 'x') + "end");
  message.body[message.body.size() - 6] ^= 1;
  expect_refused(receive(message.headers, message.body), Code::cms_compressed_data, "decompression-failed",
                 "changed compression");
  message.body = "0 and so on, nothing of CMS";
  EXPECT_EQ(receive(message.headers, message.body).outcome.disposition.text, "decompression-failed");
}

TEST(Reception, a_message_for_another_key_or_by_another_signer) {
  Message message = made(false, true);
  Parties to = parties();
  to.own = {alice()};
  EXPECT_EQ(receive(message.headers, message.body, to).outcome.disposition.text, "decryption-failed");
  to.own.clear();
  expect_refused(receive(message.headers, message.body, to), Code::cms_enveloped_recipient, "decryption-failed",
                 "no keys");
  message = made(true, false);
  to.partner = {bob().certificate};
  expect_refused(receive(message.headers, message.body, to), Code::cms_signed_signer, "authentication-failed",
                 "another signer");
  to.partner.clear();
  expect_refused(receive(message.headers, message.body, to), Code::cms_signed_signer, "authentication-failed",
                 "no certificates");
}

TEST(Reception, less_security_than_agreed) {
  Parties to = parties();
  to.policy.require_signed = true;
  for (const bool encrypt : {false, true}) {
    const Message message = made(false, encrypt);
    expect_refused(receive(message.headers, message.body, to), Code::as2_security, "insufficient-message-security",
                   "not signed");
  }
  to.policy.require_signed = false;
  to.policy.require_encrypted = true;
  const Message message = made(true, false);
  const Received received = receive(message.headers, message.body, to);
  expect_refused(received, Code::as2_security, "insufficient-message-security", "not encrypted");
  EXPECT_EQ(received.outcome.mic, message.packed.mic) << "the MIC is known all the same";
}

TEST(Reception, weak_algorithms_and_old_certificates_pass_by_waiver_until_its_last_day) {
  PackSettings settings;
  settings.sign = signing(alice(), DigestAlgorithm::sha1);
  const Message sha1 = pack(settings, "x").value();
  settings.sign.reset();
  settings.encrypt = encrypting(ContentCipher::des_ede3_cbc);
  const Message triple_des = pack(settings, "x").value();
  settings.encrypt.reset();
  settings.sign = signing(expired());
  const Message old = pack(settings, "x").value();
  struct Case {
    const Message& message;
    Exception exception;
    Code code;
    const char* word;
  };
  const Case cases[] = {{sha1, Exception::sha1, Code::as2_security, "insufficient-message-security"},
                        {triple_des, Exception::triple_des, Code::as2_security, "insufficient-message-security"},
                        {old, Exception::expired_certificate, Code::as2_certificate_expired, "authentication-failed"}};
  const auto today = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21};
  for (const Case& at : cases) {
    Parties to = parties();
    to.partner.push_back(expired().certificate);
    expect_refused(receive(at.message.headers, at.message.body, to), at.code, at.word, "no waiver");
    to.policy.waivers = {{at.exception, today - std::chrono::days{1}, "ended"}};
    expect_refused(receive(at.message.headers, at.message.body, to), at.code, at.word, "waiver ended");
    to.policy.waivers = {{at.exception, today, "last day"}};
    const Received received = receive(at.message.headers, at.message.body, to);
    EXPECT_FALSE(received.outcome.refusal) << why(received.outcome);
    to.policy.profile = Profile::v1_3;
    EXPECT_EQ(receive(at.message.headers, at.message.body, to).outcome.refusal.has_value(),
              at.exception != Exception::expired_certificate)
        << "1.3 knows no waivers for algorithms";
  }
}

TEST(Reception, keys_and_certificates_overlap_at_a_rollover) {
  // spec: complaint 29; 3.3.9
  static const crypto::Identity new_bob = make_identity("bob", crypto::KeyKind::rsa, 2048, -1);
  static const crypto::Identity new_alice = make_identity("alice", crypto::KeyKind::rsa, 2048, -1);
  Parties to = parties();
  to.own = {new_bob, bob()};
  to.partner = {alice().certificate, new_alice.certificate};
  for (const auto& [signer, recipient] :
       {std::pair{alice(), bob()}, {new_alice, new_bob}, {alice(), new_bob}, {new_alice, bob()}}) {
    PackSettings settings;
    settings.sign = signing(signer);
    settings.encrypt = encrypting();
    settings.encrypt->recipients = {recipient.certificate};
    const Message message = pack(settings, "x").value();
    const Received received = receive(message.headers, message.body, to);
    ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
    EXPECT_EQ(received.outcome.unpacked.signer->fingerprint(), signer.certificate.fingerprint());
    EXPECT_EQ(received.outcome.unpacked.decrypter->fingerprint(), recipient.certificate.fingerprint());
  }
}

TEST(Reception, the_mic_algorithm_of_unsigned_messages_is_the_first_that_can_be_used) {
  // spec: RFC 4130 s7.3; Drummond 3Q12.2, 3Q12.11
  struct Case {
    const char* options;
    std::optional<DigestAlgorithm> algorithm;
  };
  const Case cases[] = {
      {"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, SHA-512, sha1",
       DigestAlgorithm::sha512},
      {"signed-receipt-micalg=optional, sha1, md5, sha256", DigestAlgorithm::sha256},
      {"", DigestAlgorithm::sha256},
      {"signed-receipt-micalg=required, md5, sha1", std::nullopt},
      {"signed-receipt-micalg=optional, whirlpool", std::nullopt}};
  for (const Case& at : cases) {
    Message message = made(false, true);
    message.headers.set("Disposition-Notification-Options", at.options);
    const Received received = receive(message.headers, message.body);
    if (at.algorithm) {
      ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
      ASSERT_TRUE(received.outcome.mic);
      EXPECT_EQ(received.outcome.mic->algorithm, *at.algorithm) << at.options;
    } else {
      expect_refused(received, Code::as2_mic_unsupported, "unsupported MIC-algorithms", at.options);
      EXPECT_EQ(received.outcome.disposition.type, Disposition::Type::failed);
      Message is_signed = made(true, true);
      is_signed.headers.set("Disposition-Notification-Options", at.options);
      EXPECT_FALSE(receive(is_signed.headers, is_signed.body).outcome.refusal) << "the signature's digest counts";
    }
  }
}

TEST(Reception, requests_that_cannot_be_answered_as_asked) {
  Message message = made(true, false);
  message.headers.set("Disposition-Notification-Options", "signed-receipt-protocol=required, pgp-signature");
  expect_refused(receive(message.headers, message.body), Code::as2_receipt_unsupported, "unsupported format",
                 "protocol");
  message = made(true, false);
  message.headers.set("Message-ID", "");
  expect_refused(receive(message.headers, message.body), Code::as2_message_id, "unexpected-processing-error", "no id");
}

TEST(Reception, bombs_and_nests_are_defused) {
  // spec: 3.3.20
  Parties to = parties();
  to.limits.inflate_ratio_max = 100;
  Message message = made(false, false, Compress::before_signing, std::string(20U << 20, '\0'));
  const Received bomb = receive(message.headers, message.body, to, 4096);
  expect_refused(bomb, Code::cms_compressed_ratio, "decompression-failed", "ratio");
  to = parties();
  to.limits.inflated_bytes_max = 1000;
  message = made(false, false, Compress::before_signing, std::string(2000, 'x'));
  expect_refused(receive(message.headers, message.body, to), Code::cms_compressed_size, "decompression-failed", "size");
  to = parties();
  to.limits.payload_bytes_max = 1999;
  message = made(true, true, Compress::no, std::string(2000, 'x'));
  expect_refused(receive(message.headers, message.body, to), Code::as2_size, "unexpected-processing-error", "payload");
  to.limits.payload_bytes_max = 2000;
  EXPECT_FALSE(receive(message.headers, message.body, to).outcome.refusal);

  std::string nest = "x";
  std::string type = "text/plain";
  for (int i = 0; i < 30; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    nest = "--" + boundary + "\r\nContent-Type: " + type + "\r\n\r\n" + nest + "\r\n--" + boundary + "--\r\n";
    type = "multipart/mixed; boundary=" + boundary;
  }
  mime::HeaderFields headers = message.headers;
  headers.set("Content-Type", type);
  expect_refused(receive(headers, nest), Code::as2_depth, "unexpected-processing-error", "depth");
  std::string parts;
  for (int i = 0; i < 1001; ++i) parts += "--b\r\n\r\nx\r\n";
  headers.set("Content-Type", "multipart/mixed; boundary=b");
  expect_refused(receive(headers, parts + "--b--"), Code::mime_parts, "unexpected-processing-error", "parts");

  crypto::StringSink twice;
  crypto::cms::CompressedWriter writer;
  std::string once = "Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n" +
                     made(false, false, Compress::before_signing).body;
  ASSERT_TRUE(writer.feed(once, twice) && writer.finish(twice));
  headers.set("Content-Type", "application/pkcs7-mime; smime-type=compressed-data");
  expect_refused(receive(headers, twice.bytes), Code::cms_compressed_form, "decompression-failed", "compressed twice");
}

TEST(Reception, structures_that_are_none) {
  struct Case {
    const char* type;
    std::string body;
    Code code;
  };
  const Case cases[] = {
      {"multipart/signed; boundary=b; protocol=\"application/pgp-signature\"", "", Code::as2_structure},
      {"multipart/signed; boundary=b", "--b\r\n\r\nx\r\n--b--", Code::as2_structure},
      {"multipart/signed; boundary=b", "--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b\r\n\r\nz\r\n--b--", Code::as2_structure},
      {"multipart/signed", "x", Code::mime_boundary},
      {"multipart/related; boundary=b", "--b\r\n\r\ncut short", Code::mime_unclosed},
      {"application/pkcs7-mime", "", Code::as2_structure},
      {"application/pkcs7-mime; smime-type=signed-data", "0 nothing", Code::cms_signed_form},
      {"application/pkcs7-mime; smime-type=enveloped-data", "hello", Code::cms_enveloped_form},
      {"text/plain", "", Code::internal_bug}};
  for (const Case& at : cases) {
    mime::HeaderFields headers = made(false, false).headers;
    headers.set("Content-Type", at.type);
    const Received received = receive(headers, at.body);
    if (at.code == Code::internal_bug) {
      EXPECT_FALSE(received.outcome.refusal) << "an empty payload is one";
      continue;
    }
    ASSERT_TRUE(received.outcome.refusal) << at.type;
    EXPECT_EQ(info(received.outcome.refusal->code).text, info(at.code).text) << at.type;
  }
}

TEST(Reception, no_message_that_was_cut_short_is_taken) {
  for (const auto& [sign, encrypt] : {std::pair{true, true}, {true, false}, {false, true}}) {
    for (const auto compress : {Compress::no, Compress::after_signing}) {
      const Message message = made(sign, encrypt, compress);
      const std::size_t whole =
          sign && !encrypt && compress == Compress::no ? message.body.size() - 2 : message.body.size();
      for (std::size_t cut = 0; cut < whole; cut += 1 + cut / 97) {
        EXPECT_TRUE(receive(message.headers, message.body.substr(0, cut)).outcome.refusal)
            << message.packed.structure << " " << cut;
      }
    }
  }
}

TEST(Reception, a_sinks_error_is_the_refusal) {
  class Full final : public PayloadSink {
    Status part_begin(const PayloadPart&) override { return {}; }
    Status part_body(std::string_view) override { return fail(Code::channel_spool, "disk full"); }
    Status part_end(const PayloadPart&) override { return {}; }
  } sink;
  const Message message = made(true, true);
  const As2Headers headers = read_as2_headers(message.headers).value();
  const Parties to = parties();
  Reception reception(message.headers, headers, to, now, sink);
  EXPECT_FALSE(reception.feed(message.body));
  EXPECT_FALSE(reception.feed(message.body));
  EXPECT_EQ(reception.finish().refusal->code, Code::channel_spool);
}

TEST(Reception, mdns_on_the_message_address_are_recognised) {
  // spec: complaint 27
  MdnFacts facts;
  facts.from = "Alice Co";
  facts.to = "BOB";
  facts.original_message_id = "<9@bob>";
  const SignSettings signer = signing();
  for (const SignSettings* signing : {static_cast<const SignSettings*>(nullptr), &signer}) {
    const WrittenMdn mdn = write_mdn(facts, signing, "u").value();
    Parties to = parties();
    to.policy.require_signed = to.policy.require_encrypted = true;
    const Received received = receive(mdn.headers, mdn.body, to);
    EXPECT_FALSE(received.outcome.refusal) << why(received.outcome);
    EXPECT_TRUE(received.outcome.unpacked.is_mdn);
    EXPECT_TRUE(received.payloads.bodies.empty());
  }
}

TEST(Reception, the_mdn_of_an_outcome_swaps_the_names_and_tells_nothing_of_the_inside) {
  Message message = made(true, false);
  message.body[message.body.find("ISA") + 1] = 'X';
  const Received received = receive(message.headers, message.body);
  const MdnFacts facts = mdn_facts(read_as2_headers(message.headers).value(), received.outcome, Profile::legacy);
  EXPECT_EQ(facts.from, "BOB");
  EXPECT_EQ(facts.to, "Alice Co");
  EXPECT_EQ(facts.original_message_id, "<1@alice>");
  EXPECT_EQ(facts.disposition.text, "integrity-check-failed");
  const MdnFacts stranger = mdn_facts(Addressing{"X", "Y", "<i>"}, Code::as2_relationship, Profile::legacy);
  EXPECT_EQ(stranger.disposition.text, "authentication-failed");
  EXPECT_EQ(stranger.failure_text, "");
  EXPECT_EQ(mdn_facts(Addressing{}, Code::as2_relationship, Profile::v1_3).disposition.text,
            "unknown-trading-relationship");
}

}  // namespace
}  // namespace crossdock::as2
