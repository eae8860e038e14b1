// One line more in a YAML file, whatever form its lists have; a folder that would have faults stays as it was.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/certificate_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/configuration/folder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::cli {
namespace {

using testing::HasSubstr;

class CertificateFolder : public testing::Test {
 protected:
  CertificateFolder() {
    folder_.write("crossdock.yaml", "# ours\nas2:\n  keys:\n    - {name: us, pkcs12: secret:us}  # the first\n");
    folder_.write("secrets/us", "p12");
    std::filesystem::permissions(folder_.path() / "secrets/us", std::filesystem::perms::owner_read);
  }
  std::vector<std::string> certificates() {
    configuration::FolderOptions options;
    options.folder = folder_.path();
    const auto loaded = configuration::load_folder(options);
    std::vector<std::string> out;
    if (!loaded.bundle || loaded.bundle->partner("acme") == nullptr) return {"refused"};
    for (const auto& one : loaded.bundle->partner("acme")->channels.front().as2->certificates)
      out.push_back(one.file.text + (one.from.empty() ? "" : " from " + one.from));
    return out;
  }
  crypto::Certificate certificate() { return make_certificate(make_key("ec", 256).value(), "CN=acme", 30).value(); }
  support::TemporaryFolder folder_;
};

TEST_F(CertificateFolder, a_certificate_is_named_beside_the_others_in_every_form_of_list) {
  const std::string head = "partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2:";
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows{
      {"\n      url: https://a.example/  # where\n      certificates: [certs/old.pem]  # now\n",
       {"certs/new.pem", "certs/old.pem"}},
      {"\n      url: https://a.example/\n      certificates: certs/old.pem\n", {"certs/new.pem", "certs/old.pem"}},
      {"\n      certificates:\n        # the old one\n        - certs/old.pem\n      sign: sha256\n",
       {"certs/new.pem", "certs/old.pem"}},
      {"\n      certificates:\n        - {file: certs/old.pem, until: 2026-12-31}\n        - certs/other.pem\n",
       {"certs/new.pem", "certs/old.pem", "certs/other.pem"}},
      {" {certificates: [certs/old.pem], sign: sha256}\n", {"certs/new.pem", "certs/old.pem"}},
      {" {sign: none, encrypt: none}\n", {"certs/new.pem"}},
      {"\n      sign: none\n      encrypt: none\n", {"certs/new.pem"}},
  };
  for (const auto& [channel, expected] : rows) {
    folder_.write("partners/acme.yaml", head + channel);
    std::filesystem::remove(folder_.path() / "certs/new.pem");
    const auto added = add_partner_certificate(folder_.path(), "acme", certificate(), {"new", "", "", ""});
    ASSERT_TRUE(added) << added.error().text() << channel;
    EXPECT_EQ(certificates(), expected) << folder_.read("partners/acme.yaml");
  }
  folder_.write("partners/acme.yaml", head + rows[0].first);
  std::filesystem::remove(folder_.path() / "certs/new.pem");
  ASSERT_TRUE(add_partner_certificate(folder_.path(), "acme", certificate(), {"new", "2026-12-01", "", "encryption"}));
  EXPECT_EQ(certificates(), (std::vector<std::string>{"certs/new.pem from 2026-12-01", "certs/old.pem"}));
  EXPECT_THAT(folder_.read("partners/acme.yaml"), HasSubstr("# where"));
  EXPECT_THAT(folder_.read("partners/acme.yaml"), HasSubstr("# now"));
}

TEST_F(CertificateFolder, what_would_be_a_fault_is_taken_back) {
  const std::string text =
      "partner: acme\nidentifiers: {as2: A}\nus: {as2: U}\nchannels:\n  - as2: {certificates: [certs/old.pem]}\n";
  folder_.write("partners/acme.yaml", text);
  EXPECT_FALSE(add_partner_certificate(folder_.path(), "acme", certificate(), {"new", "soon", "", ""}));
  EXPECT_EQ(folder_.read("partners/acme.yaml"), text);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "certs/new.pem"));
  EXPECT_FALSE(add_partner_certificate(folder_.path(), "nobody", certificate(), {"new", "", "", ""}));
  folder_.write("partners/acme.yaml", "partner: acme\n");
  EXPECT_FALSE(add_partner_certificate(folder_.path(), "acme", certificate(), {"new", "", "", ""}));
}

TEST_F(CertificateFolder, a_key_of_ours_comes_beside_the_old_one_and_is_readable_by_us_alone) {
  const auto made = add_own_key(folder_.path(), {"us-2027", "CN=us,O=Shipco", "ec", 256, 30, "2027-01-01"});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(folder_.read("crossdock.yaml"), HasSubstr("# the first"));
  EXPECT_THAT(folder_.read("crossdock.yaml"), HasSubstr("{name: us-2027, certificate: certs/us-2027.pem"));
  const auto mode = std::filesystem::status(folder_.path() / made->key_file).permissions();
  EXPECT_EQ(mode & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto again = add_own_key(folder_.path(), {"us-2027", "CN=us", "ec", 256, 30, ""});
  EXPECT_FALSE(again) << "nothing is overwritten";
  EXPECT_FALSE(add_own_key(folder_.path(), {"us-2028", "", "ec", 256, 30, ""})) << "without a subject";
  folder_.write("crossdock.yaml", "name: here");
  ASSERT_TRUE(add_own_key(folder_.path(), {"fresh", "CN=us", "ec", 256, 30, ""}));
  EXPECT_EQ(
      folder_.read("crossdock.yaml"),
      "name: here\nas2:\n  keys:\n    - {name: fresh, certificate: certs/fresh.pem, key: \"secret:fresh.key\"}\n");
}

}  // namespace
}  // namespace crossdock::cli
