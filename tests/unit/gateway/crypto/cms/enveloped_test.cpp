// Encrypted content both ways: every cipher, form and key transport, any chunks, hostile bytes; openssl and NSS judge.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/enveloped_writer.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/cms/content_decryptor.hpp"
#include "gateway/crypto/cms/content_type.hpp"
#include "gateway/crypto/cms/recipient_info.hpp"
#include "tests/support/run_tool.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/crypto/cms/cms_samples.hpp"

namespace crossdock::crypto::cms {
namespace {

using support::find_tool;
using support::run_tool;
using support::TemporaryFolder;
using test::alice;
using test::bob;
using test::open_envelope;

constexpr std::size_t whole = std::size_t{1} << 30;

struct Form {
  ContentCipher cipher;
  bool gcm_in_enveloped_data;
};

std::vector<Form> all_forms() {
  std::vector<Form> out;
  for (int i = 0; i < 7; ++i) {
    out.push_back({static_cast<ContentCipher>(i), false});
    if (is_gcm(static_cast<ContentCipher>(i))) out.push_back({static_cast<ContentCipher>(i), true});
  }
  return out;
}

EnvelopeOptions options(Form form = {ContentCipher::aes128_cbc, false}) {
  EnvelopeOptions out;
  out.cipher = form.cipher;
  out.gcm_in_enveloped_data = form.gcm_in_enveloped_data;
  out.recipients = {alice().certificate};
  return out;
}

std::string seal(const EnvelopeOptions& wanted, std::string_view content, std::size_t chunk = whole) {
  auto writer = EnvelopedWriter::make(wanted);
  EXPECT_TRUE(writer) << (writer ? "" : writer.error().text());
  auto sealed = test::transform(*writer, content, chunk);
  EXPECT_TRUE(sealed) << (sealed ? "" : sealed.error().text());
  return sealed ? *sealed : "";
}

Code refusal(std::string_view bytes, const Identity& identity = alice()) {
  const auto opened = open_envelope(bytes, {&identity, 1}, whole);
  return opened ? Code::internal_bug : opened.error().code;
}

TEST(Enveloped, refuses_what_is_no_envelope) {
  const std::string good = seal(options(), "content");
  EXPECT_EQ(refusal(""), Code::cms_enveloped_form);
  EXPECT_EQ(refusal("ISA*00*"), Code::cms_enveloped_form);
  EXPECT_EQ(refusal(good + "x"), Code::cms_enveloped_form);
  EXPECT_EQ(refusal(der(0x30, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"))), Code::cms_content_type);
  for (std::size_t size = 0; size < good.size(); size += 5) {
    const auto opened = open_envelope(std::string_view(good).substr(0, size), {&alice(), 1}, whole);
    ASSERT_FALSE(opened) << size;
    EXPECT_TRUE(opened.error().code == Code::cms_enveloped_form || opened.error().code == Code::internal_bug) << size;
  }
  EXPECT_EQ(*open_envelope(good + "\r\n", {&alice(), 1}, whole), "content");
}

TEST(Enveloped, every_form_size_and_chunk_goes_round) {
  for (const Form form : all_forms())
    for (const std::size_t size : {0U, 1U, 7U, 8U, 15U, 16U, 17U, 4096U, 70'000U})
      for (const bool announced : {false, true})
        for (const std::size_t buffered : {0U, 1U << 18}) {
          const std::string content = test::noise(size);
          EnvelopeOptions wanted = options(form);
          if (announced) wanted.content_bytes = size;
          wanted.buffered_bytes_max = buffered;
          auto writer = EnvelopedWriter::make(wanted);
          ASSERT_TRUE(writer) << writer.error().text();
          const auto expected = writer->encoded_bytes();
          const auto sealed = test::transform(*writer, content, 1000);
          ASSERT_TRUE(sealed) << sealed.error().text();
          EXPECT_EQ(expected.has_value(), announced);
          EXPECT_EQ(expected.value_or(sealed->size()), sealed->size());
          for (const std::size_t chunk :
               size > 5000 ? std::vector<std::size_t>{4093} : std::vector<std::size_t>{1, 7, whole}) {
            EnvelopeFacts facts;
            const auto opened = open_envelope(*sealed, {&alice(), 1}, chunk, &facts);
            ASSERT_TRUE(opened) << opened.error().text() << size << name(form.cipher);
            EXPECT_EQ(*opened, content);
            EXPECT_EQ(facts.cipher, form.cipher);
            EXPECT_EQ(facts.form, !is_gcm(form.cipher)         ? EnvelopeForm::cbc
                                  : form.gcm_in_enveloped_data ? EnvelopeForm::gcm_enveloped
                                                               : EnvelopeForm::gcm_auth);
            EXPECT_EQ(facts.certificate, alice().certificate.fingerprint());
            EXPECT_TRUE(facts.named);
          }
        }
}

TEST(Enveloped, a_writer_that_is_used_wrongly_says_so) {
  EnvelopeOptions nobody = options();
  nobody.recipients.clear();
  EXPECT_EQ(EnvelopedWriter::make(nobody).error().code, Code::cms_enveloped_write);
  EXPECT_EQ(EnvelopedWriter::make(options({ContentCipher::aes128_cbc, true})).error().code, Code::cms_enveloped_write);
  EnvelopeOptions curve = options();
  curve.recipients = {test::curve().certificate};
  EXPECT_EQ(EnvelopedWriter::make(curve).error().code, Code::certificate_key_kind);
  EnvelopeOptions other_size = options();
  other_size.content_bytes = 100;
  auto writer = EnvelopedWriter::make(other_size);
  EXPECT_EQ(test::transform(*writer, "short", whole).error().code, Code::cms_enveloped_write);
}

TEST(Enveloped, several_recipients_key_identifiers_and_transports) {
  TransportParameters sha1;
  sha1.transport = KeyTransport::rsa_oaep;
  sha1.oaep_digest = sha1.oaep_mask_digest = DigestAlgorithm::sha1;
  TransportParameters sha256;
  sha256.transport = KeyTransport::rsa_oaep;
  TransportParameters odd = sha256;
  odd.oaep_mask_digest = DigestAlgorithm::sha512;
  odd.oaep_label = "label";
  for (const TransportParameters& transport : {TransportParameters{}, sha1, sha256, odd})
    for (const bool by_key_id : {false, true}) {
      EnvelopeOptions wanted = options();
      wanted.transport = transport;
      wanted.identify_by_key_id = by_key_id;
      wanted.recipients = {bob().certificate, alice().certificate};
      const std::string sealed = seal(wanted, "content");
      for (const Identity* one : {&alice(), &bob()}) {
        EnvelopeFacts facts;
        const auto opened = open_envelope(sealed, {one, 1}, whole, &facts);
        ASSERT_TRUE(opened) << opened.error().text();
        EXPECT_EQ(*opened, "content");
        EXPECT_EQ(facts.transport, transport.transport);
        EXPECT_EQ(facts.recipients, 2U);
      }
    }
}

TEST(Enveloped, for_none_of_our_keys) {
  const std::string sealed = seal(options(), "content");
  EXPECT_EQ(open_envelope(sealed, {}, whole).error().code, Code::cms_enveloped_recipient);
  const Identity other_size = test::make_identity(KeyKind::rsa, 3072, "CN=Large");
  EXPECT_EQ(refusal(sealed, other_size), Code::cms_enveloped_recipient);
  EXPECT_EQ(refusal(sealed, test::curve()), Code::cms_enveloped_recipient);
  EXPECT_EQ(refusal(seal(options({ContentCipher::aes128_gcm, false}), "content"), bob()), Code::cms_enveloped_tag);
}

TEST(Enveloped, a_renewed_certificate_with_the_old_key_opens_whichever_place_it_has) {
  SelfSignedOptions renewed;
  renewed.subject = *parse_subject("CN=Alice renewed");
  renewed.not_before = std::chrono::sys_seconds{std::chrono::seconds{1}};
  renewed.not_after = std::chrono::sys_seconds{std::chrono::seconds{2}};
  const Identity again = *Identity::make(*make_self_signed(alice().key, renewed), alice().key);
  for (const KeyTransport transport : {KeyTransport::rsa_pkcs1, KeyTransport::rsa_oaep}) {
    EnvelopeOptions wanted = options();
    wanted.transport.transport = transport;
    const std::string sealed = seal(wanted, "content");
    for (const auto& ours : {std::vector<Identity>{again, bob()}, std::vector<Identity>{bob(), test::curve(), again}}) {
      EnvelopeFacts facts;
      const auto opened = open_envelope(sealed, ours, whole, &facts);
      ASSERT_TRUE(opened) << opened.error().text();
      EXPECT_EQ(*opened, "content");
      EXPECT_FALSE(facts.named);
      EXPECT_EQ(facts.certificate, again.certificate.fingerprint());
    }
  }
}

TEST(Enveloped, damage_is_found) {
  for (const Form form : all_forms()) {
    const std::string sealed = seal(options(form), test::noise(100));
    if (is_gcm(form.cipher)) {
      for (const std::size_t back : {1U, 15U, 17U, 30U}) {
        std::string damaged = sealed;
        damaged[damaged.size() - back] = static_cast<char>(damaged[damaged.size() - back] ^ 1);
        const Code code = refusal(damaged);
        EXPECT_TRUE(code == Code::cms_enveloped_tag || code == Code::cms_enveloped_form) << back;
      }
    } else {
      std::string damaged = sealed;  // the last block: its padding turns into noise, nearly always wrong
      std::size_t refused = 0;
      for (int i = 0; i < 8; ++i) {
        damaged.back() = static_cast<char>(damaged.back() + 1);
        refused += refusal(damaged) == Code::cms_enveloped_decrypt ? 1 : 0;
      }
      EXPECT_GE(refused, 6U);
    }
  }
  // an unknown cipher, an initialisation vector of a wrong size
  const std::string good = seal(options(), "content");
  std::string unknown = good;
  unknown[good.find(oid(ContentCipher::aes128_cbc)) + 8] = 0x03;
  EXPECT_EQ(refusal(unknown), Code::cms_enveloped_algorithm);
  std::string gcm = good;
  gcm[good.find(oid(ContentCipher::aes128_cbc)) + 8] = 0x2A;  // AES-256: the key then has another length
  EXPECT_EQ(refusal(gcm), Code::cms_enveloped_decrypt);
}

/// An envelope written by hand, every element of indefinite length that may be.
std::string by_hand(std::string_view key, std::string_view algorithm, std::string_view octets) {
  const std::string end(2, '\0');
  const auto open = [](unsigned char tag) { return std::string{static_cast<char>(tag), static_cast<char>(0x80)}; };
  const std::string encrypted = *alice().certificate.encrypt_key({}, key);
  return open(0x30) + der_oid(oid(ContentType::enveloped_data)) + open(0xA0) + open(0x30) + der_integer(0) +
         open(0xA0) + open(0xA0) + end + end + open(0x31) + der(0xA1, der(0x30, "")) + open(0x30) + der_integer(0) +
         open(0x30) + std::string(alice().certificate.issuer_der()) + der(0x02, alice().certificate.serial_der()) +
         end + open(0x30) + der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01") + end + open(0x24) +
         der(0x04, encrypted.substr(0, 9)) + der(0x04, encrypted.substr(9)) + end + end + end + open(0x30) +
         der_oid(oid(ContentType::data)) + std::string(algorithm) + open(0xA0) + std::string(octets) + end + end +
         open(0xA1) + end + end + end + end;
}

TEST(Enveloped, indefinite_lengths_everywhere_and_zeros_in_the_content) {
  // spec: Drummond 3Q12.15, 3Q08.7, 1Q09.4: 00 00 inside the content is not its end
  ContentAlgorithm algorithm;
  algorithm.cipher = ContentCipher::aes128_gcm;
  algorithm.iv = std::string(12, 'i');
  algorithm.tag_bytes = 16;
  const std::string key(16, 'k'), content(40, '\0');
  ContentEncryptor encryptor;
  StringSink sealed;
  ASSERT_TRUE(encryptor.start(algorithm, key));
  ASSERT_TRUE(encryptor.feed(content, sealed));
  ASSERT_TRUE(encryptor.finish(sealed));
  sealed.bytes += *encryptor.tag(16);
  const std::string nested = std::string("\x24\x80", 2) + der(0x04, sealed.bytes.substr(0, 10)) + der(0x04, "") +
                             std::string(2, '\0') + der(0x24, der(0x04, sealed.bytes.substr(10)));
  const std::string bare = der_algorithm(oid(algorithm.cipher), der(0x04, algorithm.iv));  // PKI.js
  for (const std::string& identifier : {der_content_algorithm(algorithm), bare})
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{3}, whole}) {
      EnvelopeFacts facts;
      const auto opened = open_envelope(by_hand(key, identifier, nested), {&alice(), 1}, chunk, &facts);
      ASSERT_TRUE(opened) << opened.error().text();
      EXPECT_EQ(*opened, content);
      EXPECT_EQ(facts.form, EnvelopeForm::gcm_enveloped);
    }
  EXPECT_EQ(refusal(by_hand(key, der_content_algorithm(algorithm), der(0x02, "x"))), Code::cms_enveloped_form);
  algorithm.tag_bytes = 8;
  EXPECT_EQ(refusal(by_hand(key, der_content_algorithm(algorithm), nested)), Code::cms_enveloped_form);
}

TEST(Enveloped, limits_hold) {
  EnvelopedLimits few;
  few.recipients_max = 1;
  EnvelopeOptions two = options();
  two.recipients = {alice().certificate, bob().certificate};
  EXPECT_EQ(open_envelope(seal(two, "x"), {&alice(), 1}, whole, nullptr, few).error().code, Code::cms_enveloped_form);
  EXPECT_TRUE(open_envelope(seal(options(), "x"), {&alice(), 1}, whole, nullptr, few));
  EnvelopedLimits small;
  small.header_bytes_max = 100;
  EXPECT_EQ(open_envelope(seal(options(), "x"), {&alice(), 1}, whole, nullptr, small).error().code,
            Code::cms_enveloped_form);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "\x30\x80";
  EXPECT_EQ(refusal(deep), Code::cms_enveloped_form);
  EXPECT_EQ(refusal("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff"), Code::cms_enveloped_form);
}

TEST(Enveloped, openssl_opens_ours) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  folder.write("key.pem", *alice().key.pem());
  folder.write("cert.pem", alice().certificate.pem());
  const std::string content = test::noise(100'000);
  for (const Form form : all_forms()) {
    if (form.gcm_in_enveloped_data) continue;  // openssl refuses that form
    for (int variant = 0; variant < 4; ++variant) {
      EnvelopeOptions wanted = options(form);
      wanted.buffered_bytes_max = (variant & 1) != 0 ? 0 : 1U << 20;
      wanted.identify_by_key_id = (variant & 2) != 0;
      if (variant == 3) wanted.transport.transport = KeyTransport::rsa_oaep;
      folder.write("message", seal(wanted, content, 999));
      const auto seen = run_tool({"openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", path("message"),
                                  "-recip", path("cert.pem"), "-inkey", path("key.pem"), "-out", path("out")});
      EXPECT_EQ(seen.status, 0) << seen.output << name(form.cipher) << variant;
      EXPECT_EQ(folder.read("out"), content);
    }
  }
}

TEST(Enveloped, what_openssl_seals_is_opened) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  folder.write("alice.pem", alice().certificate.pem());
  folder.write("bob.pem", bob().certificate.pem());
  folder.write("curve.pem", test::curve().certificate.pem());
  const std::string content = test::noise(50'000);
  folder.write("content", content);
  for (const std::string cipher : {"-des3", "-aes128", "-aes192", "-aes256", "-aes-128-gcm", "-aes-256-gcm"})
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{},
          {"-stream"},
          {"-keyid"},
          {"-recip", path("curve.pem"), "-recip", path("bob.pem")},
          {"-recip", path("alice.pem"), "-keyopt", "rsa_padding_mode:oaep"},
          {"-recip", path("alice.pem"), "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha384"}}) {
      std::vector<std::string> command{"openssl", "cms",           "-encrypt", "-binary",       "-outform", "DER",
                                       "-in",     path("content"), "-out",     path("message"), cipher};
      command.insert(command.end(), more.begin(), more.end());
      const bool given = !more.empty() && more.back().starts_with("rsa_");
      if (!given) command.insert(command.end(), {"-recip", path("alice.pem")});
      const auto made = run_tool(command);
      ASSERT_EQ(made.status, 0) << made.output;
      const auto opened = open_envelope(folder.read("message"), {&alice(), 1}, 1000);
      ASSERT_TRUE(opened) << opened.error().text() << cipher;
      EXPECT_EQ(*opened, content);
    }
}

TEST(Enveloped, nss_opens_ours_and_we_open_its) {
  if (find_tool("cmsutil").empty()) GTEST_SKIP() << "libnss3-tools is not installed";
  const TemporaryFolder folder;
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  const std::string database = "sql:" + folder.path().string();
  folder.write("content", test::noise(3000));
  folder.write("password", "geheim\n");
  folder.write("alice.p12", *alice().pkcs12("geheim", "alice"));
  ASSERT_EQ(run_tool({"certutil", "-N", "-d", database, "-f", path("password")}).status, 0);
  ASSERT_EQ(
      run_tool({"pk12util", "-i", path("alice.p12"), "-d", database, "-k", path("password"), "-W", "geheim"}).status,
      0);
  for (const bool streamed : {false, true})
    for (const ContentCipher cipher :
         {ContentCipher::des_ede3_cbc, ContentCipher::aes128_cbc, ContentCipher::aes256_cbc}) {
      EnvelopeOptions wanted = options({cipher, false});
      wanted.buffered_bytes_max = streamed ? 0 : 1U << 20;
      folder.write("ours.der", seal(wanted, folder.read("content")));
      const auto seen = run_tool(
          {"cmsutil", "-D", "-d", database, "-f", path("password"), "-i", path("ours.der"), "-o", path("out")});
      EXPECT_EQ(seen.status, 0) << seen.output;
      EXPECT_EQ(folder.read("out"), folder.read("content"));
    }
  folder.write("alice.crt", alice().certificate.der());
  ASSERT_EQ(run_tool({"certutil", "-M", "-n", "alice", "-t", "P,P,P", "-d", database, "-f", path("password")}).status,
            0);
  const auto made = run_tool({"cmsutil", "-E", "-r", "alice", "-d", database, "-f", path("password"), "-i",
                              path("content"), "-o", path("theirs.der")});
  if (made.status != 0) GTEST_SKIP() << "cmsutil found no certificate by this name: " << made.output;
  EXPECT_EQ(*open_envelope(folder.read("theirs.der"), {&alice(), 1}, 17), folder.read("content"));
}

}  // namespace
}  // namespace crossdock::crypto::cms
