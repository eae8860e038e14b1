// From a profile's keys to settings.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/sftp/settings.hpp"

#include <charconv>

namespace crossdock::sftp {
namespace {

Result<Proxy> make_proxy(const configuration::SftpChannel& channel, const configuration::SecretStore& secrets) {
  Proxy out;
  if (channel.proxy.empty()) return out;
  const std::size_t scheme = channel.proxy.find("://"), colon = channel.proxy.rfind(':');
  if (scheme == std::string::npos || colon <= scheme + 3)
    return fail(Code::files_settings, "`proxy` is not socks5://HOST:PORT or http://HOST:PORT");
  out.kind = channel.proxy.starts_with("socks5") ? Proxy::Kind::socks5 : Proxy::Kind::http_connect;
  out.host = channel.proxy.substr(scheme + 3, colon - scheme - 3);
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  const char* const end = channel.proxy.data() + channel.proxy.size();
  if (std::from_chars(channel.proxy.data() + colon + 1, end, out.port).ptr != end)
    return fail(Code::files_settings, "the port of `proxy` is no number");
  if (channel.proxy_basic) {
    out.user = channel.proxy_basic->user;
    TRY(out.password, secrets.resolve(channel.proxy_basic->password));
  }
  return out;
}

}  // namespace

Result<Settings> make_settings(const configuration::SftpChannel& channel, const configuration::SecretStore& secrets) {
  Settings out;
  out.host = channel.host;
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  out.user = channel.user;
  out.port = channel.port;
  if (!channel.password.empty()) {
    TRY(auto password, secrets.resolve(channel.password));
    out.password = std::move(password);
  }
  if (!channel.key.empty()) {
    TRY(auto key, secrets.bytes(channel.key));
    out.key = std::move(key);
  }
  if (!channel.passphrase.empty()) {
    TRY(out.passphrase, secrets.resolve(channel.passphrase));
  }
  out.host_keys = channel.host_keys;
  out.host_key_types = channel.host_key_types;
  out.key_exchanges = channel.key_exchanges;
  out.ciphers = channel.ciphers;
  out.macs = channel.macs;
  TRY(out.proxy, make_proxy(channel, secrets));
  out.connect_timeout = channel.connect_timeout;
  out.timeout = channel.timeout;
  return out;
}

}  // namespace crossdock::sftp
