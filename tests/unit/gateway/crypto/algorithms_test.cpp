// Names, every spelling of micalg, identifiers, what is weak.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/algorithms.hpp"

#include <gtest/gtest.h>

#include "gateway/crypto/digester.hpp"

namespace crossdock::crypto {
namespace {

TEST(Algorithms, names_go_both_ways_and_unknown_ones_list_what_there_is) {
  for (const DigestAlgorithm one : all_digests) EXPECT_EQ(*parse_digest(name(one)), one);
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(*parse_cipher(name(static_cast<ContentCipher>(i))), static_cast<ContentCipher>(i));
  EXPECT_EQ(*parse_signature_scheme("rsa-pss"), SignatureScheme::rsa_pss);
  EXPECT_EQ(*parse_key_transport("rsa-oaep"), KeyTransport::rsa_oaep);
  const auto wrong = parse_cipher("rc2");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::crypto_algorithm);
  EXPECT_NE(wrong.error().detail.find("aes128-gcm"), std::string::npos);
  EXPECT_FALSE(parse_digest("SHA256"));
}

TEST(Algorithms, every_spelling_of_micalg_is_read) {
  // spec: RFC 5751 s3.4.3.2, Drummond 3Q12.1, 1Q13.1, 1Q09.1-2
  const std::vector<std::pair<std::string, DigestAlgorithm>> cases{{"sha1", DigestAlgorithm::sha1},
                                                                   {"SHA1", DigestAlgorithm::sha1},
                                                                   {"SHA-1", DigestAlgorithm::sha1},
                                                                   {"RSA-SHA1", DigestAlgorithm::sha1},
                                                                   {"rsa-sha-1", DigestAlgorithm::sha1},
                                                                   {"sha_1", DigestAlgorithm::sha1},
                                                                   {"sha", DigestAlgorithm::sha1},
                                                                   {"\"sha1\"", DigestAlgorithm::sha1},
                                                                   {"sha256", DigestAlgorithm::sha256},
                                                                   {"SHA-256", DigestAlgorithm::sha256},
                                                                   {"sha_256", DigestAlgorithm::sha256},
                                                                   {"sha2_256", DigestAlgorithm::sha256},
                                                                   {"sha2-256", DigestAlgorithm::sha256},
                                                                   {" Sha256\t", DigestAlgorithm::sha256},
                                                                   {"rsa-sha256", DigestAlgorithm::sha256},
                                                                   {"SHA256withRSA", DigestAlgorithm::sha256},
                                                                   {"sha-384", DigestAlgorithm::sha384},
                                                                   {"sha2-384", DigestAlgorithm::sha384},
                                                                   {"sha-512", DigestAlgorithm::sha512},
                                                                   {"SHA512", DigestAlgorithm::sha512},
                                                                   {"md5", DigestAlgorithm::md5},
                                                                   {"rsa-md5", DigestAlgorithm::md5},
                                                                   {"1.3.14.3.2.26", DigestAlgorithm::sha1},
                                                                   {"2.16.840.1.101.3.4.2.3", DigestAlgorithm::sha512}};
  for (const auto& [text, expected] : cases) {
    const auto found = read_micalg(text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(*found, expected) << text;
  }
  for (const char* text : {"", "sha3-256", "sha2", "sha21", "sha224", "rsa", "optional", "sha256,sha1", "sha-2561"})
    EXPECT_FALSE(read_micalg(text)) << text;
  EXPECT_FALSE(read_micalg(std::string(1 << 20, 's')));
}

TEST(Algorithms, micalg_is_spelled_as_the_partner_wants_it) {
  EXPECT_EQ(micalg(DigestAlgorithm::sha256), "sha256");
  EXPECT_EQ(micalg(DigestAlgorithm::sha256, MicalgSpelling::hyphen), "sha-256");
  EXPECT_EQ(micalg(DigestAlgorithm::sha512, MicalgSpelling::underscore), "sha_512");
  EXPECT_EQ(micalg(DigestAlgorithm::sha1, MicalgSpelling::hyphen), "sha1");
}

TEST(Algorithms, identifiers_and_sizes) {
  for (const DigestAlgorithm one : all_digests) EXPECT_EQ(*find_digest(oid(one)), one);
  for (int i = 0; i < 7; ++i) {
    const auto cipher = static_cast<ContentCipher>(i);
    EXPECT_EQ(*find_cipher(oid(cipher)), cipher);
  }
  EXPECT_EQ(dotted(oid(ContentCipher::aes256_gcm)), "2.16.840.1.101.3.4.1.46");
  EXPECT_EQ(dotted(oid(ContentCipher::des_ede3_cbc)), "1.2.840.113549.3.7");
  EXPECT_EQ(dotted(oid(DigestAlgorithm::md5)), "1.2.840.113549.2.5");
  EXPECT_EQ(dotted(""), "?");
  EXPECT_EQ(dotted("\x2a\x86"), "?");
  EXPECT_EQ(dotted(std::string(30, '\xff')), "?");
  EXPECT_EQ(key_bytes(ContentCipher::aes192_gcm), 24U);
}

TEST(Algorithms, what_needs_a_waiver) {
  EXPECT_TRUE(weak(DigestAlgorithm::sha1));
  EXPECT_FALSE(weak(DigestAlgorithm::sha256));
  EXPECT_TRUE(weak(ContentCipher::des_ede3_cbc));
  EXPECT_FALSE(weak(ContentCipher::aes128_cbc));
  EXPECT_TRUE(weak(KeyKind::rsa, 2047));
  EXPECT_FALSE(weak(KeyKind::rsa, 2048));
  EXPECT_TRUE(weak(KeyKind::ec, 224));
  EXPECT_FALSE(weak(KeyKind::ec, 256));
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(Digester, several_digests_over_one_stream_in_any_chunks) {
  // FIPS 180-4 examples for "abc"
  Digester digester({DigestAlgorithm::sha1, DigestAlgorithm::sha256, DigestAlgorithm::md5});
  digester.update("a");
  digester.update("bc");
  EXPECT_EQ(hex(digester.value(DigestAlgorithm::sha1)->view()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(digester.value(DigestAlgorithm::sha256)->view()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_FALSE(digester.value(DigestAlgorithm::sha384));
  EXPECT_FALSE(digester.value(DigestAlgorithm::md5));
  EXPECT_EQ(digester.bytes(), 3U);
  digester.update("d");  // goes on after value()
  EXPECT_EQ(*digester.value(DigestAlgorithm::sha1), *digest_of(DigestAlgorithm::sha1, "abcd"));
  digester.reset();
  EXPECT_EQ(*digester.value(DigestAlgorithm::sha256), *digest_of(DigestAlgorithm::sha256, ""));
  EXPECT_EQ(digest_of(DigestAlgorithm::md5, "").error().code, Code::crypto_algorithm);
}

}  // namespace
}  // namespace crossdock::crypto
