// Group commit, durability order, the forgetful VFS, migrations, and typed operations of the store.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sqlite/sqlite_store.hpp"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "gateway/base/random.hpp"
#include "gateway/store/books.hpp"
#include "gateway/store/deliveries.hpp"
#include "gateway/store/events.hpp"
#include "gateway/store/keys.hpp"
#include "gateway/store/sets.hpp"
#include "tests/support/lossy_vfs.hpp"
#include "tests/support/manual_executor.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::store {
namespace {

const Sql sql_insert{"INSERT INTO bundle(hash, first_at) VALUES(?1, 1)"};
const Sql sql_count{"SELECT count(*) FROM bundle"};
const Sql sql_wrong{"INSERT INTO bundle(hash, first_at) VALUES(?1, NULL)"};

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_(testing::TempDir() + "store-" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
  }
  ~StoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open(const std::string& vfs = "", const std::string& synchronous = "full") {
    StoreSettings settings;
    settings.folder = folder_;
    settings.vfs = vfs;
    settings.synchronous = synchronous;
    auto opened = open_sqlite_store(settings, executor_);
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = std::move(*opened);
  }
  std::int64_t count() {
    std::int64_t out = -1;
    EXPECT_TRUE(store_->read_now([&](Connection& connection) -> Status {
      if (const auto rows = connection.query(sql_count); rows->next()) out = rows->integer(0);
      return {};
    }));
    return out;
  }

  std::string folder_;
  tests::FakeClock clock_;
  tests::ManualExecutor executor_{clock_};
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, calls_back_after_the_commit_and_in_order) {
  open();
  std::vector<int> seen;
  for (int i = 0; i < 500; ++i)
    ASSERT_TRUE(store_->write(
        [i](Transaction& transaction) -> Status {
          transaction.execute(sql_insert, std::to_string(i));
          return {};
        },
        [&seen, i](Status status) {
          EXPECT_TRUE(status);
          seen.push_back(i);
        }));
  ASSERT_TRUE(executor_.run_until([&] { return seen.size() == 500; }));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(count(), 500);
  EXPECT_LT(store_->figures().commits, 500U);
}

TEST_F(StoreTest, a_failing_closure_takes_nobody_with_it) {
  open();
  int good = 0, bad = 0;
  for (int i = 0; i < 50; ++i) {
    const bool wrong = i % 7 == 3;
    ASSERT_TRUE(store_->write(
        [i, wrong](Transaction& transaction) -> Status {
          transaction.execute(sql_insert, std::to_string(i));
          if (wrong) transaction.execute(sql_wrong, "x" + std::to_string(i));
          return {};
        },
        [&, wrong](Status status) {
          EXPECT_EQ(status.has_value(), !wrong);
          if (!status) {
            EXPECT_EQ(status.error().code, Code::store_statement);
          }
          ++(wrong ? bad : good);
        }));
  }
  ASSERT_TRUE(executor_.run_until([&] { return good + bad == 50; }));
  EXPECT_EQ(count(), good);
  EXPECT_EQ(bad, 7);
}

TEST_F(StoreTest, the_log_stays_short_though_somebody_always_reads) {
  StoreSettings settings;
  settings.folder = folder_;
  settings.log_pages_max = 50;
  auto opened = open_sqlite_store(settings, executor_);
  ASSERT_TRUE(opened) << opened.error().text();
  store_ = std::move(*opened);
  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0, running = 0;
  bool ending = false;
  // Each holds its snapshot until the next has taken one of its own: at any time one is open.
  std::function<Status(Connection&)> read = [&](Connection& connection) -> Status {
    if (const auto rows = connection.query(sql_count); !rows->next()) return fail(Code::internal_bug, "no row");
    std::unique_lock lock(mutex);
    const int mine = ++begun;
    ++running;
    changed.notify_all();
    if (!ending && !store_->read(read, [](const Status&) {})) ending = true;
    changed.wait(lock, [&] { return begun != mine || ending; });
    --running;
    changed.notify_all();
    return {};
  };
  ASSERT_TRUE(store_->read(read, [](const Status&) {}));
  std::uintmax_t longest = 0;
  for (int i = 0; i < 300; ++i) {
    EXPECT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      transaction.execute(sql_insert, std::to_string(i) + std::string(16000, 'x'));
      return {};
    }));
    longest = std::max(longest, std::filesystem::file_size(folder_ + "/crossdock.db-wal"));
  }
  {
    std::unique_lock lock(mutex);
    EXPECT_GT(begun, 10);
    ending = true;
    changed.notify_all();
    changed.wait(lock, [&] { return running == 0; });
  }
  EXPECT_EQ(count(), 300);
  EXPECT_LT(longest, 300U * 4120U) << "four times 50 pages, and what one commit adds";
  store_.reset();  // before what its readers look at
}

TEST_F(StoreTest, refuses_a_second_process_and_a_newer_schema) {
  open();
  StoreSettings settings;
  settings.folder = folder_;
  const auto second = open_sqlite_store(settings, executor_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::store_in_use);
  static const Sql newer{"PRAGMA user_version=999"};
  ASSERT_TRUE(store_->write_now([](Transaction& transaction) -> Status {
    transaction.execute(newer);
    return {};
  }));
  store_.reset();
  const auto reopened = open_sqlite_store(settings, executor_);
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error().code, Code::store_newer);
}

TEST_F(StoreTest, a_full_queue_answers_busy_and_takes_urgent_work) {
  StoreSettings settings;
  settings.folder = folder_;
  settings.queue_max = 0;
  auto opened = open_sqlite_store(settings, executor_);
  ASSERT_TRUE(opened);
  const auto work = [](Transaction&) -> Status { return {}; };
  const Status refused = (*opened)->write(work, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::store_busy);
  EXPECT_TRUE((*opened)->write(work, {}, true));
}

#ifdef CROSSDOCK_FAILPOINTS
TEST_F(StoreTest, what_was_committed_survives_forgetting_everything_unsynced) {
  const std::string vfs = tests::register_lossy_vfs();
  for (const char* synchronous : {"full", "off"}) {
    std::filesystem::remove_all(folder_);
    // A child process writes and is killed: whatever its shim had not synced is gone with it.
    EXPECT_EXIT(
        {
          StoreSettings settings;
          settings.folder = folder_;
          settings.vfs = vfs;
          settings.synchronous = synchronous;
          auto opened = open_sqlite_store(settings, executor_);
          for (int i = 0; i < 40; ++i)
            static_cast<void>((*opened)->write_now([i](Transaction& transaction) -> Status {
              transaction.execute(sql_insert, std::to_string(i));
              return {};
            }));
          ::raise(SIGKILL);
        },
        testing::KilledBySignal(SIGKILL), "");
    open(vfs, synchronous);
    if (std::string_view(synchronous) == "full")
      EXPECT_EQ(count(), 40);
    else
      EXPECT_LT(count(), 40);  // proves that the shim forgets
    store_.reset();
    tests::forget_unsynced();
  }
}
#endif

/// A message with one event and `deliveries` deliveries of it.
class RowsTest : public StoreTest {
 protected:
  void make(int deliveries) {
    ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      message_ = {};
      message_.id = "m1";
      message_.channel = "c";
      message_.channel_kind = "webhook";
      message_.sha256 = "00";
      message_.received_at = clock_.now();
      message_.stage = Stage::done;
      message_.open = 1;
      insert_message(transaction, message_);
      EventRow event;
      event.id = "e1";
      event.message = message_.seq;
      event.type = "t";
      event.at = clock_.now();
      event.open = deliveries;
      event.subject = "subject";
      event.fact = "fact";
      event.json = "{}";
      EXPECT_TRUE(insert_event(transaction, event, event.json));
      rows_.clear();
      for (int i = 0; i < deliveries; ++i) {
        DeliveryRow row;
        row.id = "d" + std::to_string(i);
        row.target = "t" + std::to_string(i);
        row.operation = "post";
        row.message = message_.seq;
        row.event = event.seq;
        row.created_at = row.changed_at = clock_.now();
        insert_delivery(transaction, row);
        rows_.push_back(row);
      }
      return {};
    }));
  }
  void end(DeliveryRow& row, State state) {
    row.state = state;
    ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      end_delivery(transaction, row);
      return {};
    }));
  }
  MessageRow message() {
    MessageRow out;
    EXPECT_TRUE(store_->read_now([&](Connection& connection) -> Status {
      out = *load_message(connection, "m1");
      return {};
    }));
    return out;
  }
  bool balanced() {
    bool all = true;
    EXPECT_TRUE(store_->read_now([&](Connection& connection) -> Status {
      TRY(const std::vector<BookLine> lines, balance(connection));
      for (const BookLine& line : lines) all = all && line.balanced();
      return {};
    }));
    return all;
  }

  MessageRow message_;
  std::vector<DeliveryRow> rows_;
};

TEST_F(RowsTest, a_message_ends_with_its_last_delivery_and_takes_the_highest_state) {
  open();
  make(2);
  EXPECT_EQ(message().state, State::in_progress);
  end(rows_[0], State::delivered);
  EXPECT_EQ(message().state, State::in_progress);
  end(rows_[1], State::parked);
  EXPECT_EQ(message().state, State::parked);
  EXPECT_TRUE(balanced());
  ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
    reopen_delivery(transaction, rows_[1], clock_.now());
    return {};
  }));
  EXPECT_EQ(message().state, State::in_progress);
  EXPECT_EQ(message().open, 1);
  end(rows_[1], State::delivered);
  EXPECT_EQ(message().state, State::delivered);
  EXPECT_TRUE(balanced());
}

TEST_F(RowsTest, a_vanished_row_of_any_kind_unbalances_the_books) {
  for (const char* table : {"message", "transaction_set", "event", "delivery"}) {
    store_.reset();
    std::filesystem::remove_all(folder_);
    open();
    make(1);
    ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      SetRow set;
      set.seq = reserve_sets(transaction, 1);
      set.message = message_.seq;
      set.code = "214";
      set.control_number = set.group_control_number = "1";
      insert_set(transaction, set, clock_.now());
      return {};
    }));
    ASSERT_TRUE(balanced());
    ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      const auto rows = transaction.open_text(std::string("DELETE FROM ") + table, {});
      rows->next();
      return {};
    }));
    EXPECT_FALSE(balanced()) << table;
  }
}

TEST_F(RowsTest, entries_of_the_books_neither_shrink_nor_vanish) {
  open();
  make(1);
  for (const char* text : {"DELETE FROM book_entry", "UPDATE book_entry SET entered=0"}) {
    const Status status = store_->write_now([&](Transaction& transaction) -> Status {
      const auto rows = transaction.open_text(text, {});
      rows->next();
      return {};
    });
    EXPECT_FALSE(status) << text;
  }
  EXPECT_TRUE(balanced());
}

TEST_F(RowsTest, numbers_are_reserved_without_gaps_and_begin_anew_after_the_last) {
  open();
  std::vector<std::int64_t> seen;
  ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
    seen.push_back(reserve_numbers(transaction, "acme", "P", "interchange", 1));
    seen.push_back(reserve_numbers(transaction, "acme", "P", "interchange", 3));
    seen.push_back(reserve_numbers(transaction, "acme", "T", "interchange", 1));
    seen.push_back(reserve_numbers(transaction, "acme", "P", "interchange", 999999995));
    seen.push_back(reserve_numbers(transaction, "acme", "P", "interchange", 1));
    return {};
  }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2, 1, 5, 1}));
}

TEST_F(RowsTest, a_fact_is_found_again_within_its_window_but_not_in_its_own_message) {
  open();
  make(1);
  ASSERT_TRUE(store_->read_now([&](Connection& connection) -> Status {
    EXPECT_NE(find_fact(connection, "subject", "fact", clock_.now() - std::chrono::hours{1}, 99), 0);
    EXPECT_EQ(find_fact(connection, "subject", "fact", clock_.now() - std::chrono::hours{1}, message_.seq), 0);
    EXPECT_EQ(find_fact(connection, "subject", "fact", clock_.now() + std::chrono::hours{1}, 99), 0);
    EXPECT_EQ(find_fact(connection, "another", "fact", clock_.now() - std::chrono::hours{1}, 99), 0);
    EXPECT_EQ(find_fact(connection, "subject", "other", clock_.now() - std::chrono::hours{1}, 99), 0);
    return {};
  }));
}

TEST_F(StoreTest, the_same_large_payload_may_come_several_times_at_once) {
  open();
  const std::string bytes(300'000, 'x'), hash = to_hex(sha256(bytes));
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        if (!write_payload_file(store_->payload_folder(), hash, bytes)) continue;
        std::error_code problem;  // said to be durable: whole from then on
        good +=
            std::filesystem::file_size(payload_path(store_->payload_folder(), hash), problem) == bytes.size() ? 1 : 0;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

TEST_F(StoreTest, what_a_killed_program_left_unfinished_goes) {
  open();
  const std::string left = store_->payload_folder() + "/.new-0123-7", whole = store_->payload_folder() + "/ab";
  std::ofstream(left) << "half";
  std::filesystem::create_directories(whole);
  store_.reset();
  open();
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(whole));
}

TEST_F(RowsTest, bytes_of_a_store_of_version_3_are_found_under_their_hash) {
  open();
  make(1);
  MessageRow now = message_;
  now.seq = 0;
  now.id = "m2";
  ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
    add_payload(transaction, message_.sha256, {"before", false, 6});
    for (const char* text :
         {"DROP TABLE body", "DROP INDEX event_subject", "CREATE INDEX event_fact ON event(fact)",
          "CREATE INDEX event_subject ON event(subject)", "DROP TABLE as2_in", "DROP TABLE as2_raw",
          "DROP TABLE as2_out", "DROP TABLE as2_certificate", "DROP TABLE transfer_claim", "PRAGMA user_version=3"})
      static_cast<void>(transaction.open_text(text, {})->next());
    return transaction.status();
  }));
  store_.reset();
  open();
  ASSERT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
    insert_message(transaction, now);
    add_body(transaction, now, {"", false, 0});
    MessageRow copy = message_;
    copy.seq = 0;
    copy.id = "m3";
    insert_message(transaction, copy);
    copy_body(transaction, message_, copy);
    EXPECT_EQ(load_body(transaction, folder_, message_.seq, message_.sha256), "before");
    EXPECT_EQ(load_body(transaction, folder_, copy.seq, copy.sha256), "before");
    EXPECT_EQ(load_body(transaction, folder_, now.seq, "none"), "");
    EXPECT_EQ(load_body(transaction, folder_, 99, "none").error().code, Code::store_payload_missing);
    EXPECT_NE(find_fact(transaction, "subject", "fact", clock_.now() - std::chrono::hours{1}, 99), 0);
    return transaction.status();
  }));
  EXPECT_TRUE(balanced());
}

}  // namespace
}  // namespace crossdock::store
