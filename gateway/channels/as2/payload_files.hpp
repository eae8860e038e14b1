// Where unpacked payloads go before they are handed in: memory while they are small, a synced file when they grow.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/unpacker.hpp"
#include "gateway/channels/http_server/spool.hpp"

namespace crossdock::as2_channel {

/// One payload as it came out.
struct StoredPart {
  std::string content_type, file_name, given_name;
  std::string bytes;                           ///< where it is small
  std::shared_ptr<http::SpooledBody> spooled;  ///< else
  std::uint64_t size = 0;
};

/// Belongs to one worker at a time. Errors: channel.spool.
class PayloadFiles final : public as2::PayloadSink {
 public:
  static constexpr std::size_t memory_bytes_max = 256U << 10;  ///< of one part; above it a file

  /// `folder`: the spool folder on the data folder's file system.
  explicit PayloadFiles(std::string folder) : folder_(std::move(folder)) {}
  Status part_begin(const as2::PayloadPart& part) override;
  Status part_body(std::string_view bytes) override;
  Status part_end(const as2::PayloadPart& part) override;
  [[nodiscard]] std::vector<StoredPart>& parts() { return parts_; }
  [[nodiscard]] const std::vector<StoredPart>& parts() const { return parts_; }

 private:
  std::string folder_;
  std::unique_ptr<http::SpoolWriter> writer_;
  std::vector<StoredPart> parts_;
};

}  // namespace crossdock::as2_channel
