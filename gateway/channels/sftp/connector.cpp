// From settings to a session that is ready for files.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/sftp/connector.hpp"

#include "gateway/channels/sftp/folder.hpp"

namespace crossdock::sftp {

Connector::Connector(Settings settings)
    : settings_(std::move(settings)),
      endpoint_("sftp://" + settings_.user + "@" + settings_.host + ":" + std::to_string(settings_.port)) {}

Result<std::unique_ptr<Session>> Connector::open() const {
  auto first = Session::open(settings_);
  if (first || first.error().code != Code::sftp_host_key_unknown) return first;
  const auto& types = settings_.host_key_types.empty() ? host_key_types() : settings_.host_key_types;
  for (const std::string& type : types)
    if (auto session = Session::open(settings_, type)) return session;
  return first;
}

Result<std::unique_ptr<files::RemoteFolder>> Connector::connect() {
  TRY(auto session, open());
  TRY_STATUS(session->log_in(settings_));
  TRY_STATUS(session->start_sftp());
  return std::make_unique<Folder>(std::move(session));
}

Result<std::vector<HostKey>> offered_host_keys(const Settings& settings) {
  std::vector<HostKey> out;
  Error last{Code::sftp_handshake, {}, "the server offers no host key that we can use"};
  for (const std::string& type : host_key_types()) {
    auto key = Session::show_host_key(settings, type);
    if (key)
      out.push_back(std::move(*key));
    else if (key.error().code != Code::sftp_handshake)
      return tl::unexpected(key.error());
    else
      last = key.error();
  }
  if (out.empty()) return tl::unexpected(last);
  return out;
}

}  // namespace crossdock::sftp
