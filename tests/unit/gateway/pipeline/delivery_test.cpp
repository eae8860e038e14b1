// Lanes, retries, breakers, unknown outcomes and what a person does about them, on the whole line.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/lanes.hpp"

#include "gateway/pipeline/retry.hpp"
#include "gateway/store/messages.hpp"
#include "tests/support/pipeline_fixture.hpp"

namespace crossdock::pipeline {
namespace {

LaneItemPtr item(const std::string& lane, store::Seq seq, int priority = 1) {
  auto out = std::make_shared<LaneItem>();
  out->row.lane = lane;
  out->row.seq = seq;
  out->row.priority = priority;
  return out;
}

const base::SteadyInstant start_time{std::chrono::hours{1}};

TEST(Lanes, keep_order_inside_and_take_turns_between) {
  Lanes lanes;
  for (const auto& next : {item("a", 1), item("a", 2), item("b", 3)}) ASSERT_TRUE(lanes.add(next));
  EXPECT_EQ(lanes.take(start_time)->row.seq, 1);
  EXPECT_EQ(lanes.take(start_time)->row.seq, 3);
  EXPECT_FALSE(lanes.take(start_time));  // lane a is busy
  lanes.done("a");
  EXPECT_EQ(lanes.take(start_time)->row.seq, 2);
}

TEST(Lanes, prefer_tenders_over_milestones_over_invoices_over_replay) {
  Lanes lanes;
  for (const int priority : {3, 2, 1, 0})
    ASSERT_TRUE(lanes.add(item("lane" + std::to_string(priority), priority, priority)));
  for (const int priority : {0, 1, 2, 3}) EXPECT_EQ(lanes.take(start_time)->row.priority, priority);
}

TEST(Lanes, a_waiting_lane_keeps_only_its_own) {
  Lanes lanes;
  for (const auto& next : {item("a", 1), item("a", 2), item("b", 3)}) ASSERT_TRUE(lanes.add(next));
  static_cast<void>(lanes.take(start_time));
  lanes.again("a", start_time + std::chrono::seconds{5});
  EXPECT_EQ(lanes.take(start_time)->row.seq, 3);
  EXPECT_FALSE(lanes.take(start_time + std::chrono::seconds{4}));
  EXPECT_EQ(lanes.take(start_time + std::chrono::seconds{5})->row.seq, 1);
}

TEST(Lanes, a_stopped_lane_hands_back_what_stands_behind_and_takes_no_more) {
  Lanes lanes;
  for (const auto& next : {item("a", 1), item("a", 2), item("a", 3)}) ASSERT_TRUE(lanes.add(next));
  static_cast<void>(lanes.take(start_time));
  const auto behind = lanes.stop("a");
  ASSERT_EQ(behind.size(), 2U);
  EXPECT_EQ(behind[0]->row.seq, 2);
  EXPECT_FALSE(lanes.add(item("a", 4)));
  lanes.resume("a");
  EXPECT_TRUE(lanes.add(item("a", 5)));
  EXPECT_EQ(lanes.size(), 1U);
}

TEST(Retry, climbs_its_ladder_with_jitter_and_honours_retry_after) {
  const auto random = base::make_seeded_random(3);
  RetryLadder ladder;
  for (int i = 0; i < 100; ++i) {
    const auto delay = retry_delay(ladder, 2, std::nullopt, *random);
    EXPECT_GE(delay, std::chrono::milliseconds{4000});
    EXPECT_LE(delay, std::chrono::milliseconds{6000});
  }
  ladder.jitter = 0;
  EXPECT_EQ(retry_delay(ladder, 99, std::nullopt, *random), std::chrono::hours{1});
  EXPECT_EQ(retry_delay(ladder, 1, std::chrono::seconds{90}, *random), std::chrono::seconds{90});
  EXPECT_EQ(retry_delay(ladder, 1, std::chrono::hours{999}, *random), std::chrono::hours{24});
}

TEST(Breaker, opens_after_failures_in_a_row_and_probes_once) {
  BreakerSettings settings;
  settings.failures = 3;
  Breaker breaker(settings);
  EXPECT_FALSE(breaker.failed(start_time));
  breaker.succeeded();
  EXPECT_FALSE(breaker.failed(start_time));
  EXPECT_FALSE(breaker.failed(start_time));
  EXPECT_TRUE(breaker.failed(start_time));
  EXPECT_FALSE(breaker.allow(start_time + settings.open_for / 2));
  EXPECT_TRUE(breaker.allow(start_time + settings.open_for));
  EXPECT_FALSE(breaker.allow(start_time + settings.open_for));  // one probe
  EXPECT_TRUE(breaker.failed(start_time + settings.open_for));
  EXPECT_FALSE(breaker.allow(start_time + settings.open_for * 2));  // twice as long
  EXPECT_TRUE(breaker.allow(start_time + settings.open_for * 3));
  breaker.succeeded();
  EXPECT_TRUE(breaker.allow(start_time));
}

TEST(RateLimit, lets_through_what_was_agreed) {
  RateLimit limit(10);
  int passed = 0;
  for (int ms = 0; ms <= 1000; ++ms) passed += limit.take(start_time + std::chrono::milliseconds{ms}) ? 1 : 0;
  EXPECT_GE(passed, 10);
  EXPECT_LE(passed, 12);
}

class DeliveryTest : public tests::PipelineFixture {
 protected:
  using R = AttemptResult;
  static AttemptOutcome says(R result) { return tests::FakeTarget::says(result); }
  std::string delivery_of(const std::string& message) {
    return ask("SELECT d.id FROM delivery d JOIN message m ON m.seq=d.message WHERE m.id='" + message + "'");
  }
};

TEST_F(DeliveryTest, a_refused_delivery_parks_its_shipment_and_no_stranger) {
  start();
  target("erp").any = {says(R::refused)};
  const std::string head = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  const std::string behind = receive(webhook("S1", "b", "k2")).message_id;
  const std::string stranger = receive(webhook("S2", "a", "k3")).message_id;
  quiet();
  EXPECT_EQ(state(head), "parked");
  EXPECT_EQ(state(behind), "parked");
  EXPECT_EQ(ask("SELECT reason FROM delivery WHERE state=10 ORDER BY seq"), "delivery.refused,delivery.behind");
  EXPECT_EQ(state(stranger), "delivered");
  EXPECT_TRUE(balanced());
  const auto done = operate([&](Operations& o, Operations::Callback c) {
    o.redeliver({delivery_of(head), "ann", "mended"}, std::move(c));
  });
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->ids.size(), 2U);
  quiet();
  EXPECT_EQ(state(head), "delivered");
  EXPECT_EQ(state(behind), "delivered");
  EXPECT_EQ(target("erp").order.size(), 3U);
  EXPECT_EQ(target("erp").order[1], ask("SELECT id FROM event ORDER BY seq LIMIT 1"));
  EXPECT_EQ(ask("SELECT operation||' '||actor||' '||reason FROM operation"), "redeliver ann mended");
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, a_dismissed_delivery_frees_its_lane) {
  start();
  target("erp").any = {says(R::refused)};
  const std::string head = receive(webhook("S1", "a", "k1")).message_id;
  const std::string behind = receive(webhook("S1", "b", "k2")).message_id;
  quiet();
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) {
    o.dismiss({delivery_of(head), "ann", "obsolete"}, std::move(c));
  }));
  quiet();
  EXPECT_EQ(state(head), "not_wanted");
  EXPECT_EQ(state(behind), "delivered");
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, a_stopped_lane_is_still_stopped_after_a_restart) {
  start();
  target("erp").any = {says(R::refused)};
  receive(webhook("S1", "a", "k1"));
  quiet();
  halt();
  start();
  const std::string behind = receive(webhook("S1", "b", "k2")).message_id;
  quiet();
  EXPECT_EQ(state(behind), "parked");
  EXPECT_EQ(target("erp").attempts, 0);
}

TEST_F(DeliveryTest, a_failing_target_is_tried_again_by_its_ladder_in_order) {
  start();
  target("erp").any = {says(R::retry), says(R::retry)};
  const std::string first = receive(webhook("S1", "a", "k1")).message_id;
  receive(webhook("S1", "b", "k2"));
  quiet();
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_EQ(state(first), "in_progress");
  pass(std::chrono::milliseconds{999});
  EXPECT_EQ(target("erp").attempts, 1);
  pass(std::chrono::seconds{7});
  EXPECT_EQ(state(first), "delivered");
  EXPECT_EQ(target("erp").attempts, 4);
  EXPECT_EQ(ask("SELECT result FROM attempt ORDER BY number"), "retry,retry");
}

TEST_F(DeliveryTest, a_delivery_too_old_becomes_a_dead_letter_with_its_reason) {
  bundle_.targets["erp"].retry.age_max = std::chrono::seconds{20};
  start();
  for (int i = 0; i < 50; ++i) target("erp").any.push_back(says(R::retry));
  const std::string id = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  pass(std::chrono::minutes{5});
  EXPECT_EQ(state(id), "parked");
  EXPECT_EQ(ask("SELECT reason FROM delivery"), "delivery.too_old");
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, an_open_breaker_leaves_the_target_alone_but_for_one_probe) {
  bundle_.targets["erp"].breaker.failures = 3;
  start();
  for (int i = 0; i < 4; ++i) target("erp").any.push_back(says(R::retry));
  for (int i = 0; i < 20; ++i) receive(webhook("S" + std::to_string(i), "a", "k" + std::to_string(i)));
  quiet();
  const int before = target("erp").attempts;
  EXPECT_LE(before, 8);  // what was in flight when it opened
  EXPECT_EQ(ask("SELECT code FROM exception WHERE closed_at IS NULL"), "breaker.open");
  pass(std::chrono::seconds{9});
  EXPECT_EQ(target("erp").attempts, before);
  pass(std::chrono::seconds{60});
  EXPECT_EQ(target("erp").effects.size(), 20U);
  EXPECT_EQ(ask("SELECT code FROM exception WHERE closed_at IS NULL"), "");
}

TEST_F(DeliveryTest, an_unknown_outcome_is_resent_under_the_same_key) {
  start();
  target("erp").any = {says(R::unknown)};
  const std::string id = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  const std::string key = target("erp").last.effect_key;
  pass(std::chrono::seconds{5});
  EXPECT_EQ(state(id), "delivered");
  EXPECT_EQ(target("erp").last.effect_key, key);
}

TEST_F(DeliveryTest, an_unknown_outcome_is_looked_up_before_anything_is_resent) {
  bundle_.targets["erp"].once = Once::lookup;
  start();
  target("erp").any = {says(R::unknown)};
  const std::string taken = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  pass(std::chrono::seconds{5});
  EXPECT_EQ(state(taken), "delivered");
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_EQ(target("erp").looks, 1);
  target("erp").any = {says(R::unknown)};
  target("erp").takes_unknown = false;
  const std::string lost = receive(webhook("S2", "a", "k2")).message_id;
  quiet();
  pass(std::chrono::seconds{10});
  EXPECT_EQ(target("erp").attempts, 2);  // absent, but it may still be at work on it
  pass(std::chrono::seconds{60});
  EXPECT_EQ(state(lost), "delivered");
  EXPECT_EQ(target("erp").attempts, 3);
  for (const auto& [key, count] : target("erp").effects) EXPECT_EQ(count, 1) << key;
}

TEST_F(DeliveryTest, an_unknown_outcome_at_a_target_that_cannot_be_asked_parks_for_a_person) {
  bundle_.targets["erp"].once = Once::none;
  start();
  target("erp").any = {says(R::unknown)};
  const std::string id = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  pass(std::chrono::minutes{5});
  EXPECT_EQ(state(id), "unknown");
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, on_unknown_resend_may_double_and_shows_it) {
  bundle_.targets["erp"].once = Once::none;
  bundle_.targets["erp"].on_unknown = OnUnknown::resend;
  start();
  target("erp").any = {says(R::unknown)};
  const std::string id = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  pass(std::chrono::seconds{5});
  EXPECT_EQ(state(id), "delivered");
  EXPECT_EQ(target("erp").attempts, 2);
  EXPECT_NE(ask("SELECT detail FROM delivery").find("more than once"), std::string::npos);
}

TEST_F(DeliveryTest, a_key_target_that_forgot_falls_back_to_looking) {
  bundle_.targets["erp"].when_forgotten = Once::lookup;
  start();
  AttemptOutcome forgot = says(R::unknown);
  forgot.forgot_key = true;
  target("erp").any = {forgot};
  const std::string id = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  pass(std::chrono::minutes{2});
  EXPECT_EQ(state(id), "delivered");
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_EQ(target("erp").looks, 1);
}

TEST_F(DeliveryTest, killed_after_sending_a_target_without_keys_is_looked_up_or_parked) {
  for (const Once once : {Once::lookup, Once::none}) {
    halt();
    std::filesystem::remove_all(folder_);
    bundle_.targets["erp"].once = once;
    start();
    target("erp").silent = true;
    const std::string id = receive(webhook("S1", "a", "k1")).message_id;
    quiet();
    const auto effects = target("erp").effects;
    ASSERT_EQ(effects.size(), 1U);
    halt();
    target("erp").effects = effects;  // the target remembers
    start();
    pass(std::chrono::minutes{2});
    EXPECT_EQ(state(id), once == Once::lookup ? "delivered" : "unknown");
    EXPECT_EQ(target("erp").attempts, 0);
    EXPECT_TRUE(balanced());
  }
}

TEST_F(DeliveryTest, reissue_sends_the_same_sets_under_new_numbers_and_redeliver_the_same_bytes) {
  start();
  post_event(tender("L1"), "t1");
  quiet();
  const std::string first = target("acme/directory").order.at(0),
                    id = ask("SELECT id FROM message WHERE direction='out'");
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) { o.redeliver({id, "ann", "lost"}, std::move(c)); }));
  quiet();
  EXPECT_EQ(target("acme/directory").attempts, 2);
  EXPECT_EQ(*target("acme/directory").last.payload, first);
  const auto done = operate([&](Operations& o, Operations::Callback c) {
    o.reissue({id, "ann", "asked for"}, std::move(c));
  });
  ASSERT_TRUE(done) << done.error().text();
  quiet();
  ASSERT_EQ(target("acme/directory").order.size(), 2U);
  EXPECT_NE(target("acme/directory").order[1].find("GE*1*2~"), std::string::npos);
  EXPECT_NE(target("acme/directory").order[1].find("B2**load/L1~"), std::string::npos);
  EXPECT_EQ(ask("SELECT link FROM message WHERE id='" + done->id + "'"), "reissue");
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, reprocess_and_resubmit_make_no_second_effect_of_the_same_fact) {
  start();
  const std::string id = receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~")))).message_id;
  quiet();
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) { o.reprocess({id, "ann", "try"}, std::move(c)); }));
  quiet();
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_EQ(ask("SELECT stage FROM message WHERE id='" + id + "'"), "2");
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, a_message_processed_again_with_the_same_verdict_is_not_acknowledged_again) {
  start();
  const std::string id = receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~")))).message_id;
  quiet();
  ASSERT_EQ(target("acme/directory").attempts, 1);
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) { o.reprocess({id, "ann", "try"}, std::move(c)); }));
  quiet();
  EXPECT_EQ(target("acme/directory").attempts, 1);
  EXPECT_EQ(ask("SELECT count(*) FROM message WHERE link='acknowledges'"), "1");
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE id='" + id + "'"), "2");
  const std::string answer = ask("SELECT id FROM message WHERE link='acknowledges'");
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) {
    o.redeliver({answer, "ann", "asked"}, std::move(c));
  }));
  quiet();
  EXPECT_EQ(target("acme/directory").attempts, 2) << "asked for, it goes out again";
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, what_stands_behind_a_parked_delivery_is_not_released_before_it) {
  start();
  target("erp").any = {says(R::refused)};
  const std::string first = receive(webhook("S1", "a", "k1")).message_id;
  quiet();
  const std::string second = receive(webhook("S1", "b", "k2")).message_id;
  quiet();
  ASSERT_EQ(ask("SELECT reason FROM delivery WHERE state=10 ORDER BY seq"), "delivery.refused,delivery.behind");
  const std::string behind = ask("SELECT id FROM delivery WHERE reason='delivery.behind'"),
                    head = ask("SELECT id FROM delivery WHERE reason='delivery.refused'");
  for (const std::string& asked : {behind, second}) {
    const auto refused = operate([&](Operations& o, Operations::Callback c) {
      o.redeliver({asked, "ann", "now"}, std::move(c));
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::operation_not_possible);
    EXPECT_NE(refused.error().detail.find(head), std::string::npos) << refused.error().detail;
  }
  EXPECT_EQ(target("erp").attempts, 1);
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) {
    o.redeliver({head, "ann", "mended"}, std::move(c));
  }));
  quiet();
  EXPECT_EQ(state(first), "delivered");
  EXPECT_EQ(state(second), "delivered");
  EXPECT_EQ(target("erp").attempts, 3);
  EXPECT_TRUE(balanced());
}

TEST_F(DeliveryTest, hot_reload_reaches_waiting_targets) {
  bundle_.targets["erp"].rate_per_second = 0.001;
  start();
  for (int i = 0; i < 3; ++i) receive(webhook("S" + std::to_string(i), "a", "k" + std::to_string(i)));
  quiet();
  EXPECT_EQ(target("erp").attempts, 1);
  bundle_.targets["erp"].rate_per_second = 0;
  pipeline_->use(bundle());
  quiet();
  EXPECT_EQ(target("erp").attempts, 3);
}

TEST_F(DeliveryTest, a_long_document_of_ours_waits_in_the_store_without_a_file_of_its_own) {
  start();
  target("acme/directory").silent = true;
  const std::string load = "L" + std::string(100'000, '1');
  post_event(tender(load), "t1");
  quiet();
  EXPECT_EQ(ask("SELECT count(*) FROM body b JOIN message m ON m.seq=b.message WHERE m.direction='out' AND "
                "length(b.data)>100000"),
            "1");
  const std::string hash = ask("SELECT sha256 FROM message WHERE direction='out'");
  EXPECT_FALSE(std::filesystem::exists(store::payload_path(folder_ + "/payloads", hash)));
  halt();  // its bytes were in memory: the next start reads them
  start();
  quiet();
  ASSERT_EQ(target("acme/directory").order.size(), 1U);
  EXPECT_NE(target("acme/directory").order[0].find(load), std::string::npos);
  EXPECT_TRUE(balanced());
}

}  // namespace
}  // namespace crossdock::pipeline
