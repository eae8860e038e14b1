// Claims of files: who may take what, what stays durable, what counts as seen before.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/transfers.hpp"

#include <gtest/gtest.h>

#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/manual_executor.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class TransferClaims : public ::testing::Test {
 protected:
  void SetUp() override {
    StoreSettings settings;
    settings.folder = folder_.path();
    auto opened = open_sqlite_store(settings, executor_);
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = std::move(*opened);
  }
  Seq take(const FileIdentity& file, const std::string& owner, base::Instant now) {
    std::vector<Seq> out;
    EXPECT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      out = take_claims(transaction, {"acme/sftp", owner, now, now + hours(1)}, {file});
      return transaction.status();
    }));
    return out.at(0);
  }
  void write(const std::function<void(Transaction&)>& work) {
    EXPECT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      work(transaction);
      return transaction.status();
    }));
  }
  std::vector<TransferClaim> live() {
    std::vector<TransferClaim> out;
    EXPECT_TRUE(store_->read_now([&](Connection& connection) -> Status {
      out = load_live_claims(connection, "acme/sftp", "", 100);
      return connection.status();
    }));
    return out;
  }
  bool is_taken(const std::string& sha256, base::Instant since, Seq but = 0) {
    bool found = false;
    EXPECT_TRUE(store_->read_now([&](Connection& connection) -> Status {
      found = find_taken(connection, "acme/sftp", sha256, since, but).has_value();
      return connection.status();
    }));
    return found;
  }

  support::TemporaryFolder folder_;
  tests::FakeClock clock_;
  tests::ManualExecutor executor_{clock_};
  std::unique_ptr<Store> store_;
  const base::Instant now_ = base::from_micros(1'760'000'000'000'000);
  const FileIdentity file_{"/out/a.edi", 12, 1'760'000'000};
};

TEST_F(TransferClaims, a_claim_of_somebody_else_stands_until_it_expires) {
  EXPECT_NE(take(file_, "one", now_), 0);
  EXPECT_EQ(take(file_, "two", now_ + minutes(59)), 0);
  EXPECT_NE(take(file_, "one", now_ + minutes(59)), 0) << "its owner may begin anew";
  EXPECT_EQ(take(file_, "two", now_ + minutes(61)), 0) << "which moved the end";
  EXPECT_NE(take(file_, "two", now_ + minutes(120)), 0);
  ASSERT_EQ(live().size(), 1U);
  EXPECT_EQ(live()[0].owner, "two");
}

TEST_F(TransferClaims, what_is_durable_is_never_claimed_again) {
  const Seq claim = take(file_, "one", now_);
  write([&](Transaction& t) { commit_claim(t, claim, "abc", 7, now_); });
  EXPECT_EQ(take(file_, "one", now_ + hours(100)), 0);
  write([&](Transaction& t) { settle_claim(t, claim, ClaimState::left, "", now_); });
  EXPECT_EQ(take(file_, "one", now_ + hours(100)), 0);
  ASSERT_EQ(live().size(), 1U);
  EXPECT_EQ(live()[0].message, 7);
}

TEST_F(TransferClaims, another_file_under_the_name_is_a_new_document) {
  const Seq claim = take(file_, "one", now_);
  write([&](Transaction& t) { commit_claim(t, claim, "abc", 7, now_); });
  FileIdentity newer = file_;
  newer.modified_s = *file_.modified_s + 1;
  EXPECT_NE(take(newer, "one", now_), 0);
  ASSERT_EQ(live().size(), 1U);
  EXPECT_EQ(live()[0].file, newer);
}

TEST_F(TransferClaims, bytes_whose_message_was_rejected_or_parked_do_not_count) {
  for (const State state : {State::rejected, State::parked, State::delivered}) {
    const std::string sha256 = "of state " + std::to_string(static_cast<int>(state));
    const Seq claim = take({"/out/" + sha256, 1, 1}, "one", now_);
    write([&](Transaction& t) {
      MessageRow message;
      message.id = sha256;
      message.channel = "acme/sftp";
      message.channel_kind = "sftp";
      message.sha256 = sha256;
      message.received_at = now_;
      message.stage = Stage::done;
      message.state = message.rank = state;
      insert_message(t, message);
      commit_claim(t, claim, sha256, message.seq, now_);
    });
    EXPECT_EQ(is_taken(sha256, now_ - hours(1)), state == State::delivered) << sha256;
  }
}

TEST_F(TransferClaims, bytes_count_as_seen_within_the_window_only) {
  const Seq claim = take(file_, "one", now_);
  EXPECT_FALSE(is_taken("abc", now_ - hours(1)));
  write([&](Transaction& t) { commit_claim(t, claim, "abc", 7, now_); });
  EXPECT_TRUE(is_taken("abc", now_ - hours(1)));
  EXPECT_FALSE(is_taken("abc", now_ - hours(1), claim)) << "not by itself";
  EXPECT_FALSE(is_taken("abc", now_ + minutes(1)));
  EXPECT_FALSE(is_taken("abd", now_ - hours(1)));
  write([&](Transaction& t) { settle_claim(t, claim, ClaimState::disposed, "", now_); });
  EXPECT_TRUE(is_taken("abc", now_ - hours(1)));
}

TEST_F(TransferClaims, what_is_durable_cannot_be_released) {
  const Seq claim = take(file_, "one", now_);
  write([&](Transaction& t) { commit_claim(t, claim, "abc", 7, now_); });
  write([&](Transaction& t) { settle_claim(t, claim, ClaimState::released, "the wait was given up", now_); });
  ASSERT_EQ(live().size(), 1U);
  EXPECT_EQ(live()[0].state, ClaimState::committed);
  const Seq other = take({"/out/b.edi", 3, std::nullopt}, "one", now_);
  write([&](Transaction& t) { settle_claim(t, other, ClaimState::released, "", now_); });
  EXPECT_EQ(live().size(), 1U);
}

TEST_F(TransferClaims, only_what_ended_is_forgotten) {
  const Seq ended = take(file_, "one", now_);
  write([&](Transaction& t) { settle_claim(t, ended, ClaimState::disposed, "", now_); });
  take({"/out/b.edi", 3, 5}, "one", now_);
  std::int64_t forgotten = 0;
  write([&](Transaction& t) { forgotten = forget_claims(t, "acme/sftp", now_, 10); });
  EXPECT_EQ(forgotten, 0);
  write([&](Transaction& t) { forgotten = forget_claims(t, "acme/sftp", now_ + hours(1), 10); });
  EXPECT_EQ(forgotten, 1);
  EXPECT_EQ(live().size(), 1U);
}

}  // namespace
}  // namespace crossdock::store
