// POST /documents against a real server with an intake in memory.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/document/document_channel.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/channels/fake_intake.hpp"
#include "tests/unit/gateway/channels/http_test_server.hpp"

namespace crossdock::document {
namespace {

using http::test::Answer;
using http::test::RawClient;
using http::test::TestServer;

/// A server with the channel on it; the token of partner acme is `good`.
struct Bench {
  base::Registry metrics;
  http::test::FakeClock clock;
  std::unique_ptr<test::FakeIntake> intake;
  std::unique_ptr<DocumentChannel> channel;
  TestServer server{[this](http::Router& router, runtime::Runtime& runtime) {
    intake = std::make_unique<test::FakeIntake>(runtime);
    const SenderFinder find = [](const std::string& digest) -> std::optional<Sender> {
      if (digest != http::token_digest("good")) return std::nullopt;
      return Sender{"acme", "acme/document", digest, "", "", 4U << 20};
    };
    channel = std::make_unique<DocumentChannel>(DocumentParts{*intake, clock, metrics, find});
    channel->add_routes(router);
  }};
};

std::string post(const std::string& body, const std::string& headers = "Authorization: Bearer good\r\n") {
  return "POST /documents HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST(DocumentChannel, answers_202_with_the_receipt_of_what_was_stored) {
  Bench bench;
  RawClient client(bench.server.port());
  const Answer answer = client.ask(
      post("ISA*00~",
           "Authorization: Bearer good\r\nX-File-Name: ../../etc/status.edi\r\nContent-Type: application/edi-x12\r\n"));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body,
            R"({"message_id":"message-1","sha256":")" + to_hex(sha256("ISA*00~")) + R"(","outcome":"accepted"})");
  ASSERT_EQ(bench.intake->received.size(), 1U);
  EXPECT_EQ(bench.intake->received[0].partner, "acme");
  EXPECT_EQ(bench.intake->received[0].channel, "acme/document");
  EXPECT_EQ(bench.intake->received[0].channel_kind, "document");
  EXPECT_EQ(bench.intake->received[0].file_name, "status.edi");
  EXPECT_EQ(bench.intake->received[0].content_type, "application/edi-x12");
}

TEST(DocumentChannel, repeats_the_first_answer_and_refuses_other_bytes_under_the_key) {
  Bench bench;
  RawClient client(bench.server.port());
  const std::string headers = "Authorization: Bearer good\r\nIdempotency-Key: k1\r\n";
  const Answer first = client.ask(post("one", headers)), again = client.ask(post("one", headers));
  EXPECT_EQ(again.status, first.status);
  EXPECT_EQ(again.body, first.body);
  EXPECT_TRUE(again.has("Idempotent-Replayed: true"));
  EXPECT_EQ(client.ask(post("two", headers)).status, 409);
  EXPECT_EQ(client.ask(post("two")).status, 202);
}

TEST(DocumentChannel, unknown_tokens_send_no_byte_of_a_document) {
  Bench bench;
  for (const char* headers :
       {"", "Authorization: Bearer bad\r\n", "Authorization: Basic good\r\n",
        "Authorization: Bearer good\r\nAuthorization: Bearer good\r\n", "Authorization: Bearer\r\n"}) {
    RawClient client(bench.server.port());
    const Answer answer = client.ask(post("x", headers));
    EXPECT_EQ(answer.status, 401) << headers;
    EXPECT_TRUE(answer.has("WWW-Authenticate: Bearer")) << headers;
  }
  RawClient large(bench.server.port());
  large.send("POST /documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_EQ(large.receive().status, 401);
  EXPECT_TRUE(bench.intake->received.empty());
}

TEST(DocumentChannel, too_many_wrong_tokens_get_429_and_good_ones_still_pass) {
  Bench bench;
  RawClient client(bench.server.port());
  int last = 0;
  for (int i = 0; i <= static_cast<int>(http::FailureLimiter::burst); ++i)
    last = client.ask(post("x", "Authorization: Bearer bad\r\n")).status;
  EXPECT_EQ(last, 429);
  EXPECT_EQ(client.ask(post("x")).status, 202);
}

TEST(DocumentChannel, refusals) {
  Bench bench;
  RawClient client(bench.server.port());
  EXPECT_EQ(client.ask("POST /documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n").status, 411);
  EXPECT_EQ(
      client.ask(post("x", "Authorization: Bearer good\r\nIdempotency-Key: " + std::string(256, 'k') + "\r\n")).status,
      400);
  const Answer empty = client.ask(post("", "Authorization: Bearer good\r\n"));
  EXPECT_EQ(empty.status, 422);
  EXPECT_TRUE(empty.has("the document is empty"));
  EXPECT_EQ(client.ask(post("x", "Authorization: Bearer good\r\nContent-Encoding: gzip\r\n")).status, 415);
  EXPECT_EQ(client.ask(post("x", "Authorization: Bearer good\r\nContent-Encoding: identity\r\n")).status, 202);
  bench.server.on_io([&] { bench.intake->busy = true; });
  const Answer busy = client.ask(post("x"));
  EXPECT_EQ(busy.status, 503);
  EXPECT_TRUE(busy.has("Retry-After:"));
  bench.server.on_io([&] { bench.intake->is_accepting = false; });
  EXPECT_EQ(client.ask(post("x")).status, 503);
  RawClient large(bench.server.port());
  bench.server.on_io([&] { bench.intake->is_accepting = true; });
  large.send("POST /documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Length: 4194305\r\n\r\n");
  EXPECT_EQ(large.receive().status, 413);
}

TEST(DocumentChannel, large_documents_arrive_as_a_file_with_their_hash) {
  Bench bench;
  RawClient client(bench.server.port());
  const std::string body(3U << 20, 'x');
  EXPECT_TRUE(client.ask(post(body)).has(to_hex(sha256(body))));
  ASSERT_EQ(bench.intake->received.size(), 1U);
  EXPECT_FALSE(bench.intake->received[0].spooled_path.empty());
  EXPECT_EQ(bench.intake->received[0].spooled_bytes, body.size());
  EXPECT_EQ(bench.intake->received[0].spooled_sha256, to_hex(sha256(body)));
}

TEST(DocumentChannel, file_names) {
  const auto name = [](const std::string& header, const std::string& value) {
    http::RequestHead head;
    head.headers = {{header, value}};
    return file_name_of(head);
  };
  EXPECT_EQ(name("X-File-Name", "a b.edi"), "a b.edi");
  EXPECT_EQ(name("X-File-Name", "C:\\out\\a.edi"), "a.edi");
  EXPECT_EQ(name("X-File-Name", ".."), "");
  EXPECT_EQ(name("X-File-Name", std::string("a\x01") + "b"), "ab");
  EXPECT_EQ(name("Content-Disposition", "attachment; filename=\"210.edi\"; size=3"), "210.edi");
  EXPECT_EQ(name("Content-Disposition", "attachment; filename=210.edi; size=3"), "210.edi");
  EXPECT_EQ(name("Other", "x"), "");
}

}  // namespace
}  // namespace crossdock::document
