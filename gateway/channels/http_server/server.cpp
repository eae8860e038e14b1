// Listeners, the set of open connections, their deadlines and their end.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/http_server/server.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <unordered_map>

#include "gateway/base/log.hpp"
#include "gateway/channels/http_codec/response_writer.hpp"
#include "gateway/channels/http_server/session.hpp"
#include "translators/base/json_text.hpp"

namespace crossdock::http {
namespace {

constexpr std::size_t refusing_max = 64;  // connections above the limit that are told so; others are just closed

}  // namespace

struct Server::State final : SessionHost, std::enable_shared_from_this<Server::State> {
  State(runtime::Runtime& owner, ServerOptions given, const base::Clock& wall, base::Registry& registry)
      : runtime_(owner),
        options(std::move(given)),
        clock(wall),
        metrics(registry),
        open_gauge(registry.gauge("crossdock_http_connections", "HTTP connections that are open")) {}

  const ServerLimits& limits() const override { return options.limits; }
  base::SteadyInstant now() const override { return clock.steady(); }
  std::string_view date() override {
    const auto second = std::chrono::floor<std::chrono::seconds>(clock.now());
    if (second != date_second) {
      date_second = second;
      date_text = http_date(second.time_since_epoch().count());
    }
    return date_text;
  }
  bool draining() const override { return draining_; }
  std::string next_spool_path() override { return fresh_spool_path(options.spool_folder); }
  runtime::Runtime& runtime() override { return runtime_; }
  runtime::WorkerPool& spool_pool() override { return runtime_.pool(options.spool_pool); }
  void count(const Route* route, std::uint16_t status, base::SteadyInstant since) override;
  void closed(const Session& session) override;

  void accept(const std::shared_ptr<const Router>& router, std::unique_ptr<ByteStream> stream);
  void begin_sweeping();
  void sweep();

  struct RouteMetrics {
    std::map<std::uint16_t, base::Counter*> by_status;
    base::Histogram* seconds = nullptr;
  };

  runtime::Runtime& runtime_;
  ServerOptions options;
  const base::Clock& clock;
  base::Registry& metrics;
  base::Gauge& open_gauge;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::shared_ptr<TlsContext>> contexts;
  std::vector<std::shared_ptr<const Router>> routers;  // sessions point into them
  std::vector<Listening> listening;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions;
  std::unordered_map<const Route*, RouteMetrics> route_metrics;
  std::unique_ptr<runtime::Timer> sweeper;
  std::function<void()> drained;
  bool draining_ = false;
  std::chrono::sys_seconds date_second{};
  std::string date_text;
};

void Server::State::count(const Route* route, std::uint16_t status, base::SteadyInstant since) {
  RouteMetrics& row = route_metrics[route];
  const std::string label = route == nullptr ? "none" : route->method + " " + route->pattern;
  base::Counter*& counter = row.by_status[status];
  if (counter == nullptr)
    counter = &metrics.counter("crossdock_http_requests_total", "HTTP requests answered",
                               {{"route", label}, {"status", std::to_string(status)}});
  counter->add();
  if (route == nullptr) return;
  if (row.seconds == nullptr)
    row.seconds = &metrics.histogram("crossdock_http_request_seconds", "From the head of a request to its answer",
                                     {{"route", label}});
  row.seconds->observe(std::chrono::duration<double>(now() - since).count());
}

void Server::State::closed(const Session& session) {
  sessions.erase(&session);
  open_gauge.set(static_cast<double>(sessions.size()));
  if (draining_ && sessions.empty() && drained) std::exchange(drained, {})();
}

void Server::State::accept(const std::shared_ptr<const Router>& router, std::unique_ptr<ByteStream> stream) {
  if (draining_ || sessions.size() >= options.limits.connections_max + refusing_max) return stream->close();
  const auto session = std::make_shared<Session>(shared_from_this(), router, std::move(stream));
  const bool refusing = sessions.size() >= options.limits.connections_max;
  sessions.emplace(session.get(), session);
  open_gauge.set(static_cast<double>(sessions.size()));
  refusing ? session->start_refusing() : session->start();
}

void Server::State::begin_sweeping() {
  sweeper = runtime_.after(options.limits.sweep, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->sweep();
    self->begin_sweeping();
  });
}

void Server::State::sweep() {
  std::vector<std::shared_ptr<Session>> open;  // a session that closes leaves the map
  open.reserve(sessions.size());
  for (const auto& [key, session] : sessions) open.push_back(session);
  const base::SteadyInstant at = now();
  for (const auto& session : open) session->check_deadline(at);
}

Server::Server(runtime::Runtime& runtime, ServerOptions options, const base::Clock& clock, base::Registry& metrics)
    : state_(std::make_shared<State>(runtime, std::move(options), clock, metrics)) {
  state_->begin_sweeping();
}

Server::~Server() { abandon(); }

Result<std::uint16_t> Server::listen(ListenerSettings settings) {
  const bool tls = settings.tls != nullptr;
  TRY(auto listener,
      open_listener(state_->runtime_, settings.address, settings.port, settings.tls,
                    [weak = std::weak_ptr(state_), router = settings.router](std::unique_ptr<ByteStream> stream) {
                      if (const auto state = weak.lock()) state->accept(router, std::move(stream));
                    }));
  const std::uint16_t port = listener->port();
  if (tls) state_->contexts.push_back(settings.tls);
  state_->routers.push_back(settings.router);
  state_->listeners.push_back(std::move(listener));
  state_->listening.push_back({settings.name, settings.address, port, tls});
  base::log(base::LogLevel::info, "http", "listening",
            {{"listener", settings.name},
             {"address", settings.address},
             {"port", std::to_string(port)},
             {"tls", tls ? "yes" : "no"}});
  return port;
}

const std::vector<Listening>& Server::listening() const { return state_->listening; }

Status Server::reload_certificates() {
  Status first;
  for (const auto& context : state_->contexts) {
    if (const Status reloaded = context->reload(); !reloaded && first) first = reloaded;
  }
  return first;
}

void Server::drain(std::function<void()> drained) {
  state_->draining_ = true;
  for (auto& listener : state_->listeners) listener->close();
  state_->drained = std::move(drained);
  std::vector<std::shared_ptr<Session>> open;
  for (const auto& [key, session] : state_->sessions) open.push_back(session);
  for (const auto& session : open) session->drain();
  if (state_->sessions.empty() && state_->drained) std::exchange(state_->drained, {})();
}

void Server::abandon() {
  state_->draining_ = true;
  for (auto& listener : state_->listeners) listener->close();
  std::vector<std::shared_ptr<Session>> open;
  for (const auto& [key, session] : state_->sessions) open.push_back(session);
  for (const auto& session : open) session->close();
  state_->sweeper.reset();
}

void Server::sweep() { state_->sweep(); }

std::size_t Server::connections() const { return state_->sessions.size(); }

Status write_listeners_file(const std::string& data_folder, const std::vector<Listening>& listening) {
  std::string text = "{\"listeners\":[";
  for (const Listening& listener : listening) {
    if (text.back() == '}') text += ',';
    const bool v6 = listener.address.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + listener.address + "]" : listener.address;
    text += "{\"name\":";
    append_json_string(text, listener.name);
    text += ",\"address\":";
    append_json_string(text, listener.address);
    text +=
        ",\"port\":" + std::to_string(listener.port) + ",\"tls\":" + (listener.tls ? "true" : "false") + ",\"url\":";
    append_json_string(text, (listener.tls ? "https://" : "http://") + host + ":" + std::to_string(listener.port));
    text += '}';
  }
  text += "]}\n";
  const std::string path = data_folder + "/listeners.json", fresh = path + ".new";
  std::ofstream file(fresh, std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(Code::file_unwritable, "cannot write " + fresh);
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  if (error) return fail(Code::file_unwritable, "cannot replace " + path + ": " + error.message());
  return {};
}

}  // namespace crossdock::http
