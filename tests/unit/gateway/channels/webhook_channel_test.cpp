// POST /webhooks/{path} against a real server with an intake in memory.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/webhook/webhook_channel.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/channels/fake_intake.hpp"
#include "tests/unit/gateway/channels/http_test_server.hpp"

namespace crossdock::webhook {
namespace {

using http::test::Answer;
using http::test::RawClient;
using http::test::TestServer;

std::string hex(const std::string& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(digits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

/// A server with one webhook `acme`, signed by HMAC over the body with the key `key`, ids in x-id.
struct Bench {
  base::Registry metrics;
  http::test::FakeClock clock;
  std::unique_ptr<test::FakeIntake> intake;
  std::unique_ptr<WebhookChannel> channel;
  std::shared_ptr<Webhook> webhook = std::make_shared<Webhook>();
  TestServer server{[this](http::Router& router, runtime::Runtime& runtime) {
    webhook->partner = "acme";
    webhook->channel = "acme/webhook";
    webhook->map = "webhooks/acme-status";
    webhook->verification.scheme = Scheme::hmac_sha256;
    webhook->verification.keys = {"key"};
    webhook->verification.id_header = "x-id";
    intake = std::make_unique<test::FakeIntake>(runtime);
    const WebhookFinder find = [this](std::string_view path) { return path == "acme" ? webhook : nullptr; };
    channel = std::make_unique<WebhookChannel>(
        WebhookParts{*intake, runtime, runtime.pool("store_reader"), clock, metrics, find});
    channel->add_routes(router);
  }};
};

std::string call(const std::string& body, const std::string& id, const std::string& key = "key",
                 const std::string& path = "acme", const std::string& type = "application/json") {
  return "POST /webhooks/" + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\nX-Id: " + id +
         "\r\nX-Signature: " + hex(hmac_sha256(key, body)) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST(WebhookChannel, a_genuine_call_is_received_once_and_answered_the_same_again) {
  Bench bench;
  RawClient client(bench.server.port());
  const Answer first = client.ask(call("{\"a\":1}", "c1")), again = client.ask(call("{\"a\":1}", "c1"));
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(client.ask(call("{\"a\":2}", "c1")).status, 409);
  ASSERT_FALSE(bench.intake->received.empty());
  EXPECT_EQ(bench.intake->received[0].partner, "acme");
  EXPECT_EQ(bench.intake->received[0].map, "webhooks/acme-status");
  EXPECT_EQ(bench.intake->received[0].external_id, "c1");
  EXPECT_EQ(bench.intake->received[0].payload, "{\"a\":1}");
}

TEST(WebhookChannel, a_call_that_is_not_genuine_is_not_told_why_but_counted) {
  Bench bench;
  RawClient client(bench.server.port());
  const Answer wrong_key = client.ask(call("{}", "c1", "other"));
  std::string unsigned_call = call("{}", "c1");
  unsigned_call.erase(unsigned_call.find("X-Signature"), 13 + 64 + 2);
  const Answer no_signature = client.ask(unsigned_call);
  EXPECT_EQ(wrong_key.status, 401);
  EXPECT_EQ(no_signature.status, 401);
  EXPECT_EQ(wrong_key.body, no_signature.body);
  EXPECT_TRUE(bench.intake->received.empty());
  const std::string text = bench.metrics.text();
  EXPECT_NE(text.find("channel.signature.wrong"), std::string::npos) << text;
  EXPECT_NE(text.find("channel.signature.missing"), std::string::npos) << text;
}

TEST(WebhookChannel, refuses_paths_types_and_sizes_that_are_not_its_own) {
  Bench bench;
  RawClient client(bench.server.port());
  EXPECT_EQ(client.ask(call("{}", "c1", "key", "other")).status, 404);
  EXPECT_EQ(client.ask(call("{}", "c1", "key", "acme", "image/png")).status, 415);
  const std::string large(1U << 20, ' ');
  EXPECT_EQ(client.ask(call(large, "c2")).status, 202);  // verified on a worker
  RawClient other(bench.server.port());
  EXPECT_EQ(other.ask(call(large + " ", "c3")).status, 413);
}

TEST(WebhookChannel, without_an_id_the_bytes_are_the_id) {
  Bench bench;
  bench.server.on_io([&] { bench.webhook->verification.id_header.clear(); });
  RawClient client(bench.server.port());
  const Answer first = client.ask(call("{\"a\":1}", "ignored")), again = client.ask(call("{\"a\":1}", "ignored-too"));
  EXPECT_EQ(first.body, again.body);
  EXPECT_NE(client.ask(call("{\"a\":2}", "ignored")).body, first.body);
}

TEST(WebhookChannel, busy_means_503_and_nothing_taken) {
  Bench bench;
  bench.server.on_io([&] { bench.intake->busy = true; });
  RawClient client(bench.server.port());
  const Answer answer = client.ask(call("{}", "c1"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After:"));
}

}  // namespace
}  // namespace crossdock::webhook
