// The keys of AS2: what is read, and each contradiction with its place.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "gateway/configuration/folder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::configuration {
namespace {

class Opens final : public Installed {
 public:
  std::vector<std::string> guide_ids() const override { return {"x12/004010/204", "x12/004010/214"}; }
  std::vector<std::string> map_ids() const override { return guide_ids(); }
  std::vector<std::string> event_types() const override { return {}; }
  std::string version() const override { return "1"; }
  std::string certificate_fault(const std::string& path) const override {
    return path.ends_with("bad.pem") ? "there is no certificate in it" : "";
  }
  std::string key_fault(const As2Key& key, const SecretStore&, const std::string&) const override {
    return key.name == "odd" ? "the key does not belong to the certificate" : "";
  }
};

constexpr std::string_view head =
    "partner: acme\nidentifiers: {as2: ACME AS2}\nus: {as2: SHIPCO-AS2}\nchannels:\n  - as2:\n      url: "
    "https://as2.acme.example/as2\n      certificates: [certs/acme.pem]\n";

class As2Folder : public testing::Test {
 protected:
  As2Folder() {
    folder_.write("secrets/us", "key");
    std::filesystem::permissions(folder_.path() / "secrets/us", std::filesystem::perms::owner_read);
    folder_.write("crossdock.yaml",
                  "as2:\n  keys:\n    - {name: us-2026, certificate: certs/us.pem, key: secret:us}\n");
  }
  FolderResult load() {
    FolderOptions options;
    options.folder = folder_.path();
    options.installed = &installed_;
    return load_folder(options);
  }
  std::string faults() {
    std::string out;
    for (const Fault& one : load().faults)
      out += one.file + ":" + std::to_string(one.line) + ":" + std::to_string(one.column) + " " +
             std::string(info(one.code).text) + (one.expected.empty() ? " (no advice)\n" : "\n");
    return out;
  }
  support::TemporaryFolder folder_;
  Opens installed_;
};

TEST_F(As2Folder, reads_what_is_written) {
  folder_.write(
      "partners/acme.yaml",
      std::string(head) +
          "      sign: sha512\n      signature: pss\n      encrypt: aes256-gcm\n      gcm_form: enveloped\n"
          "      key_transport: oaep\n      compress: before-signing\n      mdn: sync\n      as2_version: 1.3\n"
          "      mdn_within: 20m\n      retry: {first: 5s}\n"
          "receives:\n  - {set: x12/004010/204}\nsends:\n  - {set: x12/004010/214, via: as2}\n");
  const FolderResult read = load();
  ASSERT_NE(read.bundle, nullptr) << faults();
  EXPECT_EQ(faults(), "");
  const Partner* partner = read.bundle->partner("acme");
  ASSERT_NE(partner, nullptr);
  const Channel* channel = partner->channel("as2");
  ASSERT_NE(channel, nullptr);
  EXPECT_EQ(channel->kind(), ChannelKind::as2);
  EXPECT_TRUE(channel->outward() && channel->inward());
  EXPECT_EQ(partner->way_out(partner->receives.front()), channel);
  const As2Channel& as2 = *channel->as2;
  EXPECT_EQ(as2.certificates.at(0).file.text, "certs/acme.pem");
  EXPECT_EQ(as2.sign, As2Channel::Sign::sha512);
  EXPECT_EQ(as2.signature, As2Channel::Signature::pss);
  EXPECT_EQ(as2.encrypt, As2Channel::Encrypt::aes256_gcm);
  EXPECT_EQ(as2.gcm_form, As2Channel::GcmForm::enveloped);
  EXPECT_EQ(as2.key_transport, As2Channel::KeyTransport::oaep);
  EXPECT_EQ(as2.compress, As2Channel::Compress::before_signing);
  EXPECT_EQ(as2.version, As2Channel::Version::v1_3);
  EXPECT_EQ(as2.mdn_within, std::chrono::minutes(20));
  EXPECT_EQ(as2.retry.first, std::chrono::seconds(5));
  EXPECT_EQ(as2.retry.longest, std::chrono::hours(1)) << "what is not written keeps the channel's default";
}

TEST_F(As2Folder, a_certificate_may_say_more_than_its_path) {
  folder_.write("partners/acme.yaml",
                "partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2:\n      certificates:\n"
                "        - certs/old.pem\n"
                "        - {file: certs/new.pem, from: 2026-12-01, until: 2028-12-01, use: signing}\n");
  const FolderResult read = load();
  ASSERT_NE(read.bundle, nullptr) << faults();
  const auto& certificates = read.bundle->partner("acme")->channels.at(0).as2->certificates;
  ASSERT_EQ(certificates.size(), 2U);
  EXPECT_EQ(certificates[0].file.text, "certs/old.pem");
  EXPECT_EQ(certificates[1].from, "2026-12-01");
  EXPECT_EQ(certificates[1].use, std::vector{As2Use::signing});
}

TEST_F(As2Folder, each_contradiction_has_its_place_and_advice) {
  const std::string key = std::string(info(Code::configuration_key_missing).text) + "\n";
  const std::string choice = std::string(info(Code::configuration_value_choice).text) + "\n";
  const std::string reference = std::string(info(Code::configuration_reference_unknown).text) + "\n";
  const std::string bounds = std::string(info(Code::configuration_value_bounds).text) + "\n";
  const std::string format = std::string(info(Code::configuration_value_format).text) + "\n";
  const std::string start(head), at = "partners/acme.yaml:5:5 ";
  const std::vector<std::pair<std::string, std::string>> rows{
      {start + "      sign: sha1\n", at + choice},
      {start + "      encrypt: 3des\n", at + choice},
      {start + "      sign: sha1\n      waivers: [{allow: sha1, until: 2099-01-01}]\n", ""},
      {start + "      sign: sha1\n      as2_version: 1.3\n      waivers: [{allow: sha1, until: 2099-01-01}]\n",
       at + choice},
      {start + "      waivers: [{allow: sha1, until: 2020-01-01}]\n", "partners/acme.yaml:8:38 " + bounds},
      {start + "      waivers: [{allow: sha1}]\n", "partners/acme.yaml:8:17 " + key},
      {start + "      mdn: async\n", at + key},
      {start + "      mdn: async\n      mdn_url: https://here.example/as2\n", ""},
      {start + "      mdn: none\n", at + choice},
      {start + "      keys: [us-2027]\n", "partners/acme.yaml:8:14 " + reference},
      {start + "      proxy_basic: {user: a, password: secret:us}\n", at + key},
      {start + "      basic: {user: a, password: secret:nothing}\n",
       "partners/acme.yaml:8:34 configuration.secret.missing (no advice)\n"},
      {start + "      mdn_hosts: [\"a/b\"]\n", "partners/acme.yaml:8:19 " + format},
      {"partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2: {certificates: [certs/bad.pem]}\n",
       "partners/acme.yaml:5:26 " + reference},
      {"partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2: {}\n", at + key},
      {"partner: acme\nus: {as2: U}\nchannels:\n  - as2: {certificates: a.pem}\n", "partners/acme.yaml:4:5 " + key},
      {"partner: acme\nidentifiers: {as2: A}\nchannels:\n  - as2: {certificates: a.pem}\n",
       "partners/acme.yaml:4:5 " + key},
      {"partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2: {certificates: a.pem}\n"
       "  - as2: {certificates: a.pem, name: b}\n",
       "partners/acme.yaml:6:5 configuration.channel.duplicate\n"},
      {"partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2: {certificates: a.pem}\n"
       "receives:\n  - {set: x12/004010/204, via: as2}\n",
       "partners/acme.yaml:7:32 " + reference},
      {start + "      sing: sha256\n", "partners/acme.yaml:8:7 configuration.key.unknown\n"},
  };
  for (const auto& [text, expected] : rows) {
    folder_.write("partners/acme.yaml", text);
    EXPECT_EQ(faults(), expected) << text;
  }
}

TEST_F(As2Folder, our_keys_are_checked_where_they_stand) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"    - {name: a, certificate: c.pem}\n", "crossdock.yaml:3:7 configuration.key.missing\n"},
      {"    - {name: a, certificate: c.pem, key: secret:us, pkcs12: secret:us}\n",
       "crossdock.yaml:3:7 configuration.key.missing\n"},
      {"    - {name: a, pkcs12: secret:us}\n", ""},
      {"    - {name: odd, pkcs12: secret:us}\n", "crossdock.yaml:3:7 configuration.reference.unknown\n"},
      {"    - {name: a, pkcs12: secret:us, from: 2027-01-01, until: 2026-01-01}\n",
       "crossdock.yaml:3:7 configuration.value.bounds\n"},
      {"    - {name: a, pkcs12: secret:us}\n    - {name: a, pkcs12: secret:us}\n",
       "crossdock.yaml:4:14 configuration.channel.duplicate\n"},
  };
  for (const auto& [text, expected] : rows) {
    folder_.write("crossdock.yaml", "as2:\n  keys:\n" + text);
    EXPECT_EQ(faults(), expected) << text;
  }
}

}  // namespace
}  // namespace crossdock::configuration
