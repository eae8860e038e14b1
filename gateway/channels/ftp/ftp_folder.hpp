// A partner's FTP server as a RemoteFolder, over libcurl: plain, explicit or implicit TLS, with strict certificates.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/channels/curl/easy.hpp"
#include "gateway/channels/files/remote_folder.hpp"

namespace crossdock::ftp {

struct FtpSettings {
  enum class Listing : std::uint8_t { automatic, mlsd, list };
  curl::ServerSettings server;
  bool active = false;             ///< the server opens the data connections
  bool keep_data_address = false;  ///< the address in the answer to PASV is used
  Listing listing = Listing::automatic;
};

/// Errors beside those of Connector: ftp.certificate, ftp.tls.
/// Source: RFC 959, RFC 2228, RFC 3659, RFC 4217.
class FtpConnector final : public files::Connector {
 public:
  explicit FtpConnector(FtpSettings settings);
  [[nodiscard]] Result<std::unique_ptr<files::RemoteFolder>> connect() override;
  [[nodiscard]] const std::string& endpoint() const override { return endpoint_; }

 private:
  std::shared_ptr<const FtpSettings> settings_;
  std::string endpoint_;
};

/// What a failed call means; `what` was tried. FTP says little: the reply code decides, then the server's words.
[[nodiscard]] Error error_of(const curl::Failure& failure, const std::string& what);

}  // namespace crossdock::ftp
