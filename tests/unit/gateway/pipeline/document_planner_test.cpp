// Large documents without an envelope: parts of some events, resumed where they stood, what is wrong told at the end.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/pipeline/document_planner.hpp"

#include "gateway/base/limits.hpp"
#include "gateway/pipeline/translator_documents.hpp"
#include "tests/support/folder_texts.hpp"
#include "tests/support/pipeline_fixture.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::pipeline {
namespace {

constexpr int orders = 3600;

std::string orders_csv(int count) {
  std::string out =
      "order_no;buyer_reference;order_date;requested;currency;ship_to;ship_to_city;line_no;sku;description;quantity;"
      "unit;price\n";
  for (int i = 1; i <= count; ++i)
    out += "45" + std::to_string(100000 + i) + ";;20260518;20260601;EUR;Lager;Hamburg;1;A-100;Schraube;500;each;0.12\n";
  return out;
}

class DocumentPlannerTest : public tests::PipelineFixture {
 protected:
  DocumentPlannerTest() {
    bundle_.targets["erp"].subscribes.push_back({"order.*", "", {}, {}});
    documents_in_use_ = use_.get();
    catalogue_ = std::make_shared<const Catalogue>(std::make_shared<tests::FolderTexts>());
  }
  Incoming csv(const std::string& payload) {
    Incoming out = file(payload);
    out.map = "csv/orders";
    return out;
  }
  std::unique_ptr<Documents> use_ = make_documents();
};

TEST_F(DocumentPlannerTest, a_large_document_goes_in_parts) {
  start();
  const std::string payload = orders_csv(orders);
  ASSERT_GT(payload.size(), base::limits::translate_inline_bytes_max);
  const Receipt receipt = receive(csv(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered") << ask("SELECT detail FROM message");
  EXPECT_EQ(ask("SELECT events FROM message"), std::to_string(orders));
  EXPECT_EQ(ask("SELECT count(*) FROM event"), std::to_string(orders));
  EXPECT_EQ(ask("SELECT resume_sets FROM message"), std::to_string(orders)) << "how far the parts came";
  EXPECT_EQ(target("erp").attempts, orders);
  EXPECT_TRUE(balanced());
}

TEST_F(DocumentPlannerTest, a_large_document_goes_its_whole_way_again) {
  start();
  const Receipt receipt = receive(csv(orders_csv(orders)));
  quiet();
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) {
    o.resubmit({receipt.message_id, "ann", "try"}, std::move(c));
  }));
  quiet();
  EXPECT_EQ(ask("SELECT events FROM message WHERE link='resubmit'"), std::to_string(orders));
  EXPECT_EQ(ask("SELECT count(*) FROM event WHERE reason IS NOT NULL"), std::to_string(orders)) << "they came before";
  EXPECT_EQ(target("erp").attempts, orders);
  EXPECT_TRUE(balanced());
}

TEST_F(DocumentPlannerTest, a_large_interchange_is_reprocessed_from_its_first_set) {
  documents_in_use_ = &documents_;
  start();
  std::string sets;
  constexpr int count = 7500;
  for (int i = 1; i <= count; ++i) sets += set(std::to_string(i), "B10**SHP" + std::to_string(i) + "~");
  const Receipt receipt = receive(file(x12("ACFL", "000000042", sets)));
  quiet();
  ASSERT_EQ(ask("SELECT count(*) FROM transaction_set"), std::to_string(count));
  ASSERT_NE(ask("SELECT resume_sets FROM message WHERE id='" + receipt.message_id + "'"), "0") << "it is a large one";
  ASSERT_TRUE(operate([&](Operations& o, Operations::Callback c) {
    o.reprocess({receipt.message_id, "ann", "try"}, std::move(c));
  }));
  quiet();
  EXPECT_EQ(ask("SELECT count(*) FROM transaction_set"), std::to_string(2 * count));
  EXPECT_TRUE(balanced());
}

TEST_F(DocumentPlannerTest, what_stands_before_a_fault_is_taken_and_the_fault_told) {
  start();
  std::string payload = orders_csv(orders);
  payload += "4600000;;20260518;20260601;EUR;Lager;Hamburg;1;;no sku;5;each;1\n";
  const Receipt receipt = receive(csv(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "delivered");
  EXPECT_EQ(ask("SELECT validation FROM message"), "1") << "accepted with warnings";
  EXPECT_NE(ask("SELECT detail FROM message").find(std::to_string(orders + 2)), std::string::npos) << "its line";
  EXPECT_TRUE(balanced());
}

TEST_F(DocumentPlannerTest, a_large_document_without_a_good_record_is_rejected) {
  start();
  std::string payload = orders_csv(orders);
  payload.replace(payload.find("order_no"), 8, "order");  // a required column
  const Receipt receipt = receive(csv(payload));
  quiet();
  EXPECT_EQ(state(receipt.message_id), "rejected") << ask("SELECT reason FROM message");
  EXPECT_EQ(ask("SELECT count(*) FROM event"), "0");
  EXPECT_TRUE(balanced());
}

/// What a reading with `resumed` events stored already hands to the flush.
struct Parts {
  std::vector<std::string> subjects;
  std::vector<std::uint64_t> done;
};

Parts parts_of(const Bundle& bundle, const Documents& documents, const std::string& payload, std::uint64_t resumed) {
  PlannerInput input{std::make_shared<const Rules>(std::make_shared<const Bundle>(bundle)), documents, {}, [] {
                       return std::string("id");
                     }};
  input.message.partner = "acme";
  input.message.map = "csv/orders";
  input.message.sha256 = to_hex(sha256(payload));
  input.message.resume_sets = resumed;
  Plan plan = empty_plan(input);
  Parts out;
  const auto take = [&](Plan& part, std::uint64_t done) -> Status {
    for (const PlannedEvent& event : part.events) out.subjects.push_back(event.row.subject);
    out.done.push_back(done);
    part.events.clear();
    return {};
  };
  const Status read = plan_document(
      input, [&](const std::function<Status(std::string_view)>& sink) { return sink(payload); }, plan, take);
  EXPECT_TRUE(read) << read.error().text();
  static_cast<void>(take(plan, 0));
  return out;
}

TEST_F(DocumentPlannerTest, a_resumed_reading_goes_on_behind_what_is_stored) {
  bundle_.catalogue = catalogue_;
  const std::string payload = orders_csv(2500);
  const Parts whole = parts_of(bundle_, *use_, payload, 0);
  ASSERT_EQ(whole.subjects.size(), 2500U);
  ASSERT_GE(whole.done.size(), 3U);
  const std::uint64_t stood = whole.done.front();
  const Parts rest = parts_of(bundle_, *use_, payload, stood);
  EXPECT_EQ(rest.subjects, std::vector<std::string>(whole.subjects.begin() + static_cast<std::ptrdiff_t>(stood),
                                                    whole.subjects.end()));
}

TEST_F(DocumentPlannerTest, a_payload_that_cannot_be_read_is_no_fault_of_the_document) {
  bundle_.catalogue = catalogue_;
  PlannerInput input{std::make_shared<const Rules>(std::make_shared<const Bundle>(bundle_)), *use_, {}, [] {
                       return std::string("id");
                     }};
  input.message.partner = "acme";
  input.message.map = "csv/orders";
  Plan plan = empty_plan(input);
  const Status read = plan_document(
      input,
      [&](const std::function<Status(std::string_view)>& sink) -> Status {
        TRY_STATUS(sink(orders_csv(3)));
        return fail(Code::file_unreadable, "the disk is gone");
      },
      plan);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::file_unreadable);
  EXPECT_NE(plan.message.state, store::State::rejected);
}

}  // namespace
}  // namespace crossdock::pipeline
