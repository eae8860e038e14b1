// A whole pipeline on a real store with fake documents and targets, cranked by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "gateway/pipeline/pipeline.hpp"
#include "gateway/store/books.hpp"
#include "gateway/store/deliveries.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/fake_documents.hpp"
#include "tests/support/fake_target.hpp"
#include "tests/support/manual_executor.hpp"

namespace crossdock::tests {

class NoTexts final : public TextSource {
 public:
  Result<std::string> read(const std::string& path) const override { return fail(Code::file_unreadable, path); }
  bool exists(const std::string&) const override { return false; }
  std::vector<std::string> list(const std::string&) const override { return {}; }
};

class PipelineFixture : public testing::Test {
 protected:
  PipelineFixture() : folder_(testing::TempDir() + "pipeline-" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
    bundle_.hash = "b1";
    pipeline::TargetSettings erp;
    erp.name = "erp";
    erp.subscribes.push_back({"shipment.*", "", {}, {}});
    erp.retry.jitter = 0;
    bundle_.targets["erp"] = erp;
    pipeline::PartnerSettings acme;
    acme.name = "acme";
    acme.identifiers.x12.push_back({"02", "ACFL"});
    acme.identifiers.scac.push_back("ACFL");
    acme.us = {"ZZ", "SHIPCO"};
    acme.sends.push_back({"x12/004010/214", "997", ""});
    pipeline::ReceivedSet tender;
    tender.guide = "x12/004010/204";
    tender.via = "directory";
    tender.acknowledge = "997";
    acme.receives.push_back(tender);
    pipeline::ReceivedSet answer;
    answer.guide = "x12/004010/997";
    answer.via = "directory";
    acme.receives.push_back(answer);
    acme.expects.push_back({"load.tendered", "x12/004010/997", std::chrono::hours{2}});
    bundle_.partners["acme"] = acme;
    pipeline::TargetSettings channel;
    channel.name = "acme/directory";
    channel.partner = "acme";
    channel.once = pipeline::Once::same_bytes;
    channel.retry.jitter = 0;
    channel.accepts_test = true;
    bundle_.targets[channel.name] = channel;
  }
  ~PipelineFixture() override {
    halt();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    store::StoreSettings settings;
    settings.folder = folder_;
    settings.reader_threads = 1;
    auto opened = store::open_sqlite_store(settings, *executor_);
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = std::move(*opened);
    pipeline_ = std::make_unique<pipeline::Pipeline>(
        pipeline::Parts{*store_, *executor_, workers_, clock_, *random_, metrics_,
                        [this](const std::string& name) -> pipeline::TargetAdapter* {
                          auto& slot = targets_[name];
                          if (!slot) slot = std::make_unique<FakeTarget>(*executor_);
                          return slot.get();
                        },
                        *documents_in_use_},
        bundle());
    bool ready = false;
    pipeline_->start([&](const Status& status) {
      EXPECT_TRUE(status);
      ready = true;
    });
    ASSERT_TRUE(executor_->run_until([&] { return ready; }));
  }
  /// As a kill: whatever was in memory is gone, answers in flight come to nobody.
  void halt() {
    pipeline_.reset();
    store_.reset();
    targets_.clear();
    executor_ = std::make_unique<ManualExecutor>(clock_);
  }
  std::shared_ptr<const pipeline::Bundle> bundle() {
    bundle_.catalogue = catalogue_;
    return std::make_shared<const pipeline::Bundle>(bundle_);
  }
  FakeTarget& target(const std::string& name) {
    auto& slot = targets_[name];
    if (!slot) slot = std::make_unique<FakeTarget>(*executor_);
    return *slot;
  }

  static pipeline::Incoming webhook(const std::string& shipment, const std::string& code, const std::string& key) {
    pipeline::Incoming out;
    out.channel = "acme/webhook";
    out.channel_kind = "webhook";
    out.partner = "acme";
    out.external_id = key;
    out.payload = R"({"shipment":")" + shipment + R"(","code":")" + code + R"("})";
    out.map = "webhooks/acme";
    return out;
  }
  static std::string x12(const std::string& sender, const std::string& number, const std::string& body,
                         const std::string& usage = "P") {
    return FakeDocuments::isa("02", sender, "ZZ", "SHIPCO", number, usage) + "GS*QM*" + sender +
           "*SHIPCO*20260518*1200*1*X*004010~" + body + "GE*1*1~IEA*1*" + number + "~";
  }
  static std::string set(const std::string& control, const std::string& body) {
    return "ST*214*" + control + "~" + body + "SE*3*" + control + "~";
  }
  static pipeline::Incoming file(const std::string& payload, const std::string& partner = "acme") {
    pipeline::Incoming out;
    out.channel = "acme/directory";
    out.channel_kind = "directory";
    out.partner = partner;
    out.payload = payload;
    return out;
  }
  pipeline::Receipt receive(pipeline::Incoming incoming) {
    std::optional<Result<pipeline::Receipt>> answer;
    pipeline_->intake().receive(std::move(incoming),
                                [&](Result<pipeline::Receipt> receipt) { answer = std::move(receipt); });
    EXPECT_TRUE(executor_->run_until([&] { return answer.has_value(); }));
    EXPECT_TRUE(answer && *answer) << (answer ? answer->error().text() : "");
    return answer && *answer ? **answer : pipeline::Receipt{};
  }
  pipeline::Receipt post_event(const std::string& json, const std::string& key) {
    std::optional<Result<pipeline::Receipt>> answer;
    pipeline_->intake().receive_event({"tms", key, json, "", ""},
                                      [&](Result<pipeline::Receipt> receipt) { answer = std::move(receipt); });
    EXPECT_TRUE(executor_->run_until([&] { return answer.has_value(); }));
    return answer && *answer ? **answer : pipeline::Receipt{};
  }
  /// What a person asks for, until it is answered.
  Result<pipeline::Done> operate(
      const std::function<void(pipeline::Operations&, pipeline::Operations::Callback)>& call) {
    std::optional<Result<pipeline::Done>> answer;
    call(pipeline_->operations(), [&](Result<pipeline::Done> done) { answer = std::move(done); });
    EXPECT_TRUE(executor_->run_until([&] { return answer.has_value(); }));
    return std::move(*answer);
  }
  static std::string tender(const std::string& load) {
    return R"({"type":"crossdock.load.tendered.v1","subject":"load/)" + load + R"(","data":{"load":{"id":")" + load +
           R"("},"carrier":{"scac":"ACFL"}}})";
  }

  /// One text of one row, by a query for tests.
  std::string ask(const std::string& sql) {
    std::string out;
    EXPECT_TRUE(store_->read_now([&](store::Connection& connection) -> Status {
      const auto rows = connection.open_text(sql, {});
      while (rows->next()) out += (out.empty() ? "" : ",") + rows->string(0);
      return {};
    })) << sql;
    return out;
  }
  std::string state(const std::string& message) {
    return std::string(store::name(
        static_cast<store::State>(std::stoi("0" + ask("SELECT state FROM message WHERE id='" + message + "'")))));
  }
  /// Runs until nothing moves any more: no task, no closure of the writer, no question of the (one) reader.
  void quiet() {
    for (int still = 0; still < 3;) {
      const std::uint64_t closures = store_->figures().closures;
      bool moved = executor_->run_ready();
      static_cast<void>(store_->write_now([](store::Transaction&) -> Status { return {}; }));
      bool answered = false;
      EXPECT_TRUE(
          store_->read([](store::Connection&) -> Status { return {}; }, [&](const Status&) { answered = true; }));
      EXPECT_TRUE(executor_->run_until([&] { return answered; }));
      moved = executor_->run_ready() || moved || store_->figures().closures > closures + 1;
      still = moved ? 0 : still + 1;
    }
  }
  /// Lets time pass, timer by timer.
  void pass(std::chrono::milliseconds time) {
    const base::SteadyInstant until = clock_.steady() + time;
    quiet();
    while (clock_.steady() < until &&
           executor_->advance_to_next(std::chrono::ceil<std::chrono::milliseconds>(until - clock_.steady())))
      quiet();
    if (clock_.steady() < until) clock_.advance(std::chrono::ceil<std::chrono::microseconds>(until - clock_.steady()));
    quiet();
  }
  bool balanced() {
    bool all = true;
    EXPECT_TRUE(store_->read_now([&](store::Connection& connection) -> Status {
      TRY(const auto lines, store::balance(connection));
      for (const store::BookLine& line : lines) all = all && line.balanced();
      return {};
    }));
    return all;
  }

  std::string folder_;
  FakeClock clock_;
  std::unique_ptr<ManualExecutor> executor_ = std::make_unique<ManualExecutor>(clock_);
  InlineWorkers workers_;
  std::unique_ptr<base::Random> random_ = base::make_seeded_random(7);
  base::Registry metrics_;
  FakeDocuments documents_;
  const pipeline::Documents* documents_in_use_ = &documents_;
  std::shared_ptr<const Catalogue> catalogue_ = std::make_shared<const Catalogue>(std::make_shared<NoTexts>());
  pipeline::Bundle bundle_;
  std::map<std::string, std::unique_ptr<FakeTarget>> targets_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
};

}  // namespace crossdock::tests
