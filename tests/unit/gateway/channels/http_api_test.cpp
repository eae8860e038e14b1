// The HTTP target adapter against a simulated system that misbehaves in every way, and the pure parts behind it.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_api/http_api.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "gateway/channels/http_api/address_guard.hpp"
#include "gateway/channels/http_api/text.hpp"
#include "gateway/channels/http_api/watched_sockets.hpp"
#include "gateway/simulate/simulator.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/manual_executor.hpp"
#include "tests/support/temporary_folder.hpp"

namespace crossdock::http_api {
namespace {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;
using pipeline::LookupResult;

class RunningSimulator {
 public:
  explicit RunningSimulator(simulate::SimulatorOptions options = {}) : simulator_(std::move(options)) {
    EXPECT_TRUE(simulator_.open());
    thread_ = std::thread([this] { simulator_.run(); });
  }
  ~RunningSimulator() {
    simulator_.stop();
    thread_.join();
  }
  RunningSimulator(const RunningSimulator&) = delete;
  RunningSimulator& operator=(const RunningSimulator&) = delete;
  [[nodiscard]] std::string url(const std::string& path = "/events") const {
    return "http://127.0.0.1:" + std::to_string(simulator_.port()) + path;
  }

 private:
  simulate::Simulator simulator_;
  std::thread thread_;
};

class HttpApi : public testing::Test {
 protected:
  HttpApiSettings settings(const std::string& url) {
    HttpApiSettings out;
    out.target = "erp";
    out.internal = true;
    out.timeout = std::chrono::milliseconds(400);
    out.calls.push_back({"post", url, "POST", "event", "application/cloudevents+json", {}});
    out.lookup_url = url.substr(0, url.rfind('/')) + "/effects/{key}";
    return out;
  }
  static pipeline::DeliveryRequest request(const std::string& id = "e1") {
    pipeline::DeliveryRequest out;
    out.target = "erp";
    out.operation = "post";
    out.event_id = id;
    out.effect_key = "erp:post:" + id;
    out.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    out.event_json = std::make_shared<const std::string>(
        R"({"id":")" + id + R"(","type":"crossdock.shipment.milestone.v1","data":{"a":1}})");
    return out;
  }
  AttemptOutcome attempt(HttpApiAdapter& adapter, const pipeline::DeliveryRequest& one) {
    std::optional<AttemptOutcome> outcome;
    adapter.attempt(one, [&](AttemptOutcome result) { outcome = std::move(result); });
    EXPECT_FALSE(outcome) << "never inside the call";
    EXPECT_TRUE(executor_.run_until([&] { return outcome.has_value(); }));
    return outcome.value_or(AttemptOutcome{});
  }
  LookupResult look_up(HttpApiAdapter& adapter, const pipeline::DeliveryRequest& one) {
    std::optional<pipeline::LookupOutcome> outcome;
    adapter.look_up(one, [&](pipeline::LookupOutcome result) { outcome = std::move(result); });
    EXPECT_TRUE(executor_.run_until([&] { return outcome.has_value(); }));
    return outcome->result;
  }
  /// What the simulated system says of itself.
  std::string state(const RunningSimulator& simulator, const std::string& control = {}) {
    std::string body;
    bool done = false;
    Transfer transfer;
    transfer.url = simulator.url(control.empty() ? "/state" : "/control");
    transfer.internal = true;
    if (!control.empty()) transfer.body = std::make_shared<const std::string>(control);
    pool_.submit(std::move(transfer), [&](TransferResult result) {
      body = result.body;
      done = true;
    });
    EXPECT_TRUE(executor_.run_until([&] { return done; }));
    return body;
  }

  tests::FakeClock clock_;
  tests::ManualExecutor executor_{clock_};
  TransferPool pool_{executor_};
};

/// Events of one socket that epoll has at hand; 0: none.
std::uint32_t ready(const WatchedSockets& sockets, int socket) {
  epoll_event event{};
  const int count = ::epoll_wait(sockets.epoll(), &event, 1, 0);
  return count == 1 && event.data.fd == socket ? event.events : 0U;
}

TEST(HttpApiSockets, an_idle_connection_stays_watched_and_is_dismissed_when_its_peer_speaks) {
  int pair[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  WatchedSockets sockets;
  sockets.opened(pair[0]);
  sockets.watch(pair[0], EPOLLIN);
  ASSERT_EQ(::write(pair[1], "a", 1), 1);
  EXPECT_EQ(ready(sockets, pair[0]), EPOLLIN);
  EXPECT_FALSE(sockets.dismissed(pair[0])) << "somebody waits for it";
  sockets.unwatch(pair[0]);
  EXPECT_EQ(ready(sockets, pair[0]), EPOLLIN) << "nothing was said to epoll yet";
  EXPECT_TRUE(sockets.dismissed(pair[0]));
  EXPECT_EQ(ready(sockets, pair[0]), 0U) << "dismissed, it does not come again and again";
  sockets.watch(pair[0], EPOLLIN | EPOLLOUT);
  EXPECT_EQ(ready(sockets, pair[0]), EPOLLIN | EPOLLOUT) << "the next call on it hears of it";
  sockets.closed(pair[0]);
  ::close(pair[0]);
  EXPECT_EQ(ready(sockets, pair[0]), 0U);
  ::close(pair[1]);
}

TEST(HttpApiSockets, a_number_that_the_system_gives_again_is_watched_anew) {
  int pair[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  WatchedSockets sockets;
  sockets.opened(pair[0]);
  sockets.watch(pair[0], EPOLLIN);
  sockets.unwatch(pair[0]);
  sockets.closed(pair[0]);
  int other[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, other), 0);
  ASSERT_EQ(::dup2(other[0], pair[0]), pair[0]);  // closes the first, whose number the second takes
  sockets.opened(pair[0]);
  sockets.watch(pair[0], EPOLLIN);
  ASSERT_EQ(::write(other[1], "b", 1), 1);
  EXPECT_EQ(ready(sockets, pair[0]), EPOLLIN);
  for (const int file : {pair[0], pair[1], other[0], other[1]}) ::close(file);
}

TEST_F(HttpApi, an_event_is_applied_once_and_found_by_its_key) {
  const RunningSimulator simulator;
  HttpApiAdapter adapter(settings(simulator.url()), pool_, executor_, clock_);
  EXPECT_EQ(look_up(adapter, request()), LookupResult::absent);
  const AttemptOutcome first = attempt(adapter, request());
  EXPECT_EQ(first.result, AttemptResult::applied) << first.detail;
  EXPECT_EQ(first.http_status, 201);
  EXPECT_EQ(attempt(adapter, request()).http_status, 200);
  EXPECT_EQ(look_up(adapter, request()), LookupResult::present);
  EXPECT_NE(state(simulator).find("\"effects\":1,\"distinct\":1,\"doubled\":0"), std::string::npos);
}

TEST_F(HttpApi, every_misdeed_has_its_meaning) {
  struct Row {
    std::string misdeed;
    AttemptResult result;
    int effects;
  };
  const std::vector<Row> rows{{"refuse", AttemptResult::refused, 0},
                              {"period_closed", AttemptResult::refused, 0},
                              {"busy", AttemptResult::retry, 0},
                              {"unavailable", AttemptResult::retry, 0},
                              {"error", AttemptResult::unknown, 0},
                              {"garbage", AttemptResult::applied, 1},
                              {"malformed", AttemptResult::unknown, 1},
                              {"close_after", AttemptResult::unknown, 1},
                              {"close_before", AttemptResult::unknown, 0},
                              {"timeout_after", AttemptResult::unknown, 1},
                              {"timeout_before", AttemptResult::unknown, 0},
                              {"slow,ms=20", AttemptResult::applied, 1}};
  for (const Row& row : rows) {
    // Twice: on a fresh connection, and on one that was kept alive and could be repeated by the library.
    for (const bool kept_alive : {false, true}) {
      simulate::SimulatorOptions options;
      options.once = simulate::Once::none;
      const RunningSimulator simulator(options);
      HttpApiAdapter adapter(settings(simulator.url()), pool_, executor_, clock_);
      const int before = kept_alive ? 1 : 0;
      if (kept_alive) {
        EXPECT_EQ(attempt(adapter, request("e0")).result, AttemptResult::applied);
      }
      state(simulator, R"({"behave":")" + row.misdeed + R"("})");
      const AttemptOutcome outcome = attempt(adapter, request());
      EXPECT_EQ(outcome.result, row.result) << row.misdeed << ": " << outcome.detail;
      const std::string expected = "\"effects\":" + std::to_string(row.effects + before) + ",";
      EXPECT_NE(state(simulator).find(expected), std::string::npos)
          << row.misdeed << " must be sent once: " << state(simulator);
      EXPECT_FALSE(outcome.detail.empty());
    }
  }
}

TEST_F(HttpApi, retry_after_is_passed_on) {
  simulate::SimulatorOptions options;
  options.rules = {*simulate::parse_rule("busy,retry_after=7")};
  const RunningSimulator simulator(options);
  HttpApiAdapter adapter(settings(simulator.url()), pool_, executor_, clock_);
  EXPECT_EQ(attempt(adapter, request()).retry_after, std::chrono::milliseconds(7000));
}

TEST_F(HttpApi, nobody_there_is_a_retry) {
  std::uint16_t port = 0;
  {
    const RunningSimulator gone;
    port = static_cast<std::uint16_t>(std::stoi(gone.url("").substr(17)));
  }
  HttpApiAdapter adapter(settings("http://127.0.0.1:" + std::to_string(port) + "/events"), pool_, executor_, clock_);
  const AttemptOutcome outcome = attempt(adapter, request());
  EXPECT_EQ(outcome.result, AttemptResult::retry) << outcome.detail;
  EXPECT_EQ(look_up(adapter, request()), LookupResult::unknown);
}

TEST_F(HttpApi, a_forgotten_key_is_said) {
  const RunningSimulator simulator;
  HttpApiAdapter adapter(settings(simulator.url()), pool_, executor_, clock_);
  attempt(adapter, request());
  state(simulator, R"({"forget":true})");
  pipeline::DeliveryRequest again = request();
  again.attempt = 2;
  const AttemptOutcome outcome = attempt(adapter, again);
  EXPECT_EQ(outcome.result, AttemptResult::unknown);
  EXPECT_TRUE(outcome.forgot_key);
}

TEST_F(HttpApi, an_internal_address_is_refused_where_the_target_is_not_internal) {
  const RunningSimulator simulator;
  HttpApiSettings outside = settings(simulator.url());
  outside.internal = false;
  HttpApiAdapter adapter(outside, pool_, executor_, clock_);
  const AttemptOutcome outcome = attempt(adapter, request());
  EXPECT_EQ(outcome.result, AttemptResult::retry);
  EXPECT_NE(outcome.detail.find("internal"), std::string::npos) << outcome.detail;
  EXPECT_NE(state(simulator).find("\"requests\":0"), std::string::npos);
}

TEST_F(HttpApi, a_token_is_fetched_once_for_many_calls_and_renewed_when_refused) {
  simulate::SimulatorOptions options;
  options.oauth = true;
  const RunningSimulator simulator(options);
  HttpApiSettings with_token = settings(simulator.url());
  with_token.timeout = std::chrono::seconds(5);
  with_token.token = TokenSettings{
      simulator.url("/oauth/token"), "us", "events", "", configuration::Secret("s:e cret"), nullptr, {}, {}, true};
  with_token.token->connect_timeout = with_token.token->timeout = std::chrono::seconds(5);
  HttpApiAdapter adapter(with_token, pool_, executor_, clock_);
  int applied = 0;
  for (int i = 0; i < 20; ++i)
    adapter.attempt(request("e" + std::to_string(i)), [&](const AttemptOutcome& outcome) {
      applied += outcome.result == AttemptResult::applied ? 1 : 0;
    });
  EXPECT_TRUE(executor_.run_until([&] { return applied == 20; }));
  EXPECT_NE(state(simulator).find("\"tokens_issued\":1"), std::string::npos) << state(simulator);
  state(simulator, R"({"expire_tokens":true})");
  EXPECT_EQ(attempt(adapter, request("f1")).result, AttemptResult::applied);
  EXPECT_NE(state(simulator).find("\"tokens_issued\":2"), std::string::npos);
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(attempt(adapter, request("f2")).result, AttemptResult::applied);
  EXPECT_NE(state(simulator).find("\"tokens_issued\":3"), std::string::npos);
}

TEST_F(HttpApi, a_token_that_cannot_be_had_is_a_retry) {
  const RunningSimulator simulator;
  HttpApiSettings with_token = settings(simulator.url());
  with_token.token = TokenSettings{
      simulator.url("/nothing"), "us", "", "", configuration::Secret("x"), nullptr, std::chrono::seconds(1),
      std::chrono::seconds(1),   true};
  HttpApiAdapter adapter(with_token, pool_, executor_, clock_);
  const AttemptOutcome outcome = attempt(adapter, request());
  EXPECT_EQ(outcome.result, AttemptResult::retry);
  EXPECT_NE(outcome.detail.find("not sent"), std::string::npos) << outcome.detail;
}

TEST_F(HttpApi, credentials_and_signatures_hold) {
  simulate::SimulatorOptions options;
  options.token = "open sesame";
  options.signing_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const RunningSimulator simulator(options);
  HttpApiAdapter bare(settings(simulator.url()), pool_, executor_, clock_);
  EXPECT_EQ(attempt(bare, request()).result, AttemptResult::retry) << "401: a person can mend the credentials";
  const support::TemporaryFolder folder;
  folder.write("secrets/token", "open sesame\n");
  folder.write("secrets/signing", options.signing_secret);
  configuration::Target target;
  target.id.text = "erp";
  target.url = simulator.url();
  target.authentication.bearer = {"secret:token"};
  target.sign = {"secret:signing"};
  const auto made = make_settings(target, configuration::SecretStore(folder.path()), folder.path());
  ASSERT_TRUE(made) << made.error().text();
  HttpApiAdapter adapter(*made, pool_, executor_, clock_);
  EXPECT_EQ(attempt(adapter, request()).result, AttemptResult::applied);
}

TEST_F(HttpApi, bodies_are_shaped_as_told) {
  const RunningSimulator simulator;
  HttpApiSettings shaped = settings(simulator.url());
  shaped.calls[0].body = "data";
  shaped.calls.push_back(
      {"invoice", simulator.url("/invoices"), "PUT", "targets/invoice", "application/json", {"X-Extra: 1"}});
  HttpApiAdapter adapter(shaped, pool_, executor_, clock_,
                         [](const std::string& map, const std::string&) -> Result<std::string> {
                           if (map == "targets/invoice") return std::string(R"({"id":"shaped"})");
                           return fail(Code::configuration_map_unknown);
                         });
  EXPECT_EQ(attempt(adapter, request()).result, AttemptResult::applied);
  pipeline::DeliveryRequest invoice = request("e2");
  invoice.operation = "invoice";
  EXPECT_EQ(attempt(adapter, invoice).result, AttemptResult::applied);
  invoice.operation = "unheard-of";
  EXPECT_EQ(attempt(adapter, invoice).result, AttemptResult::refused);
}

TransferResult answer(int status, std::vector<std::pair<std::string, std::string>> headers = {}) {
  TransferResult result;
  result.status = status;
  result.sent_whole = true;
  result.headers = std::move(headers);
  return result;
}

TEST(HttpOutcome, statuses_mean_what_they_say) {
  const std::vector<std::pair<int, AttemptResult>> rows{
      {200, AttemptResult::applied}, {202, AttemptResult::applied}, {204, AttemptResult::applied},
      {301, AttemptResult::refused}, {400, AttemptResult::refused}, {401, AttemptResult::retry},
      {403, AttemptResult::refused}, {404, AttemptResult::refused}, {408, AttemptResult::retry},
      {409, AttemptResult::refused}, {422, AttemptResult::refused}, {425, AttemptResult::retry},
      {429, AttemptResult::retry},   {500, AttemptResult::unknown}, {502, AttemptResult::unknown},
      {503, AttemptResult::retry},   {504, AttemptResult::unknown}};
  for (const auto& [status, result] : rows) EXPECT_EQ(outcome_of(answer(status), {}, {}).result, result) << status;
  EXPECT_EQ(outcome_of(answer(409), {{}, {409}}, {}).result, AttemptResult::retry);
  EXPECT_EQ(outcome_of(answer(501), {{501}, {}}, {}).result, AttemptResult::refused);
  EXPECT_EQ(outcome_of(answer(502), {{}, {502}}, {}).result, AttemptResult::retry);
}

TEST(HttpOutcome, retry_after_in_both_forms) {  // spec: RFC 9110 s10.2.3
  const auto now = *base::parse_rfc3339("1994-11-06T08:49:00Z");
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_retry_after("120", now), milliseconds(120'000));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), milliseconds(37'000));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:40:00 GMT", now), milliseconds(0));
  EXPECT_EQ(parse_retry_after("99999999999", now), milliseconds(86'400'000));
  for (const char* text : {"", "-1", "soon", "Sun, 06 Foo 1994 08:49:37 GMT", "1.5", "Sun, 99 Nov 1994 08:49:37 GMT"})
    EXPECT_FALSE(parse_retry_after(text, now)) << text;
}

TEST(AddressGuard, knows_the_inside) {
  const auto internal = [](const std::string& text) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1)
      v4->sin_family = AF_INET;
    else if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1)
      v6->sin6_family = AF_INET6;
    return is_internal_address(reinterpret_cast<sockaddr*>(&storage));
  };
  for (const char* text : {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
                           "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
                           "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"})
    EXPECT_TRUE(internal(text)) << text;
  for (const char* text : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"})
    EXPECT_FALSE(internal(text)) << text;
}

TEST(HttpText, signs_as_the_standard_says) {  // spec: Standard Webhooks 1.0
  const auto key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key);
  EXPECT_EQ(webhook_signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_FALSE(signing_key("whsec_***"));
  EXPECT_EQ(percent_encoded("a b/c%é"), "a%20b%2Fc%25%C3%A9");
}

}  // namespace
}  // namespace crossdock::http_api
