// Wires the gateway: what exists, in which order it starts, how a new configuration is taken in, how it ends.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/daemon.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "gateway/base/log.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/as2/channel.hpp"
#include "gateway/channels/directory/notifier.hpp"
#include "gateway/cli/adapters.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/file_source.hpp"
#include "gateway/cli/installed.hpp"
#include "gateway/cli/mail_settings.hpp"
#include "gateway/cli/pick_ups.hpp"
#include "gateway/cli/pipeline_settings.hpp"
#include "gateway/configuration/holder.hpp"
#include "gateway/front/front.hpp"
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

/// What is installed at the moment of the question: maps and guides may have changed since the last, and the catalogue
/// in force is exchanged on another thread. A check begins with the guides; its other questions are put to the same
/// catalogue.
class InstalledNow final : public configuration::Installed {
 public:
  explicit InstalledNow(const DaemonOptions& options) : options_(options) {}
  [[nodiscard]] std::vector<std::string> guide_ids() const override {
    catalogue_ = make_catalogue(options_);
    return catalogue_->guide_ids();
  }
  [[nodiscard]] std::vector<std::string> map_ids() const override { return now().map_ids(); }
  [[nodiscard]] std::vector<std::string> event_types() const override {
    return InstalledCatalogue(now()).event_types();
  }
  [[nodiscard]] BodyMap body_map(const std::string& id) const override {
    return InstalledCatalogue(now()).body_map(id);
  }
  [[nodiscard]] std::string schema_fault(const std::string& path) const override {
    return InstalledCatalogue(now()).schema_fault(path);
  }
  [[nodiscard]] std::string certificate_fault(const std::string& path) const override {
    return InstalledCatalogue(now()).certificate_fault(path);
  }
  [[nodiscard]] std::string key_fault(const configuration::As2Key& key, const configuration::SecretStore& secrets,
                                      const std::string& folder) const override {
    return InstalledCatalogue(now()).key_fault(key, secrets, folder);
  }
  [[nodiscard]] bool knows_zone(const std::string& zone) const override {
    return InstalledCatalogue(now()).knows_zone(zone);
  }
  [[nodiscard]] configuration::Faults partner_faults(const std::vector<std::string>& partners) const override {
    return InstalledCatalogue(now()).partner_faults(partners);
  }
  [[nodiscard]] std::string version() const override { return InstalledCatalogue(now()).version(); }
  /// What the last check looked at, with all that it has loaded: what was checked is what then runs.
  [[nodiscard]] std::shared_ptr<const Catalogue> checked() const {
    now();
    return catalogue_;
  }

 private:
  const Catalogue& now() const {
    if (!catalogue_) catalogue_ = make_catalogue(options_);
    return *catalogue_;
  }
  const DaemonOptions& options_;
  mutable std::shared_ptr<const Catalogue> catalogue_;  // of the configuration thread alone
};

std::vector<runtime::PoolOptions> pools() {
  std::vector<runtime::PoolOptions> out = front::Front::pools();
  const std::size_t processors = std::max(2U, std::thread::hardware_concurrency());
  out.insert(out.end(), {{"files", 2, 1024},
                         {"translate", 2, 256},
                         {"configuration", 1, 4},
                         {"mail", 4, 1024},
                         {"as2", processors, 512}});
  return out;
}

base::LogLevel level_of(configuration::Logging::Level level) { return static_cast<base::LogLevel>(level); }

std::string once_name(pipeline::Once once) {
  constexpr const char* names[] = {"key", "lookup", "same_bytes", "none"};
  return names[static_cast<std::size_t>(once)];
}

}  // namespace

struct Daemon::State {
  explicit State(DaemonOptions options_in)
      : options(std::move(options_in)),
        installed(options),
        holder(options.configuration_folder, &installed),
        runtime(pools()),
        random(base::make_system_random()) {}

  Status prepare();
  Status open_store();
  Status open_front();
  void open_as2();
  void open_files();
  /// A configuration with everything compiled that hangs on it.
  struct Configured {
    std::shared_ptr<const configuration::Bundle> bundle;
    std::shared_ptr<const Catalogue> catalogue;
    std::shared_ptr<const pipeline::Bundle> pipeline;
    std::shared_ptr<const as2_channel::Book> as2;
  };
  void take(Configured next);
  void replace_pick_ups();
  void replace_mail_pick_ups();
  void begin();
  void started(const Status& ready);
  void add_shutdown();
  void show_quarantined();
  void look_for_changes();
  void reload();
  [[nodiscard]] std::vector<api::TargetView> target_views() const;
  /// From any thread.
  [[nodiscard]] std::shared_ptr<const Catalogue> catalogue_now() const {
    const std::lock_guard lock(catalogue_mutex);
    return catalogue;
  }

  DaemonOptions options;
  mutable std::mutex catalogue_mutex;  ///< guards the pointer: it is exchanged on the io thread
  std::shared_ptr<const Catalogue> catalogue;
  InstalledNow installed;
  configuration::Holder holder;
  runtime::Runtime runtime;
  std::unique_ptr<base::Random> random;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<http_api::TransferPool> transfers;
  std::unique_ptr<pipeline::Documents> documents;
  std::shared_ptr<const configuration::Bundle> bundle;  // in force, seen from the io thread
  std::unique_ptr<as2_channel::Channel> as2;            // outlives its adapters
  std::unique_ptr<FileTransfers> files;                 // outlives its adapters; joined before all it works with
  Adapters adapters;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::unique_ptr<front::Front> front;
  std::unique_ptr<directory::Notifier> notifier;
  std::vector<std::shared_ptr<directory::PickUp>> pick_ups;
  std::vector<std::shared_ptr<mail::PickUp>> mail_pick_ups;
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

namespace {

/// Certificates and keys opened; what cannot be used now though it was checked is an alarm, and its messages wait.
std::shared_ptr<const as2_channel::Book> open_book(const configuration::Bundle& bundle) {
  std::vector<std::string> faults;
  auto book = as2_channel::Book::open(bundle, faults);
  for (const std::string& fault : faults) base::log(base::LogLevel::alarm, "as2", fault);
  return book;
}

}  // namespace

void Daemon::State::open_as2() {
  as2_channel::Parts parts{pipeline->intake(),
                           runtime,
                           runtime.pool("as2"),
                           *store,
                           *transfers,
                           base::system_clock(),
                           *random,
                           base::metrics(),
                           options.data_folder + "/spool",
                           options.data_folder + "/as2",
                           [this](Code code, const std::string& subject, const std::string& detail) {
                             pipeline->alarm(code, subject, detail);
                           },
                           [this](Code code, const std::string& subject) { pipeline->all_clear(code, subject); },
                           [this](const std::string& delivery) { pipeline->look_again(delivery); }};
  as2 = std::make_unique<as2_channel::Channel>(std::move(parts), open_book(*bundle));
}

void Daemon::State::open_files() {
  FileTransferParts parts{*store,
                          runtime,
                          base::system_clock(),
                          base::metrics(),
                          options.data_folder,
                          [this](Code code, const std::string& subject, const std::string& detail) {
                            pipeline->alarm(code, subject, detail);
                          },
                          [this](Code code, const std::string& subject) { pipeline->all_clear(code, subject); }};
  files = std::make_unique<FileTransfers>(std::move(parts), bundle->installation.file_transfers.connections);
  files->use(bundle);
}

Status Daemon::State::prepare() {
  std::error_code failed;
  for (const std::string& folder : {options.data_folder, options.data_folder + "/spool"}) {
    fs::create_directories(folder, failed);
    if (failed) return fail(Code::file_unwritable, folder + ": " + failed.message());
  }
  if (auto begun = holder.start(); !begun) {
    for (const configuration::Fault& fault : holder.faults())
      std::fprintf(stderr, "%s\n", configuration::to_text(fault).c_str());
    return begun;
  }
  bundle = holder.current();
  catalogue = installed.checked();
  base::set_log_level(level_of(bundle->installation.logging.level));
  TRY_STATUS(open_store());
  transfers = std::make_unique<http_api::TransferPool>(runtime);
  documents = pipeline::make_documents();
  const auto find = [this](const std::string& target) -> pipeline::TargetAdapter* {
    const auto found = adapters.find(target);
    return found == adapters.end() ? nullptr : found->second.get();
  };
  pipeline = std::make_unique<pipeline::Pipeline>(
      pipeline::Parts{*store, runtime, runtime.pool("translate"), base::system_clock(), *random, base::metrics(), find,
                      *documents},
      make_pipeline_bundle(*bundle, catalogue));
  open_as2();
  open_files();
  notifier = std::make_unique<directory::Notifier>(runtime);
  adapters = make_adapters(*bundle, {*transfers, runtime, runtime.pool("files"), base::system_clock(),
                                     options.data_folder, catalogue, *as2, runtime.pool("mail"), *files});
  return {};
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

Status Daemon::State::open_front() {
  front::FrontParts parts{runtime,
                          *store,
                          pipeline->intake(),
                          pipeline->operations(),
                          base::system_clock(),
                          base::metrics(),
                          options.data_folder,
                          std::string(version()),
                          [this](std::string_view event, std::vector<Finding>& findings) {
                            return mapping::check_event(catalogue_now()->source(), event, findings);
                          },
                          [this] { return target_views(); },
                          {},
                          [this](http::Router& router) { as2->add_routes(router); }};
  TRY(front, front::Front::open(std::move(parts), bundle));
  for (const http::Listening& open : front->listening())
    base::log(base::LogLevel::info, component, "listening",
              {{"address", open.address}, {"port", std::to_string(open.port)}});
  return {};
}

void Daemon::State::replace_pick_ups() {
  notifier->clear();
  for (const auto& old : pick_ups)
    old->stop([old] {});  // what is in hand is finished; the folder is then looked at by its successor
  pick_ups.clear();
  for (directory::PickUpSettings& settings : pick_up_settings(*bundle, options.data_folder)) {
    auto pick_up = std::make_shared<directory::PickUp>(
        std::move(settings), directory::PickUpParts{pipeline->intake(), runtime, runtime.pool("files"),
                                                    base::system_clock(), base::metrics()});
    if (auto watched = notifier->watch(pick_up->folder(),
                                       [weak = std::weak_ptr(pick_up)] {
                                         if (const auto alive = weak.lock()) alive->scan();
                                       });
        !watched)
      base::log(base::LogLevel::warning, component, watched.error(), {{"folder", pick_up->folder()}});
    pick_up->start();
    pick_ups.push_back(std::move(pick_up));
  }
}

void Daemon::State::replace_mail_pick_ups() {
  for (const auto& old : mail_pick_ups) old->stop([old] {});  // mails in hand are finished, and keys keep them single
  mail_pick_ups.clear();
  for (mail::PickUpSettings& settings : mail_pick_up_settings(*bundle, options.data_folder)) {
    mail::PickUpParts parts{
        pipeline->intake(),   runtime,
        runtime.pool("mail"), base::system_clock(),
        base::metrics(),      [](const curl::ServerSettings& server) { return curl::connect(server, "imap"); }};
    mail_pick_ups.push_back(std::make_shared<mail::PickUp>(std::move(settings), std::move(parts)));
    mail_pick_ups.back()->start();
  }
}

/// On the io thread: everything that hangs on the configuration changes at once.
void Daemon::State::take(Configured next) {
  bundle = std::move(next.bundle);
  {
    const std::lock_guard lock(catalogue_mutex);
    catalogue.swap(next.catalogue);
  }
  base::set_log_level(level_of(bundle->installation.logging.level));
  as2->use(std::move(next.as2));
  files->use(bundle);
  adapters = make_adapters(*bundle, {*transfers, runtime, runtime.pool("files"), base::system_clock(),
                                     options.data_folder, catalogue, *as2, runtime.pool("mail"), *files});
  pipeline->use(std::move(next.pipeline));
  show_quarantined();
  front->use(bundle);
  replace_pick_ups();
  replace_mail_pick_ups();
}

/// Reading, checking and compiling happen on the configuration thread: traffic goes on meanwhile.
void Daemon::State::reload() {
  auto work = [this] {
    auto report = holder.reload();
    Configured next;
    // Also when its files are as before: a secret may have been renewed.
    if (report.outcome != configuration::ReloadReport::Outcome::refused) {
      next.bundle = holder.current();
      next.catalogue = installed.checked();
      next.pipeline = make_pipeline_bundle(*next.bundle, next.catalogue);
      next.as2 = open_book(*next.bundle);
    }
    runtime.post([this, report = std::move(report), next = std::move(next)]() mutable {
      const bool refused = report.outcome == configuration::ReloadReport::Outcome::refused;
      base::log(refused ? base::LogLevel::alarm : base::LogLevel::info, component, report.text());
      for (const configuration::Fault& fault : report.faults)
        base::log(base::LogLevel::warning, component, configuration::to_text(fault));
      if (next.bundle) take(std::move(next));
      std::map<std::string, std::string> refusals;
      if (refused)
        for (const configuration::Fault& fault : report.faults)
          refusals["configuration"] += (refusals["configuration"].empty() ? "" : "; ") + configuration::to_text(fault);
      pipeline->show_exactly(Code::configuration_refused, refusals);
      front->show_refused(refused ? report.faults : configuration::Faults{});
    });
  };
  static_cast<void>(runtime.pool("configuration").run(std::move(work)));  // full: a reload is under way already
}

/// Partners whose files are not used stand among the exceptions for as long as that lasts, over a restart too.
void Daemon::State::show_quarantined() {
  std::map<std::string, std::string> faults;
  for (const configuration::Quarantined& one : bundle->quarantined) {
    std::string& text = faults[one.partner];
    text = "the partner's file is not used; the others go on";
    for (const configuration::Fault& fault : one.faults) text += "; " + configuration::to_text(fault);
  }
  pipeline->show_exactly(Code::configuration_quarantined, faults);
}

void Daemon::State::look_for_changes() {
  auto work = [this] {
    if (holder.poll()) runtime.post([this] { reload(); });
  };
  static_cast<void>(runtime.pool("configuration").run(std::move(work)));
  runtime.post_after(bundle->installation.timeouts.reload_check, [this] { look_for_changes(); });
}

void Daemon::State::add_shutdown() {
  runtime.add_shutdown_step(front->shutdown_step());
  runtime.add_shutdown_step({"folders",
                             [this](const std::function<void()>& drained) {
                               auto left = std::make_shared<std::size_t>(pick_ups.size() + mail_pick_ups.size() + 1);
                               auto one = [left, drained] {
                                 if (--*left == 0) drained();
                               };
                               for (const auto& pick_up : pick_ups) pick_up->stop(one);
                               for (const auto& pick_up : mail_pick_ups) pick_up->stop(one);
                               one();
                             },
                             [this] {
                               for (const auto& pick_up : pick_ups) pick_up->abandon();
                             }});
  runtime.add_shutdown_step({"file_transfers", [this](const std::function<void()>& drained) { files->stop(drained); },
                             [this] { files->abandon(); }});
  runtime.add_shutdown_step({"as2",
                             [this](const std::function<void()>& drained) {
                               as2->stop();
                               drained();
                             },
                             {}});
  runtime.add_shutdown_step(
      {"pipeline", [this](std::function<void()> drained) { pipeline->stop(std::move(drained)); }, {}});
}

void Daemon::State::started(const Status& ready) {
  Status open = ready;
  if (open) open = as2->start();
  if (open) open = open_front();
  if (!open) {
    outcome = open;
    runtime.request_stop(std::chrono::seconds(0));
    return;
  }
  add_shutdown();
  show_quarantined();
  pipeline->show_exactly(Code::configuration_refused, {});  // it was taken, or we were not here
  replace_pick_ups();
  replace_mail_pick_ups();
  files->start(pipeline->intake());
  look_for_changes();
  base::log(base::LogLevel::info, component, "ready",
            {{"bundle", bundle->hash}, {"partners", std::to_string(bundle->partners.size())}});
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
  state_->files->abandon();  // their threads end before what they work with
  state_->files->join();
  return state_->outcome;
}

}  // namespace crossdock::cli
