// The API on a real server, a real store in a temporary folder, an intake and operations in memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "gateway/api/api.hpp"
#include "gateway/store/messages.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/channels/fake_intake.hpp"
#include "tests/unit/gateway/channels/http_test_server.hpp"

namespace crossdock::api::test {

/// Remembers what was asked; knows the message `known` and nothing else.
class FakeOperations final : public pipeline::Operations {
 public:
  explicit FakeOperations(base::Executor& executor) : executor_(executor) {}
  void reprocess(pipeline::Request request, Callback callback) override {
    note("reprocess", request, std::move(callback));
  }
  void resubmit(pipeline::Request request, Callback callback) override {
    note("resubmit", request, std::move(callback));
  }
  void redeliver(pipeline::Request request, Callback callback) override {
    note("redeliver", request, std::move(callback));
  }
  void reissue(pipeline::Request request, Callback callback) override { note("reissue", request, std::move(callback)); }
  void dismiss(pipeline::Request request, Callback callback) override { note("dismiss", request, std::move(callback)); }
  void assign(pipeline::Request request, std::string partner, Callback callback) override {
    note("assign to " + partner, request, std::move(callback));
  }
  std::vector<std::string> asked;

 private:
  void note(const std::string& operation, const pipeline::Request& request, Callback callback) {
    asked.push_back(operation + " " + request.id + " by " + request.actor + ": " + request.reason);
    Result<pipeline::Done> out = pipeline::Done{request.id, {"d1", "d2"}, "2 deliveries go on"};
    if (request.id != "known") out = fail(Code::api_not_found, "there is no " + request.id);
    executor_.post([out = std::move(out), callback = std::move(callback)] { callback(out); });
  }
  base::Executor& executor_;
};

/// Token `person` may do everything; `system` belongs to the system tms.
inline std::optional<Caller> caller(const std::string& digest) {
  if (digest == http::token_digest("person")) return Caller{Caller::Kind::person, "api-token", digest};
  if (digest == http::token_digest("system")) return Caller{Caller::Kind::system, "tms", digest};
  return std::nullopt;
}

/// Finds `data.load` missing where the text has no load.
inline Status check_event(std::string_view event, std::vector<Finding>& findings) {
  if (event.find('{') == std::string_view::npos) return fail(Code::api_body, "the event is not a JSON object");
  if (event.find("\"load\"") != std::string_view::npos) return {};
  Finding finding;
  finding.message = "is required";
  finding.path = "data.load.id";
  finding.expected = "a text";
  findings.push_back(finding);
  return {};
}

struct Bench {
  support::TemporaryFolder folder;
  http::test::FakeClock clock;
  base::Registry metrics;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<crossdock::test::FakeIntake> intake;
  std::unique_ptr<FakeOperations> operations;
  std::unique_ptr<Api> api;
  std::string bundle = "b1";
  http::test::TestServer server{[this](http::Router& router, runtime::Runtime& runtime) { set_up(router, runtime); }};

  void set_up(http::Router& router, runtime::Runtime& runtime) {
    store::StoreSettings settings;
    settings.folder = folder.path().string();
    store = std::move(store::open_sqlite_store(settings, runtime).value());
    intake = std::make_unique<crossdock::test::FakeIntake>(runtime);
    operations = std::make_unique<FakeOperations>(runtime);
    const auto configuration = [this] {
      ConfigurationView view;
      view.bundle = bundle;
      view.partners.push_back({"acme", "Acme Freight", "carrier", false, {}});
      return view;
    };
    const auto targets = [] { return std::vector<TargetView>{{"erp", "", "key", "closed", "", 0, 0, 0, false, true}}; };
    api = std::make_unique<Api>(ApiParts{*store,
                                         *intake,
                                         *operations,
                                         clock,
                                         metrics,
                                         caller,
                                         check_event,
                                         configuration,
                                         targets,
                                         {},
                                         "0.1.0",
                                         runtime.pool("spool"),
                                         runtime});
    api->add_routes(router);
  }
  http::test::Answer get(const std::string& target, const std::string& token = "person") {
    http::test::RawClient client(server.port());
    return client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n");
  }
  http::test::Answer post(const std::string& target, const std::string& body, const std::string& headers = {},
                          const std::string& token = "person") {
    http::test::RawClient client(server.port());
    return client.ask("POST " + target +
                      " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token +
                      "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  /// One inbound message of acme in the store.
  void receive(const std::string& id, const std::string& payload) {
    ASSERT_TRUE(store->write_now([&](store::Transaction& transaction) -> Status {
      store::MessageRow row;
      row.id = id;
      row.channel = "acme/document";
      row.channel_kind = "document";
      row.partner = "acme";
      row.file_name = "status " + id + ".edi";
      row.sha256 = to_hex(sha256(payload));
      row.bytes = payload.size();
      row.received_at = clock.now();
      store::insert_message(transaction, row);
      store::add_body(transaction, row, {payload, false, payload.size()});
      return transaction.status();
    }));
  }
};

inline boost::json::object parse(const std::string& text) { return boost::json::parse(text).as_object(); }
inline std::string text_at(const boost::json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}

}  // namespace crossdock::api::test
