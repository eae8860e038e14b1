// Listeners, routers and tables of the front.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/front/front.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/api/access.hpp"
#include "gateway/api/api.hpp"
#include "gateway/base/log.hpp"
#include "gateway/channels/document/document_channel.hpp"
#include "gateway/channels/http_server/spool.hpp"
#include "gateway/channels/webhook/webhook_channel.hpp"
#include "gateway/front/bundle_tables.hpp"

namespace crossdock::front {
namespace {

namespace conf = configuration;

constexpr std::string_view verify_pool = "verify", spool_pool = "spool";

bool serves(const conf::Listener& listener, conf::Service service) {
  return listener.serves.empty() ||
         std::find(listener.serves.begin(), listener.serves.end(), service) != listener.serves.end();
}

std::string name_of(const conf::Listener& listener) {
  if (serves(listener, conf::Service::api)) return "api";
  if (serves(listener, conf::Service::documents)) return "documents";
  return serves(listener, conf::Service::webhooks) ? "webhooks" : "as2";
}

http::ServerOptions options_of(const conf::Listener& listener, const std::string& spool_folder) {
  http::ServerOptions out;
  out.limits.parser.head_bytes_max = static_cast<std::uint32_t>(listener.header_bytes_max);
  out.limits.connections_max = listener.connections_max;
  out.limits.head = listener.header_timeout;
  out.limits.body = listener.body_timeout;
  out.limits.idle = listener.idle_timeout;
  out.spool_folder = spool_folder;
  out.spool_pool = spool_pool;
  return out;
}

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::channel_http_tls, "the certificate " + path + " cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

struct Front::State {
  explicit State(FrontParts given) : parts(std::move(given)) {}
  FrontParts parts;
  std::string first_token_digest, spool_folder;
  std::unique_ptr<BundleTables> tables;
  std::vector<api::FaultView> refused;  // of the last reload, when its folder was not taken
  std::unique_ptr<api::Api> api;
  std::unique_ptr<document::DocumentChannel> documents;
  std::unique_ptr<webhook::WebhookChannel> webhooks;
  std::vector<std::unique_ptr<http::Server>> servers;  // last: their routes use what stands above

  void use(std::shared_ptr<const conf::Bundle> bundle) {
    tables = std::make_unique<BundleTables>(std::move(bundle), first_token_digest, base::to_rfc3339(parts.clock.now()));
    refused.clear();
  }
  [[nodiscard]] api::ConfigurationView view() const {
    api::ConfigurationView out = tables->view();
    out.faults.insert(out.faults.end(), refused.begin(), refused.end());
    return out;
  }
  void make_channels();
  Status open_listener(const conf::Listener& listener, std::size_t index);
  Result<http::TlsMaterial> tls_material(std::size_t index) const;
};

void Front::State::make_channels() {
  api = std::make_unique<api::Api>(
      api::ApiParts{parts.store, parts.intake, parts.operations, parts.clock, parts.metrics,
                    [this](const std::string& digest) { return tables->caller(digest); }, parts.check_event,
                    [this] { return view(); }, parts.targets, parts.before_metrics, parts.version,
                    parts.runtime.pool(verify_pool), parts.runtime});
  documents = std::make_unique<document::DocumentChannel>(document::DocumentParts{
      parts.intake, parts.clock, parts.metrics, [this](const std::string& digest) { return tables->sender(digest); }});
  webhooks = std::make_unique<webhook::WebhookChannel>(
      webhook::WebhookParts{parts.intake, parts.runtime, parts.runtime.pool(verify_pool), parts.clock, parts.metrics,
                            [this](std::string_view path) { return tables->webhook(path); }});
}

Result<http::TlsMaterial> Front::State::tls_material(std::size_t index) const {
  const conf::Bundle& bundle = tables->bundle();
  if (index >= bundle.installation.listeners.size() || !bundle.installation.listeners[index].tls)
    return fail(Code::channel_http_tls, "the configuration names no certificate for this listener any more");
  const conf::ListenerTls& tls = *bundle.installation.listeners[index].tls;
  TRY(auto chain, read_text((std::filesystem::path(bundle.folder) / tls.certificate).string()));
  TRY(const auto key, bundle.secrets->resolve(tls.key));
  return http::TlsMaterial{std::move(chain), std::string(key.reveal())};
}

Status Front::State::open_listener(const conf::Listener& listener, std::size_t index) {
  TRY(const auto endpoint, parse_listen(listener.listen.text));
  http::ListenerSettings settings{name_of(listener), endpoint.first, endpoint.second, nullptr, nullptr};
  if (listener.tls) {
    TRY(settings.tls, http::TlsContext::load([this, index] { return tls_material(index); }));
  }
  auto router = std::make_shared<http::Router>();
  if (serves(listener, conf::Service::documents)) documents->add_routes(*router);
  if (serves(listener, conf::Service::webhooks)) webhooks->add_routes(*router);
  if (serves(listener, conf::Service::as2) && parts.add_as2_routes) parts.add_as2_routes(*router);
  if (serves(listener, conf::Service::api))
    api->add_routes(*router);
  else
    api->add_service_routes(*router);
  settings.router = router;
  auto server =
      std::make_unique<http::Server>(parts.runtime, options_of(listener, spool_folder), parts.clock, parts.metrics);
  TRY([[maybe_unused]] const auto port, server->listen(std::move(settings)));
  servers.push_back(std::move(server));
  return {};
}

Front::Front(std::shared_ptr<State> state) : state_(std::move(state)) {}
Front::~Front() = default;

std::vector<runtime::PoolOptions> Front::pools() {
  return {{std::string(spool_pool), 1, 256}, {std::string(verify_pool), 1, 256}};
}

Result<std::unique_ptr<Front>> Front::open(FrontParts parts, std::shared_ptr<const configuration::Bundle> bundle) {
  auto state = std::make_shared<State>(std::move(parts));
  const std::string& data = state->parts.data_folder;
  TRY(state->first_token_digest, api::prepare_first_token(data));
  state->spool_folder = data + "/spool";
  TRY_STATUS(http::prepare_spool_folder(state->spool_folder));
  std::vector<conf::Listener> listeners = bundle->installation.listeners;
  if (listeners.empty()) listeners.emplace_back();
  state->use(std::move(bundle));
  state->make_channels();
  for (std::size_t i = 0; i < listeners.size(); ++i) TRY_STATUS(state->open_listener(listeners[i], i));
  auto front = std::unique_ptr<Front>(new Front(state));
  TRY_STATUS(http::write_listeners_file(data, front->listening()));
  return front;
}

void Front::show_refused(const configuration::Faults& faults) {
  state_->refused.clear();
  for (const conf::Fault& fault : faults)
    state_->refused.push_back(
        {fault.file, std::string(info(fault.code).text), fault.message, fault.line, fault.column});
}

void Front::use(std::shared_ptr<const configuration::Bundle> bundle) {
  state_->use(std::move(bundle));
  for (const auto& server : state_->servers)
    if (const Status reloaded = server->reload_certificates(); !reloaded)
      base::log(base::LogLevel::alarm, "http", reloaded.error());
}

std::vector<http::Listening> Front::listening() const {
  std::vector<http::Listening> out;
  for (const auto& server : state_->servers)
    out.insert(out.end(), server->listening().begin(), server->listening().end());
  return out;
}

runtime::ShutdownStep Front::shutdown_step() {
  return {"http",
          [state = state_](const std::function<void()>& drained) {
            const auto left = std::make_shared<std::size_t>(state->servers.size());
            if (*left == 0) return drained();
            for (const auto& server : state->servers)
              server->drain([left, drained] {
                if (--*left == 0) drained();
              });
          },
          [state = state_] {
            for (const auto& server : state->servers) server->abandon();
          }};
}

Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    const std::string_view number = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), port);
    if (error == std::errc{} && end == number.data() + number.size() && !number.empty()) {
      std::string_view address = text.substr(0, colon);
      if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
      if (address == "localhost") address = "127.0.0.1";
      if (address.empty() || address == "*") address = "0.0.0.0";
      return std::pair{std::string(address), port};
    }
  }
  return fail(Code::channel_http_listen, "`" + std::string(text) + "` is not ADDRESS:PORT");
}

}  // namespace crossdock::front
