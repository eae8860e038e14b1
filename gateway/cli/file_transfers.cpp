// From partners' channels to connections, pick-ups and adapters.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/file_transfers.hpp"

#include "gateway/base/log.hpp"
#include "gateway/channels/ftp/ftp_folder.hpp"
#include "gateway/channels/sftp/connector.hpp"
#include "gateway/cli/mail_settings.hpp"
#include "gateway/cli/pipeline_settings.hpp"
#include "gateway/pipeline/send_window.hpp"

namespace crossdock::cli {
namespace {

namespace conf = configuration;

constexpr std::size_t queue_max = 4096;  // transfers waiting for a thread
constexpr std::chrono::seconds sweep_every{5};

/// Whether its folder is looked at at a moment.
std::function<bool(base::Instant)> schedule(const conf::Partner& partner, const conf::FileChannel& rules) {
  std::vector<std::string> closed;
  if (!rules.on_closed_days)
    for (const conf::Named& day : partner.closed) closed.push_back(day.text);
  return [windows = send_windows(rules.windows), closed, zone = partner.zone.text](base::Instant at) {
    return pipeline::window_open(windows, closed, zone, at);
  };
}

std::chrono::milliseconds keep_alive_of(const conf::Channel& channel) {
  return channel.sftp ? channel.sftp->keep_alive : std::chrono::milliseconds(30'000);
}

}  // namespace

Result<std::shared_ptr<files::Connector>> make_connector(const conf::Channel& channel, const conf::Bundle& bundle) {
  if (channel.ftp) {
    const conf::FtpChannel& from = *channel.ftp;
    ftp::FtpSettings settings;
    TRY(settings.server, server_settings(from, from.connect_timeout, from.timeout, bundle));
    settings.active = from.data == conf::FtpChannel::Data::active;
    settings.keep_data_address = from.keep_data_address;
    settings.listing = static_cast<ftp::FtpSettings::Listing>(from.listing);
    return std::shared_ptr<files::Connector>(std::make_shared<ftp::FtpConnector>(std::move(settings)));
  }
  if (!channel.sftp) return std::shared_ptr<files::Connector>();
  TRY(auto settings, sftp::make_settings(*channel.sftp, *bundle.secrets));
  return std::shared_ptr<files::Connector>(std::make_shared<sftp::Connector>(std::move(settings)));
}

FileTransfers::FileTransfers(FileTransferParts parts, std::size_t connections)
    : parts_(std::move(parts)), sessions_(connections), workers_({"file_transfers", connections, queue_max}) {}

FileTransfers::~FileTransfers() { join(); }

void FileTransfers::use(std::shared_ptr<const conf::Bundle> bundle) {
  for (auto& [name, channel] : channels_) {
    if (channel.pick_up) {
      ending_.emplace(name, channel.pick_up);
      channel.pick_up->stop([this, name = name, alive = std::weak_ptr(alive_)] {
        parts_.executor.post([this, name, alive] {
          if (!alive.lock()) return;
          ending_.erase(name);
          start_pick_up(name);
        });
      });
    }
    sessions_.forget(channel.endpoint);
  }
  channels_.clear();
  bundle_ = std::move(bundle);
  sessions_.set_connections_max(bundle_->installation.file_transfers.connections);
  for (const auto& partner : bundle_->partners)
    for (const conf::Channel& channel : partner->channels) {
      if (channel.files() == nullptr) continue;
      const std::string name = partner->id.text + "/" + channel.name();
      auto connector = make_connector(channel, *bundle_);
      if (!connector) {
        base::log(base::LogLevel::alarm, "files", connector.error(), {{"channel", name}});
        continue;
      }
      channels_[name].endpoint = std::make_shared<const files::Endpoint>(
          files::Endpoint{*connector, channel.files()->at_once, channel.files()->idle, keep_alive_of(channel)});
    }
  start_pick_ups();
}

std::unique_ptr<pipeline::TargetAdapter> FileTransfers::adapter(const conf::Partner& partner,
                                                                const conf::Channel& channel) {
  const auto found = channels_.find(partner.id.text + "/" + channel.name());
  if (found == channels_.end() || channel.files()->put.empty()) return nullptr;
  return std::make_unique<files::PutAdapter>(
      files::PutSettings{found->first, partner.id.text, *channel.files()},
      files::PutParts{sessions_, found->second.endpoint, parts_.executor, workers_, parts_.clock, parts_.metrics});
}

void FileTransfers::start(pipeline::Intake& intake) {
  intake_ = &intake;
  start_pick_ups();
  sweep();
}

void FileTransfers::start_pick_ups() {
  for (const auto& [name, channel] : channels_) start_pick_up(name);
}

void FileTransfers::start_pick_up(const std::string& name) {
  if (intake_ == nullptr || stopped_ || ending_.contains(name)) return;
  const auto found = channels_.find(name);
  const auto partner = bundle_->partner(name.substr(0, name.find('/')));
  if (found == channels_.end() || found->second.pick_up || !partner) return;
  const conf::Channel* const channel = partner->channel(name.substr(name.find('/') + 1));
  if (channel == nullptr || channel->files() == nullptr || channel->files()->pick_up.empty()) return;
  files::LookSettings settings;
  settings.channel = name;
  settings.channel_kind = conf::name(channel->kind());
  settings.partner = partner->id.text;
  settings.usage = partner->test ? "test" : "";
  settings.owner = bundle_->installation.name;
  settings.spool_folder = parts_.data_folder + "/spool";
  settings.rules = *channel->files();
  files::PickUpParts of_pick_up{sessions_,    found->second.endpoint, parts_.store,
                                *intake_,     parts_.executor,        workers_,
                                parts_.clock, parts_.metrics,         schedule(*partner, settings.rules),
                                parts_.alarm, parts_.all_clear};
  found->second.pick_up = std::make_shared<files::PickUp>(std::move(settings), std::move(of_pick_up));
  found->second.pick_up->start();
}

void FileTransfers::sweep() {
  if (stopped_) return;
  static_cast<void>(workers_.run([this] { sessions_.sweep(); }));
  parts_.executor.post_after(sweep_every, [this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) sweep();
  });
}

void FileTransfers::stop(const std::function<void()>& drained) {
  stopped_ = true;
  std::vector<std::shared_ptr<files::PickUp>> all;
  for (const auto& [name, pick_up] : ending_) all.push_back(pick_up);
  for (const auto& [name, channel] : channels_)
    if (channel.pick_up) all.push_back(channel.pick_up);
  const auto left = std::make_shared<std::size_t>(all.size() + 1);
  const auto one = [left, drained] {
    if (--*left == 0) drained();
  };
  for (const auto& pick_up : all) pick_up->stop(one);
  one();
}

void FileTransfers::abandon() {
  for (const auto& [name, pick_up] : ending_) pick_up->abandon();
  for (const auto& [name, channel] : channels_)
    if (channel.pick_up) channel.pick_up->abandon();
}

void FileTransfers::join() { workers_.stop(); }

}  // namespace crossdock::cli
