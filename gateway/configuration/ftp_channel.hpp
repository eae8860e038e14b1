// Typed values of a partner's `ftp:` channel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/configuration/file_channel.hpp"
#include "gateway/configuration/server_access.hpp"

namespace crossdock::configuration {

/// Files on the partner's FTP server, with or without TLS (RFC 959, 3659, 4217).
struct FtpChannel : FileChannel, ServerAccess {
  enum class Data : std::uint8_t { passive, active };
  enum class Listing : std::uint8_t { automatic, mlsd, list };
  FtpChannel() { tls = Tls::explicit_tls; }
  Data data = Data::passive;
  Listing listing = Listing::automatic;
  bool keep_data_address = false;
};

[[nodiscard]] const Section& ftp_channel_section();

}  // namespace crossdock::configuration
