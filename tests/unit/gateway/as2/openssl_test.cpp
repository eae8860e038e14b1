// Messages of OpenSSL unpacked, and ours judged by it: another maker of the same structures.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "gateway/crypto/digester.hpp"
#include "tests/support/as2_parties.hpp"
#include "tests/support/run_tool.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::as2 {
namespace {

using namespace test;

class OpenSsl : public ::testing::Test {
 protected:
  void SetUp() override {
    if (support::find_tool("openssl").empty()) GTEST_SKIP() << "openssl is not installed";
    put("alice.pem", alice().certificate.pem() + alice().key.pem().value());
    put("bob.pem", bob().certificate.pem() + bob().key.pem().value());
    put("part", part_);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void put(const std::string& name, std::string_view bytes) const { folder_.write(name, bytes); }
  /// openssl cms with these words; its output file `out`.
  [[nodiscard]] std::string cms(std::vector<std::string> words) const {
    words.insert(words.begin(), {"openssl", "cms"});
    const support::ToolResult result = support::run_tool(words);
    EXPECT_EQ(result.status, 0) << result.output;
    return folder_.read("out");
  }
  [[nodiscard]] static mime::HeaderFields headers(const std::string& type) {
    return {{"AS2-From", "Alice Co"}, {"AS2-To", "BOB"}, {"Message-ID", "<1@a>"}, {"Content-Type", type}};
  }

  support::TemporaryFolder folder_;
  const std::string part_ = "Content-Type: application/EDI-X12\r\n\r\nISA*00*~\r\nIEA*1*~";
};

TEST_F(OpenSsl, opaque_signatures_are_unpacked) {
  const std::string der = cms({"-sign", "-binary", "-nodetach", "-in", path("part"), "-signer", path("alice.pem"),
                               "-md", "sha512", "-outform", "DER", "-out", path("out")});
  const Received received = receive(headers("application/pkcs7-mime; smime-type=signed-data"), der, parties(), 100);
  ASSERT_FALSE(received.outcome.refusal) << why(received.outcome);
  EXPECT_EQ(received.payloads.bodies.at(0), "ISA*00*~\r\nIEA*1*~");
  EXPECT_EQ(received.outcome.mic, crypto::digest_of(crypto::DigestAlgorithm::sha512, part_).value());
  EXPECT_EQ(received.outcome.unpacked.layers.at(0).kind, Layer::Kind::opaque_signature);
  std::string changed = der;
  changed[changed.find("IEA")] = 'X';
  EXPECT_EQ(receive(headers("application/pkcs7-mime"), changed).outcome.disposition.text, "integrity-check-failed");
}

TEST_F(OpenSsl, its_multipart_with_preamble_and_line_feeds_is_unpacked) {
  for (const bool binary : {false, true}) {
    std::vector<std::string> words = {"-sign", "-in",    path("part"), "-signer",  path("alice.pem"),
                                      "-md",   "sha256", "-out",       path("out")};
    if (binary) words.insert(words.begin() + 1, "-binary");
    const std::string message = cms(words);
    const std::size_t end = message.find("\n\n");
    ASSERT_NE(end, std::string::npos);
    const auto fields = mime::parse_header_fields(message.substr(0, end + 2)).value();
    const Received received =
        receive(headers(std::string(fields.value("Content-Type"))), message.substr(end + 2), parties(), 50);
    EXPECT_FALSE(received.outcome.refusal) << binary << why(received.outcome);
    EXPECT_EQ(received.outcome.unpacked.signer.has_value(), true);
  }
}

TEST_F(OpenSsl, its_envelopes_are_unpacked) {
  for (const char* cipher : {"-aes128", "-aes-256-cbc", "-aes-128-gcm", "-aes-256-gcm"}) {
    for (const bool oaep : {false, true}) {
      std::vector<std::string> words = {"-encrypt", "-binary", cipher, "-in",       path("part"), "-outform",
                                        "DER",      "-stream", "-out", path("out"), "-recip",     path("bob.pem")};
      if (oaep) words.insert(words.end(), {"-keyopt", "rsa_padding_mode:oaep"});
      const std::string der = cms(words);
      const Received received = receive(headers("application/pkcs7-mime"), der, parties(), 77);
      ASSERT_FALSE(received.outcome.refusal) << cipher << oaep << why(received.outcome);
      EXPECT_EQ(received.payloads.bodies.at(0), "ISA*00*~\r\nIEA*1*~");
      EXPECT_EQ(received.outcome.mic, crypto::digest_of(crypto::DigestAlgorithm::sha256, part_).value());
    }
  }
}

TEST_F(OpenSsl, reads_what_is_packed) {
  for (const auto digest : {crypto::DigestAlgorithm::sha256, crypto::DigestAlgorithm::sha512}) {
    PackSettings settings;
    settings.sign = signing(alice(), digest);
    settings.encrypt = encrypting();
    const Message message = pack(settings, "ISA*00*~\r\nbinary \x01\xFF\n").value();
    put("message", message.body);
    const std::string inside =
        cms({"-decrypt", "-inform", "DER", "-in", path("message"), "-recip", path("bob.pem"), "-out", path("out")});
    ASSERT_TRUE(inside.starts_with("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg="))
        << inside;
    // Its own splitter mangles binary parts, so the parts are cut here.
    const std::string line = "--part-0198f0c2-unique-s\r\n";
    const std::size_t first = inside.find(line) + line.size(), second = inside.find("\r\n" + line, first);
    put("content", inside.substr(first, second - first));
    const std::size_t body = inside.find("\r\n\r\n", second + 2) + 4;
    const std::string base64 = inside.substr(body, inside.rfind("\r\n--") - body);
    put("signature", mime::base64_decode(base64).value());
    EXPECT_EQ(cms({"-verify", "-binary", "-inform", "DER", "-in", path("signature"), "-content", path("content"),
                   "-noverify", "-out", path("out")}),
              inside.substr(first, second - first));
  }
}

}  // namespace
}  // namespace crossdock::as2
