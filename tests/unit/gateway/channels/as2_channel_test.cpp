// AS2 over real loopback: an installation that is its own partner, so that both halves meet in every test.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/channels/as2/expiry.hpp"
#include "gateway/configuration/folder.hpp"
#include "gateway/crypto/make_certificate.hpp"
#include "gateway/pipeline/pipeline.hpp"
#include "gateway/pipeline/translator_documents.hpp"
#include "gateway/store/as2.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/channels/http_test_server.hpp"

namespace crossdock::as2_channel {
namespace {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;
using testing::HasSubstr;

constexpr std::string_view document =
    "ISA*00*          *00*          *02*ACFL           *ZZ*SHIPCO         *260518*1432*U*00401*000000001*0*P*>~"
    "IEA*0*000000001~";

/// Two keys with certificates, made once: RSA takes its time.
struct Keys {
  crypto::Identity us, them;
};
const Keys& keys() {
  static const Keys made = [] {
    const auto identity = [](const char* name) {
      auto key = crypto::PrivateKey::make(crypto::KeyKind::rsa, 2048).value();
      crypto::SelfSignedOptions options;
      options.subject.name = {{"CN", name}};
      options.not_before = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
      options.not_after = std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};
      auto certificate = crypto::make_self_signed(key, options).value();
      return crypto::Identity::make(std::move(certificate), std::move(key)).value();
    };
    return Keys{identity("us"), identity("them")};
  }();
  return made;
}

class As2Test : public testing::Test {
 protected:
  As2Test() : workers_({"as2", 2, 64}) {
    folder_.write("certs/us.pem", keys().us.certificate.pem());
    folder_.write("certs/them.pem", keys().them.certificate.pem());
    folder_.write("secrets/us", keys().us.key.pem().value());
    folder_.write("secrets/them", keys().them.key.pem().value());
  }

  /// `more`: further lines of the channel that sends; `back`: of the one that receives.
  void open(const std::string& more = {}, const std::string& back = {}) {
    server_ = std::make_unique<http::test::TestServer>([&](http::Router& router, runtime::Runtime& runtime) {
      store::StoreSettings settings;
      settings.folder = (folder_.path() / "data").string();
      std::filesystem::create_directories(settings.folder);
      store_ = std::move(store::open_sqlite_store(settings, runtime).value());
      transfers_ = std::make_unique<http_api::TransferPool>(runtime);
      pipeline_ = std::make_unique<pipeline::Pipeline>(
          pipeline::Parts{*store_, runtime, workers_, base::system_clock(), *random_, metrics_,
                          [](const std::string&) { return nullptr; }, *documents_},
          std::make_shared<const pipeline::Bundle>());
      Parts parts{pipeline_->intake(),
                  runtime,
                  workers_,
                  *store_,
                  *transfers_,
                  clock_,
                  *random_,
                  metrics_,
                  (folder_.path() / "spool").string(),
                  (folder_.path() / "kept").string(),
                  [this](Code code, const std::string& subject, const std::string&) {
                    alarms_.push_back(std::string(info(code).text) + " " + subject);
                  },
                  [](Code, const std::string&) {},
                  [this](const std::string& delivery) { looked_.push_back(delivery); }};
      std::filesystem::create_directories(parts.spool_folder);
      channel_ = std::make_unique<Channel>(std::move(parts), std::make_shared<const Book>());
      channel_->add_routes(router);
    });
    std::promise<void> ready;
    server_->runtime().post([&] {
      pipeline_->start([&](const Status& status) {
        EXPECT_TRUE(status);
        EXPECT_TRUE(channel_->start());
        ready.set_value();
      });
    });
    ready.get_future().wait();
    configure(more, back);
  }

  void configure(const std::string& more, const std::string& back) {
    const std::string url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/as2";
    folder_.write("crossdock.yaml", "as2:\n  url: " + url +
                                        "\n  mdn_retry: {first: 10ms, longest: 10ms}\n  keys:\n"
                                        "    - {name: us, certificate: certs/us.pem, key: secret:us}\n"
                                        "    - {name: them, certificate: certs/them.pem, key: secret:them}\n");
    folder_.write("partners/out.yaml",
                  "partner: out\nidentifiers: {as2: THEM}\nus: {as2: \"U S\"}\nchannels:\n  - as2:\n      url: " + url +
                      "\n      certificates: [" + their_certificate_ + "]\n      keys: [us]\n      internal: true\n" +
                      more);
    folder_.write("partners/in.yaml",
                  "partner: in\nidentifiers: {as2: \"U S\"}\nus: {as2: THEM}\nchannels:\n  - as2:\n      certificates: "
                  "[certs/us.pem]\n      keys: [them]\n      internal: true\n      mdn_hosts: [127.0.0.1]\n" +
                      back);
    configuration::FolderOptions options;
    options.folder = folder_.path();
    const auto loaded = configuration::load_folder(options);
    for (const auto& fault : loaded.faults) EXPECT_NE(fault.severity, Severity::error) << configuration::to_text(fault);
    ASSERT_NE(loaded.bundle, nullptr);
    std::vector<std::string> faults;
    auto book = Book::open(*loaded.bundle, faults);
    EXPECT_THAT(faults, testing::IsEmpty());
    server_->on_io([&] { channel_->use(book); });
  }

  void TearDown() override {
    if (!server_) return;
    server_->on_io([&] { channel_->stop(); });
    server_->stop(std::chrono::seconds(5));
    adapter_.reset();
    channel_.reset();
    pipeline_.reset();
    transfers_.reset();
    store_.reset();
  }

  AttemptOutcome send(const std::string& delivery = "d1", std::string_view bytes = document) {
    std::promise<AttemptOutcome> outcome;
    server_->runtime().post([&] {
      adapter_ = channel_->adapter("out/as2");
      pipeline::DeliveryRequest request;
      request.delivery_id = delivery;
      request.message_id = "message-of-" + delivery;
      request.file_name = "204.edi";
      request.payload = std::make_shared<const std::string>(bytes);
      adapter_->attempt(request, [&](AttemptOutcome given) { outcome.set_value(std::move(given)); });
    });
    auto future = outcome.get_future();
    if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
      ADD_FAILURE() << "no outcome within 30 s";
      std::abort();
    }
    return future.get();
  }

  std::optional<store::As2Out> sent(const std::string& delivery = "d1") {
    std::optional<store::As2Out> out;
    EXPECT_TRUE(store_->read_now([&](store::Connection& connection) -> Status {
      out = store::load_as2_out(connection, delivery);
      return connection.status();
    }));
    return out;
  }
  /// Messages that came in, with their records: `reason|disposition` in the order of arrival.
  std::vector<store::As2In> received() {
    std::vector<store::As2In> out;
    EXPECT_TRUE(store_->read_now([&](store::Connection& connection) -> Status {
      for (store::Seq seq = 1; seq < 50; ++seq)
        if (auto row = store::load_as2_in(connection, seq)) out.push_back(std::move(*row));
      return connection.status();
    }));
    return out;
  }
  std::string bytes_of(store::Seq message) {
    std::string out;
    EXPECT_TRUE(store_->read_now([&](store::Connection& connection) -> Status {
      const auto row = store::load_message(connection, message);
      if (!row) return fail(Code::api_not_found);
      TRY(out, store::load_body(connection, store_->payload_folder(), message, row->sha256));
      return {};
    }));
    return out;
  }
  /// Waits until `holds`, asking on the io thread; false after half a minute.
  bool eventually(const std::function<bool()>& holds) {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
         std::chrono::steady_clock::now() < end;) {
      bool now = false;
      server_->on_io([&] { now = holds(); });
      if (now) return true;
    }
    return false;
  }
  /// What left for that delivery, once more, as a stranger would replay it.
  http::test::Answer replay(const store::As2Out& row, const std::string& change_from = {},
                            const std::string& change_to = {}) {
    std::string head = "POST /as2 HTTP/1.1\r\nHost: here\r\n";
    const mime::HeaderFields lines = from_lines(row.headers);  // outlives the loop over it
    for (const auto& field : lines.all()) head += field.name + ": " + field.value + "\r\n";
    if (const auto at = head.find(change_from); !change_from.empty() && at != std::string::npos)
      head.replace(at, change_from.size(), change_to);
    http::test::RawClient client(server_->port());
    return client.ask(head + "Content-Length: " + std::to_string(row.body.size()) + "\r\n\r\n" + row.body);
  }

  support::TemporaryFolder folder_;
  http::test::FakeClock clock_;
  base::Registry metrics_;
  std::unique_ptr<base::Random> random_ = base::make_system_random();
  std::unique_ptr<pipeline::Documents> documents_ = pipeline::make_documents();
  runtime::WorkerPool workers_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<http_api::TransferPool> transfers_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<Channel> channel_;
  std::unique_ptr<pipeline::TargetAdapter> adapter_;
  std::unique_ptr<http::test::TestServer> server_;
  std::string their_certificate_ = "certs/them.pem";
  std::vector<std::string> alarms_, looked_;
};

TEST_F(As2Test, every_structure_arrives_and_its_receipt_comes_back) {
  open();
  int number = 0;
  for (const std::string sign : {"none", "sha256", "sha512"})
    for (const std::string encrypt : {"none", "aes128-cbc", "aes256-gcm"})
      for (const std::string compress : {"none", "before-signing", "after-signing"}) {
        const std::string how =
            "      sign: " + sign + "\n      encrypt: " + encrypt + "\n      compress: " + compress + "\n";
        configure(how, "      requires: nothing\n");
        const std::string delivery = "d" + std::to_string(++number);
        const AttemptOutcome outcome = send(delivery);
        EXPECT_EQ(outcome.result, AttemptResult::applied) << how << outcome.detail;
        ASSERT_TRUE(sent(delivery));
        EXPECT_EQ(sent(delivery)->state, store::As2OutState::delivered) << how;
        EXPECT_FALSE(sent(delivery)->mdn.empty());
        const auto in = received();
        ASSERT_EQ(in.size(), static_cast<std::size_t>(number)) << how;
        EXPECT_EQ(in.back().message_id, sent(delivery)->message_id);
        EXPECT_EQ(in.back().mic, sent(delivery)->mic) << how;
        EXPECT_EQ(in.back().mdn, sent(delivery)->mdn) << "the MDN is kept as it was sent, on both sides";
        EXPECT_EQ(bytes_of(in.back().message), document) << how;
      }
}

TEST_F(As2Test, a_repetition_gets_the_first_mdn_again_and_makes_no_message) {
  open();
  ASSERT_EQ(send().result, AttemptResult::applied);
  const auto row = *sent();
  const auto first = received();
  ASSERT_EQ(first.size(), 1U);
  for (int i = 0; i < 3; ++i) {
    const auto answer = replay(row);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, first[0].mdn);
    EXPECT_THAT(answer.head, HasSubstr("AS2-To: \"U S\""));
  }
  EXPECT_EQ(received().size(), 1U);
  EXPECT_THAT(alarms_, testing::IsEmpty());
}

TEST_F(As2Test, the_same_id_with_other_bytes_is_refused_and_seen) {
  open();
  ASSERT_EQ(send().result, AttemptResult::applied);
  const std::string id = sent()->message_id;
  ASSERT_EQ(send("d2", "ISA other bytes").result, AttemptResult::applied);
  const auto answer = replay(*sent("d2"), sent("d2")->message_id, id);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("processed/error"));
  EXPECT_EQ(received().size(), 3U);
  EXPECT_THAT(received().back().disposition, HasSubstr("error"));
}

TEST_F(As2Test, a_file_name_that_came_before_is_refused_where_that_was_agreed) {
  open("", "      duplicate_file_name: refuse\n");
  ASSERT_EQ(send().result, AttemptResult::applied);
  const auto first = received();
  const AttemptOutcome second = send("d2", "ISA other bytes");
  EXPECT_EQ(second.result, AttemptResult::refused);
  EXPECT_THAT(second.detail, HasSubstr("processed/error"));
  const auto again = replay(*sent());
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first[0].mdn) << "the same message again is no duplicate of a name";
  configure("", "");
  EXPECT_EQ(send("d3", "ISA yet other bytes").result, AttemptResult::applied);
}

TEST_F(As2Test, an_answered_request_of_a_partner_that_is_gone_becomes_a_parked_message) {
  open();
  for (const std::string& file : {std::string(), (folder_.path() / "kept" / "large").string()}) {
    alarms_.clear();
    if (!file.empty()) folder_.write("kept/large", "sealed bytes in a file");
    store::As2Raw raw;
    raw.at = clock_.now();
    raw.headers = "AS2-From: GONE\nAS2-To: US\nMessage-ID: <1@gone>\nContent-Type: application/pkcs7-mime\n";
    raw.file = file;
    raw.body = file.empty() ? "sealed bytes" : "";
    raw.bytes = file.empty() ? 12 : 22;
    std::promise<Status> written;
    server_->on_io([&] {
      EXPECT_TRUE(store_->write(
          [&raw](store::Transaction& transaction) -> Status {
            store::insert_as2_raw(transaction, raw);
            return transaction.status();
          },
          [&written](const Status& status) { written.set_value(status); }));
    });
    ASSERT_TRUE(written.get_future().get());
    server_->on_io([&] { EXPECT_TRUE(channel_->start()); });
    ASSERT_TRUE(eventually([&] { return !alarms_.empty(); }));
    EXPECT_THAT(alarms_[0], HasSubstr("as2.relationship"));
    const auto rows = received();
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows.back().from, "GONE");
    EXPECT_EQ(bytes_of(rows.back().message), file.empty() ? "sealed bytes" : "sealed bytes in a file");
    EXPECT_TRUE(store_->read_now([&](store::Connection& connection) -> Status {
      EXPECT_TRUE(store::load_as2_raw(connection, 0, 10).empty());
      EXPECT_EQ(store::load_message(connection, rows.back().message)->state, store::State::parked);
      return connection.status();
    }));
  }
}

TEST_F(As2Test, an_asynchronous_receipt_comes_by_a_call_of_its_own) {
  open("      mdn: async\n");
  const AttemptOutcome outcome = send();
  EXPECT_TRUE(outcome.result == AttemptResult::pending || outcome.result == AttemptResult::applied) << outcome.detail;
  ASSERT_TRUE(eventually([&] { return sent()->state == store::As2OutState::delivered; }));
  ASSERT_TRUE(eventually([&] { return received().at(0).mdn_state == store::MdnState::sent; }));
  EXPECT_EQ(send().result, AttemptResult::applied) << "asked again, it says what became of it";
  EXPECT_EQ(received().size(), 1U);
  EXPECT_EQ(sent()->attempts, 1U);
}

TEST_F(As2Test, content_that_cannot_be_decrypted_is_refused_with_a_signed_receipt_and_shown) {
  open();
  folder_.write("certs/another.pem", keys().us.certificate.pem());
  their_certificate_ = "certs/another.pem";  // we encrypt for the wrong one
  configure("", "");
  const AttemptOutcome outcome = send();
  EXPECT_NE(outcome.result, AttemptResult::applied);
  const auto in = received();
  ASSERT_EQ(in.size(), 1U);
  EXPECT_THAT(in[0].disposition, HasSubstr("processed/error: decryption-failed"));
  EXPECT_THAT(in[0].mdn_headers, HasSubstr("multipart/signed"));
}

TEST_F(As2Test, a_refused_message_is_told_once_and_made_anew_when_it_is_set_going_again) {
  open("      encrypt: none\n");
  const AttemptOutcome outcome = send();
  ASSERT_EQ(outcome.result, AttemptResult::refused) << outcome.detail;
  EXPECT_THAT(outcome.detail, HasSubstr("insufficient-message-security"));
  const std::string first = sent()->message_id;
  EXPECT_EQ(sent()->state, store::As2OutState::refused);
  configure("", "");
  EXPECT_EQ(send().result, AttemptResult::applied);
  EXPECT_NE(sent()->message_id, first);
  EXPECT_EQ(sent()->replaces, first);
}

TEST_F(As2Test, an_unanswered_message_goes_again_as_it_was_and_anew_when_its_time_is_over_and_the_profile_changed) {
  open("      mdn_within: 1h\n");
  configure("      mdn_within: 1h\n      basic: {user: a, password: secret:us}\n",
            "      authenticate: {user: a, password: secret:them}\n");
  AttemptOutcome outcome = send();
  ASSERT_EQ(outcome.result, AttemptResult::refused) << "401: " << outcome.detail;
  configure("      mdn_within: 1h\n      proxy: http://127.0.0.1:1\n", "");
  ASSERT_EQ(send("d2").result, AttemptResult::retry);
  const auto first = *sent("d2");
  ASSERT_EQ(send("d2").result, AttemptResult::retry);
  EXPECT_EQ(sent("d2")->message_id, first.message_id);
  EXPECT_EQ(sent("d2")->body, first.body);
  configure("      mdn_within: 1h\n", "");
  EXPECT_EQ(send("d2").result, AttemptResult::applied);
  EXPECT_EQ(sent("d2")->replaces, first.message_id) << "nothing of the first one had left";
}

TEST_F(As2Test, a_receipt_may_not_be_asked_for_elsewhere) {
  open("      mdn: async\n");
  configure("      mdn: async\n      mdn_url: http://169.254.169.254/latest/meta-data\n", "");
  const AttemptOutcome outcome = send();
  EXPECT_EQ(outcome.result, AttemptResult::refused);
  EXPECT_THAT(outcome.detail, HasSubstr("403"));
  EXPECT_TRUE(received().empty());
  EXPECT_THAT(alarms_, testing::Contains("as2.mdn_target in"));
}

TEST_F(As2Test, strangers_learn_nothing_and_leave_nothing) {
  open();
  ASSERT_EQ(send().result, AttemptResult::applied);
  const auto row = *sent();
  const auto answer = replay(row, "AS2-From: \"U S\"", "AS2-From: NOBODY");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("processed/error: authentication-failed"));
  EXPECT_EQ(received().size(), 1U);
  const auto without = replay(row, "AS2-From: \"U S\"\r\n", "");
  EXPECT_EQ(without.status, 400);
}

TEST_F(As2Test, the_address_of_mdns_answers_head_with_nothing) {
  open();
  http::test::RawClient client(server_->port());
  client.send("HEAD /as2 HTTP/1.1\r\nHost: here\r\n\r\n");
  const auto answer = client.receive(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.head, HasSubstr("Content-Length: 0"));
}

TEST_F(As2Test, a_large_payload_goes_through_files_both_ways) {
  open("      compress: none\n");
  std::string large(document);
  large.resize(3U << 20, 'x');
  EXPECT_EQ(send("d1", large).result, AttemptResult::applied);
  EXPECT_TRUE(sent()->in_file);
  ASSERT_EQ(received().size(), 1U);
  EXPECT_TRUE(bytes_of(received()[0].message) == large);
  configure("      chunked: true\n      encoding: base64\n", "");
  EXPECT_EQ(send("d2", large + "y").result, AttemptResult::applied);
  ASSERT_EQ(received().size(), 2U);
}

TEST(As2Expiry, the_ladder_has_its_rungs) {
  const as2::Moment now = std::chrono::sys_days{std::chrono::year{2026} / 5 / 18};
  using std::chrono::days;
  const std::pair<days, int> rows[] = {{days(61), -1}, {days(60), 60}, {days(31), 60}, {days(30), 30}, {days(14), 14},
                                       {days(7), 7},   {days(2), 7},   {days(1), 1},   {days(0), 1},   {days(-1), 0}};
  for (const auto& [left, rung] : rows) EXPECT_EQ(expiry_rung(now - days(300), now + left, now), rung) << left.count();
}

TEST(As2Expiry, a_short_life_has_only_the_rungs_of_its_second_half) {
  const as2::Moment now = std::chrono::sys_days{std::chrono::year{2026} / 5 / 18};
  using std::chrono::days;
  const std::pair<days, int> rows[] = {{days(20), -1}, {days(14), -1}, {days(8), -1},
                                       {days(7), 7},   {days(1), 1},   {days(-1), 0}};
  for (const auto& [left, rung] : rows)
    EXPECT_EQ(expiry_rung(now + left - days(20), now + left, now), rung) << left.count();
}

TEST(As2Names, hosts_of_addresses_are_not_deceived) {
  const std::pair<const char*, const char*> rows[] = {{"https://Acme.example/as2", "acme.example"},
                                                      {"http://acme.example:8080?x", "acme.example"},
                                                      {"http://[::1]:80/", "[::1]"},
                                                      {"http://acme.example@evil.example/", ""},
                                                      {"http://acme.example\\@evil.example/", ""},
                                                      {"ftp://acme.example/", ""},
                                                      {"acme.example", ""},
                                                      {"file:///etc/passwd", ""}};
  for (const auto& [url, host] : rows) EXPECT_EQ(host_of(url), host) << url;
}

}  // namespace
}  // namespace crossdock::as2_channel
