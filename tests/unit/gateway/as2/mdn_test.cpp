// MDNs: written, read as peers send them, judged.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "gateway/as2/mdn_reader.hpp"
#include "gateway/crypto/digester.hpp"
#include "tests/support/as2_parties.hpp"

namespace crossdock::as2 {
namespace {

using namespace test;
using crypto::DigestAlgorithm;

crypto::Digest mic(DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
  return crypto::digest_of(algorithm, "content").value();
}

MdnFacts answer() {
  MdnFacts out;
  out.from = "BOB";
  out.to = "Alice Co";
  out.original_message_id = "<1@alice>";
  out.mic = mic();
  out.message_id = "<mdn-1@bob>";
  out.date = "Sat, 21 Nov 2026 00:00:01 GMT";
  return out;
}

SentMessage sent() { return {"Alice Co", "BOB", "<1@alice>", mic(), true, true}; }

Result<ReceivedMdn> read(const WrittenMdn& mdn, const std::vector<crypto::Certificate>& partner = {bob().certificate}) {
  return read_mdn(mdn.headers, mdn.body, partner);
}

TEST(Mdn, what_is_written_is_read_back) {
  // spec: RFC 4130 s7.4, RFC 8098; Drummond 3Q13.7 (no folding), 3Q10.4 (features on MDNs), 3Q12.6 (long MICs)
  for (const auto digest : {DigestAlgorithm::sha1, DigestAlgorithm::sha256, DigestAlgorithm::sha512}) {
    MdnFacts facts = answer();
    facts.mic = mic(digest);
    SignSettings signer = signing(bob(), digest);
    const WrittenMdn written = write_mdn(facts, &signer, "u1").value();
    for (const mime::HeaderField& field : written.headers.all()) {
      EXPECT_EQ(field.value.find_first_of("\r\n"), std::string::npos) << field.name;
    }
    EXPECT_EQ(written.headers.value("AS2-To"), "\"Alice Co\"");
    EXPECT_EQ(written.headers.value("EDIINT-Features"), "multiple-attachments");
    EXPECT_EQ(written.body.find("\r\n "), std::string::npos);
    EXPECT_EQ(written.body.find("\r\n\t"), std::string::npos);
    EXPECT_TRUE(written.body.ends_with("--\r\n"));
    const auto mdn = read(written);
    ASSERT_TRUE(mdn) << mdn.error().text();
    EXPECT_TRUE(mdn->is_signed);
    ASSERT_TRUE(mdn->signer);
    EXPECT_EQ(mdn->signer->fingerprint(), bob().certificate.fingerprint());
    EXPECT_EQ(mdn->from, "BOB");
    EXPECT_EQ(mdn->to, "Alice Co");
    EXPECT_EQ(mdn->final_recipient, "BOB");
    EXPECT_EQ(mdn->original_message_id.raw, "<1@alice>");
    EXPECT_EQ(mdn->message_id, "<mdn-1@bob>");
    ASSERT_TRUE(mdn->disposition && mdn->mic);
    EXPECT_TRUE(mdn->disposition->positive());
    EXPECT_TRUE(equal(*mdn->mic, *facts.mic));
    EXPECT_NE(mdn->human_text.find("<1@alice>"), std::string::npos);
  }
}

TEST(Mdn, errors_and_texts_survive_and_cannot_break_out) {
  MdnFacts facts = answer();
  facts.disposition = disposition_of(Code::cms_enveloped_recipient);
  facts.mic.reset();
  facts.failure_text = "wrong key\r\nDisposition: processed";
  facts.human_text = "Grüße\n--part-u1-m--\r\nbye";
  facts.original_message_id = "no brackets; '--";
  const auto mdn = read(write_mdn(facts, nullptr, "u1").value());
  ASSERT_TRUE(mdn) << mdn.error().text();
  EXPECT_EQ(*mdn->disposition, facts.disposition);
  EXPECT_EQ(mdn->original_message_id.raw, "no brackets; '--");
  EXPECT_FALSE(mdn->mic);
  EXPECT_FALSE(mdn->is_signed);
  EXPECT_EQ(mdn->error_fields, (std::vector<std::string>{"wrong key  Disposition: processed"}));
}

TEST(Mdn, a_changed_or_foreign_signature_is_an_error) {
  SignSettings signer = signing(bob());
  WrittenMdn written = write_mdn(answer(), &signer, "u1").value();
  EXPECT_EQ(read(written, {alice().certificate}).error().code, Code::cms_signed_signer);
  EXPECT_EQ(read(written, {}).error().code, Code::cms_signed_signer);
  written.body.replace(written.body.find("; processed"), 11, "; Processed");
  EXPECT_EQ(read(written).error().code, Code::cms_signed_digest);
}

TEST(Mdn, refuses_what_is_none) {
  const std::pair<mime::HeaderFields, std::string> cases[] = {
      {{}, ""},
      {{{"Content-Type", "text/html"}}, "<html>"},
      {{{"Content-Type", "multipart/report; boundary=b"}}, "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--"},
      {{{"Content-Type", "multipart/signed; boundary=b"}}, "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--"},
      {{{"Content-Type", "multipart/signed; boundary=b"}}, "--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--"}};
  for (const auto& [headers, body] : cases) {
    const auto mdn = read_mdn(headers, body, {});
    ASSERT_FALSE(mdn);
    EXPECT_EQ(mdn.error().code, Code::as2_mdn) << mdn.error().text();
  }
  EXPECT_EQ(read_mdn({{"Content-Type", "multipart/report; boundary=b"}}, "--b\r\n\r\ncut", {}).error().code,
            Code::mime_unclosed);
  EXPECT_EQ(read_mdn({}, std::string(mdn_bytes_max + 1, 'x'), {}).error().code, Code::as2_size);
}

/// An unsigned MDN out of its disposition part.
Result<ReceivedMdn> peer(const std::string& part,
                         const std::string& part_header = "Content-Type: message/disposition-notification\r\n",
                         mime::HeaderFields headers = {{"AS2-From", "BOB"}, {"AS2-To", "Alice Co"}}) {
  headers.add("Content-type", "Multipart/Report; report-type=disposition-notification; boundary=\"b\";");
  return read_mdn(
      headers, "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\n" + part_header + "\r\n" + part + "\r\n--b--\r\n",
      {});
}

TEST(Mdn, fields_are_read_as_peers_write_them) {
  // spec: complaints 2, 3, 4, 20; Drummond 3Q12.7 (wrapped MICs), 1Q14.1 (no Message-ID), 1Q06.3
  const std::string digest = mime::base64_encode(mic(DigestAlgorithm::sha512).view());
  const std::string wrapped =
      "reporting-UA: x\r\nORIGINAL-message-id: 1@alice\r\nfinal-recipient: rfc822;\"\\\"Alice Co\\\"\"\r\n"
      "DISPOSITION: automatic-action/MDN-sent-automatically;processed\r\nRECEIVED-content-mic: " +
      digest.substr(0, 40) + "\r\n\t" + digest.substr(40) + ",\r\n SHA512\r\n";
  const auto mdn = peer(wrapped);
  ASSERT_TRUE(mdn) << mdn.error().text();
  EXPECT_EQ(mdn->original_message_id.key(), "1@alice");
  EXPECT_EQ(mdn->final_recipient, "Alice Co");
  EXPECT_EQ(mdn->message_id, "");
  ASSERT_TRUE(mdn->mic);
  EXPECT_TRUE(equal(*mdn->mic, mic(DigestAlgorithm::sha512)));
  // Empty lines and lines that are no fields within the part, line feeds alone, base64.
  const auto odd =
      peer("\nReporting-UA: x\n\nnonsense\nOriginal-Message-ID: <1@alice>\n\nDisposition: x/y; processed\n");
  ASSERT_TRUE(odd && odd->disposition);
  EXPECT_EQ(odd->original_message_id.raw, "<1@alice>");
  const auto encoded = peer(mime::base64_encode(wrapped),
                            "Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: base64\r\n");
  ASSERT_TRUE(encoded && encoded->disposition);
  const auto nothing = peer("Original-Message-ID: <1@alice>\r\n");
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->disposition);
}

TEST(MdnVerdict, follows_what_the_mdn_says) {
  const std::string id = "Original-Message-ID: <1@alice>\r\n";
  const std::string good = "Received-content-MIC: " + write_mic(mic()) + "\r\n";
  const std::string bad = "Received-content-MIC: " + write_mic(mic(DigestAlgorithm::sha1)) + "\r\n";
  const std::string processed = "Disposition: automatic-action/MDN-sent-automatically; processed";
  struct Case {
    std::string part;
    MdnOutcome outcome;
    Code code;
  };
  const Case cases[] = {
      {id + processed + "\r\n" + good, MdnOutcome::unsigned_receipt, Code::as2_mdn_unsigned},
      {id + processed + "\r\n" + bad, MdnOutcome::mic_differs, Code::as2_mdn_mic_differs},
      {id + processed + "/error: decryption-failed\r\n" + bad, MdnOutcome::refused, Code::as2_mdn_refused},
      {id + "Disposition: failed/failure=x\r\n", MdnOutcome::refused, Code::as2_mdn_refused},
      {id + good, MdnOutcome::unreadable, Code::as2_mdn_unreadable},
      {processed + "\r\n", MdnOutcome::unreadable, Code::as2_mdn},
      {"Original-Message-ID: <2@alice>\r\n" + processed + "\r\n" + good, MdnOutcome::wrong_partner,
       Code::as2_mdn_partner}};
  for (const Case& at : cases) {
    const MdnVerdict verdict = judge_mdn(peer(at.part).value(), sent(), Policy{}, now);
    EXPECT_EQ(verdict.outcome, at.outcome) << at.part << verdict.detail;
    EXPECT_EQ(verdict.code, at.code) << at.part;
    EXPECT_FALSE(verdict.delivered());
  }
  Policy lax;
  lax.require_signed_mdn = false;
  EXPECT_EQ(judge_mdn(peer(id + processed + "\r\n" + good).value(), sent(), lax, now).outcome, MdnOutcome::delivered);
  EXPECT_EQ(judge_mdn(peer(processed + "\r\n" + good).value(), sent(), lax, now).outcome, MdnOutcome::delivered);
  const auto duplicate =
      judge_mdn(peer(id + processed + "/warning: duplicate-document\r\n" + good).value(), sent(), lax, now);
  EXPECT_EQ(duplicate.outcome, MdnOutcome::delivered_with_warning);
  EXPECT_TRUE(duplicate.delivered());
  EXPECT_EQ(judge_mdn(peer(id + processed + "\r\n" + bad).value(), sent(), lax, now).outcome, MdnOutcome::mic_differs);
  EXPECT_EQ(judge_mdn(peer(id + processed + "\r\n" + good, "Content-Type: message/disposition-notification\r\n",
                           {{"AS2-From", "MALLORY"}, {"AS2-To", "Alice Co"}})
                          .value(),
                      sent(), lax, now)
                .outcome,
            MdnOutcome::wrong_partner);
}

TEST(MdnVerdict, of_signed_receipts) {
  MdnFacts facts = answer();
  SignSettings signer = signing(bob());
  EXPECT_EQ(judge_mdn(read(write_mdn(facts, &signer, "u").value()).value(), sent(), Policy{}, now).outcome,
            MdnOutcome::delivered);
  facts.mic.reset();
  EXPECT_EQ(judge_mdn(read(write_mdn(facts, &signer, "u").value()).value(), sent(), Policy{}, now).outcome,
            MdnOutcome::mic_missing);
  Policy lenient;
  lenient.allow_missing_mic = true;
  SentMessage plain = sent();
  plain.is_signed = false;
  const auto judged = [&](const SentMessage& message, const Policy& policy) {
    return judge_mdn(read(write_mdn(facts, &signer, "u").value()).value(), message, policy, now).outcome;
  };
  EXPECT_EQ(judged(plain, Policy{}), MdnOutcome::mic_missing);
  EXPECT_EQ(judged(sent(), lenient), MdnOutcome::mic_missing) << "only for what was not signed";
  EXPECT_EQ(judged(plain, lenient), MdnOutcome::delivered);
  facts = answer();
  signer = signing(bob(), DigestAlgorithm::sha1);
  const ReceivedMdn weak = read(write_mdn(facts, &signer, "u").value()).value();
  EXPECT_EQ(judge_mdn(weak, sent(), Policy{}, now).outcome, MdnOutcome::weak_receipt);
  Policy policy;
  policy.waivers = {{Exception::sha1, std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}, ""}};
  EXPECT_EQ(judge_mdn(weak, sent(), policy, now).outcome, MdnOutcome::weak_receipt) << "the waiver ended yesterday";
  policy.waivers[0].until += std::chrono::days{1};
  EXPECT_EQ(judge_mdn(weak, sent(), policy, now).outcome, MdnOutcome::delivered);
  signer = signing(expired());
  const ReceivedMdn late = read(write_mdn(facts, &signer, "u").value(), {expired().certificate}).value();
  EXPECT_EQ(judge_mdn(late, sent(), Policy{}, now).code, Code::as2_certificate_expired);
}

}  // namespace
}  // namespace crossdock::as2
