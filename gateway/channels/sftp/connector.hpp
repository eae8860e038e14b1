// Makes SFTP sessions with one partner's server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/channels/files/remote_folder.hpp"
#include "gateway/channels/sftp/session.hpp"

namespace crossdock::sftp {

class Connector final : public files::Connector {
 public:
  explicit Connector(Settings settings);
  /// A server has keys of several types and shows the one that both like best: where that one is not pinned, the others
  /// are asked for. Errors: those of Session::open, log_in and start_sftp.
  Result<std::unique_ptr<files::RemoteFolder>> connect() override;
  [[nodiscard]] const std::string& endpoint() const override { return endpoint_; }

 private:
  [[nodiscard]] Result<std::unique_ptr<Session>> open() const;
  Settings settings_;
  std::string endpoint_;
};

/// Every host key that the server offers, one a type. No log-in. Errors: files.unreachable, files.timeout, files.proxy,
/// sftp.handshake when none could be had.
[[nodiscard]] Result<std::vector<HostKey>> offered_host_keys(const Settings& settings);

}  // namespace crossdock::sftp
