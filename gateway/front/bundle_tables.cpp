// From a profile's values to those of the channels.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/front/bundle_tables.hpp"

#include <array>

#include "gateway/base/log.hpp"

namespace crossdock::front {
namespace {

namespace conf = configuration;

constexpr std::string_view digest_prefix = "sha256:";

std::string digest_of(const conf::Named& token) {
  return token.text.starts_with(digest_prefix) ? token.text.substr(digest_prefix.size()) : token.text;
}

std::string usage_of(const conf::Partner& partner) { return partner.test ? "test" : ""; }

std::string_view name_of(conf::Role role) {
  constexpr std::array<std::string_view, 8> names{"carrier", "customer", "shipper",   "broker",
                                                  "hub",     "supplier", "warehouse", "finance"};
  return names[static_cast<std::size_t>(role)];
}

Result<webhook::Verification> verification_of(const conf::WebhookChannel& channel, const conf::SecretStore& secrets) {
  webhook::Verification out;
  using Verify = conf::WebhookChannel::Verify;
  out.scheme = channel.verify == Verify::standard_webhooks ? webhook::Scheme::standard_webhooks
               : channel.verify == Verify::hmac            ? webhook::Scheme::hmac_sha256
                                                           : webhook::Scheme::bearer;
  out.encoding =
      channel.encoding == conf::WebhookChannel::Encoding::hex ? webhook::Encoding::hex : webhook::Encoding::base64;
  out.signature_header = channel.signature_header;
  out.signature_prefix = channel.signature_prefix;
  out.id_header = channel.id_header;
  out.timestamp_header = channel.timestamp_header;
  out.tolerance = channel.tolerance;
  out.timestamp_signed = channel.signed_content == conf::WebhookChannel::Signed::timestamp_and_body;
  for (const conf::Named& token : channel.tokens) out.token_digests.push_back(digest_of(token));
  for (const conf::SecretReference& reference : channel.secrets) {
    TRY(const auto secret, secrets.resolve(reference));
    std::string key(secret.reveal());
    if (out.scheme == webhook::Scheme::standard_webhooks) {
      TRY(key, webhook::standard_webhooks_key(secret.reveal()));
    }
    if (out.scheme == webhook::Scheme::bearer) out.token_digests.push_back(http::token_digest(key));
    out.keys.push_back(std::move(key));
  }
  return out;
}

}  // namespace

BundleTables::BundleTables(std::shared_ptr<const configuration::Bundle> bundle, std::string first_token_digest,
                           std::string loaded_at)
    : bundle_(std::move(bundle)),
      first_token_digest_(std::move(first_token_digest)),
      loaded_at_(std::move(loaded_at)) {}

std::shared_ptr<const webhook::Webhook> BundleTables::webhook(std::string_view path) {
  if (const auto found = webhooks_.find(path); found != webhooks_.end()) return found->second;
  const auto owner = bundle_->webhook(path);
  if (owner.partner == nullptr) return nullptr;
  auto out = std::make_shared<webhook::Webhook>();
  out->partner = owner.partner->id.text;
  out->channel = out->partner + "/" + (owner.channel->name.empty() ? "webhook" : owner.channel->name.text);
  out->map = owner.channel->map.text;
  out->usage = usage_of(*owner.partner);
  out->body_bytes_max = owner.channel->body_bytes_max;
  auto verification = verification_of(*owner.channel, *bundle_->secrets);
  if (verification)
    out->verification = std::move(*verification);
  else
    base::log(base::LogLevel::alarm, "webhook", verification.error(), {{"channel", out->channel}});
  webhooks_.emplace(path, out);
  return out;
}

std::optional<document::Sender> BundleTables::sender(const std::string& token_digest) const {
  const conf::Partner* partner = bundle_->document_token(token_digest);
  if (partner == nullptr) return std::nullopt;
  for (const conf::Channel& channel : partner->channels) {
    if (!channel.document) continue;
    for (const conf::Named& token : channel.document->tokens)
      if (digest_of(token) == token_digest)
        return document::Sender{partner->id.text,   partner->id.text + "/" + channel.name(),
                                digest_of(token),   channel.document->map,
                                usage_of(*partner), channel.document->body_bytes_max};
  }
  return std::nullopt;
}

std::optional<api::Caller> BundleTables::caller(const std::string& token_digest) const {
  if (http::equal_in_constant_time(token_digest, first_token_digest_))
    return api::Caller{api::Caller::Kind::person, std::string(api::first_token_name), first_token_digest_};
  for (const conf::System& system : bundle_->installation.systems)
    for (const conf::Named& token : system.tokens)
      if (const std::string stored = digest_of(token); http::equal_in_constant_time(token_digest, stored))
        return api::Caller{api::Caller::Kind::system, system.id.text, stored};
  return std::nullopt;
}

api::ConfigurationView BundleTables::view() const {
  api::ConfigurationView out;
  out.bundle = bundle_->hash;
  out.folder = bundle_->folder;
  out.loaded_at = loaded_at_;
  for (const auto& partner : bundle_->partners)
    out.partners.push_back({partner->id.text, partner->name, std::string(name_of(partner->role)), partner->test, {}});
  for (const conf::Quarantined& one : bundle_->quarantined) {
    const std::string why = one.faults.empty() ? "its file has faults" : one.faults.front().message;
    out.partners.push_back({one.partner, {}, {}, false, why});
    for (const conf::Fault& fault : one.faults)
      out.faults.push_back({fault.file, std::string(info(fault.code).text), fault.message, fault.line, fault.column});
  }
  return out;
}

}  // namespace crossdock::front
