// The server against well- and ill-behaved clients: limits, keep-alive, pipelining, slow senders, drain, spooling.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/server.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "gateway/channels/http_codec/problem.hpp"
#include "tests/unit/gateway/channels/http_test_server.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::http {
namespace {

using test::Answer;
using test::RawClient;
using test::TestServer;

Route route(std::string method, std::string pattern, Handler handler) {
  Route out;
  out.method = std::move(method);
  out.pattern = std::move(pattern);
  out.handler = std::move(handler);
  return out;
}

void echo(const RequestPtr& request, const Responder& respond) {
  std::string text = request->head.method + " " + std::string(request->head.path());
  for (const auto& [name, value] : request->path_parameters) text += " " + name + "=" + value;
  for (const auto& [name, value] : request->query.all()) text += " " + name + ":" + value;
  text += " " + request->body;
  respond(json_response(200, text));
}

void plain_routes(Router& router, runtime::Runtime&) {
  router.add(route("GET", "/healthz", echo));
  router.add(route("POST", "/echo", echo));
  router.add(route("GET", "/items/{id}", echo));
  Route typed = route("POST", "/typed", echo);
  typed.content_types = {"application/json"};
  typed.body_required = true;
  typed.body_bytes_max = 100;
  router.add(std::move(typed));
  Route closed = route("POST", "/closed", echo);
  closed.admit = [](Request& request) -> std::optional<Response> {
    if (request.head.header("Authorization") != nullptr) return std::nullopt;
    return problem_response(Code::channel_unauthorised);
  };
  router.add(std::move(closed));
}

std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}
std::string post(const std::string& target, const std::string& body, const std::string& headers = {}) {
  return "POST " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST(HttpServer, answers_and_keeps_the_connection) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    const Answer answer = client.ask(get("/items/a%20b?x=1&y=%2F"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /items/a%20b id=a b x:1 y:/ ");
  }
  EXPECT_EQ(client.ask(post("/echo", "hello")).body, "POST /echo hello");
}

TEST(HttpServer, answers_pipelined_requests_in_order) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += i % 2 == 0 ? get("/items/" + std::to_string(i)) : post("/echo", std::to_string(i));
  client.send(all);
  for (int i = 0; i < 50; ++i) {
    const Answer answer = client.receive();
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, i % 2 == 0 ? "GET /items/" + std::to_string(i) + " id=" + std::to_string(i) + " "
                                      : "POST /echo " + std::to_string(i));
  }
}

TEST(HttpServer, takes_requests_byte_by_byte_and_chunked_bodies) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  for (const char c : request) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.receive().body, "POST /echo hello world");
}

TEST(HttpServer, head_requests_get_the_length_and_no_body) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer answer = client.receive(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Content-Length: 14\r\n"));
  EXPECT_EQ(client.ask(get("/healthz")).status, 200);
}

TEST(HttpServer, expect_continue_is_answered_before_the_body) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.ask("ok").body, "POST /echo ok");
}

struct Refused {
  std::string request;
  int status;
  std::string code;
};

TEST(HttpServer, refuses_with_a_problem_document) {
  const std::string long_header(20000, 'a');
  std::string many;
  for (int i = 0; i < 120; ++i) many += "h" + std::to_string(i) + ": 1\r\n";
  const std::vector<Refused> table = {
      {"NONSENSE\r\n\r\n", 400, "channel.http.malformed"},
      {"GET / HTTP/1.1\r\n\r\n", 400, "channel.http.malformed"},  // spec: RFC 9112 s3.2, Host
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "channel.http.malformed"},
      {"GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "channel.http.malformed"},
      {"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400, "channel.http.malformed"},
      {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505, "channel.http.version"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400,
       "channel.http.malformed"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "channel.http.malformed"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "channel.http.transfer_coding"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501,
       "channel.http.transfer_coding"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "channel.http.malformed"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\na", 417, "channel.http.expectation"},
      {get("/healthz", "X: " + long_header + "\r\n"), 431, "channel.http.head_too_large"},
      {get("/healthz", many), 431, "channel.http.head_too_large"},
      {get("/nowhere"), 404, "channel.http.no_such_address"},
      {get("/healthz%2"), 404, "channel.http.no_such_address"},
      {get("/items/"), 404, "channel.http.no_such_address"},
      {get("/healthz?a=%zz"), 400, "channel.http.malformed"},
      {post("/healthz", "body"), 405, "channel.http.method"},
      {"POST /typed HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\r\n", 411,
       "channel.http.length_required"},
      {post("/typed", "{}", "Content-Type: text/plain\r\n"), 415, "channel.http.media_type"},
      {post("/typed", "{}"), 415, "channel.http.media_type"},
      {post("/typed", std::string(101, ' '), "Content-Type: application/json\r\n"), 413, "channel.http.body_too_large"},
      {"POST /typed HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" +
           std::string(255, ' '),
       413, "channel.http.body_too_large"},
      {post("/closed", "x"), 401, "channel.unauthorised"},
      {post("/echo", "x", "Content-Encoding: gzip\r\n"), 415, "channel.http.media_type"},
  };
  TestServer server(plain_routes);
  for (const Refused& row : table) {
    RawClient client(server.port());
    const Answer answer = client.ask(row.request);
    EXPECT_EQ(answer.status, row.status) << row.request.substr(0, 120) << answer.body;
    EXPECT_TRUE(answer.has("application/problem+json")) << row.request.substr(0, 120);
    EXPECT_TRUE(answer.has("\"code\":\"" + row.code + "\"")) << answer.body;
    EXPECT_TRUE(answer.has("\"status\":" + std::to_string(row.status))) << answer.body;
  }
}

TEST(HttpServer, a_refused_small_body_does_not_cost_the_connection) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  EXPECT_EQ(client.ask(post("/nowhere", "some body")).status, 404);
  EXPECT_EQ(client.ask(post("/closed", "some body")).status, 401);
  EXPECT_EQ(client.ask(post("/healthz", "x")).status, 405);
  EXPECT_EQ(client.ask(post("/echo", "still here")).body, "POST /echo still here");
}

TEST(HttpServer, both_lengths_end_the_connection) {  // request smuggling, RFC 9112 s6.1
  TestServer server(plain_routes);
  RawClient client(server.port());
  const Answer answer = client.ask(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz "
      "HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_GE(answer.status, 400);
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(client.ended());
}

TEST(HttpServer, a_large_upload_refused_early_still_sees_its_answer) {
  TestServer server(plain_routes);
  RawClient client(server.port());
  client.send("POST /typed HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3000000\r\n\r\n");
  client.send(std::string(2000000, ' '));
  EXPECT_EQ(client.receive().status, 413);
}

TEST(HttpServer, http_1_0_is_closed_unless_it_asks_to_stay) {
  TestServer server(plain_routes);
  RawClient once(server.port());
  EXPECT_EQ(once.ask("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(once.ended());
  RawClient stays(server.port());
  EXPECT_TRUE(stays.ask("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").has("Connection: keep-alive"));
  EXPECT_EQ(stays.ask("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
}

TEST(HttpServer, slow_heads_and_bodies_get_408_and_idle_ones_are_closed) {
  TestServer server(plain_routes);
  RawClient head(server.port()), body(server.port()), idle(server.port());
  head.send("GET /healthz HTT");
  body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  RawClient other(server.port());
  ASSERT_EQ(other.ask(get("/healthz")).status, 200);  // the others' bytes were read before this answer was written
  server.await_connections(4);
  server.pass(std::chrono::seconds(9));
  server.pass(std::chrono::seconds(2));
  EXPECT_EQ(head.receive().status, 408);
  EXPECT_TRUE(head.ended());
  server.pass(std::chrono::seconds(20));
  EXPECT_EQ(body.receive().status, 408);
  server.pass(std::chrono::seconds(31));
  EXPECT_TRUE(idle.ended());
}

TEST(HttpServer, a_handler_that_never_answers_gets_503_for_its_caller_and_its_late_answer_finds_nobody) {
  Responder late;
  std::promise<void> asked;
  TestServer server([&](Router& router, runtime::Runtime&) {
    router.add(route("GET", "/slow", [&](const RequestPtr&, Responder respond) {
      late = std::move(respond);
      asked.set_value();
    }));
  });
  RawClient client(server.port());
  client.send(get("/slow"));
  asked.get_future().wait();
  server.pass(std::chrono::seconds(61));
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After:"));
  server.on_io([&] { late(json_response(200, "{}")); });
  EXPECT_TRUE(client.ended());
}

TEST(HttpServer, connections_above_the_limit_are_told_503) {
  ServerLimits limits;
  limits.connections_max = 2;
  TestServer server(plain_routes, limits);
  RawClient one(server.port()), two(server.port());
  EXPECT_EQ(one.ask(get("/healthz")).status, 200);
  EXPECT_EQ(two.ask(get("/healthz")).status, 200);
  RawClient three(server.port());
  EXPECT_EQ(three.receive().status, 503);
  EXPECT_EQ(one.ask(get("/healthz")).status, 200);
}

TEST(HttpServer, drain_lets_the_begun_request_end_and_closes_the_idle_one) {
  Responder pending;
  std::promise<void> asked;
  TestServer server([&](Router& router, runtime::Runtime&) {
    router.add(route("GET", "/slow", [&](const RequestPtr&, Responder respond) {
      pending = std::move(respond);
      asked.set_value();
    }));
  });
  RawClient idle(server.port()), busy(server.port());
  server.await_connections(2);
  busy.send(get("/slow"));
  asked.get_future().wait();
  server.runtime().request_stop(std::chrono::seconds(20));
  EXPECT_TRUE(idle.ended());
  EXPECT_FALSE(RawClient(server.port()).connected());
  server.on_io([&] { pending(json_response(200, "\"done\"")); });
  const Answer answer = busy.receive();
  EXPECT_EQ(answer.body, "\"done\"");
  EXPECT_TRUE(answer.has("Connection: close"));
}

TEST(HttpServer, large_bodies_are_spooled_and_small_ones_are_not) {
  std::string spooled_sha, spooled_text;
  bool removed_later = false;
  TestServer server([&](Router& router, runtime::Runtime&) {
    Route spooling = route("POST", "/documents", [&](const RequestPtr& request, const Responder& respond) {
      if (!request->spooled) return respond(json_response(200, "memory " + std::to_string(request->body.size())));
      std::ifstream file(request->spooled->path());
      std::stringstream text;
      text << file.rdbuf();
      spooled_text = text.str();
      spooled_sha = request->spooled->sha256();
      respond(json_response(200, "file " + std::to_string(request->spooled->bytes())));
    });
    spooling.spools = true;
    spooling.body_bytes_max = 8U << 20;
    router.add(std::move(spooling));
  });
  RawClient client(server.port());
  EXPECT_EQ(client.ask(post("/documents", std::string(1U << 20, 'a'))).body, "memory 1048576");
  std::string large(3U << 20, 'b');
  for (std::size_t i = 0; i < large.size(); i += 4096) large[i] = static_cast<char>('c' + (i / 4096) % 20);
  EXPECT_EQ(client.ask(post("/documents", large)).body, "file 3145728");
  EXPECT_EQ(spooled_text, large);
  EXPECT_EQ(spooled_sha, to_hex(sha256(large)));
  EXPECT_EQ(client.ask(post("/documents", "small")).body, "memory 5");
  removed_later = std::filesystem::is_empty(server.folder());
  EXPECT_TRUE(removed_later);
  client.send(post("/documents", large).substr(0, 2U << 20));  // a caller that goes away in the middle leaves nothing
}

TEST(HttpServer, many_connections_at_once) {
  TestServer server(plain_routes);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      std::vector<std::unique_ptr<RawClient>> clients;
      for (int i = 0; i < 32; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
      for (int round = 0; round < 5; ++round) {
        for (auto& client : clients) client->send(post("/echo", "abc"));
        for (auto& client : clients) good += client->receive().body == "POST /echo abc" ? 1 : 0;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good.load(), 4 * 32 * 5);
}

TEST(HttpServer, listeners_file_names_the_actual_ports) {
  TestServer server(plain_routes);
  ASSERT_TRUE(write_listeners_file(server.folder().string(), server.server().listening()));
  std::ifstream file(server.folder() / "listeners.json");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(),
            "{\"listeners\":[{\"name\":\"test\",\"address\":\"127.0.0.1\",\"port\":" + std::to_string(server.port()) +
                ",\"tls\":false,\"url\":\"http://127.0.0.1:" + std::to_string(server.port()) + "\"}]}\n");
  std::filesystem::remove(server.folder() / "listeners.json");
}

}  // namespace
}  // namespace crossdock::http
