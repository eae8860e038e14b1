// Certificates and keys in every form they come in; openssl makes and judges.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/certificate.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/digester.hpp"
#include "gateway/crypto/make_certificate.hpp"
#include "tests/support/run_tool.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::crypto {
namespace {

using support::find_tool;
using support::run_tool;
using support::TemporaryFolder;

constexpr std::chrono::sys_seconds begin{std::chrono::seconds{1'700'000'000}}, end{std::chrono::seconds{2'700'000'000}};

const PrivateKey& rsa_key() {
  static const PrivateKey key = *PrivateKey::make(KeyKind::rsa, 2048);
  return key;
}

SelfSignedOptions options(std::string_view subject = "CN=Acme AS2,O=Acme") {
  SelfSignedOptions out;
  out.subject = *parse_subject(subject);
  out.not_before = begin;
  out.not_after = end;
  return out;
}

TEST(Certificate, refuses_what_is_none) {
  for (const std::string bytes : {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                                  "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "\x30\x82\xff\xff"})
    EXPECT_EQ(Certificate::read(bytes).error().code, Code::certificate_unreadable) << bytes;
  EXPECT_EQ(Certificate::read(std::string((1 << 20) + 1, ' ')).error().code, Code::certificate_unreadable);
}

TEST(Certificate, tells_what_it_holds) {
  SelfSignedOptions wanted = options("CN=Jürgen\\, Söhne,O=Acme");
  wanted.serial = "\x01\x02\xAB";
  const auto made = make_self_signed(rsa_key(), wanted);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->subject(), "O=Acme,CN=Jürgen\\, Söhne");
  EXPECT_EQ(made->common_name(), "Jürgen, Söhne");
  EXPECT_EQ(made->serial(), "0102ab");
  EXPECT_EQ(made->serial_der(), "\x01\x02\xAB");
  EXPECT_EQ(made->not_before(), begin);
  EXPECT_EQ(made->not_after(), end);
  EXPECT_TRUE(made->valid_at(end));
  EXPECT_FALSE(made->valid_at(end + std::chrono::seconds{1}));
  EXPECT_EQ(made->key_kind(), KeyKind::rsa);
  EXPECT_EQ(made->key_bits(), 2048U);
  EXPECT_EQ(made->subject_key_id().size(), 20U);
  EXPECT_TRUE(made->self_signed());
  EXPECT_FALSE(made->weak());
  EXPECT_EQ(made->key_fingerprint(), rsa_key().fingerprint());
  EXPECT_TRUE(rsa_key().matches(*made));
}

TEST(Certificate, is_read_from_pem_der_base64_and_bundles) {
  const auto made = make_self_signed(rsa_key(), options());
  ASSERT_TRUE(made);
  const std::string pem = made->pem();
  EXPECT_EQ(*Certificate::read(pem), *made);
  EXPECT_EQ(*Certificate::read(made->der()), *made);
  EXPECT_EQ(*Certificate::read("Bag Attributes\n  friendlyName: x\n" + pem), *made);
  std::string bare = pem.substr(pem.find('\n') + 1);
  bare.resize(bare.find("-----END"));
  EXPECT_EQ(*Certificate::read(bare), *made);
  const auto other = make_self_signed(rsa_key(), options("CN=Second"));
  const auto both = Certificate::read_all(pem + other->pem());
  ASSERT_TRUE(both);
  ASSERT_EQ(both->size(), 2U);
  EXPECT_EQ((*both)[1].common_name(), "Second");
}

TEST(Certificate, openssl_agrees_and_its_bundles_are_read) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  const auto made = make_self_signed(rsa_key(), options());
  folder.write("c.pem", made->pem());
  const std::string path = (folder.path() / "c.pem").string();
  const auto seen = run_tool({"openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256", "-ext", "keyUsage"});
  EXPECT_EQ(seen.status, 0) << seen.output;
  std::string digits;
  for (const char c : seen.output.substr(seen.output.find('=') + 1, 95))
    if (c != ':') digits += static_cast<char>(std::tolower(c));
  EXPECT_EQ(digits, made->fingerprint());
  EXPECT_NE(seen.output.find("Key Encipherment"), std::string::npos);
  for (const std::string form : {"PEM", "DER"}) {
    const std::string bundle = (folder.path() / "b").string();
    const auto done = run_tool({"openssl", "crl2pkcs7", "-nocrl", "-certfile", path, "-out", bundle, "-outform", form});
    ASSERT_EQ(done.status, 0) << done.output;
    EXPECT_EQ(*Certificate::read(folder.read("b")), *made) << form;
  }
}

TEST(Certificate, odd_ones_are_taken) {
  // spec: Drummond 3Q06, 3Q07, 1Q07, 1Q09.13: zero and negative serials, odd strings, critical extended key usage
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  folder.write("key.pem", *rsa_key().pem());
  folder.write("conf",
               "[req]\ndistinguished_name=dn\nprompt=no\nstring_mask=MASK:0x800\nx509_extensions=ext\n"
               "[dn]\nCN=*.example.test\n[ext]\nextendedKeyUsage=critical,emailProtection,1.2.3.4.5\n"
               "1.2.3.4=critical,ASN1:UTF8String:odd\n");
  for (const std::string serial : {"0", "-17", "0x00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}) {
    const std::string out = (folder.path() / "c.pem").string();
    const auto done =
        run_tool({"openssl", "req", "-x509", "-new", "-key", (folder.path() / "key.pem").string(), "-days", "9",
                  "-set_serial", serial, "-config", (folder.path() / "conf").string(), "-out", out});
    ASSERT_EQ(done.status, 0) << done.output;
    const auto read = Certificate::read(folder.read("c.pem"));
    ASSERT_TRUE(read) << serial << read.error().text();
    EXPECT_EQ(read->common_name(), "*.example.test");
    EXPECT_EQ(read->serial_der() == std::string(1, '\0'), serial == "0");
    EXPECT_EQ(read->serial() == "-11", serial == "-17");
  }
}

TEST(PrivateKey, refuses_what_is_none_and_small_ones) {
  EXPECT_EQ(PrivateKey::read("").error().code, Code::certificate_key_unreadable);
  EXPECT_EQ(PrivateKey::read("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").error().code,
            Code::certificate_key_unreadable);
  EXPECT_EQ(PrivateKey::make(KeyKind::rsa, 1024).error().code, Code::certificate_key_kind);
  EXPECT_EQ(PrivateKey::make(KeyKind::ec, 255).error().code, Code::certificate_key_kind);
  EXPECT_EQ(PrivateKey::make(KeyKind::other, 2048).error().code, Code::certificate_key_kind);
}

TEST(PrivateKey, goes_through_pem_with_and_without_a_password) {
  const std::string plain = *rsa_key().pem(), sealed = *rsa_key().pem("geheim");
  EXPECT_NE(plain.find("BEGIN PRIVATE KEY"), std::string::npos);
  EXPECT_NE(sealed.find("BEGIN ENCRYPTED PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(PrivateKey::read(plain)->fingerprint(), rsa_key().fingerprint());
  EXPECT_EQ(PrivateKey::read(plain, "needless")->fingerprint(), rsa_key().fingerprint());
  EXPECT_EQ(PrivateKey::read(sealed, "geheim")->fingerprint(), rsa_key().fingerprint());
  EXPECT_EQ(PrivateKey::read(sealed, "falsch").error().code, Code::certificate_password);
  EXPECT_EQ(PrivateKey::read(sealed).error().code, Code::certificate_password);
}

TEST(PrivateKey, every_form_that_openssl_writes_is_read) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "in.pem").string(), out = (folder.path() / "out").string();
  folder.write("in.pem", *rsa_key().pem());
  const std::vector<std::vector<std::string>> forms{
      {"openssl", "rsa", "-in", in, "-traditional", "-out", out},
      {"openssl", "rsa", "-in", in, "-outform", "DER", "-out", out},
      {"openssl", "pkcs8", "-topk8", "-nocrypt", "-in", in, "-outform", "DER", "-out", out},
      {"openssl", "pkcs8", "-topk8", "-v2", "aes256", "-passout", "pass:pw", "-in", in, "-outform", "DER", "-out", out},
      {"openssl", "rsa", "-in", in, "-traditional", "-aes128", "-passout", "pass:pw", "-out", out}};
  for (const auto& form : forms) {
    const auto done = run_tool(form);
    ASSERT_EQ(done.status, 0) << done.output;
    const auto read = PrivateKey::read(folder.read("out"), "pw");
    ASSERT_TRUE(read) << form[1] << read.error().text();
    EXPECT_EQ(read->fingerprint(), rsa_key().fingerprint());
  }
}

TEST(PrivateKey, signs_by_every_scheme_and_the_certificate_verifies) {
  const PrivateKey ec = *PrivateKey::make(KeyKind::ec, 256);
  const Certificate rsa_certificate = *make_self_signed(rsa_key(), options()),
                    ec_certificate = *make_self_signed(ec, options());
  for (const DigestAlgorithm digest :
       {DigestAlgorithm::sha1, DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512})
    for (const SignatureScheme scheme :
         {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss, SignatureScheme::ecdsa}) {
      const bool is_ec = scheme == SignatureScheme::ecdsa;
      const SignatureParameters parameters{scheme, digest, 0};
      const std::string text(digest_of(digest, "text")->view()), other(digest_of(digest, "other")->view());
      const auto& certificate = is_ec ? ec_certificate : rsa_certificate;
      for (int round = 0; round < 2; ++round) {  // a kept context must not remember anything
        auto signature = (is_ec ? ec : rsa_key()).sign(parameters, text);
        ASSERT_TRUE(signature) << signature.error().text();
        EXPECT_TRUE(certificate.verify(parameters, text, *signature));
        EXPECT_EQ(certificate.verify(parameters, other, *signature).error().code, Code::cms_signed_wrong);
        (*signature)[10] = static_cast<char>((*signature)[10] ^ 1);
        EXPECT_EQ(certificate.verify(parameters, text, *signature).error().code, Code::cms_signed_wrong);
        EXPECT_EQ(certificate.verify(parameters, text, "").error().code, Code::cms_signed_wrong);
      }
      EXPECT_EQ((is_ec ? rsa_key() : ec).sign(parameters, text).error().code, Code::cms_sign);
      EXPECT_EQ((is_ec ? rsa_certificate : ec_certificate).verify(parameters, text, "x").error().code,
                Code::certificate_key_kind);
    }
  const SignatureParameters md5{SignatureScheme::rsa_pkcs1, DigestAlgorithm::md5, 0};
  EXPECT_EQ(rsa_key().sign(md5, std::string(16, 'x')).error().code, Code::cms_sign);
  EXPECT_EQ(rsa_certificate.verify(md5, std::string(16, 'x'), "x").error().code, Code::cms_signed_algorithm);
}

TEST(PrivateKey, content_keys_go_both_ways) {
  const Certificate certificate = *make_self_signed(rsa_key(), options());
  TransportParameters label;
  label.transport = KeyTransport::rsa_oaep;
  label.oaep_label = "label";
  TransportParameters unequal;
  unequal.transport = KeyTransport::rsa_oaep;
  unequal.oaep_mask_digest = DigestAlgorithm::sha1;
  TransportParameters oaep;
  oaep.transport = KeyTransport::rsa_oaep;
  for (const TransportParameters& parameters : {TransportParameters{}, oaep, label, unequal})
    for (const std::size_t size : {16U, 24U, 32U}) {
      const std::string key(size, 'k');
      const auto sealed = certificate.encrypt_key(parameters, key);
      ASSERT_TRUE(sealed) << sealed.error().text();
      EXPECT_EQ(*rsa_key().decrypt_key(parameters, *sealed, size), key);
    }
}

TEST(PrivateKey, a_wrong_content_key_looks_like_a_right_one) {
  // spec: RFC 3218: no answer may tell whether the padding was right
  const Certificate certificate = *make_self_signed(rsa_key(), options());
  for (const KeyTransport transport : {KeyTransport::rsa_pkcs1, KeyTransport::rsa_oaep}) {
    TransportParameters parameters;
    parameters.transport = transport;
    std::string sealed = *certificate.encrypt_key(parameters, std::string(16, 'k'));
    const auto longer = rsa_key().decrypt_key(parameters, sealed, 32);  // right padding, wrong length
    ASSERT_TRUE(longer);
    EXPECT_EQ(longer->size(), 32U);
    sealed[20] = static_cast<char>(sealed[20] ^ 1);
    const auto first = rsa_key().decrypt_key(parameters, sealed, 16),
               again = rsa_key().decrypt_key(parameters, sealed, 16);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(*first, *again);
    EXPECT_NE(*first, std::string(16, 'k'));
    const auto most = rsa_key().decrypt_key(parameters, std::string(256, '\xff'), 16);  // above the modulus
    ASSERT_TRUE(most);
    EXPECT_EQ(most->size(), 16U);
    EXPECT_EQ(rsa_key().decrypt_key(parameters, std::string(257, 'x'), 16).error().code, Code::cms_enveloped_form);
  }
  EXPECT_EQ(PrivateKey::make(KeyKind::ec, 256)->decrypt_key({}, "x", 16).error().code, Code::certificate_key_kind);
}

TEST(Identity, key_and_certificate_must_belong_together) {
  const Certificate certificate = *make_self_signed(rsa_key(), options());
  const PrivateKey other = *PrivateKey::make(KeyKind::ec, 256);
  EXPECT_EQ(Identity::make(certificate, other).error().code, Code::certificate_key_mismatch);
  EXPECT_EQ(Identity::read_pem(*other.pem() + certificate.pem()).error().code, Code::certificate_key_mismatch);
  const Certificate others = *make_self_signed(other, options("CN=Other"));
  const auto both = Identity::read_pem(others.pem() + certificate.pem() + *rsa_key().pem());
  ASSERT_TRUE(both) << both.error().text();
  EXPECT_EQ(both->certificate, certificate);
  ASSERT_EQ(both->chain.size(), 1U);
}

TEST(Identity, pkcs12_both_ways_and_the_old_kind) {
  const Identity identity = *Identity::make(*make_self_signed(rsa_key(), options()), rsa_key());
  const auto file = identity.pkcs12("geheim", "our AS2 key");
  ASSERT_TRUE(file) << file.error().text();
  const auto back = Identity::read_pkcs12(*file, "geheim");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->certificate, identity.certificate);
  EXPECT_EQ(Identity::read_pkcs12(*file, "falsch").error().code, Code::certificate_password);
  EXPECT_EQ(Identity::read_pkcs12("nothing", "x").error().code, Code::certificate_unreadable);
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "in.pem").string(), out = (folder.path() / "out.p12").string();
  folder.write("in.pem", *rsa_key().pem() + identity.certificate.pem());
  const auto done =
      run_tool({"openssl", "pkcs12", "-export", "-legacy", "-in", in, "-out", out, "-passout", "pass:pw"});
  ASSERT_EQ(done.status, 0) << done.output;
  const auto old = Identity::read_pkcs12(folder.read("out.p12"), "pw");
  ASSERT_TRUE(old) << old.error().text();
  EXPECT_EQ(old->key.fingerprint(), rsa_key().fingerprint());
  EXPECT_TRUE(old->key.sign({}, digest_of(DigestAlgorithm::sha256, "x")->view()));
}

TEST(Request, openssl_verifies_it) {
  EXPECT_FALSE(parse_subject(""));
  EXPECT_FALSE(parse_subject("Acme"));
  EXPECT_FALSE(parse_subject("CN="));
  CertificateSubject subject = *parse_subject("CN=Acme, O=Acme Inc");
  EXPECT_EQ(subject.name[1].second, "Acme Inc");
  subject.dns_names = {"as2.example.test"};
  const auto request = make_request(rsa_key(), subject);
  ASSERT_TRUE(request) << request.error().text();
  subject.dns_names = {"a,DNS:evil"};
  EXPECT_EQ(make_request(rsa_key(), subject).error().code, Code::certificate_make);
  EXPECT_FALSE(make_request(rsa_key(), *parse_subject("XYZ=nothing")));
  SelfSignedOptions backwards = options();
  backwards.not_after = backwards.not_before;
  EXPECT_EQ(make_self_signed(rsa_key(), backwards).error().code, Code::certificate_make);
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  folder.write("r.pem", *request);
  const auto seen = run_tool({"openssl", "req", "-in", (folder.path() / "r.pem").string(), "-verify", "-text"});
  EXPECT_EQ(seen.status, 0) << seen.output;
  EXPECT_NE(seen.output.find("DNS:as2.example.test"), std::string::npos) << seen.output;
}

}  // namespace
}  // namespace crossdock::crypto
