// A whole configuration folder becomes listeners that admit whom it names; another bundle changes them while they run.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/front/front.hpp"

#include <openssl/evp.h>

#include "gateway/api/client.hpp"
#include "gateway/channels/webhook/verification.hpp"
#include "gateway/configuration/folder.hpp"
#include "tests/unit/gateway/api/api_bench.hpp"

namespace crossdock::front {
namespace {

using http::test::Answer;
using http::test::RawClient;

/// A front on a folder with two listeners: one for the API, one for documents and webhooks.
class FrontOnFolder : public testing::Test {
 protected:
  FrontOnFolder() : runtime_(pools()), intake_(runtime_), operations_(runtime_) {
    folder_.write("crossdock.yaml",
                  "listeners:\n  - {listen: \"127.0.0.1:0\", serves: [api]}\n  - {listen: \"127.0.0.1:0\", serves: "
                  "[documents, webhooks]}\n"
                  "systems:\n  - {system: tms, tokens: [\"sha256:" +
                      http::token_digest("tms-token") + "\"]}\n");
    folder_.write("secrets/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    folder_.write("targets/erp.yaml", "target: erp\nurl: http://127.0.0.1:1/events\n");
    folder_.write("policies/routes.yaml", "routes:\n  - {events: shipment.*, to: erp}\n");
    write_partner("partner-token");
    store::StoreSettings settings;
    settings.folder = data_.path().string();
    store_ = std::move(store::open_sqlite_store(settings, runtime_).value());
    FrontParts parts{runtime_,
                     *store_,
                     intake_,
                     operations_,
                     clock_,
                     metrics_,
                     data_.path().string(),
                     "0.1.0",
                     api::test::check_event,
                     [] { return std::vector<api::TargetView>{}; },
                     {}};
    front_ = std::move(Front::open(std::move(parts), load()).value());
    runtime_.add_shutdown_step(front_->shutdown_step());
    thread_ = std::thread([this] { runtime_.run(); });
  }
  ~FrontOnFolder() override {
    runtime_.request_stop(std::chrono::seconds(20));
    thread_.join();
  }
  static std::vector<runtime::PoolOptions> pools() { return Front::pools(); }
  void write_partner(const std::string& token) {
    folder_.write("partners/acme.yaml",
                  "partner: acme\nname: Acme Freight\nidentifiers: {scac: ACFL}\nchannels:\n"
                  "  - document: {tokens: [\"sha256:" +
                      http::token_digest(token) +
                      "\"]}\n"
                      "  - webhook: {path: acme, verify: standard-webhooks, secret: \"secret:hook\", map: "
                      "webhooks/acme-status}\n");
  }
  std::shared_ptr<const configuration::Bundle> load() {
    configuration::FolderOptions options;
    options.folder = folder_.path();
    auto result = configuration::load_folder(options);
    EXPECT_TRUE(result.bundle) << (result.faults.empty() ? "" : configuration::to_text(result.faults.front()));
    return result.bundle;
  }
  void on_io(const std::function<void()>& task) {
    std::promise<void> done;
    runtime_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  Answer send(std::size_t listener, const std::string& head, const std::string& body) {
    RawClient client(front_->listening().at(listener).port);
    return client.ask(head + "Host: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  Answer document(const std::string& token) {
    return send(1, "POST /documents HTTP/1.1\r\nAuthorization: Bearer " + token + "\r\n", "ISA");
  }

  support::TemporaryFolder folder_, data_;
  http::test::FakeClock clock_;
  base::Registry metrics_;
  runtime::Runtime runtime_;
  test::FakeIntake intake_;
  api::test::FakeOperations operations_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Front> front_;
  std::thread thread_;
};

TEST_F(FrontOnFolder, each_listener_serves_what_it_is_to_serve) {
  EXPECT_EQ(document("partner-token").status, 202);
  EXPECT_EQ(document("other").status, 401);
  EXPECT_EQ(intake_.received.at(0).partner, "acme");
  EXPECT_EQ(intake_.received.at(0).channel, "acme/document");
  EXPECT_EQ(send(0, "POST /documents HTTP/1.1\r\nAuthorization: Bearer partner-token\r\n", "ISA").status, 404);
  EXPECT_EQ(send(0, "GET /healthz HTTP/1.1\r\n", "").status, 200);
  EXPECT_EQ(send(1, "GET /readyz HTTP/1.1\r\n", "").status, 200);
  EXPECT_EQ(send(1, "GET /metrics HTTP/1.1\r\n", "").status, 404);
}

TEST_F(FrontOnFolder, the_api_knows_the_first_token_and_those_of_systems) {
  api::Client client(api::find_local_gateway(data_.path().string()).value());
  const auto bundle = client.get("/api/v1/configuration/bundle");
  ASSERT_TRUE(bundle) << bundle.error().text();
  EXPECT_NE(bundle->body.find(load()->hash), std::string::npos) << bundle->body;
  EXPECT_NE(client.get("/api/v1/partners")->body.find("Acme Freight"), std::string::npos);
  EXPECT_EQ(send(0, "GET /api/v1/events HTTP/1.1\r\nAuthorization: Bearer tms-token\r\n", "").status, 200);
  EXPECT_EQ(send(0, "GET /api/v1/messages HTTP/1.1\r\nAuthorization: Bearer tms-token\r\n", "").status, 403);
}

TEST_F(FrontOnFolder, webhooks_are_verified_with_the_secret_that_the_profile_refers_to) {
  const std::string time =
      std::to_string(std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count());
  const std::string body = "{\"a\":1}";
  const auto key = webhook::standard_webhooks_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  const std::string digest = webhook::hmac_sha256(key, "id1." + time + "." + body);
  char encoded[64] = {};
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded), reinterpret_cast<const unsigned char*>(digest.data()),
                  static_cast<int>(digest.size()));
  const std::string head =
      "POST /webhooks/acme HTTP/1.1\r\nContent-Type: application/json\r\nwebhook-id: id1\r\nwebhook-timestamp: " +
      time + "\r\nwebhook-signature: v1," + encoded + "\r\n";
  EXPECT_EQ(send(1, head, body).status, 202);
  EXPECT_EQ(send(1, head, "{\"a\":2}").status, 401);
  EXPECT_EQ(intake_.received.at(0).channel, "acme/webhook");
  EXPECT_EQ(intake_.received.at(0).map, "webhooks/acme-status");
}

TEST_F(FrontOnFolder, another_bundle_changes_tokens_while_it_runs) {
  write_partner("new-token");
  const auto bundle = load();
  on_io([&] { front_->use(bundle); });
  EXPECT_EQ(document("partner-token").status, 401);
  EXPECT_EQ(document("new-token").status, 202);
}

TEST(ParseListen, reads_addresses_and_ports) {
  EXPECT_EQ(parse_listen("127.0.0.1:8080").value(), std::pair(std::string("127.0.0.1"), std::uint16_t{8080}));
  EXPECT_EQ(parse_listen("[::1]:0").value(), std::pair(std::string("::1"), std::uint16_t{0}));
  EXPECT_EQ(parse_listen("localhost:1").value().first, "127.0.0.1");
  EXPECT_EQ(parse_listen("*:1").value().first, "0.0.0.0");
  for (const char* bad : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x"})
    EXPECT_FALSE(parse_listen(bad)) << bad;
}

}  // namespace
}  // namespace crossdock::front
