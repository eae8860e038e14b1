// Large request bodies go to a file in the data folder while they arrive, so that memory stays flat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/channels/http_codec/message.hpp"
#include "translators/base/digest.hpp"
#include "translators/base/result.hpp"

namespace crossdock::http {

/// A synced temporary file. Removed with the object unless someone took it over by renaming it.
class SpooledBody {
 public:
  SpooledBody(std::string path, std::uint64_t bytes, std::string sha256);
  ~SpooledBody();
  SpooledBody(const SpooledBody&) = delete;
  SpooledBody& operator=(const SpooledBody&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Lower-case hexadecimal.
  [[nodiscard]] const std::string& sha256() const { return sha256_; }

 private:
  std::string path_;
  std::uint64_t bytes_;
  std::string sha256_;
};

/// Writes one spool file; every call blocks and belongs on a worker. Errors: channel.spool.
class SpoolWriter {
 public:
  /// `path` must not exist yet.
  [[nodiscard]] static Result<std::unique_ptr<SpoolWriter>> open(const std::string& path);
  ~SpoolWriter();  ///< removes the file unless finish() was reached
  Status append(std::string_view bytes);
  /// Syncs and closes.
  [[nodiscard]] Result<std::shared_ptr<SpooledBody>> finish();

 private:
  SpoolWriter(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_ = -1;  // -1: closed
  bool finished_ = false;
  std::uint64_t bytes_ = 0;
  Sha256 digest_;
};

/// A file's bytes as the body of a response; open from here on, so that it may be removed meanwhile. Errors:
/// channel.spool.
[[nodiscard]] Result<std::shared_ptr<BodySource>> file_source(const std::string& path, std::uint64_t bytes);

/// A name in the folder that nobody used in this process.
[[nodiscard]] std::string fresh_spool_path(const std::string& folder);

/// Removes what an earlier process left in the spool folder, and makes the folder. Errors: channel.spool.
Status prepare_spool_folder(const std::string& folder);

}  // namespace crossdock::http
