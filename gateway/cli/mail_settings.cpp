// Settings of mail channels.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/mail_settings.hpp"

#include "gateway/base/log.hpp"

namespace crossdock::cli {
namespace {

namespace conf = configuration;

std::string absolute(const conf::Bundle& bundle, const std::string& path) {
  return path.empty() || path.front() == '/' ? path : bundle.folder + "/" + path;
}

Result<conf::Secret> resolve(const conf::Bundle& bundle, const conf::SecretReference& reference) {
  if (reference.empty()) return conf::Secret{};
  return bundle.secrets->resolve(reference);
}

mail::TakeRules rules_of(const conf::MailPickUp& from) {
  mail::TakeRules out;
  out.take = static_cast<mail::TakeRules::Take>(from.take);
  out.include = from.include;
  out.exclude = from.exclude;
  out.from = from.from;
  if (from.proof) {
    out.authentication.server = from.proof->server.text;
    for (const auto one : from.proof->require) out.authentication.required.push_back(static_cast<mail::Method>(one));
    out.authentication.domains = from.proof->domains;
  }
  out.limits.message_bytes_max = from.mail_bytes_max;
  out.limits.depth_max = from.depth_max;
  out.limits.parts_max = from.parts_max;
  out.unit_bytes_max = from.document_bytes_max;
  out.units_max = from.documents_max;
  return out;
}

}  // namespace

Result<curl::ServerSettings> server_settings(const conf::ServerAccess& access,
                                             std::chrono::milliseconds connect_timeout,
                                             std::chrono::milliseconds timeout, const conf::Bundle& bundle) {
  curl::ServerSettings out;
  out.host = access.host.text;
  out.port = access.port;
  out.tls = static_cast<curl::ServerSettings::Tls>(access.tls);
  out.user = access.user;
  out.authorities_file = absolute(bundle, access.authorities);
  out.certificate_file = absolute(bundle, access.certificate);
  out.proxy = access.proxy;
  out.proxy_user = access.proxy_user;
  out.connect_timeout = connect_timeout;
  out.timeout = timeout;
  TRY(out.password, resolve(bundle, access.password));
  TRY(out.bearer, resolve(bundle, access.token));
  TRY(out.key, resolve(bundle, access.key));
  TRY(out.proxy_password, resolve(bundle, access.proxy_password));
  return out;
}

std::optional<mail::SendSettings> mail_send_settings(const conf::Partner& partner, const conf::Channel& channel,
                                                     const conf::Bundle& bundle) {
  const conf::MailPut& from = *channel.mail->put;
  auto server = server_settings(from, from.connect_timeout, from.timeout, bundle);
  if (!server) {
    base::log(base::LogLevel::alarm, "mail", server.error(), {{"channel", partner.id.text + "/" + channel.name()}});
    return {};
  }
  mail::SendSettings out;
  out.server = std::move(*server);
  out.mail_bytes_max = from.mail_bytes_max;
  out.compose.partner = partner.id.text;
  out.compose.from = from.from.text;
  for (const conf::Named& one : from.to) out.compose.to.push_back(one.text);
  out.compose.subject = from.subject;
  out.compose.text = from.text;
  out.compose.file_name = from.file_name;
  out.compose.content_type = from.content_type;
  out.compose.form = static_cast<mail::ComposeSettings::Form>(from.form);
  return out;
}

std::vector<mail::PickUpSettings> mail_pick_up_settings(const conf::Bundle& bundle, const std::string& data_folder) {
  std::vector<mail::PickUpSettings> out;
  for (const auto& partner : bundle.partners)
    for (const conf::Channel& channel : partner->channels) {
      if (!channel.mail || !channel.mail->pick_up) continue;
      const conf::MailPickUp& from = *channel.mail->pick_up;
      const std::string name = partner->id.text + "/" + channel.name();
      auto server = server_settings(from, from.connect_timeout, from.timeout, bundle);
      if (!server) {
        base::log(base::LogLevel::alarm, "mail", server.error(), {{"channel", name}});
        continue;
      }
      mail::PickUpSettings one;
      one.channel = name;
      one.partner = partner->id.text;
      one.server = std::move(*server);
      one.folder = from.folder;
      one.then = static_cast<mail::PickUpSettings::Then>(from.then);
      one.done_folder = from.done_folder;
      one.refused_folder = from.refused_folder;
      one.every = from.every;
      one.mails_max = from.mails_max;
      one.rules = rules_of(from);
      one.spool_folder = data_folder + "/spool";
      one.map = from.map;
      one.usage = partner->test ? "test" : "";
      out.push_back(std::move(one));
    }
  return out;
}

}  // namespace crossdock::cli
