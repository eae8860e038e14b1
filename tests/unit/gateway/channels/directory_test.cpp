// The directory channel: readiness, disposal only when durable, once by identity, outward names and conflicts.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/directory/pick_up.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "gateway/channels/directory/file_moves.hpp"
#include "gateway/channels/directory/put.hpp"
#include "tests/support/manual_executor.hpp"
#include "tests/support/temporary_folder.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::directory {
namespace {

namespace fs = std::filesystem;
using pipeline::Receipt;
using pipeline::ReceiptOutcome;

/// Keeps what it was given; answers when told to, as the real one does after its commit.
class HeldIntake final : public pipeline::Intake {
 public:
  void receive(pipeline::Incoming incoming, Callback callback) override {
    received.push_back(std::move(incoming));
    callbacks.push_back(std::move(callback));
  }
  void receive_event(pipeline::IncomingEvent, Callback) override { FAIL(); }
  bool accepting() const override { return open; }
  void answer(Result<Receipt> receipt) {
    auto callback = std::move(callbacks.front());
    callbacks.erase(callbacks.begin());
    callback(std::move(receipt));
  }
  void accept() { answer(Receipt{"id", "hash", ReceiptOutcome::accepted, "{}"}); }
  std::vector<pipeline::Incoming> received;
  std::vector<Callback> callbacks;
  bool open = true;
};

class Directory : public ::testing::Test {
 protected:
  Directory() {
    settings.channel = "acme/directory";
    settings.partner = "acme";
    settings.folder = (root / "in").string();
    settings.archive_folder = (root / "archive").string();
    settings.spool_folder = (root / "spool").string();
    settings.ready = PickUpSettings::Ready::rename;
    for (const char* name : {"in", "spool", "out"}) fs::create_directories(root / name);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(fs::path(settings.folder) / name) << text;
  }
  void start() {
    pick_up = std::make_unique<PickUp>(settings, PickUpParts{intake, executor, workers, clock, metrics});
    pick_up->start();
    executor.run_ready();
  }
  void scan() {
    pick_up->scan();
    executor.run_ready();
  }
  std::vector<std::string> files(const std::string& folder) {
    std::vector<std::string> names;
    if (fs::exists(root / folder))
      for (const auto& entry : fs::directory_iterator(root / folder)) names.push_back(entry.path().filename().string());
    return names;
  }

  support::TemporaryFolder temporary;
  fs::path root = temporary.path();
  tests::FakeClock clock;
  tests::ManualExecutor executor{clock};
  tests::InlineWorkers workers;
  base::Registry metrics;
  HeldIntake intake;
  PickUpSettings settings;
  std::unique_ptr<PickUp> pick_up;
};

TEST_F(Directory, leaves_the_file_until_the_intake_says_durable_then_archives) {
  write("a.edi", "ISA");
  start();
  ASSERT_EQ(intake.received.size(), 1U);
  EXPECT_EQ(intake.received[0].payload, "ISA");
  EXPECT_EQ(intake.received[0].file_name, "a.edi");
  EXPECT_EQ(files("in").size(), 1U);
  EXPECT_TRUE(files("archive").empty());
  intake.accept();
  executor.run_ready();
  EXPECT_TRUE(files("in").empty());
  ASSERT_EQ(files("archive").size(), 1U);
  EXPECT_TRUE(files("archive")[0].ends_with("-a.edi"));
}

TEST_F(Directory, the_longest_name_has_room_in_the_archive) {
  const std::string name(255, 'n');
  write(name, "ISA");
  start();
  ASSERT_EQ(intake.received.size(), 1U);
  EXPECT_EQ(intake.received[0].file_name, name);
  intake.accept();
  executor.run_ready();
  EXPECT_TRUE(files("in").empty());
  EXPECT_EQ(files("archive").size(), 1U);
}

TEST_F(Directory, a_busy_intake_leaves_the_file_and_the_next_scan_takes_it) {
  write("a.edi", "ISA");
  intake.open = false;
  start();
  EXPECT_TRUE(intake.received.empty());
  intake.open = true;
  scan();
  ASSERT_EQ(intake.received.size(), 1U);
  intake.answer(fail(Code::file_unwritable, "disk full"));  // reaction retry
  executor.run_ready();
  EXPECT_EQ(files("in").size(), 1U);
  scan();
  EXPECT_EQ(intake.received.size(), 2U);
  EXPECT_EQ(intake.received[0].external_id, intake.received[1].external_id);
}

TEST_F(Directory, a_stable_file_must_stay_unchanged_for_its_time) {
  settings.ready = PickUpSettings::Ready::stable;
  settings.stable_for = std::chrono::seconds(2);
  write("a.edi", "half");
  start();
  clock.advance(std::chrono::seconds(1));
  write("a.edi", "half and whole");
  scan();
  clock.advance(std::chrono::milliseconds(1500));
  scan();
  EXPECT_TRUE(intake.received.empty()) << "it changed 1.5 s ago";
  clock.advance(std::chrono::seconds(1));
  scan();
  ASSERT_EQ(intake.received.size(), 1U);
  EXPECT_EQ(intake.received[0].payload, "half and whole");
}

TEST_F(Directory, a_marker_makes_ready_and_goes_with_the_file) {
  settings.ready = PickUpSettings::Ready::marker;
  settings.rules.marker = ".done";
  write("a.edi", "ISA");
  start();
  EXPECT_TRUE(intake.received.empty());
  write("a.edi.done", "");
  scan();
  ASSERT_EQ(intake.received.size(), 1U);
  intake.accept();
  executor.run_ready();
  EXPECT_TRUE(files("in").empty());
}

TEST_F(Directory, takes_neither_links_nor_hidden_nor_temporary_nor_empty_files) {
  write("real.edi", "ISA");
  write(".hidden", "x");
  write("a.part", "x");
  write("b~", "x");
  write("empty.edi", "");
  fs::create_symlink("/etc/passwd", root / "in" / "link.edi");
  fs::create_directory(root / "in" / "folder");
  start();
  ASSERT_EQ(intake.received.size(), 1U);
  EXPECT_EQ(intake.received[0].file_name, "real.edi");
}

TEST_F(Directory, a_copy_is_given_up_when_the_gateway_leaves) {
  std::ofstream(root / "in/large.edi") << std::string(1000, 'x');
  const auto files = list_files((root / "in").string(), {});
  ASSERT_TRUE(files && files->size() == 1);
  std::atomic<bool> leaving{true};
  const auto given_up = read_file((root / "in").string(), files->front(), (root / "spool").string(), 10, leaving);
  ASSERT_TRUE(given_up);
  EXPECT_FALSE(given_up->unchanged);
  EXPECT_TRUE(fs::is_empty(root / "spool"));
  leaving = false;
  const auto copied = read_file((root / "in").string(), files->front(), (root / "spool").string(), 10, leaving);
  ASSERT_TRUE(copied);
  EXPECT_TRUE(copied->unchanged);
  EXPECT_EQ(copied->spooled_bytes, 1000U);
}

TEST_F(Directory, large_files_are_spooled_with_their_hash) {
  settings.inline_bytes_max = 10;
  write("big.edi", std::string(1000, 'x'));
  start();
  ASSERT_EQ(intake.received.size(), 1U);
  EXPECT_TRUE(intake.received[0].payload.empty());
  EXPECT_EQ(intake.received[0].spooled_bytes, 1000U);
  EXPECT_EQ(intake.received[0].spooled_sha256, to_hex(sha256(std::string(1000, 'x'))));
  EXPECT_EQ(fs::file_size(intake.received[0].spooled_path), 1000U);
}

TEST_F(Directory, no_more_than_at_once_are_in_hand_and_the_rest_follows) {
  settings.at_once = 2;
  for (const char* name : {"1.edi", "2.edi", "3.edi"}) write(name, name);
  start();
  EXPECT_EQ(intake.received.size(), 2U);
  intake.accept();
  executor.run_ready();
  EXPECT_EQ(intake.received.size(), 3U);
}

TEST_F(Directory, a_file_replaced_while_in_hand_is_not_disposed_of_with_the_old_one) {
  write("a.edi", "old");
  start();
  fs::rename(root / "in" / "a.edi", root / "in" / ".a.old");
  write("a.edi", "new one");
  intake.accept();
  executor.run_ready();
  scan();
  ASSERT_EQ(intake.received.size(), 2U);
  EXPECT_EQ(intake.received[1].payload, "new one");
}

/// A thread for each piece of work; all have ended when it goes.
class ThreadWorkers final : public base::Workers {
 public:
  ~ThreadWorkers() override {
    for (std::thread& thread : threads_) thread.join();
  }
  bool run(std::function<void()> work) override {
    threads_.emplace_back(std::move(work));
    return true;
  }

 private:
  std::vector<std::thread> threads_;
};

/// Counts the answers that come from several threads, and drops them.
class CountingExecutor final : public base::Executor {
 public:
  void post(std::function<void()>) override { ++posted; }
  void post_after(std::chrono::milliseconds, std::function<void()>) override {}
  std::atomic<int> posted{0};
};

class Put : public Directory {
 protected:
  pipeline::AttemptOutcome put(const std::string& name, const std::string& bytes) {
    pipeline::DeliveryRequest request;
    request.delivery_id = "d1";
    request.file_name = name;
    request.payload = std::make_shared<const std::string>(bytes);
    PutAdapter adapter(put_settings, executor, workers);
    pipeline::AttemptOutcome seen;
    adapter.attempt(request, [&](pipeline::AttemptOutcome outcome) { seen = std::move(outcome); });
    executor.run_ready();
    return seen;
  }
  PutSettings put_settings{(root / "out").string(), "{name}", PutSettings::OnConflict::refuse, {}};
};

TEST_F(Put, writes_once_and_finds_its_own_file_again) {
  EXPECT_EQ(put("204-1.edi", "ISA1").result, pipeline::AttemptResult::applied);
  EXPECT_EQ(put("204-1.edi", "ISA1").result, pipeline::AttemptResult::applied);
  EXPECT_EQ(files("out"), std::vector<std::string>{"204-1.edi"});
}

TEST_F(Put, refuses_another_files_name_or_takes_the_next_number) {
  put("204-1.edi", "ISA1");
  EXPECT_EQ(put("204-1.edi", "ISA2").result, pipeline::AttemptResult::refused);
  put_settings.on_conflict = PutSettings::OnConflict::rename;
  EXPECT_EQ(put("204-1.edi", "ISA2").result, pipeline::AttemptResult::applied);
  EXPECT_EQ(put("204-1.edi", "ISA2").result, pipeline::AttemptResult::applied) << "the numbered one is found again";
  EXPECT_EQ(files("out").size(), 2U);
}

TEST_F(Put, never_replaces_a_file_that_came_while_it_wrote) {
  put_settings.on_conflict = PutSettings::OnConflict::rename;
  constexpr int rounds = 8, at_once = 4;
  CountingExecutor answers;
  for (int round = 0; round < rounds; ++round) {
    put_settings.file_name = "same-" + std::to_string(round) + ".edi";
    ThreadWorkers threads;  // deliveries of one name at the same time
    PutAdapter adapter(put_settings, answers, threads);
    for (int i = 0; i < at_once; ++i) {
      pipeline::DeliveryRequest request;
      request.delivery_id = "d" + std::to_string(i);
      request.payload = std::make_shared<const std::string>(1000, static_cast<char>('A' + i));
      adapter.attempt(request, [](const pipeline::AttemptOutcome&) {});
    }
  }
  EXPECT_EQ(answers.posted, rounds * at_once);
  const std::vector<std::string> names = files("out");
  EXPECT_EQ(names.size(), static_cast<std::size_t>(rounds * at_once));
  for (const std::string& name : names) EXPECT_EQ(fs::file_size(root / "out" / name), 1000U) << name;
}

TEST_F(Put, fills_in_the_name) {
  pipeline::DeliveryRequest request;
  request.file_name = "204-1.edi";
  request.event_id = "e1";
  request.message_id = "m1";
  request.effect_key = "k1";
  request.event_type = "load.tendered.v1";
  put_settings.partner = "acme";
  put_settings.file_name = "{partner}_{type}_{event}_{message}_{key}_{name}";
  EXPECT_EQ(put_name(put_settings, request), "acme_load.tendered.v1_e1_m1_k1_204-1.edi");
}

TEST_F(Put, jails_names) {
  pipeline::DeliveryRequest request;
  request.file_name = "../../etc/passwd";
  EXPECT_EQ(put_name(put_settings, request), "_.._.._etc_passwd");
  request.file_name = ".hidden";
  EXPECT_EQ(put_name(put_settings, request), "_.hidden");
}

TEST(Glob, whole_name_with_star_and_question_mark) {
  EXPECT_TRUE(glob_matches("*.edi", "a.edi"));
  EXPECT_TRUE(glob_matches("214_*_?.txt", "214_x_y_1.txt"));
  EXPECT_FALSE(glob_matches("*.edi", "a.edi.bak"));
  EXPECT_FALSE(glob_matches("?", ""));
  EXPECT_TRUE(glob_matches("*", ""));
}

}  // namespace
}  // namespace crossdock::directory
