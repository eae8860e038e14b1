// Lists, records, find: what the API shows.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/queries.hpp"

#include <filesystem>

#include "gateway/store/deliveries.hpp"
#include "gateway/store/events.hpp"
#include "gateway/store/sets.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/manual_executor.hpp"

namespace crossdock::store {
namespace {

class QueriesTest : public testing::Test {
 protected:
  QueriesTest() : folder_(testing::TempDir() + "queries-" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
    StoreSettings settings;
    settings.folder = folder_;
    store_ = std::move(*open_sqlite_store(settings, executor_));
    EXPECT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
      for (int i = 0; i < 7; ++i) add(transaction, i);
      return {};
    }));
  }
  ~QueriesTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void add(Transaction& transaction, int i) {
    const std::string number = std::to_string(i);
    MessageRow message;
    message.id = "m" + number;
    message.channel = "c";
    message.channel_kind = "webhook";
    message.partner = i % 2 == 0 ? "even" : "odd";
    message.external_id = "key-" + number;
    message.sha256 = "hash" + number;
    message.bytes = 7;
    message.received_at = clock_.now() + std::chrono::seconds{i};
    message.stage = Stage::done;
    message.open = 1;
    message.validation = Validation::accepted;
    insert_message(transaction, message);
    add_body(transaction, message, {"payload", false, 7});
    EventRow event;
    event.id = "e" + number;
    event.message = message.seq;
    event.type = "crossdock.shipment.milestone.v1";
    event.subject = "shipment/S" + number;
    event.at = clock_.now();
    event.open = 1;
    ASSERT_TRUE(insert_event(transaction, event, R"({"data":{"pro":"PRO)" + number + "\"}}"));
    DeliveryRow delivery;
    delivery.id = "d" + number;
    delivery.target = "erp";
    delivery.operation = "post";
    delivery.message = message.seq;
    delivery.event = event.seq;
    delivery.created_at = delivery.changed_at = clock_.now();
    insert_delivery(transaction, delivery);
    if (i < 2) return;
    delivery.state = i == 2 ? State::parked : State::delivered;
    delivery.reason = i == 2 ? "delivery.refused" : "";
    delivery.attempts = 1;
    end_delivery(transaction, delivery);
  }
  template <class T>
  T ask(const std::function<Result<T>(Connection&)>& question) {
    T out{};
    EXPECT_TRUE(store_->read_now([&](Connection& connection) -> Status {
      TRY(out, question(connection));
      return {};
    }));
    return out;
  }

  std::string folder_;
  tests::FakeClock clock_;
  tests::ManualExecutor executor_{clock_};
  std::unique_ptr<Store> store_;
};

TEST_F(QueriesTest, pages_through_messages_newest_first_without_losing_one) {
  std::vector<std::string> seen;
  PageRequest page;
  page.limit = 3;
  do {
    const auto answer = ask<Page<MessageView>>([&](Connection& c) { return list_messages(c, {}, page); });
    for (const MessageView& message : answer.items) seen.push_back(message.id);
    page.cursor = answer.next;
  } while (!page.cursor.empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"m6", "m5", "m4", "m3", "m2", "m1", "m0"}));
}

TEST_F(QueriesTest, refuses_a_cursor_that_is_not_ours) {
  PageRequest page;
  page.cursor = "x";
  ASSERT_TRUE(store_->read_now([&](Connection& connection) -> Status {
    const auto answer = list_messages(connection, {}, page);
    EXPECT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::query_cursor);
    return {};
  }));
}

TEST_F(QueriesTest, filters_by_each_status_and_by_text_and_time) {
  const auto count = [&](const std::function<void(MessageFilter&)>& set) {
    MessageFilter filter;
    set(filter);
    return ask<Page<MessageView>>([&](Connection& c) { return list_messages(c, filter, {}); }).items.size();
  };
  EXPECT_EQ(count([](auto& f) { f.partner = "even"; }), 4U);
  EXPECT_EQ(count([](auto& f) { f.state = "delivered"; }), 4U);
  EXPECT_EQ(count([](auto& f) { f.delivery = "waiting"; }), 2U);
  EXPECT_EQ(count([](auto& f) { f.delivery = "sent"; }), 4U);
  EXPECT_EQ(count([](auto& f) { f.delivery = "parked"; }), 1U);
  EXPECT_EQ(count([](auto& f) { f.effect = "refused"; }), 1U);
  EXPECT_EQ(count([](auto& f) { f.effect = "applied"; }), 4U);
  EXPECT_EQ(count([](auto& f) { f.effect = "none"; }), 2U);
  EXPECT_EQ(count([](auto& f) { f.validation = "rejected"; }), 0U);
  EXPECT_EQ(count([](auto& f) { f.text = "KEY-3"; }), 1U);
  EXPECT_EQ(count([&](auto& f) { f.since = base::to_rfc3339(clock_.now() + std::chrono::seconds{5}); }), 2U);
}

TEST_F(QueriesTest, shows_a_message_with_what_hangs_on_it) {
  const auto record = ask<std::optional<MessageRecord>>([](Connection& c) { return show_message(c, "m2"); });
  ASSERT_TRUE(record);
  EXPECT_EQ(record->message.validation, "accepted");
  EXPECT_EQ(record->message.delivery, "parked");
  EXPECT_EQ(record->message.effect, "refused");
  ASSERT_EQ(record->events.size(), 1U);
  ASSERT_EQ(record->deliveries.size(), 1U);
  EXPECT_EQ(record->deliveries[0].reason, "delivery.refused");
  EXPECT_FALSE(ask<std::optional<MessageRecord>>([](Connection& c) { return show_message(c, "nothing"); }));
}

TEST_F(QueriesTest, shows_the_attempt_that_succeeded) {
  const auto record = ask<std::optional<DeliveryRecord>>([](Connection& c) { return show_delivery(c, "d4"); });
  ASSERT_TRUE(record);
  ASSERT_EQ(record->attempts.size(), 1U);
  EXPECT_EQ(record->attempts[0].result, "applied");
}

TEST_F(QueriesTest, finds_by_whatever_is_at_hand) {
  for (const char* text : {"m3", "key-3", "hash3", "e3", "S3", "shipment/S3", "d3", "PRO3"}) {
    const auto found = ask<std::vector<FoundView>>([&](Connection& c) { return find_anything(c, text); });
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_EQ(found[0].message_id, "m3") << text;
  }
  EXPECT_TRUE(ask<std::vector<FoundView>>([](Connection& c) { return find_anything(c, "nothing'\";--"); }).empty());
}

TEST_F(QueriesTest, finds_numbers_as_people_read_them_and_what_carries_a_shipment) {
  EXPECT_TRUE(store_->write_now([&](Transaction& transaction) -> Status {
    const auto tender = *load_message(transaction, "m1"), sent = *load_message(transaction, "m5");
    InterchangeRow interchange;
    interchange.message = tender.seq;
    interchange.control_number = "000009008";
    insert_interchange(transaction, interchange);
    SetRow set;
    set.seq = reserve_sets(transaction, 1);
    set.message = tender.seq;
    set.group_control_number = "77";
    insert_set(transaction, set, clock_.now());
    const auto seq_of = [&](const std::string& id) {
      const Value values[] = {id};
      const auto rows = transaction.open_text("SELECT seq FROM delivery WHERE id=?1", values);
      return rows->next() ? rows->integer(0) : 0;
    };
    carry_delivery(transaction, seq_of("d1"), seq_of("d5"));
    EXPECT_NE(sent.seq, 0);
    return {};
  }));
  const auto found = [&](const char* text) {
    std::string out;
    for (const FoundView& one : ask<std::vector<FoundView>>([&](Connection& c) { return find_anything(c, text); }))
      out += one.kind + " " + one.id + ";";
    return out;
  };
  EXPECT_EQ(found("9008"), "message m1;");
  EXPECT_EQ(found("000009008"), "message m1;");
  EXPECT_EQ(found("77"), "message m1;");
  EXPECT_EQ(found("S1"), "event e1;message m5;");
  EXPECT_EQ(found("8"), "");
}

TEST_F(QueriesTest, lists_parked_work_and_reads_payloads) {
  const auto parked = ask<Page<ParkedView>>([](Connection& c) { return list_parked(c, {}); });
  ASSERT_EQ(parked.items.size(), 1U);
  EXPECT_EQ(parked.items[0].id, "d2");
  const auto place =
      ask<std::optional<PayloadPlace>>([&](Connection& c) { return find_payload(c, store_->payload_folder(), "m1"); });
  ASSERT_TRUE(place);
  EXPECT_EQ(place->bytes, "payload");
  EXPECT_EQ(place->path, "");
  EXPECT_EQ(place->size, 7U);
  EXPECT_FALSE(ask<std::optional<PayloadPlace>>(
      [&](Connection& c) { return find_payload(c, store_->payload_folder(), "nothing"); }));
}

}  // namespace
}  // namespace crossdock::store
