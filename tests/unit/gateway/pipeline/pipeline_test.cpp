// The whole line on a real store: receipts, duplicates, identify, acknowledgements, documents out, restart, books.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/pipeline.hpp"

#include "gateway/base/limits.hpp"
#include "tests/support/pipeline_fixture.hpp"
#include "translators/json/json_schema.hpp"

namespace crossdock::pipeline {
namespace {

class PipelineTest : public tests::PipelineFixture {
 protected:
  /// A 997 for our first group SM.
  static std::string answer_of_partner(const std::string& outcome) {
    return tests::FakeDocuments::isa("02", "ACFL", "ZZ", "SHIPCO", "000000009", "P") +
           "GS*FA*ACFL*SHIPCO*20260518*1200*9*X*004010~ST*997*0001~AK1*SM*1*" + outcome +
           "~SE*3*0001~GE*1*9~IEA*1*000000009~";
  }
  /// A TA1 alone, for our first interchange.
  static std::string interchange_answer(const std::string& outcome) {
    return tests::FakeDocuments::isa("02", "ACFL", "ZZ", "SHIPCO", "000000010", "P") + "TA1*000000001*260518*1200*" +
           outcome + "*000~IEA*0*000000010~";
  }
};

TEST_F(PipelineTest, a_webhook_reaches_its_target_once_and_the_books_balance) {
  start();
  const Receipt receipt = receive(webhook("S1", "delivered", "k1"));
  EXPECT_EQ(receipt.outcome, ReceiptOutcome::accepted);
  EXPECT_EQ(receipt.answer, R"({"id":")" + receipt.message_id + R"(","sha256":")" + receipt.sha256 + "\"}");
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  EXPECT_EQ(target("erp").effects.size(), 1U);
  EXPECT_NE(target("erp").last.event_json->find("\"messageid\":\"" + receipt.message_id), std::string::npos);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, the_same_key_and_bytes_repeat_the_first_answer) {
  start();
  const Receipt first = receive(webhook("S1", "delivered", "k1"));
  quiet();
  const Receipt second = receive(webhook("S1", "delivered", "k1"));
  EXPECT_EQ(second.outcome, ReceiptOutcome::repeated);
  EXPECT_EQ(second.answer, first.answer);
  quiet();
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_EQ(ask("SELECT count(*) FROM message"), "1");
}

TEST_F(PipelineTest, the_same_key_with_other_bytes_is_parked_and_shown) {
  start();
  const Receipt first = receive(webhook("S1", "delivered", "k1"));
  const Receipt other = receive(webhook("S1", "refused", "k1"));
  EXPECT_EQ(other.outcome, ReceiptOutcome::conflict);
  EXPECT_EQ(other.sha256, first.sha256);  // the sender is told what the key stands for
  quiet();
  EXPECT_EQ(state(other.message_id), "parked");
  EXPECT_EQ(ask("SELECT reason FROM message WHERE id='" + other.message_id + "'"), "duplicate.key");
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_fact_told_again_under_a_new_key_ends_as_duplicate) {
  start();
  receive(webhook("S1", "delivered", "k1"));
  quiet();
  const Receipt again = receive(webhook("S1", "delivered", "k2"));
  quiet();
  EXPECT_EQ(state(again.message_id), "duplicate");
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_document_that_makes_no_event_is_rejected_with_its_findings) {
  start();
  Incoming incoming = webhook("S1", "x", "k1");
  incoming.payload = "{}";
  const Receipt receipt = receive(std::move(incoming));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "rejected");
  EXPECT_NE(ask("SELECT detail FROM message").find("no shipment"), std::string::npos);
}

TEST_F(PipelineTest, a_body_that_breaks_its_schema_is_received_and_rejected_by_field) {
  auto schema =
      json::JsonSchema::load(R"({"required":["shipment","code"],"properties":{"code":{"enum":["delivered"]}}})");
  ASSERT_TRUE(schema);
  bundle_.partners["acme"].schemas["webhooks/acme"] = std::make_shared<const json::JsonSchema>(std::move(*schema));
  start();
  const Receipt good = receive(webhook("S1", "delivered", "k1")), bad = receive(webhook("S2", "lost", "k2"));
  quiet();
  EXPECT_EQ(state(good.message_id), "delivered");
  EXPECT_EQ(state(bad.message_id), "rejected");
  EXPECT_NE(ask("SELECT detail FROM message WHERE id='" + bad.message_id + "'").find("/code"), std::string::npos);
  EXPECT_EQ(ask("SELECT validation FROM message WHERE id='" + bad.message_id + "'"),
            std::to_string(static_cast<int>(store::Validation::rejected)));
  EXPECT_EQ(target("erp").order.size(), 1U);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, an_interchange_is_acknowledged_and_its_good_sets_go_on) {
  start();
  const std::string payload = x12("ACFL", "000000001", set("0001", "B10**S1*delivered~") + set("0002", "BAD~"));
  const Receipt receipt = receive(file(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  EXPECT_EQ(ask("SELECT validation FROM message WHERE direction='in'"), "1");
  EXPECT_EQ(ask("SELECT state FROM transaction_set ORDER BY seq"), "6,4");
  EXPECT_EQ(target("erp").effects.size(), 1U);
  ASSERT_EQ(target("acme/directory").order.size(), 1U);
  EXPECT_NE(target("acme/directory").order[0].find("AK1*QM*1~"), std::string::npos);
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='in'"), "2");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, an_interchange_addressed_to_somebody_else_is_taken_and_told) {
  bundle_.partners["acme"].us = {"ZZ", "OURNEWNAME"};
  start();
  const Receipt receipt = receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"))));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  const std::string findings = ask("SELECT findings FROM interchange");
  EXPECT_NE(findings.find(R"("code":"identify.receiver")"), std::string::npos) << findings;
  EXPECT_NE(findings.find("ZZ:OURNEWNAME"), std::string::npos) << findings;
}

TEST_F(PipelineTest, an_interchange_addressed_to_us_says_nothing_of_its_receiver) {
  start();
  receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"))));
  quiet();
  EXPECT_EQ(ask("SELECT findings FROM interchange").find("identify.receiver"), std::string::npos);
}

TEST_F(PipelineTest, the_same_interchange_again_gets_the_same_acknowledgement_and_no_events) {
  start();
  const std::string payload = x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"));
  receive(file(payload));
  quiet();
  const std::string first = target("acme/directory").order.at(0);
  const Receipt again = receive(file(payload));
  quiet();
  EXPECT_EQ(state(again.message_id), "duplicate");
  EXPECT_EQ(target("acme/directory").attempts, 2);
  EXPECT_EQ(*target("acme/directory").last.payload, first);
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_control_number_with_other_content_is_parked_and_not_acknowledged) {
  start();
  receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"))));
  quiet();
  const Receipt other = receive(file(x12("ACFL", "000000001", set("0001", "B10**S2*delivered~"))));
  quiet();
  EXPECT_EQ(state(other.message_id), "parked");
  EXPECT_EQ(ask("SELECT reason FROM message WHERE id='" + other.message_id + "'"), "duplicate.control_number");
  EXPECT_EQ(target("acme/directory").attempts, 1);
  EXPECT_EQ(ask("SELECT code FROM exception"), "duplicate.control_number");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, the_same_content_under_a_new_number_is_acknowledged_and_ends_as_duplicate) {
  start();
  receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"))));
  quiet();
  const Receipt again = receive(file(x12("ACFL", "000000002", set("0001", "B10**S1*delivered~"))));
  quiet();
  EXPECT_EQ(state(again.message_id), "duplicate");
  EXPECT_EQ(target("acme/directory").effects.size(), 2U);
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, unknown_and_mismatched_senders_park_and_can_be_assigned) {
  PartnerSettings other;
  other.name = "other";
  other.identifiers.x12.push_back({"02", "OTHR"});
  bundle_.partners["other"] = other;
  start();
  const Receipt unknown = receive(file(x12("NOBODY", "000000001", set("0001", "B10**S1*delivered~")), ""));
  const Receipt mismatch = receive(file(x12("OTHR", "000000001", set("0001", "B10**S1*delivered~"))));
  quiet();
  EXPECT_EQ(ask("SELECT reason FROM message ORDER BY seq"), "identify.unknown,identify.mismatch");
  EXPECT_EQ(target("erp").attempts, 0);
  EXPECT_EQ(target("acme/directory").attempts, 0);
  EXPECT_EQ(ask("SELECT code FROM exception"), "identify.mismatch");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_hub_speaks_for_those_it_carries) {
  PartnerSettings other;
  other.name = "other";
  other.identifiers.x12.push_back({"02", "OTHR"});
  bundle_.partners["other"] = other;
  bundle_.partners["acme"].carries.push_back("other");
  start();
  receive(file(x12("OTHR", "000000001", set("0001", "B10**S1*delivered~"))));
  quiet();
  EXPECT_EQ(target("erp").attempts, 1);
  EXPECT_NE(target("erp").last.event_json->find("\"source\":\"/partners/other\""), std::string::npos);
}

TEST_F(PipelineTest, a_test_document_never_reaches_a_production_target) {
  start();
  const Receipt receipt = receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"), "T")));
  quiet();
  EXPECT_EQ(target("erp").attempts, 0);
  EXPECT_EQ(state(receipt.message_id), "not_wanted");
}

TEST_F(PipelineTest, an_interchange_without_trailer_is_held) {
  start();
  std::string payload = x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"));
  payload.resize(payload.find("IEA"));
  const Receipt receipt = receive(file(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "held");
  EXPECT_EQ(target("erp").attempts, 0);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_tender_leaves_as_a_document_and_its_acknowledgement_settles_it) {
  start();
  const Receipt posted = post_event(tender("L1"), "t1");
  quiet();
  ASSERT_EQ(target("acme/directory").order.size(), 1U);
  EXPECT_NE(target("acme/directory").order[0].find("GS*SM*SHIPCO*ACFL*20260518*1200*1*"), std::string::npos);
  EXPECT_EQ(state(posted.message_id), "delivered");
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='out'"), "1");
  receive(file(answer_of_partner("R")));
  quiet();
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='out'"), "4");
  EXPECT_EQ(ask("SELECT state FROM expectation"), "met");
  EXPECT_EQ(ask("SELECT count(*) FROM message WHERE link='acknowledges'"),
            "0");  // never acknowledge an acknowledgement
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_ta1_is_linked_and_only_its_refusal_settles) {
  bundle_.partners["acme"].expects.push_back({"load.tendered", "x12/004010/TA1", std::chrono::hours{1}});
  start();
  post_event(tender("L1"), "t1");
  quiet();
  const Receipt accepted = receive(file(interchange_answer("A")));
  quiet();
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='out'"), "1");  // the 997 is still due
  EXPECT_EQ(ask("SELECT state FROM expectation WHERE guide='TA1'"), "met");
  EXPECT_EQ(ask("SELECT state FROM expectation WHERE guide='997'"), "due");
  EXPECT_EQ(ask("SELECT link FROM message WHERE id='" + accepted.message_id + "'"), "answers");
  EXPECT_EQ(state(accepted.message_id), "consumed");
  receive(file(interchange_answer("R")));
  quiet();
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_ta1_that_refuses_settles_what_was_sent) {
  start();
  post_event(tender("L1"), "t1");
  quiet();
  receive(file(interchange_answer("R")));
  quiet();
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='out'"), "4");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, attachments_are_payloads_of_their_own) {
  start();
  const std::string image = "II*" + std::string(100'000, 'x');
  const std::string small = "a scan";
  receive(file(x12("ACFL", "000000021", set("0001", "B10**S1*delivered~BIN*6*" + small + "~"))));
  receive(file(x12("ACFL", "000000022", set("0001", "B10**S2*delivered~BIN*6*" + image.substr(3) + "~"))));
  quiet();
  EXPECT_EQ(ask("SELECT count(*) FROM attachment"), "2");
  const std::string hash = to_hex(sha256(image.substr(3)));
  EXPECT_EQ(ask("SELECT data IS NULL FROM payload WHERE sha256='" + hash + "'"), "1");
  EXPECT_TRUE(std::filesystem::exists(store::payload_path(store_->payload_folder(), hash)));
  EXPECT_EQ(ask("SELECT data FROM payload WHERE sha256='" + to_hex(sha256(small)) + "'"), small);
  EXPECT_EQ(ask("SELECT e.subject FROM attachment a JOIN event e ON e.seq=a.event WHERE a.sha256='" + hash + "'"),
            "shipment/S2");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, what_waits_for_its_window_leaves_when_it_opens) {
  bundle_.partners["acme"].zone = "America/Chicago";
  bundle_.partners["acme"].receives[0].send_windows = {{8 * 60, 9 * 60, 0}};
  start();  // 06:40 UTC is 01:40 in Chicago
  post_event(tender("L1"), "t1");
  quiet();
  EXPECT_TRUE(target("acme/directory").order.empty());
  clock_.advance(std::chrono::hours{7});
  pass(std::chrono::minutes{2});
  EXPECT_EQ(target("acme/directory").order.size(), 1U);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_missing_acknowledgement_becomes_overdue) {
  start();
  post_event(tender("L1"), "t1");
  quiet();
  clock_.advance(std::chrono::hours{3});
  pass(std::chrono::seconds{12});
  EXPECT_EQ(ask("SELECT acknowledgement FROM message WHERE direction='out'"), "5");
  EXPECT_EQ(ask("SELECT code FROM exception"), "acknowledgement.overdue");
}

TEST_F(PipelineTest, a_tender_and_its_answer_share_a_lane_and_the_answer_is_no_longer_awaited) {
  auto& acme = bundle_.partners["acme"];
  acme.us_gs = "SHIPCO";
  acme.expects = {{"load.tendered", "x12/004010/990", std::chrono::hours{1}}};
  acme.sends.push_back({"x12/004010/990", "", ""});
  start();
  post_event(tender("L1"), "t1");
  std::string own = tender("L2");
  own.insert(1, R"("partitionkey":"L2",)");  // the system may choose the lane
  post_event(own, "t2");
  post_event(tender("L3"), "t3");
  quiet();
  EXPECT_EQ(ask("SELECT group_concat(key) FROM (SELECT key FROM expectation ORDER BY key)"), "L2,SHIPCO/L1,SHIPCO/L3");
  const std::string head = "ST*990*0001~B1*ACFL*", tail = "*20260518*A~SE*3*0001~";
  receive(file(x12("ACFL", "000000031", head + "L1" + tail)));
  receive(file(x12("ACFL", "000000032", head + "L2" + tail)));
  quiet();
  EXPECT_EQ(ask("SELECT group_concat(key) FROM expectation WHERE state='due'"), "SHIPCO/L3");
  EXPECT_EQ(ask("SELECT count(DISTINCT partitionkey) FROM event WHERE partitionkey LIKE '%L1'"), "1");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_tender_that_nobody_takes_says_why) {
  start();
  std::string stranger = tender("L1");
  stranger.replace(stranger.find("ACFL"), 4, "NOPE");
  const Receipt posted = post_event(stranger, "t1");
  quiet();
  EXPECT_EQ(state(posted.message_id), "not_wanted");
  EXPECT_EQ(ask("SELECT reason FROM message"), "route.no_target");
  EXPECT_EQ(ask("SELECT detail FROM message"),
            "no route takes crossdock.load.tendered.v1, and no partner has the SCAC NOPE");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, batches_leave_full_or_when_their_time_is_up) {
  bundle_.partners["acme"].receives[0].batch = {2, std::chrono::minutes{10}};
  start();
  for (const char* load : {"L1", "L2", "L3"}) post_event(tender(load), load);
  quiet();
  ASSERT_EQ(target("acme/directory").order.size(), 1U);
  pass(std::chrono::minutes{11});
  ASSERT_EQ(target("acme/directory").order.size(), 2U);
  EXPECT_NE(target("acme/directory").order[1].find("GE*1*2~"), std::string::npos);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_document_that_cannot_be_written_parks_alone) {
  start();
  const Receipt bad = post_event(
      R"({"type":"load.tendered.v1","data":{"load":{"id":"L0"},"carrier":{"scac":"ACFL"},"unwritable":1}})", "t0");
  const Receipt good = post_event(tender("L1"), "t1");
  quiet();
  EXPECT_EQ(state(bad.message_id), "parked");
  EXPECT_EQ(state(good.message_id), "delivered");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_large_payload_is_a_file_and_goes_the_same_way) {
  start();
  std::string body;
  for (int i = 0; i < 3000; ++i) body += "L11*REFERENCE NUMBER*BM*A DESCRIPTION OF IT~";
  const Receipt receipt = receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~" + body))));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/payloads/" + receipt.sha256.substr(0, 2) + "/" + receipt.sha256));
}

/// 2,500 sets of one shipment each: more than one chunk, more than is translated at once.
std::string many_sets(const std::function<std::string(const std::string&, const std::string&)>& set) {
  std::string body;
  for (int i = 0; i < 2500; ++i) {
    std::string control = std::to_string(i + 1);
    control.insert(0, 6 - control.size(), '0');
    body += set(control, "B10**S" + std::to_string(i) +
                             "*delivered~L11*REFERENCE NUMBER*BM*A DESCRIPTION OF THE REFERENCE~L11*ANOTHER*CN*ONE~");
  }
  return body;
}

TEST_F(PipelineTest, a_large_interchange_goes_in_chunks_and_comes_again_as_duplicate) {
  start();
  const std::string payload = x12("ACFL", "000000001", many_sets(set));
  ASSERT_GT(payload.size(), base::limits::translate_inline_bytes_max);
  const Receipt receipt = receive(file(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  EXPECT_EQ(target("erp").effects.size(), 2500U);
  EXPECT_EQ(ask("SELECT sets||' '||events||' '||acknowledgement FROM message WHERE direction='in'"), "2500 2500 2");
  EXPECT_EQ(target("acme/directory").attempts, 1);
  EXPECT_TRUE(balanced());
  const Receipt again = receive(file(payload));
  quiet();
  EXPECT_EQ(state(again.message_id), "duplicate");
  EXPECT_EQ(target("erp").attempts, 2500);
  EXPECT_EQ(target("acme/directory").attempts, 2);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_small_message_is_stored_and_decided_in_one_commit) {
  start();
  const Receipt receipt =
      receive(webhook("S1", "delivered", "k1"));  // nothing runs between the answer and the question
  EXPECT_EQ(ask("SELECT stage FROM message WHERE id='" + receipt.message_id + "'"), "2");
  EXPECT_EQ(ask("SELECT count(*) FROM delivery"), "1");
}

TEST_F(PipelineTest, a_small_message_does_not_overtake_a_large_one_of_its_sender) {
  start();
  receive(file(x12("ACFL", "000000001", many_sets(set))));
  const Receipt small = receive(file(x12("ACFL", "000000002", set("0001", "B10**S7*arrived~"))));
  quiet();
  EXPECT_EQ(ask("SELECT m.id FROM event e JOIN message m ON m.seq=e.message ORDER BY e.seq DESC LIMIT 1"),
            small.message_id);
  EXPECT_EQ(ask("SELECT count(*) FROM event WHERE message=1"), "2500");
  EXPECT_TRUE(balanced());
}

/// One file of 130 interchanges, each with one set.
std::string many_interchanges(const std::function<std::string(const std::string&, const std::string&)>& one) {
  std::string out;
  for (int i = 0; i < 130; ++i) {
    std::string number = std::to_string(i + 1), body;
    number.insert(0, 9 - number.size(), '0');
    for (int n = 0; n < 60; ++n) body += "L11*REFERENCE NUMBER*BM*A DESCRIPTION OF THE REFERENCE~";
    out += one(number, "B10**S" + number + "*delivered~" + body);
  }
  return out;
}

TEST_F(PipelineTest, each_interchange_of_a_large_file_is_answered_once) {
  start();
  const std::string payload = many_interchanges(
      [](const std::string& number, const std::string& body) { return x12("ACFL", number, set("0001", body)); });
  ASSERT_GT(payload.size(), base::limits::translate_inline_bytes_max);
  const Receipt receipt = receive(file(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  EXPECT_EQ(target("acme/directory").attempts, 130);
  EXPECT_EQ(ask("SELECT count(*) FROM message WHERE link='acknowledges'"), "130");
  EXPECT_TRUE(balanced());
}

#ifdef CROSSDOCK_FAILPOINTS
TEST_F(PipelineTest, answers_of_a_large_file_go_on_where_a_kill_left_them) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  folder_ = testing::TempDir() + "pipeline-answered";
  const std::string payload = many_interchanges(
      [](const std::string& number, const std::string& body) { return x12("ACFL", number, set("0001", body)); });
  EXPECT_EXIT(
      {
        std::filesystem::remove_all(folder_);
        ::setenv("CROSSDOCK_FAILPOINT", "validate.after_answers:2", 1);
        start();
        receive(file(payload));
        quiet();
      },
      testing::KilledBySignal(SIGKILL), "");
  start();
  quiet();
  EXPECT_EQ(ask("SELECT count(*) FROM message WHERE link='acknowledges'"), "130");
  EXPECT_EQ(ask("SELECT state||' '||sets||' '||events FROM message WHERE direction='in'"), "6 130 130");
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_large_interchange_goes_on_where_a_kill_left_it) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // the child runs this test anew, with its failpoint armed
  folder_ = testing::TempDir() + "pipeline-resumed";
  const std::string payload = x12("ACFL", "000000001", many_sets(set));
  EXPECT_EXIT(
      {
        std::filesystem::remove_all(folder_);
        ::setenv("CROSSDOCK_FAILPOINT", "validate.after_chunk:2", 1);
        start();
        receive(file(payload));
        quiet();
      },
      testing::KilledBySignal(SIGKILL), "");
  start();
  quiet();
  EXPECT_EQ(ask("SELECT state||' '||sets||' '||events FROM message WHERE direction='in'"), "6 2500 2500");
  EXPECT_EQ(ask("SELECT count(*) FROM transaction_set"), "2500");
  EXPECT_EQ(target("erp").effects.size(), 2500U);
  EXPECT_EQ(target("acme/directory").attempts, 1);
  EXPECT_TRUE(balanced());
}
#endif

TEST_F(PipelineTest, everything_open_goes_on_after_a_restart) {
  start();
  target("erp").silent = true;
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i)
    ids.push_back(
        receive(webhook("S" + std::to_string(i % 5), "c" + std::to_string(i), "k" + std::to_string(i))).message_id);
  halt();  // some are only received, some are in the outbox, some were sent and never answered
  start();
  quiet();
  for (const std::string& id : ids) EXPECT_EQ(state(id), "delivered");
  EXPECT_EQ(target("erp").effects.size(), 40U);
  EXPECT_TRUE(balanced());
}

TEST_F(PipelineTest, a_row_deleted_behind_its_back_raises_the_alarm) {
  for (const char* table : {"message", "transaction_set", "event", "delivery"}) {
    halt();
    std::filesystem::remove_all(folder_);
    start();
    receive(file(x12("ACFL", "000000001", set("0001", "B10**S1*delivered~"))));
    pass(std::chrono::seconds{10});
    ASSERT_EQ(ask("SELECT count(*) FROM exception"), "0");
    ASSERT_TRUE(store_->write_now([&](store::Transaction& transaction) -> Status {
      const auto rows = transaction.open_text("DELETE FROM " + std::string(table) + " WHERE seq=1", {});
      rows->next();
      return {};
    }));
    pass(std::chrono::seconds{10});
    EXPECT_EQ(ask("SELECT code FROM exception"), "books.unbalanced") << table;
  }
}

}  // namespace
}  // namespace crossdock::pipeline
