// Every structure packed and unpacked again: sign x encrypt x compress x encoding x chunking, with equal MICs.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/as2_parties.hpp"

namespace crossdock::as2 {
namespace {

using namespace test;
using crypto::ContentCipher;
using crypto::DigestAlgorithm;
using crypto::SignatureScheme;

std::string binary_payload(std::size_t bytes) {
  std::string out;
  unsigned state = 1;
  while (out.size() < bytes) {
    state = state * 1103515245U + 12345U;
    out += static_cast<char>(state >> 16);
    if (out.size() % 97 == 0) out += "\r\n--part-";
  }
  return out;
}

void round_trip(const PackSettings& settings, const std::string& payload, std::size_t chunk) {
  const auto message = pack(settings, payload);
  ASSERT_TRUE(message) << message.error().text();
  const Received received = receive(message->headers, message->body, parties(), chunk);
  const std::string what =
      message->packed.structure + " " + message->packed.algorithms + " in " + std::to_string(chunk);
  ASSERT_FALSE(received.outcome.refusal) << what << ": " << why(received.outcome);
  ASSERT_EQ(received.payloads.bodies.size(), 1U) << what;
  EXPECT_TRUE(received.payloads.bodies[0] == payload) << what;
  EXPECT_EQ(received.payloads.parts[0].safe_name, "a b.edi") << what;
  EXPECT_EQ(received.payloads.parts[0].sha256, sha256(payload)) << what;
  ASSERT_TRUE(received.outcome.mic) << what;
  EXPECT_EQ(*received.outcome.mic, message->packed.mic) << what;
  EXPECT_EQ(received.outcome.unpacked.is_signed, settings.sign.has_value()) << what;
  EXPECT_EQ(received.outcome.unpacked.is_encrypted, settings.encrypt.has_value()) << what;
  EXPECT_EQ(received.outcome.unpacked.is_compressed, settings.compress != Compress::no) << what;
  EXPECT_TRUE(received.outcome.disposition.positive());
}

TEST(Structures, every_combination_is_read_back_with_the_same_mic) {
  // spec: RFC 4130 s5, RFC 5402 s3-4; Drummond 1Q07.4
  for (const bool sign : {false, true}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compress : {Compress::no, Compress::before_signing, Compress::after_signing}) {
        for (const auto encoding : {mime::TransferEncoding::binary, mime::TransferEncoding::base64,
                                    mime::TransferEncoding::quoted_printable}) {
          for (const auto basis : {MicBasis::standard, MicBasis::payload_with_headers, MicBasis::payload_only}) {
            PackSettings settings;
            if (sign) settings.sign = signing();
            if (encrypt) settings.encrypt = encrypting();
            settings.compress = compress;
            settings.payload_encoding = encoding;
            settings.mic_basis = basis;
            const auto message = pack(settings, binary_payload(3000));
            ASSERT_TRUE(message) << message.error().text();
            Parties to = parties();
            to.mic_basis = basis;
            const Received received = receive(message->headers, message->body, to, 777);
            ASSERT_FALSE(received.outcome.refusal) << message->packed.structure << ": " << why(received.outcome);
            EXPECT_TRUE(received.payloads.bodies.at(0) == binary_payload(3000)) << message->packed.structure;
            EXPECT_EQ(received.outcome.mic, message->packed.mic)
                << message->packed.structure << " basis " << int(basis);
          }
        }
      }
    }
  }
}

TEST(Structures, the_smallest_chunks_and_payloads_make_no_difference) {
  for (const std::string& payload :
       {std::string(), std::string("x"), std::string("ISA*00*\n~\r"), binary_payload(700)}) {
    for (const auto compress : {Compress::no, Compress::before_signing, Compress::after_signing}) {
      PackSettings settings;
      settings.sign = signing();
      settings.encrypt = encrypting();
      settings.compress = compress;
      for (const std::size_t chunk : {1U, 2U, 7U, 100000U}) round_trip(settings, payload, chunk);
    }
    for (const std::size_t chunk : {1U, 3U}) round_trip(PackSettings{}, payload, chunk);
  }
}

TEST(Structures, every_cipher_and_form) {
  for (const auto cipher :
       {ContentCipher::des_ede3_cbc, ContentCipher::aes128_cbc, ContentCipher::aes192_cbc, ContentCipher::aes256_cbc,
        ContentCipher::aes128_gcm, ContentCipher::aes192_gcm, ContentCipher::aes256_gcm}) {
    for (const auto form : {GcmForm::auth_enveloped, GcmForm::enveloped}) {
      for (const auto transport : {crypto::KeyTransport::rsa_pkcs1, crypto::KeyTransport::rsa_oaep}) {
        PackSettings settings;
        settings.encrypt = encrypting(cipher);
        settings.encrypt->gcm_form = form;
        settings.encrypt->transport.transport = transport;
        const auto message = pack(settings, binary_payload(5000));
        ASSERT_TRUE(message) << message.error().text();
        Parties to = parties();
        to.policy.waivers = {{Exception::triple_des, std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}, "old"}};
        const Received received = receive(message->headers, message->body, to, 1234);
        ASSERT_FALSE(received.outcome.refusal) << message->packed.algorithms << ": " << why(received.outcome);
        EXPECT_EQ(received.outcome.unpacked.cipher, cipher);
        ASSERT_TRUE(received.outcome.unpacked.decrypter);
        EXPECT_EQ(received.outcome.unpacked.decrypter->fingerprint(), bob().certificate.fingerprint());
        ASSERT_EQ(received.outcome.unpacked.layers.size(), 1U);
        EXPECT_NE(received.outcome.unpacked.layers[0].form, "");
        EXPECT_EQ(received.outcome.mic, message->packed.mic);
      }
    }
  }
}

TEST(Structures, every_digest_and_scheme) {
  for (const auto digest :
       {DigestAlgorithm::sha1, DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
    for (const auto scheme : {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss, SignatureScheme::ecdsa}) {
      for (const bool bare : {false, true}) {
        PackSettings settings;
        settings.sign = signing(scheme == SignatureScheme::ecdsa ? elliptic() : alice(), digest, scheme);
        settings.sign->algorithm_protection = settings.sign->embed_certificates = !bare;
        const auto message = pack(settings, binary_payload(300));
        ASSERT_TRUE(message) << message.error().text();
        Parties to = parties();
        to.policy.waivers = {
            {Exception::sha1, std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}, "until today"}};
        const Received received = receive(message->headers, message->body, to);
        ASSERT_FALSE(received.outcome.refusal) << message->packed.algorithms << ": " << why(received.outcome);
        EXPECT_EQ(received.outcome.unpacked.signature_digest, digest);
        EXPECT_EQ(received.outcome.mic, message->packed.mic);
        ASSERT_TRUE(received.outcome.unpacked.signer);
        EXPECT_EQ(received.outcome.unpacked.signer->fingerprint(), message->packed.signer);
      }
    }
  }
}

TEST(Structures, several_attachments_keep_order_names_and_types) {
  // spec: RFC 6362; Drummond 3Q13.5, 3Q08.5-10
  const std::vector<std::pair<PartDescription, std::string>> parts = {
      {{.content_type = "application/EDI-X12", .file_name = "one.edi", .bytes = {}}, "ISA*~"},
      {{.content_type = "application/pdf", .file_name = "zwei ä.pdf", .bytes = {}}, binary_payload(4000)},
      {{.content_type = "image/tiff", .file_name = "", .bytes = {}}, ""}};
  for (const bool sign : {false, true}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compress : {Compress::no, Compress::before_signing, Compress::after_signing}) {
        for (const auto encoding : {mime::TransferEncoding::binary, mime::TransferEncoding::base64}) {
          PackSettings settings;
          if (sign) settings.sign = signing();
          if (encrypt) settings.encrypt = encrypting();
          settings.compress = compress;
          settings.payload_encoding = encoding;
          const auto message = pack(settings, parts);
          ASSERT_TRUE(message) << message.error().text();
          const Received received = receive(message->headers, message->body, parties(), 501);
          ASSERT_FALSE(received.outcome.refusal) << message->packed.structure << ": " << why(received.outcome);
          ASSERT_EQ(received.payloads.bodies.size(), 3U);
          for (std::size_t i = 0; i < parts.size(); ++i) {
            EXPECT_TRUE(received.payloads.bodies[i] == parts[i].second);
            EXPECT_EQ(received.payloads.parts[i].content_type, parts[i].first.content_type);
            EXPECT_EQ(received.payloads.parts[i].given_name, parts[i].first.file_name);
            EXPECT_EQ(received.payloads.parts[i].index, i);
          }
          EXPECT_EQ(received.outcome.mic, message->packed.mic) << message->packed.structure;
        }
      }
    }
  }
}

TEST(Structures, no_header_is_folded_and_nothing_stands_behind_the_last_byte) {
  // spec: Drummond 3Q13.7 and seven rounds before; 3Q09.15, 1Q09.11; one micalg only (complaint 16)
  MessageFacts about = facts();
  about.subject = std::string(500, 's');
  about.receipt->delivery_url = "https://as2.example.com/mdn?" + std::string(300, 'q');
  PackSettings settings;
  settings.sign = signing();
  const auto message = pack(settings, "ISA*~", about);
  ASSERT_TRUE(message);
  for (const mime::HeaderField& field : message->headers.all()) {
    EXPECT_EQ(field.value.find_first_of("\r\n"), std::string::npos) << field.name;
  }
  EXPECT_EQ(message->headers.value("AS2-From"), "\"Alice Co\"");
  EXPECT_EQ(message->headers.value("AS2-To"), "BOB");
  EXPECT_EQ(message->headers.value("AS2-Version"), "1.2");
  EXPECT_EQ(message->headers.value("Receipt-Delivery-Option"), *about.receipt->delivery_url);
  EXPECT_EQ(message->headers.value("Disposition-Notification-Options"),
            "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha256");
  EXPECT_TRUE(message->body.ends_with("-s--\r\n")) << message->body;
  EXPECT_EQ(message->packed.body_bytes, message->body.size());
  EXPECT_EQ(message->packed.body_sha256, sha256(message->body));
  EXPECT_EQ(message->packed.structure, "signed(payload)");
}

TEST(Structures, an_unsigned_receipt_is_asked_for_without_the_protocol) {
  MessageFacts about = facts();
  about.receipt->signed_mdn = false;
  EXPECT_EQ(pack({}, "x", about)->headers.value("Disposition-Notification-Options"),
            "signed-receipt-micalg=optional, sha256");
  PackSettings settings;
  settings.sign = signing();
  EXPECT_EQ(pack(settings, "x", about)->headers.find("Disposition-Notification-Options"), nullptr);
  EXPECT_EQ(pack(settings, "x", about)->headers.value("Disposition-Notification-To"), "mdn");
  about.receipt.reset();
  EXPECT_EQ(pack(settings, "x", about)->headers.find("Disposition-Notification-To"), nullptr);
}

TEST(Structures, versions_and_profiles) {
  MessageFacts about = facts();
  about.features.clear();
  EXPECT_EQ(pack({}, "x", about)->headers.value("AS2-Version"), "1.1");
  about.profile = Profile::v1_3;
  about.product = "Crossdock/1";
  EXPECT_EQ(pack({}, "x", about)->headers.value("AS2-Version"), "1.3");
  EXPECT_EQ(pack({}, "x", about)->headers.value("AS2-Product"), "Crossdock/1");
  PackSettings weak;
  weak.sign = signing(alice(), DigestAlgorithm::sha1);
  EXPECT_EQ(pack(weak, "x", about).error().code, Code::as2_settings);
  weak.sign.reset();
  weak.encrypt = encrypting(ContentCipher::des_ede3_cbc);
  EXPECT_EQ(pack(weak, "x", about).error().code, Code::as2_settings);
}

TEST(Packer, refuses_what_cannot_be_made) {
  MessageFacts about = facts();
  about.from = "";
  EXPECT_EQ(pack({}, "x", about).error().code, Code::as2_settings);
  about = facts();
  about.message_id = "";
  EXPECT_EQ(pack({}, "x", about).error().code, Code::as2_settings);
  PackSettings settings;
  settings.encrypt.emplace();
  EXPECT_EQ(pack(settings, "x").error().code, Code::as2_settings);
  EXPECT_EQ(pack(PackSettings{}, std::vector<std::pair<PartDescription, std::string>>{}).error().code,
            Code::as2_settings);
  settings = {};
  settings.sign = signing(elliptic());  // PKCS#1 with an EC key
  EXPECT_FALSE(pack(settings, "x"));
  crypto::StringSink sink;
  Packer packer = Packer::open(facts(), {}, {PartDescription{}}, "u", sink).value();
  EXPECT_EQ(packer.finish().error().code, Code::as2_settings);
  EXPECT_TRUE(packer.end_part());
  EXPECT_EQ(packer.feed("x").error().code, Code::as2_settings);
  EXPECT_EQ(packer.end_part().error().code, Code::as2_settings);
}

}  // namespace
}  // namespace crossdock::as2
