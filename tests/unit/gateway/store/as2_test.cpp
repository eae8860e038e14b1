// Rows of the AS2 tables: what is written comes back, and the queue is asked by its times.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/as2.hpp"

#include <gtest/gtest.h>

#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/manual_executor.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::store {
namespace {

using std::chrono::minutes;

class As2Rows : public testing::Test {
 protected:
  As2Rows() {
    StoreSettings settings;
    settings.folder = folder_.path().string();
    store_ = std::move(*open_sqlite_store(settings, executor_));
  }
  void write(const std::function<void(Transaction&)>& work) {
    const Status done = store_->write_now([&](Transaction& transaction) -> Status {
      work(transaction);
      return transaction.status();
    });
    ASSERT_TRUE(done) << done.error().text();
  }
  support::TemporaryFolder folder_;
  tests::FakeClock clock_;
  tests::ManualExecutor executor_{clock_};
  std::unique_ptr<Store> store_;
  const base::Instant at_ = base::from_micros(1'800'000'000'000'000);
};

TEST_F(As2Rows, a_received_one_and_its_mdn_come_back_as_they_were) {
  As2In row;
  row.message = 7;
  row.message_id = "1@acme'; DROP TABLE as2_in; --";
  row.partner = "acme";
  row.from = "ACME \"AS2\"";
  row.to = "US";
  row.headers = "AS2-From: ACME\n";
  row.layers = "[]";
  row.signer = "ab";
  row.disposition = "processed";
  row.at = at_;
  row.mdn_state = MdnState::queued;
  row.mdn_url = "https://acme.example/mdn?a=b";
  row.mdn = std::string("a\0b\r\n", 5);
  row.mdn_next_at = at_ + minutes(1);
  write([&](Transaction& transaction) { insert_as2_in(transaction, row); });
  write([&](Transaction& transaction) {
    const auto read = load_as2_in(transaction, 7);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->message_id, row.message_id);
    EXPECT_EQ(read->from, row.from);
    EXPECT_EQ(read->mdn, row.mdn);
    EXPECT_EQ(read->mdn_next_at, row.mdn_next_at);
    EXPECT_FALSE(load_as2_in(transaction, 8));
    EXPECT_TRUE(load_due_mdns(transaction, at_, 10).empty());
    EXPECT_EQ(load_due_mdns(transaction, at_ + minutes(1), 10).size(), 1U);
    EXPECT_EQ(next_due_mdn(transaction), at_ + minutes(1));
    As2In sent = *read;
    sent.mdn_state = MdnState::sent;
    sent.mdn_next_at.reset();
    sent.mdn_attempts = 2;
    update_mdn(transaction, sent);
    EXPECT_TRUE(load_due_mdns(transaction, at_ + minutes(9), 10).empty());
    EXPECT_EQ(next_due_mdn(transaction), std::nullopt);
    EXPECT_EQ(load_as2_in(transaction, 7)->mdn_attempts, 2U);
  });
}

TEST_F(As2Rows, requests_not_unpacked_yet_are_read_in_their_order) {
  write([&](Transaction& transaction) {
    As2Raw one, two;
    one.at = two.at = at_;
    one.body = "bytes";
    one.bytes = 5;
    two.file = "/data/as2/x";
    two.bytes = 9;
    insert_as2_raw(transaction, one);
    insert_as2_raw(transaction, two);
    ASSERT_LT(one.seq, two.seq);
    const auto all = load_as2_raw(transaction, 0, 10);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].body, "bytes");
    EXPECT_EQ(all[1].file, "/data/as2/x");
    EXPECT_EQ(all[1].body, "");
    remove_as2_raw(transaction, one.seq);
    EXPECT_EQ(load_as2_raw(transaction, 0, 10).size(), 1U);
    EXPECT_TRUE(load_as2_raw(transaction, two.seq, 10).empty());
  });
}

TEST_F(As2Rows, a_sent_one_is_found_by_its_delivery_and_by_its_id) {
  write([&](Transaction& transaction) {
    As2Out row;
    row.delivery = "d1";
    row.message = "m1";
    row.message_id = "1@us";
    row.partner = "acme";
    row.body = "first";
    row.created_at = at_;
    insert_as2_out(transaction, row);
    row.replaces = row.message_id;
    row.message_id = "2@us";
    row.in_file = true;
    insert_as2_out(transaction, row);
    const auto newest = load_as2_out(transaction, "d1");
    ASSERT_TRUE(newest);
    EXPECT_EQ(newest->message_id, "2@us");
    EXPECT_EQ(newest->replaces, "1@us");
    EXPECT_TRUE(newest->in_file);
    auto first = find_as2_out(transaction, "1@us");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->body, "first");
    first->state = As2OutState::delivered;
    first->mdn = "mdn";
    first->mdn_at = at_;
    update_as2_out(transaction, *first);
    EXPECT_EQ(find_as2_out(transaction, "1@us")->mdn, "mdn");
    EXPECT_EQ(load_as2_out_of(transaction, "m1").size(), 2U);
  });
}

TEST_F(As2Rows, of_each_certificate_the_first_and_the_last_use_are_known) {
  write([&](Transaction& transaction) {
    note_certificate(transaction, {"acme", "signs", "ff", at_, at_});
    note_certificate(transaction, {"acme", "signs", "ff", at_ + minutes(5), at_ + minutes(5)});
    const auto uses = load_certificate_uses(transaction);
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].first_at, at_);
    EXPECT_EQ(uses[0].last_at, at_ + minutes(5));
  });
}

}  // namespace
}  // namespace crossdock::store
