// From partner files to inward channels.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/inward.hpp"

#include <algorithm>
#include <filesystem>

#include "gateway/base/log.hpp"
#include "gateway/cli/adapters.hpp"

namespace crossdock::cli {
namespace {

namespace conf = configuration;
constexpr std::string_view digest_prefix = "sha256:";

std::string usage_of(const conf::Partner& partner) { return partner.test ? "test" : ""; }

std::string digest_of(const conf::Named& token) {
  return token.text.starts_with(digest_prefix) ? token.text.substr(digest_prefix.size()) : token.text;
}

Result<webhook::Verification> verification(const conf::WebhookChannel& channel, const conf::SecretStore& secrets) {
  webhook::Verification out;
  out.scheme = static_cast<webhook::Scheme>(channel.verify);
  for (const conf::SecretReference& reference : channel.secrets) {
    TRY(const conf::Secret secret, secrets.resolve(reference));
    std::string key(secret.reveal());
    if (out.scheme == webhook::Scheme::standard_webhooks) {
      TRY(key, webhook::standard_webhooks_key(secret.reveal()));
    }
    out.keys.push_back(std::move(key));
  }
  for (const conf::Named& token : channel.tokens) out.token_digests.push_back(digest_of(token));
  out.signature_header = channel.signature_header;
  out.signature_prefix = channel.signature_prefix;
  out.id_header = channel.id_header;
  out.timestamp_header = channel.timestamp_header;
  out.encoding = static_cast<webhook::Encoding>(channel.encoding);
  out.tolerance = channel.tolerance;
  return out;
}

directory::PickUpSettings settings_of(const conf::Partner& partner, const conf::Channel& channel, const std::string& data_folder) {
  const conf::DirectoryChannel& folder = *channel.directory;
  directory::PickUpSettings out;
  out.channel = partner.id.text + "/" + channel.name();
  out.partner = partner.id.text;
  out.folder = data_path(data_folder, folder.pick_up.text);
  out.archive_folder =
      folder.archive.empty() ? (std::filesystem::path(out.folder).parent_path() / "archive").string() : data_path(data_folder, folder.archive);
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

Webhooks make_webhooks(const configuration::Bundle& bundle) {
  static_assert(static_cast<int>(conf::WebhookChannel::Verify::bearer) == static_cast<int>(webhook::Scheme::bearer));
  Webhooks out;
  for (const auto& partner : bundle.partners)
    for (const conf::Channel& channel : partner->channels) {
      if (!channel.webhook) continue;
      auto checked = verification(*channel.webhook, *bundle.secrets);
      if (!checked) {
        base::log(base::LogLevel::alarm, "webhooks", checked.error(), {{"partner", partner->id.text}, {"path", channel.webhook->path.text}});
        continue;
      }
      auto made = std::make_shared<webhook::Webhook>();
      made->partner = partner->id.text;
      made->channel = partner->id.text + "/" + channel.name();
      made->map = channel.webhook->map.text;
      made->usage = usage_of(*partner);
      made->body_bytes_max = channel.webhook->body_bytes_max;
      made->verification = std::move(*checked);
      out.emplace(channel.webhook->path.text, std::move(made));
    }
  return out;
}

std::optional<document::Sender> find_sender(const configuration::Bundle& bundle, const std::string& digest) {
  const conf::Partner* partner = bundle.document_token(digest);
  if (partner == nullptr) return std::nullopt;
  for (const conf::Channel& channel : partner->channels) {
    if (!channel.document) continue;
    const auto& tokens = channel.document->tokens;
    if (std::none_of(tokens.begin(), tokens.end(), [&](const conf::Named& token) { return digest_of(token) == digest; })) continue;
    return document::Sender{partner->id.text,      partner->id.text + "/" + channel.name(), digest, channel.document->map,
                            usage_of(*partner), channel.document->body_bytes_max};
  }
  return std::nullopt;
}

std::vector<directory::PickUpSettings> pick_up_settings(const configuration::Bundle& bundle, const std::string& data_folder) {
  std::vector<directory::PickUpSettings> out;
  for (const auto& partner : bundle.partners)
    for (const conf::Channel& channel : partner->channels) {
      if (!channel.directory || channel.directory->pick_up.empty()) continue;
      out.push_back(settings_of(*partner, channel, data_folder));
      std::error_code failed;
      std::filesystem::create_directories(out.back().folder, failed);
      if (failed)
        base::log(base::LogLevel::alarm, "directory", "a pick-up folder cannot be made", {{"folder", out.back().folder}, {"reason", failed.message()}});
    }
  return out;
}

}  // namespace crossdock::cli
