// Looks at a folder: each file is one message, whatever breaks between.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/files/look.hpp"

#include <gtest/gtest.h>

#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_remote_folder.hpp"
#include "tests/support/manual_executor.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::files {
namespace {

using configuration::FileChannel;

struct NoWorkers final : base::Workers {
  bool run(std::function<void()>) override { return false; }
};

class Looks : public ::testing::Test {
 protected:
  Looks() {
    store::StoreSettings settings;
    settings.folder = folder_.path().string();
    store_ = std::move(*store::open_sqlite_store(settings, executor_));
    settings_.channel = "acme/sftp";
    settings_.channel_kind = "sftp";
    settings_.owner = "us";
    settings_.spool_folder = folder_.path().string();
    settings_.rules.pick_up.text = "/out";
    settings_.rules.ready = FileChannel::Ready::rename;
    begin();
  }
  /// As after a restart: nothing is remembered but the store.
  void begin() {
    look_ = std::make_unique<Look>(
        settings_,
        LookParts{sessions_, endpoint_, *store_, clock_, workers_,
                  [this](pipeline::Incoming incoming) { return hand_in(std::move(incoming)); }, [] { return true; },
                  [this](const Error& error, const std::string&) { told_.push_back(error.code); },
                  [](std::uint64_t) {}});
  }
  Result<pipeline::Receipt> hand_in(pipeline::Incoming incoming) {
    if (busy_) return fail(Code::store_busy);
    const auto message = static_cast<std::int64_t>(received_.size()) + 1;
    TRY_STATUS(
        store_->write_now([&](store::Transaction& transaction) { return incoming.beside(transaction, message); }));
    received_.push_back(incoming.payload);
    return pipeline::Receipt{std::to_string(message), {}, pipeline::ReceiptOutcome::accepted, {}};
  }
  void look() {
    const LookOutcome outcome = look_->run();
    failed_ = outcome.failed ? outcome.failed->code : Code::internal_bug;
  }
  bool was_told(Code code) const { return std::find(told_.begin(), told_.end(), code) != told_.end(); }

  using Texts = std::vector<std::string>;
  support::TemporaryFolder folder_;
  tests::FakeClock clock_;
  tests::ManualExecutor executor_{clock_};
  std::unique_ptr<store::Store> store_;
  tests::FakeServer server_;
  std::shared_ptr<const Endpoint> endpoint_ =
      std::make_shared<const Endpoint>(Endpoint{std::make_shared<tests::FakeConnector>(server_)});
  Sessions sessions_{4};
  NoWorkers workers_;
  LookSettings settings_;
  std::unique_ptr<Look> look_;
  Texts received_;
  std::vector<Code> told_;
  bool busy_ = false;
  Code failed_ = Code::internal_bug;
};

TEST_F(Looks, a_file_is_one_message_and_archived) {
  server_.files["/out/a.edi"].bytes = "one";
  look();
  look();
  EXPECT_EQ(received_, Texts{"one"});
  ASSERT_EQ(server_.files.size(), 1U);
  EXPECT_TRUE(server_.files.begin()->first.starts_with("/out/archive/"));
  EXPECT_TRUE(server_.files.begin()->first.ends_with("-a.edi"));
}

TEST_F(Looks, a_disposal_that_fails_is_repeated_and_never_a_second_message) {
  server_.files["/out/a.edi"].bytes = "one";
  server_.fault = [](const std::string& call, const std::string&) -> Status {
    if (call == "rename") return fail(Code::files_permission);
    return {};
  };
  look();
  begin();
  look();
  EXPECT_EQ(received_, Texts{"one"});
  EXPECT_TRUE(server_.files.contains("/out/a.edi"));
  EXPECT_TRUE(was_told(Code::files_dispose));
  server_.fault = {};
  look();
  EXPECT_EQ(received_, Texts{"one"});
  EXPECT_FALSE(server_.files.contains("/out/a.edi"));
}

TEST_F(Looks, a_connection_that_breaks_after_the_commit_loses_and_doubles_nothing) {
  server_.files["/out/a.edi"].bytes = "one";
  server_.files["/out/b.edi"].bytes = "two";
  server_.fault = [this](const std::string& call, const std::string&) -> Status {
    if (call == "rename" && received_.size() == 1) return fail(Code::files_connection_lost);
    return {};
  };
  look();
  server_.fault = {};
  begin();
  look();
  EXPECT_EQ(received_, (Texts{"one", "two"}));
  EXPECT_EQ(server_.files.size(), 2U);
  EXPECT_FALSE(server_.files.contains("/out/a.edi"));
}

TEST_F(Looks, a_file_that_changes_while_it_is_read_is_not_taken) {
  server_.files["/out/a.edi"].bytes = "half";
  server_.after_read = [this](const std::string&) { server_.files["/out/a.edi"].bytes = "half and half"; };
  look();
  EXPECT_TRUE(received_.empty());
  EXPECT_TRUE(was_told(Code::files_changed));
  server_.after_read = {};
  look();
  EXPECT_EQ(received_, Texts{"half and half"});
}

TEST_F(Looks, a_file_that_vanishes_is_no_message) {
  server_.files["/out/a.edi"].bytes = "one";
  server_.fault = [this](const std::string& call, const std::string&) -> Status {
    if (call == "read") server_.files.clear();
    return {};
  };
  look();
  look();
  EXPECT_TRUE(received_.empty());
}

TEST_F(Looks, duplicates_go_by_content) {
  server_.files["/out/a.edi"].bytes = "one";
  look();
  server_.files["/out/b.edi"].bytes = "one";
  server_.files["/out/a.edi"].bytes = "two";
  look();
  EXPECT_EQ(received_, (Texts{"one", "two"}));
  EXPECT_TRUE(was_told(Code::files_duplicate));
  EXPECT_EQ(server_.files.size(), 3U) << "the copy is archived too";
  settings_.rules.duplicates = std::chrono::milliseconds(0);
  begin();
  server_.files["/out/c.edi"].bytes = "one";
  look();
  EXPECT_EQ(received_, (Texts{"one", "two", "one"}));
}

TEST_F(Looks, a_file_that_stays_is_taken_once) {
  settings_.rules.then = FileChannel::Then::leave;
  begin();
  server_.files["/out/a.edi"].bytes = "one";
  look();
  begin();
  look();
  EXPECT_EQ(received_, Texts{"one"});
  server_.files["/out/a.edi"] = {"new", 2000};
  look();
  EXPECT_EQ(received_, (Texts{"one", "new"}));
}

TEST_F(Looks, files_of_in_progress_are_finished_after_a_crash) {
  settings_.rules.in_progress = "/taking";
  begin();
  server_.files["/out/a.edi"].bytes = "one";
  server_.fault = [](const std::string& call, const std::string&) -> Status {
    if (call == "read") return fail(Code::files_connection_lost);
    return {};
  };
  look();
  EXPECT_TRUE(server_.files.contains("/taking/a.edi"));
  server_.files["/taking/strange.edi"].bytes = "of another gateway";
  server_.fault = {};
  begin();
  look();
  look();
  EXPECT_EQ(received_, Texts{"one"});
  EXPECT_FALSE(server_.files.contains("/taking/a.edi"));
  EXPECT_TRUE(server_.files.contains("/taking/strange.edi"));
}

TEST_F(Looks, what_the_intake_cannot_take_stays) {
  server_.files["/out/a.edi"].bytes = "one";
  busy_ = true;
  look();
  EXPECT_TRUE(server_.files.contains("/out/a.edi"));
  busy_ = false;
  look();
  EXPECT_EQ(received_, Texts{"one"});
}

TEST_F(Looks, manifests_are_believed_only_when_the_hash_is_right) {
  settings_.rules.ready = FileChannel::Ready::manifest;
  begin();
  server_.files["/out/a.edi"].bytes = "one";
  server_.files["/out/a.edi.sha256"].bytes = std::string(64, '0');
  look();
  EXPECT_TRUE(received_.empty());
  EXPECT_TRUE(was_told(Code::files_hash_differs));
  server_.files["/out/a.edi.sha256"].bytes = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.edi";
  look();
  EXPECT_EQ(received_, Texts{"one"});
  EXPECT_FALSE(server_.files.contains("/out/a.edi.sha256"));
}

TEST_F(Looks, empty_files_follow_their_policy) {
  server_.files["/out/a.edi"];
  look();
  EXPECT_TRUE(was_told(Code::files_empty));
  EXPECT_TRUE(server_.files.contains("/out/a.edi"));
  settings_.rules.zero_bytes = FileChannel::ZeroBytes::dispose;
  begin();
  look();
  EXPECT_FALSE(server_.files.contains("/out/a.edi"));
  EXPECT_TRUE(received_.empty());
}

TEST_F(Looks, takes_no_more_than_agreed_at_a_time_and_says_so) {
  settings_.rules.files_max = 2;
  begin();
  for (const char* name : {"c", "b", "a"}) server_.files["/out/" + std::string(name)].bytes = name;
  server_.files["/out/c"].modified_s = 1;
  EXPECT_TRUE(look_->run().more);
  EXPECT_EQ(received_, (Texts{"c", "a"}));
  EXPECT_FALSE(look_->run().more);
}

TEST_F(Looks, a_folder_that_is_not_there_is_told) {
  settings_.rules.pick_up.text = "/nowhere";
  begin();
  look();
  EXPECT_EQ(failed_, Code::files_not_found);
}

}  // namespace
}  // namespace crossdock::files
