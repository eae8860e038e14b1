// Typed values of a partner's `sftp:` channel and of the `file_transfers:` section of crossdock.yaml.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/configuration/file_channel.hpp"
#include "gateway/configuration/target.hpp"

namespace crossdock::configuration {

/// Files on the partner's SFTP server.
struct SftpChannel : FileChannel {
  std::string host, user;
  std::uint16_t port = 22;
  SecretReference password, key, passphrase;
  std::vector<std::string> host_keys;  ///< `SHA256:...` or `ssh-ed25519 AAAA...`; any of them is right
  std::vector<std::string> host_key_types, key_exchanges, ciphers, macs;  ///< in the order of our choice; empty: the
                                                                          ///< library's strong ones
  std::string proxy;  ///< `socks5://host:port` or `http://host:port`
  std::optional<Basic> proxy_basic;
  std::chrono::milliseconds keep_alive{30'000};
  Retry retry;
  std::uint32_t line = 0, column = 0;
};

/// Bounds over all partners.
struct FileTransfers {
  std::uint32_t connections = 16;  ///< at the same time, of all partners
};

[[nodiscard]] const Section& sftp_channel_section();
[[nodiscard]] const Section& file_transfers_section();
/// What is wrong with the channel's keys together; empty: nothing.
[[nodiscard]] std::string sftp_fault(const SftpChannel& channel, std::string& expected);

}  // namespace crossdock::configuration
