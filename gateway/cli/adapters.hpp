// The adapters of all targets of one configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/channels/as2/channel.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"
#include "gateway/cli/file_transfers.hpp"
#include "gateway/configuration/bundle.hpp"
#include "gateway/pipeline/target.hpp"
#include "translators/catalogue.hpp"

namespace crossdock::cli {

/// What adapters work with; outlives them.
struct AdapterParts {
  http_api::TransferPool& transfers;
  base::Executor& executor;
  base::Workers& workers;
  const base::Clock& clock;
  std::string data_folder;
  std::shared_ptr<const Catalogue> catalogue;  ///< of the maps that shape bodies
  as2_channel::Channel& as2;                   ///< of the same configuration
  base::Workers& mail;                         ///< that send mail
  FileTransfers& files;                        ///< of the same configuration
};

using Adapters = std::map<std::string, std::unique_ptr<pipeline::TargetAdapter>>;

/// One for each target, and `<partner>/<channel>` for each folder that we put files into, here or on a server, and each
/// AS2 address. A target whose secrets cannot be had has no adapter: its deliveries wait, and the log says why.
[[nodiscard]] Adapters make_adapters(const configuration::Bundle& bundle, const AdapterParts& parts);

/// A path of the configuration: relative ones are below the data folder.
[[nodiscard]] std::string data_path(const std::string& data_folder, const std::string& path);

}  // namespace crossdock::cli
