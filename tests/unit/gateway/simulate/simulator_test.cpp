// What a simulated system remembers, doubles, and how it misbehaves.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/simulate/simulator.hpp"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace crossdock::simulate {
namespace {

std::string event(const std::string& id, const std::string& at = "2026-05-18T00:00:01Z",
                  const std::string& lane = "A/1") {
  return R"({"id":")" + id + R"(","type":"crossdock.shipment.milestone.v1","partitionkey":")" + lane +
         R"(","recordedtime":")" + at + R"("})";
}

class SimulatorTest : public testing::Test {
 protected:
  Answer post(Simulator& simulator, const std::string& body, const std::string& key = {},
              const std::string& attempt = "1", const std::string& path = "/events") {
    Request request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.headers = {{"Idempotency-Key", key}, {"Idempotency-Attempt", attempt}};
    return simulator.answer(request);
  }
  int get(Simulator& simulator, const std::string& path) {
    Request request;
    request.method = "GET";
    request.path = path;
    return simulator.answer(request).status;
  }
  static bool says(const Simulator& simulator, const std::string& text) {
    return simulator.state_json().find(text) != std::string::npos;
  }
};

TEST_F(SimulatorTest, with_key_a_repetition_changes_nothing) {
  Simulator simulator({});
  EXPECT_EQ(post(simulator, event("e1"), "k1").status, 201);
  EXPECT_EQ(post(simulator, event("e1"), "k1").status, 200);
  EXPECT_EQ(post(simulator, event("e2"), "k1").status, 422);
  EXPECT_TRUE(says(simulator, "\"effects\":1,\"distinct\":1,\"doubled\":0")) << simulator.state_json();
  EXPECT_EQ(get(simulator, "/effects/k1"), 200);
  EXPECT_EQ(get(simulator, "/effects/k%32"), 404);
}

TEST_F(SimulatorTest, with_lookup_or_none_a_repetition_doubles_and_is_counted) {
  for (const Once once : {Once::lookup, Once::none}) {
    SimulatorOptions options;
    options.once = once;
    Simulator simulator(options);
    post(simulator, event("e1"), "k1");
    post(simulator, event("e1"), "k1");
    EXPECT_TRUE(says(simulator, "\"effects\":2,\"distinct\":1,\"doubled\":1")) << simulator.state_json();
    EXPECT_EQ(get(simulator, "/effects/k1"), once == Once::lookup ? 200 : 501);
  }
}

TEST_F(SimulatorTest, with_same_bytes_the_same_bytes_change_nothing) {
  SimulatorOptions options;
  options.once = Once::same_bytes;
  Simulator simulator(options);
  post(simulator, event("e1"), "k1");
  post(simulator, event("e1"), "k2");
  EXPECT_TRUE(says(simulator, "\"effects\":1,\"distinct\":1,\"doubled\":0"));
}

TEST_F(SimulatorTest, another_call_with_the_same_event_is_another_effect) {
  Simulator simulator({});
  post(simulator, event("e1"), "k1", "1", "/events");
  post(simulator, event("e1"), "k2", "1", "/invoices");
  EXPECT_TRUE(says(simulator, "\"distinct\":2,\"doubled\":0"));
}

TEST_F(SimulatorTest, order_is_kept_within_a_lane_only) {
  Simulator simulator({});
  post(simulator, event("e1", "2026-05-18T00:00:05Z"), "k1");
  post(simulator, event("e2", "2026-05-18T00:00:04Z", "A/2"), "k2");
  EXPECT_TRUE(says(simulator, "\"order_violations\":0"));
  post(simulator, event("e3", "2026-05-18T00:00:04.5Z"), "k3");
  EXPECT_TRUE(says(simulator, "\"order_violations\":1"));
}

TEST_F(SimulatorTest, a_forgetful_system_says_so_when_asked_again) {
  Simulator simulator({});
  post(simulator, event("e1"), "k1");
  Request forget;
  forget.method = "POST";
  forget.path = "/control";
  forget.body = R"({"forget":true})";
  EXPECT_EQ(simulator.answer(forget).status, 200);
  EXPECT_EQ(get(simulator, "/effects/k1"), 200) << "its records are not its memory of keys";
  const Answer again = post(simulator, event("e1"), "k1", "2");
  EXPECT_EQ(again.status, 409);
  ASSERT_FALSE(again.headers.empty());
  EXPECT_EQ(again.headers.back().second, "forgotten");
  EXPECT_EQ(post(simulator, event("e1"), "k1").status, 201) << "without an attempt number it cannot know";
  EXPECT_TRUE(says(simulator, "\"doubled\":1"));
}

TEST_F(SimulatorTest, a_rule_may_mean_one_subject_only) {
  Behaviour behaviour(1);
  behaviour.add(parse_rule("refuse,subject=shipment/S1").value());
  EXPECT_FALSE(behaviour.choose("crossdock.shipment.milestone.v1", "shipment/S2"));
  EXPECT_TRUE(behaviour.choose("crossdock.shipment.milestone.v1", "shipment/S1"));
}

TEST_F(SimulatorTest, each_misdeed_applies_or_not) {
  struct Row {
    std::string rule;
    int effects, status;
    Answer::Then then;
  };
  using Then = Answer::Then;
  for (const Row& row : {Row{"slow,ms=50", 1, 201, Then::keep}, Row{"refuse", 0, 422, Then::keep},
                         Row{"period_closed", 0, 409, Then::keep}, Row{"timeout_after", 1, 200, Then::hold},
                         Row{"timeout_before", 0, 200, Then::hold}, Row{"busy,retry_after=7", 0, 429, Then::keep},
                         Row{"unavailable", 0, 503, Then::keep}, Row{"error", 0, 500, Then::keep},
                         Row{"garbage", 1, 200, Then::keep}, Row{"malformed", 1, 200, Then::close},
                         Row{"close_after", 1, 0, Then::close}, Row{"close_before", 0, 0, Then::close}}) {
    Simulator simulator({});
    Request control;
    control.method = "POST";
    control.path = "/control";
    const std::string body = R"({"behave":")" + row.rule + R"(,next=1"})";
    control.body = body;
    ASSERT_EQ(simulator.answer(control).status, 200) << row.rule;
    const Answer answer = post(simulator, event("e1"), "k1");
    EXPECT_EQ(answer.status, row.status) << row.rule;
    EXPECT_EQ(answer.then, row.then) << row.rule;
    EXPECT_TRUE(says(simulator, "\"effects\":" + std::to_string(row.effects) + ",")) << row.rule;
    EXPECT_EQ(post(simulator, event("e2"), "k2").status, 201) << "the rule was for one request: " << row.rule;
  }
}

TEST_F(SimulatorTest, a_rule_that_is_none_is_refused) {
  for (const char* text : {"", "sleepy", "slow,ms=x", "slow,probability=2", "busy,what=1", "busy,type="})
    EXPECT_FALSE(parse_rule(text)) << text;
}

TEST_F(SimulatorTest, probabilities_repeat_by_seed) {
  const auto count = [](std::uint64_t seed) {
    Behaviour behaviour(seed);
    behaviour.add(*parse_rule("busy,probability=0.25"));
    int hits = 0;
    for (int i = 0; i < 1000; ++i) hits += behaviour.choose("x") ? 1 : 0;
    return hits;
  };
  EXPECT_EQ(count(7), count(7));
  EXPECT_GT(count(7), 150);
  EXPECT_LT(count(7), 350);
}

TEST_F(SimulatorTest, the_state_file_survives_and_a_torn_line_is_dropped) {
  const support::TemporaryFolder folder;
  SimulatorOptions options;
  options.state_file = (folder.path() / "state").string();
  {
    Simulator simulator(options);
    ASSERT_TRUE(simulator.open());
    post(simulator, event("e1"), "k1");
    post(simulator, event("e2"), "k2");
  }
  folder.write("state", folder.read("state") + R"({"key":"k3","ev)");
  Simulator again(options);
  ASSERT_TRUE(again.open());
  EXPECT_EQ(post(again, event("e1"), "k1").status, 200);
  EXPECT_EQ(post(again, event("e3"), "k3").status, 201);
  EXPECT_TRUE(says(again, "\"effects\":3,\"distinct\":3,\"doubled\":0")) << again.state_json();
}

TEST_F(SimulatorTest, tokens_are_demanded_where_told) {
  SimulatorOptions options;
  options.token = "open";
  Simulator simulator(options);
  EXPECT_EQ(post(simulator, event("e1"), "k1").status, 401);
  Request request;
  request.method = "POST";
  request.path = "/events";
  request.headers = {{"authorization", "Bearer open"}};
  const std::string body = event("e1");
  request.body = body;
  EXPECT_EQ(simulator.answer(request).status, 201);
}

}  // namespace
}  // namespace crossdock::simulate
