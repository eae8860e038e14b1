// What is under way when the gateway stops: left where it stands, and gone on with by the next start.
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pipeline_fixture.hpp"

namespace crossdock::pipeline {
namespace {

class ShutdownTest : public tests::PipelineFixture {
 protected:
  /// 2,500 sets of one shipment each: several chunks.
  static std::string many_sets() {
    std::string body;
    for (int i = 0; i < 2500; ++i) {
      std::string control = std::to_string(i + 1);
      control.insert(0, 6 - control.size(), '0');
      body += set(control, "B10**S" + std::to_string(i) +
                               "*delivered~L11*REFERENCE NUMBER*BM*A DESCRIPTION OF THE REFERENCE~L11*ANOTHER*CN~");
    }
    return body;
  }
};

/// Documents as they are, with something else happening at one of their events.
class Interrupted final : public Documents {
 public:
  Interrupted(int event, std::function<void()> happens) : left_(event), happens_(std::move(happens)) {}
  std::unique_ptr<Reading> read(const Catalogue& catalogue, TranslateOptions options,
                                acknowledgement::VerdictHandler& verdicts, mapping::EventSink events) const override {
    return real_.read(catalogue, std::move(options), verdicts,
                      [this, events = std::move(events)](canonical::Event&& event, std::string_view trace) {
                        if (--left_ == 0) happens_();
                        events(std::move(event), trace);
                      });
  }
  Status read_document(const Catalogue& catalogue, const std::string& map, const mapping::ByteSource& bytes,
                       const mapping::DocumentContext& context, const mapping::EventSink& events,
                       std::vector<Finding>& findings) const override {
    return real_.read_document(catalogue, map, bytes, context, events, findings);
  }
  std::unique_ptr<Acknowledger> acknowledge(const std::string& kind, bool warnings,
                                            const std::string& at) const override {
    return real_.acknowledge(kind, warnings, at);
  }
  std::vector<std::string> event_types(const Catalogue& catalogue, const std::string& map) const override {
    return real_.event_types(catalogue, map);
  }
  Result<std::vector<mapping::WrittenSet>> write_sets(const Catalogue& catalogue, const std::string& map,
                                                      const std::vector<std::string>& events,
                                                      std::vector<Finding>& findings) const override {
    return real_.write_sets(catalogue, map, events, findings);
  }
  Result<std::string> write_interchange(const EnvelopePlan& plan,
                                        const std::vector<mapping::WrittenSet>& sets) const override {
    return real_.write_interchange(plan, sets);
  }

 private:
  tests::FakeDocuments real_;
  mutable int left_;
  std::function<void()> happens_;
};

TEST_F(ShutdownTest, a_shutdown_does_not_wait_for_a_large_file_and_the_next_start_goes_on_with_it) {
  bool drained = false;
  const Interrupted documents(2000, [&] { pipeline_->stop([&] { drained = true; }); });
  documents_in_use_ = &documents;
  start();
  receive(file(x12("ACFL", "000000001", many_sets())));
  ASSERT_TRUE(executor_->run_until([&] { return drained; }));
  quiet();
  const int mark = std::stoi(ask("SELECT resume_sets FROM message"));
  EXPECT_GT(mark, 0);
  EXPECT_LT(mark, 2000);
  EXPECT_EQ(ask("SELECT count(*) FROM transaction_set"), std::to_string(mark));
  EXPECT_EQ(ask("SELECT count(*) FROM exception"), "0");
  EXPECT_TRUE(target("erp").effects.empty());
  halt();
  start();
  quiet();
  EXPECT_EQ(ask("SELECT state||' '||sets||' '||events FROM message WHERE direction='in'"), "6 2500 2500");
  EXPECT_EQ(ask("SELECT count(*) FROM transaction_set"), "2500");
  EXPECT_EQ(target("erp").effects.size(), 2500U);
  EXPECT_TRUE(balanced());
  documents_in_use_ = &documents_;
}

}  // namespace
}  // namespace crossdock::pipeline
