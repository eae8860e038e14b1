// Signatures made, verified, refused; openssl and NSS judge and make.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/signed_data.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/cms/ber.hpp"
#include "gateway/crypto/cms/signer_info.hpp"
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
using test::curve;
using test::sha256_of;

const std::string text = "Content-Type: application/edi-x12\r\n\r\nISA*00*...~";

Result<Verified> check(std::string_view signature, std::vector<Certificate> trusted, std::string_view content = text) {
  Digester digester({DigestAlgorithm::sha1, DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512});
  digester.update(content);
  return verify_detached(signature, trusted, digester);
}

Code refusal(std::string_view signature, std::vector<Certificate> trusted, std::string_view content = text) {
  const auto verified = check(signature, std::move(trusted), content);
  return verified ? Code::internal_bug : verified.error().code;
}

struct Way {
  const Identity* signer;
  SignatureParameters parameters;
};

std::vector<Way> all_ways() {
  std::vector<Way> out;
  for (const DigestAlgorithm digest :
       {DigestAlgorithm::sha1, DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
    out.push_back({&alice(), {SignatureScheme::rsa_pkcs1, digest, 0}});
    out.push_back({&alice(), {SignatureScheme::rsa_pss, digest, 0}});
    out.push_back({&curve(), {SignatureScheme::ecdsa, digest, 0}});
  }
  out.push_back({&alice(), {SignatureScheme::rsa_pss, DigestAlgorithm::sha256, 20}});
  return out;
}

TEST(SignedData, refuses_what_is_no_signature) {
  const std::vector<Certificate> trusted{alice().certificate};
  const std::string good = *sign_detached(alice(), sha256_of(text), {});
  EXPECT_EQ(refusal("", trusted), Code::cms_signed_form);
  EXPECT_EQ(refusal("hello", trusted), Code::cms_signed_form);
  EXPECT_EQ(refusal(good + "x", trusted), Code::cms_signed_form);
  EXPECT_EQ(refusal(der(0x30, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03")), trusted), Code::cms_content_type);
  for (std::size_t size = 0; size < good.size(); size += 7)
    EXPECT_EQ(refusal(std::string_view(good).substr(0, size), trusted), Code::cms_signed_form) << size;
  EXPECT_TRUE(check(good + "\r\n", trusted));  // some mailers append line ends
}

TEST(SignedData, every_scheme_with_every_digest) {
  for (const Way& way : all_ways()) {
    SignOptions options;
    options.parameters = way.parameters;
    options.signing_time = std::chrono::sys_seconds{std::chrono::seconds{1'763'753'667}};
    const Digest digest = *digest_of(way.parameters.digest, text);
    const auto made = sign_detached(*way.signer, digest, options);
    ASSERT_TRUE(made) << made.error().text();
    const auto verified = check(*made, {bob().certificate, curve().certificate, alice().certificate});
    ASSERT_TRUE(verified) << verified.error().text();
    EXPECT_EQ(verified->certificate, way.signer->certificate);
    EXPECT_EQ(verified->parameters.scheme, way.parameters.scheme);
    EXPECT_EQ(verified->content, digest);
    EXPECT_EQ(verified->signing_time, options.signing_time);
    EXPECT_TRUE(verified->named);
    EXPECT_TRUE(verified->algorithm_protection);
    EXPECT_EQ(refusal(*made, {way.signer->certificate}, text + " "), Code::cms_signed_digest);
    EXPECT_EQ(refusal(*made, {bob().certificate}), Code::cms_signed_signer);
    EXPECT_EQ(refusal(*made, {}), Code::cms_signed_signer);
  }
}

TEST(SignedData, openssl_takes_every_kind) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  folder.write("content", text);
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  for (const Way& way : all_ways())
    for (int variant = 0; variant < 4; ++variant) {
      SignOptions options;
      options.parameters = way.parameters;
      options.algorithm_protection = (variant & 1) == 0;
      options.identify_by_key_id = (variant & 2) != 0;
      options.embed_certificate = variant != 3;
      folder.write("cert.pem", way.signer->certificate.pem());
      folder.write("sig.der", *sign_detached(*way.signer, *digest_of(way.parameters.digest, text), options));
      const auto seen = run_tool({"openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path("sig.der"),
                                  "-content", path("content"), "-certfile", path("cert.pem"), "-CAfile",
                                  path("cert.pem"), "-purpose", "any", "-out", path("out")});
      EXPECT_EQ(seen.status, 0) << seen.output << name(way.parameters.scheme) << name(way.parameters.digest) << variant;
    }
}

TEST(SignedData, what_openssl_makes_is_verified) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  folder.write("content", text);
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  const std::vector<std::vector<std::string>> variants{
      {"-md", "sha256"},
      {"-md", "sha1"},
      {"-md", "sha512", "-nosmimecap"},
      {"-keyid"},
      {"-nocerts"},
      {"-noattr"},

      {"-md", "sha384", "-keyopt", "rsa_padding_mode:pss"},
      {"-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:11"}};
  for (const bool ec : {false, true})
    for (const auto& variant : variants) {
      if (ec && variant.back().starts_with("rsa_")) continue;
      const Identity& signer = ec ? curve() : alice();
      folder.write("key.pem", *signer.key.pem());
      folder.write("cert.pem", signer.certificate.pem());
      std::vector<std::string> command{"openssl", "cms",           "-sign",         "-binary",  "-outform",
                                       "DER",     "-in",           path("content"), "-signer",  path("cert.pem"),
                                       "-inkey",  path("key.pem"), "-out",          path("sig")};
      command.insert(command.end(), variant.begin(), variant.end());
      const auto made = run_tool(command);
      ASSERT_EQ(made.status, 0) << made.output;
      const auto verified = check(folder.read("sig"), {bob().certificate, signer.certificate});
      ASSERT_TRUE(verified) << verified.error().text() << variant.back();
      EXPECT_EQ(verified->certificate, signer.certificate);
      EXPECT_EQ(refusal(folder.read("sig"), {signer.certificate}, "other"),
                variant[0] == "-noattr" ? Code::cms_signed_wrong : Code::cms_signed_digest);
    }
}

TEST(SignedData, opaque_ones_stream_their_content_in_any_chunks) {
  if (find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
  const TemporaryFolder folder;
  const std::string content = std::string(2, '\0') + test::noise(20'000);
  folder.write("content", content);
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  folder.write("key.pem", *alice().key.pem());
  folder.write("cert.pem", alice().certificate.pem());
  for (const bool stream : {false, true}) {
    std::vector<std::string> command{"openssl",       "cms",  "-sign",         "-binary", "-nodetach",      "-outform",
                                     "DER",           "-in",  path("content"), "-signer", path("cert.pem"), "-inkey",
                                     path("key.pem"), "-out", path("sig"),     "-md",     "sha512"};
    if (stream) command.emplace_back("-stream");
    ASSERT_EQ(run_tool(command).status, 0);
    const std::string bytes = folder.read("sig");
    for (const std::size_t chunk : {1U, 2U, 3U, 1000U, 1U << 20}) {
      SignedReader reader;
      StringSink sink;
      for (std::size_t at = 0; at < bytes.size(); at += chunk)
        ASSERT_TRUE(reader.feed(std::string_view(bytes).substr(at, chunk), sink));
      ASSERT_TRUE(reader.finish());
      EXPECT_TRUE(reader.has_content());
      EXPECT_EQ(sink.bytes, content);
      ASSERT_EQ(reader.embedded_certificates().size(), 1U);
      EXPECT_EQ(reader.embedded_certificates()[0], alice().certificate.der());
      const std::vector<Certificate> trusted{alice().certificate};
      const auto verified = reader.verify(trusted);
      ASSERT_TRUE(verified) << verified.error().text();
      EXPECT_EQ(verified->content, *digest_of(DigestAlgorithm::sha512, content));
    }
    EXPECT_EQ(refusal(bytes, {alice().certificate}), Code::cms_signed_form);  // a detached one was expected
  }
}

TEST(SignedData, a_renewed_certificate_with_the_old_key_verifies_and_says_so) {
  SelfSignedOptions options;
  options.subject = *parse_subject("CN=Alice renewed");
  options.not_before = std::chrono::sys_seconds{std::chrono::seconds{1}};
  options.not_after = std::chrono::sys_seconds{std::chrono::seconds{2}};
  const Certificate renewed = *make_self_signed(alice().key, options);
  const auto verified = check(*sign_detached(alice(), sha256_of(text), {}), {bob().certificate, renewed});
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_FALSE(verified->named);
  EXPECT_EQ(verified->certificate, renewed);
}

/// A signature with one byte sequence replaced by another of the same length.
std::string with(std::string bytes, std::string_view from, std::string_view to) {
  const std::size_t at = bytes.rfind(from);
  EXPECT_NE(at, std::string::npos);
  return bytes.replace(at, from.size(), to);
}

TEST(SignedData, contradictions_are_refused) {
  const std::vector<Certificate> trusted{alice().certificate};
  const std::string good = *sign_detached(alice(), sha256_of(text), {});
  // spec: RFC 5652 s5.3, RFC 6211
  EXPECT_EQ(refusal(with(good, oid_content_type, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x7f"), trusted),
            Code::cms_signed_attributes);
  EXPECT_EQ(refusal(with(good, oid_message_digest, oid_content_type), trusted), Code::cms_signed_form);
  std::string broken = good;
  broken.back() = static_cast<char>(broken.back() ^ 1);
  EXPECT_EQ(refusal(broken, trusted), Code::cms_signed_wrong);
  // AlgorithmProtection that names SHA-1 while SHA-256 is used
  const std::size_t at = good.find(oid_algorithm_protection);
  std::string other = good;
  other.replace(good.find(oid(DigestAlgorithm::sha256), at), 9, oid(DigestAlgorithm::sha384));
  EXPECT_EQ(refusal(other, trusted), Code::cms_signed_attributes);
  Digester only_sha512({DigestAlgorithm::sha512});
  EXPECT_EQ(verify_detached(good, trusted, only_sha512).error().code, Code::cms_signed_algorithm);
  const std::string none = with(good, oid(DigestAlgorithm::sha256), "\x60\x86\x48\x01\x65\x03\x04\x02\x0a");
  EXPECT_NE(refusal(none, trusted), Code::internal_bug);
}

TEST(SignedData, attributes_out_of_order_verify_when_either_order_was_signed) {
  // Attributes in another order than DER's, signed as they stand and signed in DER.
  for (const bool as_sent : {true, false}) {
    const std::string digest_attribute =
                          der(0x30, der_oid(oid_message_digest) + der(0x31, der(0x04, sha256_of(text).view()))),
                      type_attribute = der(
                          0x30, der_oid(oid_content_type) + der(0x31, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")));
    const std::string sent = digest_attribute + type_attribute;
    const std::string over = as_sent ? der(0x31, sent) : der_set_of({digest_attribute, type_attribute});
    const std::string signature = *alice().key.sign({}, sha256_of(over).view());
    const std::string algorithm = der_digest_algorithm(DigestAlgorithm::sha256);
    // indefinite lengths around and in the attributes' [0], a constructed octet string as the signature
    const std::string info =
        "\x30\x80" + der_integer(1) +
        der(0x30, std::string(alice().certificate.issuer_der()) + der(0x02, alice().certificate.serial_der())) +
        algorithm + "\xA0\x80" + sent + std::string(2, '\0') + der_signature_algorithm({}) + "\x24\x80" +
        der(0x04, signature.substr(0, 100)) + der(0x04, signature.substr(100)) + std::string(4, '\0');
    const std::string data =
        der(0x30, der_integer(1) + der(0x31, algorithm) + der(0x30, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")) +
                      der(0x31, info));
    const std::string message = der(0x30, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02") + der(0xA0, data));
    const auto verified = check(message, {alice().certificate});
    // [0] of indefinite length has no DER form as sent, so only the sorted DER text can have been signed
    EXPECT_EQ(verified.has_value(), !as_sent);
  }
}

TEST(SignedData, no_signer_and_too_many_are_refused) {
  const std::string head = der_integer(1) + der(0x31, der_digest_algorithm(DigestAlgorithm::sha256)) +
                           der(0x30, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"));
  const auto message = [&head](std::string_view signers) {
    return der(0x30, der_oid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02") + der(0xA0, der(0x30, head + der(0x31, signers))));
  };
  EXPECT_EQ(refusal(message(""), {alice().certificate}), Code::cms_signed_none);
  const std::string good = *sign_detached(alice(), sha256_of(text), {});
  BerCursor cursor(good, Code::cms_signed_form);
  BerCursor inside = *cursor.enter_next(ber_sequence);
  (void)inside.next();
  BerCursor data = *inside.enter(*inside.next())->enter_next(ber_sequence);
  BerNode last{};
  while (!data.at_end()) last = *data.next();
  std::string many;
  for (int i = 0; i < 16; ++i) many += last.content;
  EXPECT_TRUE(check(message(many), {alice().certificate}));
  many += last.content;
  EXPECT_EQ(refusal(message(many), {alice().certificate}), Code::cms_signed_form);
}

TEST(SignedData, wrong_use_is_said) {
  SignOptions options;
  EXPECT_EQ(sign_detached(alice(), *digest_of(DigestAlgorithm::sha512, text), options).error().code, Code::cms_sign);
  EXPECT_EQ(sign_detached(curve(), sha256_of(text), options).error().code, Code::cms_sign);
  EXPECT_EQ(usual_scheme(curve().key), SignatureScheme::ecdsa);
  EXPECT_EQ(usual_scheme(alice().key), SignatureScheme::rsa_pkcs1);
}

TEST(SignedData, nss_takes_ours_and_we_take_its) {
  if (find_tool("cmsutil").empty() || find_tool("openssl").empty()) GTEST_SKIP() << "libnss3-tools is not installed";
  const TemporaryFolder folder;
  const auto path = [&folder](const char* name) { return (folder.path() / name).string(); };
  const std::string database = "sql:" + folder.path().string();
  folder.write("content", text);
  folder.write("password", "geheim\n");
  folder.write("alice.p12", *alice().pkcs12("geheim", "alice"));
  ASSERT_EQ(run_tool({"certutil", "-N", "-d", database, "-f", path("password")}).status, 0);
  const auto imported =
      run_tool({"pk12util", "-i", path("alice.p12"), "-d", database, "-k", path("password"), "-W", "geheim"});
  ASSERT_EQ(imported.status, 0) << imported.output;
  ASSERT_EQ(run_tool({"certutil", "-M", "-n", "alice", "-t", "P,P,P", "-d", database, "-f", path("password")}).status,
            0);
  folder.write("ours.der", *sign_detached(alice(), sha256_of(text), {}));
  const auto seen = run_tool({"cmsutil", "-D", "-d", database, "-f", path("password"), "-i", path("ours.der"), "-c",
                              path("content"), "-h", "1", "-n"});
  EXPECT_EQ(seen.status, 0) << seen.output;
  EXPECT_NE(seen.output.find("signer"), std::string::npos) << seen.output;
  const auto made = run_tool({"cmsutil", "-S", "-d", database, "-f", path("password"), "-N", "alice", "-T", "-H",
                              "SHA256", "-G", "-i", path("content"), "-o", path("theirs.der")});
  ASSERT_EQ(made.status, 0) << made.output;
  const auto verified = check(folder.read("theirs.der"), {alice().certificate});
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_TRUE(verified->signing_time);
}

}  // namespace
}  // namespace crossdock::crypto::cms
