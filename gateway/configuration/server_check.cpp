// What contradicts itself in channels of mail and FTP, and what is missing.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/configuration/server_check.hpp"

namespace crossdock::configuration::detail {
namespace {

void check_server(const Channel& channel, const ServerAccess& server, const As2Tools& tools) {
  const Place at{channel.line, channel.column};
  std::string expected;
  if (const std::string wrong = server_fault(server, expected); !wrong.empty())
    tools.add(Code::configuration_key_missing, at, wrong, expected, Severity::error);
  if (is_in_the_clear(server))
    tools.add(Code::configuration_key_missing, at, "`tls: none`: the password goes over the network in the clear",
              "Use `tls: explicit` or `tls: implicit`", Severity::warning);
  for (const SecretReference* one : {&server.password, &server.token, &server.key, &server.proxy_password})
    if (!one->empty()) tools.secret(*one);
}

}  // namespace

void check_mail_channel(const Channel& channel, const As2Tools& tools) {
  const MailChannel& mail = *channel.mail;
  const Place at{channel.line, channel.column};
  if (!mail.pick_up && !mail.put)
    tools.add(Code::configuration_key_missing, at, "the mail channel has neither `pick_up` nor `put`",
              "Add one of them", Severity::error);
  if (mail.pick_up) check_server(channel, *mail.pick_up, tools);
  if (mail.put) check_server(channel, *mail.put, tools);
  if (mail.put && mail.put->to.empty())
    tools.add(Code::configuration_key_missing, at, "`put` has no `to`", "Name at least one address", Severity::error);
}

void check_ftp_channel(const Channel& channel, const As2Tools& tools) {
  check_server(channel, *channel.ftp, tools);
  std::string expected;
  if (const std::string wrong = file_fault(*channel.ftp, expected); !wrong.empty())
    tools.add(Code::configuration_key_missing, {channel.line, channel.column}, wrong, expected, Severity::error);
}

}  // namespace crossdock::configuration::detail
