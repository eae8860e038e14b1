// From partner files to pick-up settings.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/pick_ups.hpp"

#include <filesystem>

#include "gateway/base/log.hpp"
#include "gateway/cli/adapters.hpp"

namespace crossdock::cli {
namespace {

namespace conf = configuration;

std::string usage_of(const conf::Partner& partner) { return partner.test ? "test" : ""; }

directory::PickUpSettings settings_of(const conf::Partner& partner, const conf::Channel& channel,
                                      const std::string& data_folder) {
  const conf::DirectoryChannel& folder = *channel.directory;
  directory::PickUpSettings out;
  out.channel = partner.id.text + "/" + channel.name();
  out.partner = partner.id.text;
  out.folder = data_path(data_folder, folder.pick_up.text);
  out.archive_folder = folder.archive.empty() ? (std::filesystem::path(out.folder).parent_path() / "archive").string()
                                              : data_path(data_folder, folder.archive);
  out.spool_folder = data_folder + "/spool";
  out.ready = static_cast<directory::PickUpSettings::Ready>(folder.ready);
  out.then = static_cast<directory::PickUpSettings::Then>(folder.then);
  out.zero_bytes = static_cast<directory::PickUpSettings::ZeroBytes>(folder.zero_bytes);
  out.rules.include = folder.include;
  out.rules.exclude = folder.exclude;
  if (folder.ready == conf::DirectoryChannel::Ready::marker) out.rules.marker = folder.marker;
  out.every = folder.every;
  out.stable_for = folder.stable_for;
  out.at_once = folder.at_once;
  out.file_bytes_max = folder.file_bytes_max;
  out.map = folder.map;
  out.usage = usage_of(partner);
  return out;
}

}  // namespace

std::vector<directory::PickUpSettings> pick_up_settings(const configuration::Bundle& bundle,
                                                        const std::string& data_folder) {
  std::vector<directory::PickUpSettings> out;
  for (const auto& partner : bundle.partners)
    for (const conf::Channel& channel : partner->channels) {
      if (!channel.directory || channel.directory->pick_up.empty()) continue;
      out.push_back(settings_of(*partner, channel, data_folder));
      std::error_code failed;
      std::filesystem::create_directories(out.back().folder, failed);
      if (failed)
        base::log(base::LogLevel::alarm, "directory", "a pick-up folder cannot be made",
                  {{"folder", out.back().folder}, {"reason", failed.message()}});
    }
  return out;
}

}  // namespace crossdock::cli
