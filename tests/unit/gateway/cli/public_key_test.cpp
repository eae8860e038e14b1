// Public keys that partners send: what is taken, what is refused and why, what is written.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/public_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crossdock::cli {
namespace {

using testing::HasSubstr;

const std::string ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAILUgbfTfiVoHrBc+MIQFPH08KGB2M6ySPwu2revu1iA3";
const std::string rsa_2048 =
    "AAAAB3NzaC1yc2EAAAADAQABAAABAQCg6S5AMF1TqI+CUCV0fyqGlqjDfzZo7+goUVOPIxcMndoUlUfnqzKuZTtFUjf3IaZdkxsI"
    "MeJcbsIzs9VAW9w1UNCyn4BN0Lol69+jlSRAMtxq5u1+Qi9KbSc16Z6qdmJqioyYfa28+kOI+aD4ola4nDum4Ckl+r9826B90rFU"
    "RK+cgVSeLK26T2lPoxKDKbxQrjFRdWDZC8ocGywyASjVwFP8J1GDf0UC44Nt/S0DBpInlyKrgFu1Dc426v7A16dsVivRj2H8Z4/0"
    "fiUHiTM1+E7JQSt3g58frGAATtidyo9dpZiGYwxxKmeUa5WqPOjPcTPvyHwjn6UC0E5e/hVz";
const std::string rsa_1024 =
    "AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCvKcGcFsXLfOUruBH/736iqxlicBRgG3cmI/T/4hGjCfJi3hz2yoYh9XQZ9ZlpbpQC+j9"
    "fYyc4h6VNxt0XiNIFFRyFB8vV1AmaMsSB8wDZry9IL//kURRgeoyFSZK2srlKOW5ioToSaPn9IoFhWN76k8ejGQSD9ubsWjzLy/0"
    "6Q==";

TEST(PublicKey, is_shown_as_ssh_keygen_shows_it) {
  const auto key = parse_public_key("ssh-ed25519 " + ed25519 + " edi@acme\r\n");
  ASSERT_TRUE(key) << key.error().detail;
  EXPECT_EQ(key->fingerprint, "SHA256:vsfLNHEYaVCqJin9jDqjgjLvC3aF8QpljrDVwrfo5O4");
  EXPECT_EQ(key->comment, "edi@acme");
  const auto rsa = parse_public_key("ssh-rsa " + rsa_2048);
  ASSERT_TRUE(rsa) << rsa.error().detail;
  EXPECT_EQ(rsa->fingerprint, "SHA256:tcGifH1Ljyfk354wrNa1/YyCOZcISQ0uJt62IOGerYk");
  EXPECT_EQ(rsa->bits, 2048U);
}

TEST(PublicKey, refuses_what_must_not_become_a_key) {
  const std::pair<std::string, const char*> cases[] = {
      {"ssh-rsa " + rsa_1024, "1024 bits"},
      {"ssh-rsa " + ed25519, "another"},
      {"ssh-ed25519 " + ed25519.substr(0, 40), "cut short"},
      {"ssh-ed25519 " + ed25519 + "AAAA", "behind its end"},
      {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAA0FBQQ==", "damaged"},
      {"ssh-ed25519", "not base64"},
      {"ssh-ed25519 !!!", "not base64"},
      {"ssh-dss AAAAB3NzaC1kc3M=", "DSA"},
      {"ssh-ed25519-cert-v01@openssh.com AAAA", "certificates"},
      {"command=\"/bin/sh\" ssh-ed25519 " + ed25519, "without options"},
      {"-----BEGIN OPENSSH PRIVATE KEY-----", "private key"},
      {"", "no type"},
      {"ssh-ed25519 " + ed25519 + " a\nssh-ed25519 x", "control characters"},
  };
  for (const auto& [line, why] : cases) {
    const auto key = parse_public_key(line);
    ASSERT_FALSE(key) << line;
    EXPECT_THAT(key.error().detail, HasSubstr(why)) << line;
  }
}

TEST(PublicKey, files_have_several_and_other_forms) {
  const auto several =
      parse_public_keys("# of acme\n\nssh-ed25519 " + ed25519 + " one\nssh-rsa " + rsa_2048 + " two\n");
  ASSERT_TRUE(several);
  EXPECT_EQ(several->size(), 2U);
  EXPECT_THAT(parse_public_keys("ssh-ed25519 " + ed25519 + "\nnonsense\n").error().detail, HasSubstr("line 2"));
  EXPECT_FALSE(parse_public_keys("\n# nothing\n"));
  const auto other =
      parse_public_keys("---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"a\\\nb\"\n" + ed25519.substr(0, 30) + "\n" +
                        ed25519.substr(30) + "\n---- END SSH2 PUBLIC KEY ----\n");
  ASSERT_TRUE(other) << other.error().detail;
  EXPECT_EQ(other->front().base64, ed25519);
}

TEST(PublicKey, written_keys_are_restricted_and_read_back) {
  const auto keys = parse_public_keys("ssh-ed25519 " + ed25519 + " edi@acme");
  ASSERT_TRUE(keys);
  const std::string text = write_authorized_keys(*keys);
  EXPECT_EQ(text, "restrict ssh-ed25519 " + ed25519 + " edi@acme\n");
  const auto again = parse_authorized_keys(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(write_authorized_keys(*again), text);
  EXPECT_TRUE(parse_authorized_keys("")->empty());
}

}  // namespace
}  // namespace crossdock::cli
