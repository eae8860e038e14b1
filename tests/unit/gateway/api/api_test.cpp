// Every route of the API: who may, what comes back, what is refused and how it is said.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/api.hpp"

#include <set>

#include "tests/unit/gateway/api/api_bench.hpp"

namespace crossdock::api {
namespace {

namespace json = boost::json;
using http::test::Answer;
using http::test::RawClient;
using test::Bench;
using test::parse;
using test::text_at;

TEST(Api, needs_a_token_and_systems_may_only_speak_of_events) {
  Bench bench;
  EXPECT_EQ(bench.get("/api/v1/messages", "other").status, 401);
  EXPECT_EQ(bench.get("/api/v1/messages", "system").status, 403);
  EXPECT_EQ(bench.get("/api/v1/events", "system").status, 200);
  EXPECT_EQ(bench.get("/api/v1/messages").status, 200);
  EXPECT_EQ(bench.post("/api/v1/messages/known/reprocess", "", {}, "system").status, 403);
  EXPECT_TRUE(bench.operations->asked.empty());
}

TEST(Api, pages_through_messages_and_shows_one_with_its_payload) {
  Bench bench;
  for (int i = 0; i < 5; ++i) bench.receive("m" + std::to_string(i), "payload " + std::to_string(i));
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const json::object page =
        parse(bench.get("/api/v1/messages?partner=acme&limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor)).body);
    for (const json::value& item : page.at("items").as_array()) seen.insert(text_at(item.as_object(), "id"));
    cursor = page.at("next").is_null() ? "" : text_at(page, "next");
    ++pages;
  } while (!cursor.empty() && pages < 10);
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(pages, 3);
  const json::object one = parse(bench.get("/api/v1/messages/m3").body);
  EXPECT_EQ(text_at(one, "partner"), "acme");
  EXPECT_EQ(text_at(one, "state"), "in_progress");
  EXPECT_EQ(text_at(one, "received_at"), base::to_rfc3339(bench.clock.now()));
  EXPECT_TRUE(one.at("deliveries").is_array());
  EXPECT_EQ(bench.get("/api/v1/messages/m3/payload").body, "payload 3");
  EXPECT_EQ(bench.get("/api/v1/messages/none").status, 404);
  EXPECT_EQ(bench.get("/api/v1/messages/none/payload").status, 404);
}

TEST(Api, large_payloads_leave_through_a_file) {
  Bench bench;
  std::string large(3U << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  bench.receive("m1", large);
  EXPECT_EQ(bench.get("/api/v1/messages/m1/payload").body, large);
}

TEST(Api, filters_by_time_status_and_text) {
  Bench bench;
  bench.receive("m1", "one");
  bench.clock.advance(std::chrono::hours(2));
  bench.receive("m2", "two");
  const auto count = [&](const std::string& query) {
    const Answer answer = bench.get("/api/v1/messages?" + query);
    return answer.status == 200 ? static_cast<int>(parse(answer.body).at("items").as_array().size()) : -answer.status;
  };
  const std::string between = base::to_rfc3339(bench.clock.now() - std::chrono::hours(1));
  EXPECT_EQ(count("since=" + between), 1);
  EXPECT_EQ(count("until=" + between), 1);
  EXPECT_EQ(count("status=in_progress"), 2);
  EXPECT_EQ(count("status=delivered"), 0);
  EXPECT_EQ(count("text=m2"), 1);
  EXPECT_EQ(count("partner=other"), 0);
}

TEST(Api, wrong_parameters_are_named) {
  Bench bench;
  const std::vector<std::pair<std::string, std::string>> table = {{"/api/v1/messages?limit=0", "limit"},
                                                                  {"/api/v1/messages?limit=501", "limit"},
                                                                  {"/api/v1/messages?limit=x", "limit"},
                                                                  {"/api/v1/messages?status=lost", "status"},
                                                                  {"/api/v1/messages?since=yesterday", "since"},
                                                                  {"/api/v1/messages?direction=up", "direction"},
                                                                  {"/api/v1/messages?validation=maybe", "validation"},
                                                                  {"/api/v1/messages?sort=up", "sort"},
                                                                  {"/api/v1/find", "q"},
                                                                  {"/api/v1/statement?day=18.05.2026", "day"}};
  for (const auto& [target, name] : table) {
    const Answer answer = bench.get(target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_TRUE(answer.has("\"parameter\":\"" + name + "\"")) << answer.body;
  }
  EXPECT_EQ(bench.get("/api/v1/messages?cursor=not-ours").status, 400);
}

TEST(Api, changes_are_asked_for_with_who_and_why) {
  Bench bench;
  EXPECT_EQ(bench.post("/api/v1/messages/known/reprocess", R"({"reason":"map mended"})").status, 202);
  EXPECT_EQ(bench.post("/api/v1/messages/known/resubmit", "", "X-Reason: again\r\n").status, 202);
  const Answer done = bench.post("/api/v1/deliveries/known/redeliver?reason=target%20was%20down", "");
  EXPECT_EQ(done.status, 202);
  EXPECT_EQ(done.body, R"({"id":"known","ids":["d1","d2"],"detail":"2 deliveries go on"})");
  EXPECT_EQ(bench.operations->asked,
            (std::vector<std::string>{"reprocess known by api-token: map mended", "resubmit known by api-token: again",
                                      "redeliver known by api-token: target was down"}));
  EXPECT_EQ(bench.post("/api/v1/messages/other/reprocess", "").status, 404);
  EXPECT_EQ(bench.post("/api/v1/messages/known/reprocess", "{").status, 422);
  EXPECT_TRUE(bench.post("/api/v1/messages/known/reprocess", R"({"why":"x"})").has("\"pointer\":\"/why\""));
}

TEST(Api, release_assigns_a_partner_and_discard_takes_deliveries_only) {
  Bench bench;
  bench.receive("known", "ISA");
  EXPECT_EQ(bench.post("/api/v1/parked/known/release", R"({"partner":"acme","reason":"new number"})").status, 202);
  EXPECT_EQ(bench.operations->asked.back(), "assign to acme known by api-token: new number");
  EXPECT_EQ(bench.post("/api/v1/parked/known/release", "").status, 202);
  EXPECT_EQ(bench.operations->asked.back(), "reprocess known by api-token: ");
  EXPECT_EQ(bench.post("/api/v1/parked/known/discard", "").status, 409);
  EXPECT_EQ(bench.post("/api/v1/parked/none/discard", "").status, 404);
}

TEST(Api, events_need_a_key_and_a_schema_and_speak_for_themselves) {
  Bench bench;
  const std::string good = R"({"source":"/systems/tms","data":{"load":{"id":"L1"}}})", key = "Idempotency-Key: k1\r\n";
  EXPECT_EQ(bench.post("/api/v1/events", good).status, 400);
  const Answer refused =
      bench.post("/api/v1/events", R"({"source":"/systems/tms","data":{}})", "Idempotency-Key: k0\r\n");
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(refused.has(R"("pointer":"/data/load/id")")) << refused.body;
  EXPECT_EQ(bench.post("/api/v1/events", "no JSON", key).status, 422);
  const Answer first = bench.post("/api/v1/events", good, key, "system");
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(bench.post("/api/v1/events", good, key).body, first.body);
  EXPECT_EQ(bench.post("/api/v1/events", R"({"source":"/systems/tms","data":{"load":{"id":"L2"}}})", key).status, 409);
  const Answer other = bench.post("/api/v1/events", R"({"source":"/systems/erp","data":{"load":{}}})", key, "system");
  EXPECT_EQ(other.status, 422);
  EXPECT_TRUE(other.has(R"("pointer":"/source")"));
  ASSERT_EQ(bench.intake->events.size(), 3U);
  EXPECT_EQ(bench.intake->events[0].system, "tms");
}

TEST(Api, service_addresses_need_no_token) {
  Bench bench;
  RawClient client(bench.server.port());
  EXPECT_EQ(client.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  const Answer ready = client.ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(ready.body,
            R"({"ready":true,"checks":{"store":"writable","configuration":"loaded","intake":"accepting"}})");
  bench.server.on_io([&] { bench.bundle.clear(); });
  EXPECT_EQ(client.ask("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").status, 503);
  bench.metrics.counter("crossdock_test_total", "a test").add(7);
  EXPECT_TRUE(client.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").has("crossdock_test_total 7"));
}

/// Every $ref of a document.
void references(const json::value& value, std::set<std::string>& out) {
  if (value.is_array())
    for (const json::value& item : value.as_array()) references(item, out);
  if (!value.is_object()) return;
  for (const auto& [key, item] : value.as_object()) {
    if (key == "$ref") out.insert(std::string(item.as_string()));
    references(item, out);
  }
}

TEST(Api, openapi_shows_every_route_and_its_references_resolve) {
  Bench bench;
  const json::object document = parse(bench.get("/api/v1/openapi.json").body);
  EXPECT_EQ(text_at(document, "openapi"), "3.1.0");
  const json::object& paths = document.at("paths").as_object();
  for (const char* path : {"/api/v1/messages", "/api/v1/messages/{id}", "/api/v1/messages/{id}/payload",
                           "/api/v1/events", "/api/v1/events/{id}", "/api/v1/deliveries/{id}/re-issue",
                           "/api/v1/parked/{id}/release", "/api/v1/find", "/api/v1/statement", "/api/v1/books",
                           "/api/v1/exceptions", "/api/v1/targets", "/api/v1/configuration/bundle", "/healthz"})
    EXPECT_TRUE(paths.contains(path)) << path;
  EXPECT_TRUE(paths.at("/api/v1/events").as_object().contains("post"));
  for (const auto& [path, methods] : paths)  // OpenAPI: every name in braces is a parameter of each operation
    for (const auto& [method, operation] : methods.as_object()) {
      std::set<std::string> named;
      for (const json::value& parameter : operation.at("parameters").as_array())
        if (parameter.at("in").as_string() == "path") named.insert(std::string(parameter.at("name").as_string()));
      std::set<std::string> wanted;
      const std::string text(path);
      for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
        wanted.insert(text.substr(at + 1, text.find('}', at) - at - 1));
      EXPECT_EQ(named, wanted) << std::string(method) << " " << text;
    }
  std::set<std::string> found;
  references(document, found);
  const json::object& schemas = document.at("components").as_object().at("schemas").as_object();
  for (const std::string& reference : found)
    EXPECT_TRUE(schemas.contains(reference.substr(std::string("#/components/schemas/").size()))) << reference;
}

TEST(Api, what_is_sent_has_the_fields_that_the_schema_names) {
  Bench bench;
  bench.receive("m1", "one");
  const json::object document = parse(bench.get("/api/v1/openapi.json").body);
  const json::object& properties = document.at("components")
                                       .as_object()
                                       .at("schemas")
                                       .as_object()
                                       .at("MessageRecord")
                                       .as_object()
                                       .at("properties")
                                       .as_object();
  const json::object message = parse(bench.get("/api/v1/messages/m1").body);
  EXPECT_EQ(message.size(), properties.size());
  for (const auto& [key, value] : message) EXPECT_TRUE(properties.contains(key)) << std::string(key);
}

TEST(Api, other_lists_answer) {
  Bench bench;
  bench.receive("m1", "one");
  for (const char* target : {"/api/v1/events", "/api/v1/deliveries", "/api/v1/parked", "/api/v1/exceptions",
                             "/api/v1/partners", "/api/v1/targets"}) {
    const Answer answer = bench.get(target);
    EXPECT_EQ(answer.status, 200) << target << answer.body;
    EXPECT_TRUE(parse(answer.body).at("items").is_array()) << target;
  }
  EXPECT_TRUE(bench.get("/api/v1/targets").has(R"("breaker":"closed")"));
  EXPECT_TRUE(parse(bench.get("/api/v1/books").body).at("balanced").as_bool());
  EXPECT_EQ(
      parse(bench.get("/api/v1/statement?day=" + base::utc_day(bench.clock.now())).body).at("units").as_array().size(),
      4U);
  const Answer found = bench.get("/api/v1/find?q=m1");
  EXPECT_EQ(parse(found.body).at("items").as_array().size(), 1U) << found.body;
}

}  // namespace
}  // namespace crossdock::api
