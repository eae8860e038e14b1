// What peers send that is odd and must be taken: encodings, spellings, line ends, header order, names of files.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/crypto/cms/signed_data.hpp"
#include "tests/support/as2_parties.hpp"

namespace crossdock::as2 {
namespace {

using namespace test;
using crypto::DigestAlgorithm;

const mime::HeaderFields base = {{"AS2-From", "\"Alice Co\""}, {"AS2-To", "BOB"}, {"Message-ID", "<1@alice>"}};

mime::HeaderFields with(const std::string& content_type, const std::string& encoding = "") {
  mime::HeaderFields out = base;
  out.add("Content-Type", content_type);
  if (!encoding.empty()) out.add("Content-Transfer-Encoding", encoding);
  return out;
}

std::string signature_over(std::string_view part, DigestAlgorithm digest = DigestAlgorithm::sha256) {
  crypto::cms::SignOptions options;
  options.parameters.digest = digest;
  return crypto::cms::sign_detached(alice(), crypto::digest_of(digest, part).value(), options).value();
}

struct SignedForm {
  std::string part = "Content-Type: application/EDIFACT\r\n\r\nUNB+UNOA'";
  std::string signed_bytes;  ///< empty: the part
  std::string parameters = "; protocol=\"application/pkcs7-signature\"; micalg=sha-256";
  std::string signature_header = "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n";
  bool base64 = true;
  DigestAlgorithm digest = DigestAlgorithm::sha256;
};

Received receive(const SignedForm& form, const Parties& to = parties()) {
  const std::string der = signature_over(form.signed_bytes.empty() ? form.part : form.signed_bytes, form.digest);
  const std::string body = "--b\r\n" + form.part + "\r\n--b\r\n" + form.signature_header + "\r\n" +
                           (form.base64 ? mime::base64_encode(der) : der) + "\r\n--b--\r\n";
  return test::receive(with("multipart/signed; boundary=\"b\"" + form.parameters), body, to, 13);
}

TEST(Oddities, micalg_is_absent_unknown_or_wrong) {
  // spec: complaint 15; Drummond 3Q12.1
  for (const char* micalg :
       {"", "; micalg=sha256", "; micalg=SHA_256", "; micalg=\"sha1\"", "; micalg=unknown", "; micalg=md5",
        "; micalg=rsa-sha256", "; micalg=\"sha1,sha256\"", "; MICALG=2.16.840.1.101.3.4.2.1"}) {
    SignedForm form;
    form.parameters = micalg;
    const Received received = receive(form);
    EXPECT_FALSE(received.outcome.refusal) << micalg << ": " << why(received.outcome);
    EXPECT_EQ(received.outcome.mic, crypto::digest_of(DigestAlgorithm::sha256, form.part).value()) << micalg;
  }
  SignedForm form;
  form.parameters = "";
  form.digest = DigestAlgorithm::sha512;
  EXPECT_FALSE(receive(form).outcome.refusal);
}

TEST(Oddities, the_signature_part_is_taken_at_its_bytes) {
  // spec: Drummond rule 4: no Content-Transfer-Encoding means binary; senders forget it, or write it and mean it not
  for (const char* header : {"Content-Type: application/pkcs7-signature\r\n",
                             "Content-Type: application/x-pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n",
                             "Content-Transfer-Encoding: binary\r\n", ""}) {
    for (const bool base64 : {false, true}) {
      SignedForm form;
      form.signature_header = header;
      form.base64 = base64;
      const Received received = receive(form);
      EXPECT_FALSE(received.outcome.refusal) << header << base64 << ": " << why(received.outcome);
    }
  }
}

TEST(Oddities, line_feeds_signed_as_sent_or_as_canonical) {
  // spec: complaint 14; RFC 5751 s3.1.1
  SignedForm form;
  form.part = "Content-Type: text/plain\n\nline one\nline two\r\nline three\n";
  EXPECT_FALSE(receive(form).outcome.refusal) << "signed as sent";
  EXPECT_EQ(receive(form).outcome.mic, crypto::digest_of(DigestAlgorithm::sha256, form.part).value());
  form.signed_bytes = "Content-Type: text/plain\r\n\r\nline one\r\nline two\r\nline three\r\n";
  const Received received = receive(form);
  EXPECT_FALSE(received.outcome.refusal) << "signed as canonical: " << why(received.outcome);
  EXPECT_EQ(received.outcome.mic, crypto::digest_of(DigestAlgorithm::sha256, form.signed_bytes).value());
  EXPECT_NE(received.outcome.unpacked.layers.at(0).notes, "");
  EXPECT_EQ(received.payloads.bodies.at(0), "line one\nline two\r\nline three\n") << "the payload is as it came";
  form.signed_bytes = "Content-Type: text/plain\r\n\r\nline one\r\nLINE two\r\nline three\r\n";
  EXPECT_EQ(receive(form).outcome.disposition.text, "integrity-check-failed");
}

TEST(Oddities, a_part_in_base64_inside_a_signature_has_its_mic_over_the_encoded_form) {
  // spec: Drummond 3Q09.16, 3Q07.4
  SignedForm form;
  form.part = "Content-Type: text/plain\r\nContent-Transfer-Encoding: Base64\r\n\r\nSVNB\r\nKg==\r\n";
  const Received received = receive(form);
  ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
  EXPECT_EQ(received.payloads.bodies.at(0), "ISA*");
  EXPECT_EQ(received.outcome.mic, crypto::digest_of(DigestAlgorithm::sha256, form.part).value());
}

TEST(Oddities, cms_bodies_by_any_type_and_encoding) {
  // spec: 3.3.6, 3.3.7; complaint 6
  PackSettings settings;
  settings.encrypt = encrypting();
  const std::string der = pack(settings, "ISA*~").value().body;
  const std::string base64 = mime::base64_encode(der);
  for (const char* type : {"application/pkcs7-mime", "Application/X-PKCS7-MIME; name=\"smime.p7m\"",
                           "application/pkcs7-mime; smime-type=compressed-data",
                           "application/pkcs7-mime;smime-type=\"Enveloped-Data\";"}) {
    for (const char* encoding : {"", "base64", "binary", "8bit"}) {
      for (const std::string& body : {der, base64, "\r\n" + base64 + "\r\n\r\n"}) {
        const Received received = test::receive(with(type, encoding), body, parties(), 33);
        ASSERT_FALSE(received.outcome.refusal) << type << " " << encoding << ": " << why(received.outcome);
        EXPECT_EQ(received.payloads.bodies.at(0), "ISA*~");
      }
    }
  }
}

TEST(Oddities, plain_payloads_by_their_own_encoding) {
  // spec: 3.3.3, 3.3.10: plain means the body as sent, without headers
  struct Case {
    const char *encoding, *body, *payload;
  };
  const Case cases[] = {{"", "ISA*\n", "ISA*\n"},
                        {"binary", "ISA*\n", "ISA*\n"},
                        {"base64", "SVNBKg==", "ISA*"},
                        {"base64", "ISA*00*", "ISA*00*"},
                        {"quoted-printable", "ISA=2A", "ISA*"}};
  for (const Case& at : cases) {
    const Received received = test::receive(with("application/edi-x12", at.encoding), at.body, parties(), 2);
    ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
    EXPECT_EQ(received.payloads.bodies.at(0), at.payload) << at.encoding;
    EXPECT_EQ(received.outcome.mic, crypto::digest_of(DigestAlgorithm::sha256, at.body).value()) << at.encoding;
  }
  EXPECT_EQ(test::receive(with("text/plain", "x-uuencode"), "x").outcome.refusal->code, Code::mime_encoding_unknown);
}

TEST(Oddities, headers_in_any_order_and_case_make_no_difference) {
  PackSettings settings;
  settings.sign = signing();
  settings.encrypt = encrypting();
  const Message message = pack(settings, "ISA*~").value();
  std::vector<mime::HeaderField> fields = message.headers.all();
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (std::size_t turn = 0; turn < 2 * fields.size(); ++turn) {
    std::rotate(fields.begin(), fields.begin() + 1, fields.end());
    if (turn == fields.size()) std::reverse(fields.begin(), fields.end());
    mime::HeaderFields turned;
    for (const auto& field : fields) {
      std::string name = mime::to_lower(field.name);
      if (turn % 2 == 0)
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
      turned.add(name, field.value);
    }
    const Received received = test::receive(turned, message.body);
    ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
    EXPECT_EQ(received.outcome.mic, message.packed.mic);
  }
}

TEST(Oddities, file_names_are_decoded_and_made_safe) {
  // spec: complaints 9, 10; Drummond 3Q09.8, 3Q13.9; 3.3.19
  const std::pair<const char*, const char*> cases[] = {
      {"attachment; filename=\"../../etc/cron.d/x\"", "x"},
      {"attachment; filename=\"=?utf-8?B?w6QuZWRp?=\"", "ä.edi"},
      {"attachment; filename*=iso-8859-1''%E4.edi", "ä.edi"},
      {"attachment; filename=a*b.edi", "a_b.edi"},
      {"inline; FILENAME=\"x'; DROP TABLE y; --.edi\"", "x'; DROP TABLE y; --.edi"},
      {"attachment; filename=\"..\"", "document"},
      {"attachment", ""}};
  for (const auto& [disposition, safe] : cases) {
    mime::HeaderFields headers = with("application/edi-x12");
    headers.add("Content-Disposition", disposition);
    EXPECT_EQ(test::receive(headers, "x").payloads.parts.at(0).safe_name, safe) << disposition;
  }
  // Inside an envelope the part's own name counts, the request's only when the part has none.
  PackSettings settings;
  settings.encrypt = encrypting();
  Message message = pack(settings, {{PartDescription{}, "x"}}).value();
  EXPECT_EQ(test::receive(message.headers, message.body).payloads.parts.at(0).given_name, "") << "smime.p7m is no name";
  message.headers.set("Content-Disposition", "attachment; filename=outer.edi");
  EXPECT_EQ(test::receive(message.headers, message.body).payloads.parts.at(0).given_name, "outer.edi");
  message = pack(settings, "x").value();
  message.headers.set("Content-Disposition", "attachment; filename=outer.edi");
  EXPECT_EQ(test::receive(message.headers, message.body).payloads.parts.at(0).given_name, "a b.edi");
}

TEST(Oddities, the_record_says_what_was_found) {
  PackSettings settings;
  settings.sign = signing();
  settings.encrypt = encrypting(crypto::ContentCipher::aes256_gcm);
  settings.compress = Compress::before_signing;
  settings.encrypt->gcm_form = GcmForm::enveloped;
  const Message message = pack(settings, "ISA*~").value();
  EXPECT_EQ(message.packed.structure, "encrypted(signed(compressed(payload)))");
  const Received received = test::receive(message.headers, message.body);
  ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
  const auto& layers = received.outcome.unpacked.layers;
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(layers[0].kind, Layer::Kind::envelope);
  EXPECT_EQ(layers[0].algorithm, "aes256-gcm rsa-pkcs1");
  EXPECT_EQ(layers[0].certificate, bob().certificate.fingerprint());
  EXPECT_EQ(layers[0].form, "gcm-enveloped-data");
  EXPECT_EQ(layers[0].encoding, "binary");
  EXPECT_EQ(layers[1].kind, Layer::Kind::detached_signature);
  EXPECT_EQ(layers[1].algorithm, "sha256 rsa-pkcs1");
  EXPECT_EQ(layers[1].certificate, alice().certificate.fingerprint());
  EXPECT_EQ(layers[2].algorithm, "zlib");
}

}  // namespace
}  // namespace crossdock::as2
