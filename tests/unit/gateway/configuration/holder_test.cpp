// Hot reload: swapped, refused, quarantined.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/holder.hpp"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace crossdock::configuration {
namespace {

class HolderTest : public testing::Test {
 protected:
  HolderTest() {
    folder_.write("crossdock.yaml", "name: here\n");
    folder_.write("partners/acme.yaml", "partner: acme\n");
  }
  support::TemporaryFolder folder_;
  Holder holder_{folder_.path(), nullptr};
};

TEST_F(HolderTest, a_good_change_is_swapped_in_and_reported) {
  ASSERT_TRUE(holder_.start());
  std::shared_ptr<const Bundle> seen;
  holder_.on_swap([&](std::shared_ptr<const Bundle> bundle) { seen = std::move(bundle); });
  EXPECT_FALSE(holder_.poll());
  folder_.write("partners/acme.yaml", "partner: acme\nname: Acme\n");
  folder_.write("partners/blue.yaml", "partner: blue\n");
  EXPECT_TRUE(holder_.poll());
  const ReloadReport report = holder_.reload();
  EXPECT_EQ(report.outcome, ReloadReport::Outcome::swapped);
  EXPECT_EQ(report.changed, std::vector<std::string>{"partners/acme.yaml"});
  EXPECT_EQ(report.added, std::vector<std::string>{"partners/blue.yaml"});
  EXPECT_EQ(seen, holder_.current());
  EXPECT_EQ(holder_.current()->partner("acme")->name, "Acme");
  EXPECT_FALSE(holder_.poll());
}

TEST_F(HolderTest, a_fault_leaves_the_old_bundle_in_force) {
  ASSERT_TRUE(holder_.start());
  const auto before = holder_.current();
  folder_.write("partners/acme.yaml", "partner: acme\nzone: 1\n");
  const ReloadReport report = holder_.reload();
  EXPECT_EQ(report.outcome, ReloadReport::Outcome::refused);
  EXPECT_EQ(report.faults.size(), 1U);
  EXPECT_EQ(holder_.current(), before);
  EXPECT_FALSE(holder_.poll()) << "a refused change is not tried again until something else changes";
}

TEST_F(HolderTest, nothing_changed_is_unchanged) {
  ASSERT_TRUE(holder_.start());
  EXPECT_EQ(holder_.reload().outcome, ReloadReport::Outcome::unchanged);
}

TEST_F(HolderTest, a_partner_quarantined_at_start_does_not_block_a_reload_of_others) {
  folder_.write("partners/bad.yaml", "partner: bad\nzone: 1\n");
  ASSERT_TRUE(holder_.start());
  ASSERT_EQ(holder_.current()->quarantined.size(), 1U);
  folder_.write("partners/acme.yaml", "partner: acme\nname: Acme\n");
  EXPECT_EQ(holder_.reload().outcome, ReloadReport::Outcome::swapped);
  folder_.write("partners/bad.yaml", "partner: bad\nzone: UTC\n");
  EXPECT_EQ(holder_.reload().outcome, ReloadReport::Outcome::swapped);
  EXPECT_TRUE(holder_.current()->quarantined.empty());
}

TEST_F(HolderTest, a_bad_installation_does_not_start) {
  folder_.write("crossdock.yaml", "nam: here\n");
  const Status status = holder_.start();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::configuration_refused);
}

}  // namespace
}  // namespace crossdock::configuration
