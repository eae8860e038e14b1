// Wires the gateway: what exists, in which order it starts, how a new configuration is taken in, how it ends.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/daemon.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "gateway/api/access.hpp"
#include "gateway/api/api.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/directory/notifier.hpp"
#include "gateway/channels/http_server/server.hpp"
#include "gateway/cli/adapters.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/file_source.hpp"
#include "gateway/cli/installed.hpp"
#include "gateway/cli/inward.hpp"
#include "gateway/cli/pipeline_settings.hpp"
#include "gateway/configuration/holder.hpp"
#include "gateway/pipeline/pipeline.hpp"
#include "gateway/pipeline/translator_documents.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/store/sqlite/sqlite_store.hpp"
#include "translators/mapping/load.hpp"

namespace crossdock::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view component = "serve";

std::shared_ptr<const Catalogue> make_catalogue(const DaemonOptions& options) {
  return std::make_shared<const Catalogue>(
      std::make_shared<FileSource>(std::vector<std::string>{options.configuration_folder, options.share_folder}));
}

std::vector<runtime::PoolOptions> pools() {
  return {{"spool", 2, 256}, {"files", 2, 1024}, {"translate", 1, 256}, {"verify", 1, 256}, {"configuration", 1, 4}};
}

base::LogLevel level_of(configuration::Logging::Level level) { return static_cast<base::LogLevel>(level); }

std::string once_name(pipeline::Once once) {
  constexpr const char* names[] = {"key", "lookup", "same_bytes", "none"};
  return names[static_cast<std::size_t>(once)];
}

Result<std::pair<std::string, std::uint16_t>> split_listen(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  std::uint32_t port = 0;
  for (const char c : listen.substr(colon + 1)) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) port = 65536;
    if (port < 65536) port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (colon == std::string::npos || port > 65535) return fail(Code::usage_wrong, "listen: " + listen + " is no ADDRESS:PORT");
  return std::pair{listen.substr(0, colon), static_cast<std::uint16_t>(port)};
}

}  // namespace

struct Daemon::State {
  explicit State(DaemonOptions options_in)
      : options(std::move(options_in)), catalogue(make_catalogue(options)), installed(*catalogue), holder(options.configuration_folder, &installed),
        runtime(pools()), random(base::make_system_random()) {}

  Status prepare();
  Status open_store();
  void take(const std::shared_ptr<const configuration::Bundle>& bundle);
  void replace_pick_ups();
  Status listen();
  std::unique_ptr<http::Router> make_router(const configuration::Listener& listener);
  Result<std::shared_ptr<http::TlsContext>> tls_of(const configuration::Listener& listener);
  void begin();
  void started(const Status& ready);
  void add_shutdown();
  void look_for_changes();
  void reload();
  [[nodiscard]] std::optional<api::Caller> caller(const std::string& digest) const;
  [[nodiscard]] api::ConfigurationView configuration_view() const;
  [[nodiscard]] std::vector<api::TargetView> target_views() const;

  DaemonOptions options;
  std::shared_ptr<const Catalogue> catalogue;
  InstalledCatalogue installed;
  configuration::Holder holder;
  runtime::Runtime runtime;
  std::unique_ptr<base::Random> random;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<http_api::TransferPool> transfers;
  std::unique_ptr<pipeline::Documents> documents;
  std::shared_ptr<const configuration::Bundle> bundle;  // in force, seen from the io thread
  Webhooks webhooks;
  Adapters adapters;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::unique_ptr<webhook::WebhookChannel> webhook_channel;
  std::unique_ptr<document::DocumentChannel> document_channel;
  std::unique_ptr<api::Api> api;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<directory::Notifier> notifier;
  std::vector<std::shared_ptr<directory::PickUp>> pick_ups;
  std::string first_token;
  configuration::ReloadReport last_reload;
  std::string loaded_at;
  Status outcome;
};

Status Daemon::State::open_store() {
  const configuration::Installation& installation = bundle->installation;
  store::StoreSettings settings;
  settings.folder = options.data_folder;
  settings.reader_threads = installation.store.readers;
#ifdef CROSSDOCK_FAILPOINTS
  // The crash harness proves itself with a store that does not sync: only test builds know this word.
  if (const char* synchronous = std::getenv("CROSSDOCK_SYNCHRONOUS")) settings.synchronous = synchronous;
#endif
  TRY(store, store::open_sqlite_store(settings, runtime));
  return {};
}

Status Daemon::State::prepare() {
  std::error_code failed;
  for (const std::string& folder : {options.data_folder, options.data_folder + "/spool"}) {
    fs::create_directories(folder, failed);
    if (failed) return fail(Code::file_unwritable, folder + ": " + failed.message());
  }
  if (auto begun = holder.start(); !begun) {
    for (const configuration::Fault& fault : holder.faults()) std::fprintf(stderr, "%s\n", configuration::to_text(fault).c_str());
    return begun;
  }
  bundle = holder.current();
  loaded_at = base::to_rfc3339(base::system_clock().now());
  base::set_log_level(level_of(bundle->installation.logging.level));
  for (const configuration::Quarantined& quarantined : bundle->quarantined)
    for (const configuration::Fault& fault : quarantined.faults)
      base::log(base::LogLevel::alarm, component, "a partner's file is quarantined: " + configuration::to_text(fault), {{"partner", quarantined.partner}});
  TRY(first_token, api::prepare_first_token(options.data_folder));
  TRY_STATUS(open_store());
  transfers = std::make_unique<http_api::TransferPool>(runtime);
  documents = pipeline::make_documents();
  const auto find = [this](const std::string& target) -> pipeline::TargetAdapter* {
    const auto found = adapters.find(target);
    return found == adapters.end() ? nullptr : found->second.get();
  };
  pipeline = std::make_unique<pipeline::Pipeline>(
      pipeline::Parts{*store, runtime, runtime.pool("translate"), base::system_clock(), *random, base::metrics(), find, *documents},
      make_pipeline_bundle(*bundle, catalogue));
  notifier = std::make_unique<directory::Notifier>(runtime);
  webhooks = make_webhooks(*bundle);
  adapters = make_adapters(*bundle, {*transfers, runtime, runtime.pool("files"), base::system_clock(), options.data_folder});
  return {};
}

std::optional<api::Caller> Daemon::State::caller(const std::string& digest) const {
  if (digest == first_token) return api::Caller{api::Caller::Kind::person, std::string(api::first_token_name), digest};
  for (const configuration::System& system : bundle->installation.systems)
    for (const configuration::Named& token : system.tokens)
      if (token.text == "sha256:" + digest) return api::Caller{api::Caller::Kind::system, system.id.text, digest};
  return std::nullopt;
}

api::ConfigurationView Daemon::State::configuration_view() const {
  api::ConfigurationView view;
  view.bundle = bundle->hash;
  view.folder = options.configuration_folder;
  view.loaded_at = loaded_at;
  for (const auto& partner : bundle->partners) {
    api::PartnerView row;
    row.name = partner->id.text;
    row.display_name = partner->name;
    row.test = partner->test;
    view.partners.push_back(std::move(row));
  }
  auto add = [&view](const configuration::Fault& fault) {
    view.faults.push_back({fault.file, std::string(info(fault.code).text), fault.message, fault.line, fault.column});
  };
  for (const configuration::Quarantined& quarantined : bundle->quarantined) {
    api::PartnerView row;
    row.name = quarantined.partner;
    row.quarantine = quarantined.faults.empty() ? "its file has faults" : configuration::to_text(quarantined.faults.front());
    view.partners.push_back(std::move(row));
    for (const configuration::Fault& fault : quarantined.faults) add(fault);
  }
  if (last_reload.outcome == configuration::ReloadReport::Outcome::refused)
    for (const configuration::Fault& fault : last_reload.faults) add(fault);
  return view;
}

std::vector<api::TargetView> Daemon::State::target_views() const {
  std::vector<api::TargetView> views;
  for (const pipeline::TargetState& state : pipeline->targets()) {
    api::TargetView view;
    view.name = state.name;
    view.partner = state.partner;
    view.once = once_name(state.once);
    view.breaker = state.breaker;
    view.in_flight = static_cast<std::int64_t>(state.in_flight);
    view.waiting = static_cast<std::int64_t>(state.waiting);
    view.accepts_test = state.accepts_test;
    view.accepts_production = state.accepts_production;
    views.push_back(std::move(view));
  }
  return views;
}

Result<std::shared_ptr<http::TlsContext>> Daemon::State::tls_of(const configuration::Listener& listener) {
  if (!listener.tls) return std::shared_ptr<http::TlsContext>{};
  return http::TlsContext::load([this, certificate = listener.tls->certificate, key = listener.tls->key]() -> Result<http::TlsMaterial> {
    const FileSource folder({options.configuration_folder});
    http::TlsMaterial material;
    TRY(material.certificate_chain, folder.read(certificate));
    TRY(const configuration::Secret secret, bundle->secrets->resolve(key));
    material.private_key = std::string(secret.reveal());
    return material;
  });
}

std::unique_ptr<http::Router> Daemon::State::make_router(const configuration::Listener& listener) {
  auto router = std::make_unique<http::Router>();
  const auto serves = [&listener](configuration::Service service) {
    return listener.serves.empty() || std::find(listener.serves.begin(), listener.serves.end(), service) != listener.serves.end();
  };
  if (serves(configuration::Service::documents)) document_channel->add_routes(*router);
  if (serves(configuration::Service::webhooks)) webhook_channel->add_routes(*router);
  if (serves(configuration::Service::api)) api->add_routes(*router);
  else api->add_service_routes(*router);
  return router;
}

Status Daemon::State::listen() {
  const base::Clock& clock = base::system_clock();
  webhook_channel = std::make_unique<webhook::WebhookChannel>(webhook::WebhookParts{
      pipeline->intake(), runtime, runtime.pool("verify"), clock, base::metrics(), [this](std::string_view path) {
        const auto found = webhooks.find(std::string(path));
        return found == webhooks.end() ? nullptr : found->second;
      }});
  document_channel = std::make_unique<document::DocumentChannel>(document::DocumentParts{
      pipeline->intake(), clock, base::metrics(), [this](const std::string& digest) { return find_sender(*bundle, digest); }});
  api::ApiParts parts{*store,
                      pipeline->intake(),
                      pipeline->operations(),
                      clock,
                      base::metrics(),
                      [this](const std::string& digest) { return caller(digest); },
                      [this](std::string_view event, std::vector<Finding>& findings) { return mapping::check_event(catalogue->source(), event, findings); },
                      [this] { return configuration_view(); },
                      [this] { return target_views(); },
                      {},
                      options.data_folder + "/spool",
                      std::string(version())};
  api = std::make_unique<api::Api>(std::move(parts));
  http::ServerOptions server_options;
  server_options.spool_folder = options.data_folder + "/spool";
  server = std::make_unique<http::Server>(runtime, server_options, clock, base::metrics());
  for (const configuration::Listener& listener : bundle->installation.listeners) {
    TRY(const auto address, split_listen(listener.listen));
    TRY(auto tls, tls_of(listener));
    const bool serves_api = listener.serves.empty() || listener.serves.front() == configuration::Service::api;
    std::shared_ptr<const http::Router> router = make_router(listener);
    TRY(const std::uint16_t port, server->listen({serves_api ? "api" : "channels", address.first, address.second, std::move(tls), std::move(router)}));
    base::log(base::LogLevel::info, component, "listening", {{"address", address.first}, {"port", std::to_string(port)}});
  }
  return {};
}

void Daemon::State::replace_pick_ups() {
  notifier->clear();
  for (const auto& old : pick_ups) old->stop([old] {});  // what is in hand is finished; the folder is then looked at by its successor
  pick_ups.clear();
  for (directory::PickUpSettings& settings : pick_up_settings(*bundle, options.data_folder)) {
    auto pick_up = std::make_shared<directory::PickUp>(
        std::move(settings), directory::PickUpParts{pipeline->intake(), runtime, runtime.pool("files"), base::system_clock(), base::metrics()});
    if (auto watched = notifier->watch(pick_up->folder(), [weak = std::weak_ptr(pick_up)] {
          if (const auto alive = weak.lock()) alive->scan();
        });
        !watched)
      base::log(base::LogLevel::warning, component, watched.error(), {{"folder", pick_up->folder()}});
    pick_up->start();
    pick_ups.push_back(std::move(pick_up));
  }
}

/// On the io thread: everything that hangs on the configuration changes at once.
void Daemon::State::take(const std::shared_ptr<const configuration::Bundle>& next) {
  bundle = next;
  catalogue = make_catalogue(options);  // maps and guides may have changed too
  loaded_at = base::to_rfc3339(base::system_clock().now());
  base::set_log_level(level_of(bundle->installation.logging.level));
  webhooks = make_webhooks(*bundle);
  adapters = make_adapters(*bundle, {*transfers, runtime, runtime.pool("files"), base::system_clock(), options.data_folder});
  pipeline->use(make_pipeline_bundle(*bundle, catalogue));
  replace_pick_ups();
}

void Daemon::State::reload() {
  auto work = [this] {
    auto report = holder.reload();
    runtime.post([this, report = std::move(report)] {
      last_reload = report;
      const bool refused = report.outcome == configuration::ReloadReport::Outcome::refused;
      base::log(refused ? base::LogLevel::alarm : base::LogLevel::info, component, report.text());
      for (const configuration::Fault& fault : report.faults) base::log(base::LogLevel::warning, component, configuration::to_text(fault));
      if (report.outcome == configuration::ReloadReport::Outcome::swapped) take(holder.current());
    });
  };
  static_cast<void>(runtime.pool("configuration").run(std::move(work)));  // full: a reload is under way already
}

void Daemon::State::look_for_changes() {
  auto work = [this] {
    if (holder.poll()) runtime.post([this] { reload(); });
  };
  static_cast<void>(runtime.pool("configuration").run(std::move(work)));
  runtime.post_after(bundle->installation.timeouts.reload_check, [this] { look_for_changes(); });
}

void Daemon::State::add_shutdown() {
  runtime.add_shutdown_step({"listeners", [this](std::function<void()> drained) { server->drain(std::move(drained)); }, [this] { server->abandon(); }});
  runtime.add_shutdown_step({"folders",
                             [this](const std::function<void()>& drained) {
                               auto left = std::make_shared<std::size_t>(pick_ups.size() + 1);
                               auto one = [left, drained] {
                                 if (--*left == 0) drained();
                               };
                               for (const auto& pick_up : pick_ups) pick_up->stop(one);
                               one();
                             },
                             {}});
  runtime.add_shutdown_step({"pipeline", [this](std::function<void()> drained) { pipeline->stop(std::move(drained)); }, {}});
}

void Daemon::State::started(const Status& ready) {
  Status open = ready;
  if (open) open = listen();
  if (open) open = http::write_listeners_file(options.data_folder, server->listening());
  if (!open) {
    outcome = open;
    runtime.request_stop(std::chrono::seconds(0));
    return;
  }
  add_shutdown();
  replace_pick_ups();
  look_for_changes();
  base::log(base::LogLevel::info, component, "ready", {{"bundle", bundle->hash}, {"partners", std::to_string(bundle->partners.size())}});
}

void Daemon::State::begin() {
  runtime.handle_signals(bundle->installation.timeouts.drain, [this] { reload(); });
  runtime.post([this] { pipeline->start([this](Status ready) { started(ready); }); });
}

Daemon::Daemon(DaemonOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Daemon::~Daemon() = default;

Status Daemon::run() {
  TRY_STATUS(state_->prepare());
  state_->begin();
  state_->runtime.run();
  return state_->outcome;
}

}  // namespace crossdock::cli
