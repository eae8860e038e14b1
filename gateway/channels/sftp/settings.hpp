// What a session needs to know, with its secrets resolved.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/secret.hpp"
#include "gateway/configuration/sftp_channel.hpp"
#include "translators/base/result.hpp"

namespace crossdock::sftp {

struct Proxy {
  enum class Kind : std::uint8_t { none, socks5, http_connect };
  Kind kind = Kind::none;
  std::string host;
  std::uint16_t port = 0;
  std::string user;
  configuration::Secret password;
};

struct Settings {
  std::string host, user;
  std::uint16_t port = 22;
  std::optional<configuration::Secret> password, key;
  configuration::Secret passphrase;
  std::vector<std::string> host_keys;  ///< `SHA256:...` or `type base64`
  std::vector<std::string> host_key_types, key_exchanges, ciphers, macs;
  Proxy proxy;
  std::chrono::milliseconds connect_timeout{20'000}, timeout{60'000};
};

/// Errors: files.settings, configuration.secret.*.
[[nodiscard]] Result<Settings> make_settings(const configuration::SftpChannel& channel,
                                             const configuration::SecretStore& secrets);

}  // namespace crossdock::sftp
