// SFTP version 3 as a RemoteFolder: reads and writes keep a window of requests under way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/channels/files/remote_folder.hpp"
#include "gateway/channels/sftp/session.hpp"

namespace crossdock::sftp {

/// Bytes under way in a transfer: about 35 requests of 30,000 bytes writing, four times as many reading.
inline constexpr std::size_t window_bytes = 1U << 20;

class Folder final : public files::RemoteFolder {
 public:
  explicit Folder(std::unique_ptr<Session> session) : session_(std::move(session)) {}
  Status list(const std::string& folder, const std::function<Status(files::RemoteEntry)>& visit) override;
  Result<std::optional<files::RemoteEntry>> stat(const std::string& path) override;
  Status read(const std::string& path, std::uint64_t offset, const files::ByteSink& sink) override;
  Result<std::uint64_t> write(const files::WriteRequest& request) override;
  Status rename(const std::string& from, const std::string& to, bool may_replace) override;
  Status remove(const std::string& path) override;
  Status make_folder(const std::string& path) override;
  [[nodiscard]] files::Capabilities capabilities() const override;
  Status keep_alive() override;
  [[nodiscard]] bool is_lost() const override { return session_->is_lost(); }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const override { return session_->facts(); }

 private:
  [[nodiscard]] Error error(const std::string& what) { return session_->error(what); }
  [[nodiscard]] Status rename_replacing(const std::string& from, const std::string& to);
  [[nodiscard]] Status sync(void* handle);

  std::unique_ptr<Session> session_;
  bool syncs_ = true, renames_posix_ = true;  ///< until the server says no
};

}  // namespace crossdock::sftp
