// Documents to partners: what cannot be written parks with its lane, the others go, in order.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/batcher.hpp"

#include "tests/support/pipeline_fixture.hpp"

namespace crossdock::pipeline {
namespace {

class BatcherTest : public tests::PipelineFixture {
 protected:
  static std::string unwritable(const std::string& load) {
    return R"({"type":"crossdock.load.tendered.v1","subject":"load/)" + load + R"(","data":{"load":{"id":")" + load +
           R"("},"carrier":{"scac":"ACFL"},"unwritable":1}})";
  }
  /// The loads whose documents the partner got, in order.
  std::string sent() {
    std::string out;
    for (const std::string& document : target("acme/directory").order)
      for (std::size_t at = 0; (at = document.find("B2**", at)) != std::string::npos;) {
        at += 4;
        out += (out.empty() ? "" : " ") + document.substr(at, document.find('~', at) - at);
      }
    return out;
  }
  std::string parked() { return ask("SELECT reason FROM delivery WHERE state=10 ORDER BY seq"); }
};

TEST_F(BatcherTest, what_stands_behind_a_document_that_cannot_be_written_waits) {
  start();
  post_event(unwritable("L1"), "t0");
  quiet();
  post_event(tender("L1"), "t1");
  post_event(tender("L2"), "t2");
  quiet();
  EXPECT_EQ(sent(), "load/L2");
  EXPECT_EQ(parked(), "delivery.document,delivery.behind");
  const std::string head = ask("SELECT id FROM delivery WHERE reason='delivery.document'");
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) { o.dismiss({head, "ann", "wrong"}, std::move(c)); }));
  quiet();
  EXPECT_EQ(sent(), "load/L2 load/L1");
  EXPECT_TRUE(balanced());
}

TEST_F(BatcherTest, one_bad_event_of_a_batch_parks_and_the_others_go_in_order) {
  bundle_.partners["acme"].receives[0].batch = {4, std::chrono::minutes{10}};
  start();
  post_event(tender("L1"), "t1");
  post_event(unwritable("L2"), "t2");
  post_event(tender("L2"), "t3");
  post_event(tender("L3"), "t4");
  post_event(tender("L4"), "t5");
  quiet();
  EXPECT_EQ(sent(), "load/L1 load/L3 load/L4");
  EXPECT_EQ(parked(), "delivery.document,delivery.behind");
  EXPECT_TRUE(balanced());
}

TEST_F(BatcherTest, a_lane_stays_stopped_over_a_restart) {
  start();
  post_event(unwritable("L1"), "t0");
  quiet();
  halt();
  start();
  post_event(tender("L1"), "t1");
  quiet();
  EXPECT_EQ(sent(), "");
  EXPECT_EQ(parked(), "delivery.document,delivery.behind");
}

}  // namespace
}  // namespace crossdock::pipeline
