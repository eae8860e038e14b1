// A server held in memory, with faults that tests ask for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "gateway/channels/files/remote_folder.hpp"

namespace crossdock::tests {

struct FakeServer {
  struct File {
    std::string bytes;
    std::int64_t modified_s = 1000;
  };
  std::map<std::string, File> files;
  std::set<std::string> folders{"/out", "/out/archive", "/in"};
  std::function<Status(const std::string& call, const std::string& path)> fault;  ///< before each call
  std::function<void(const std::string& path)> after_read;
  std::size_t write_bytes_max = SIZE_MAX;  ///< the disk is full after these
  std::uint64_t written_from = 0;          ///< offset of the last write
};

class FakeFolder final : public files::RemoteFolder {
 public:
  explicit FakeFolder(FakeServer& server) : server_(server) {}
  Status list(const std::string& folder, const std::function<Status(files::RemoteEntry)>& visit) override {
    TRY_STATUS(before("list", folder));
    if (!server_.folders.contains(folder)) return fail(Code::files_not_found, folder);
    for (const auto& [path, file] : std::map(server_.files))
      if (path.substr(0, path.rfind('/')) == folder) {
        const Status visited = visit(entry(path, file));
        if (!visited) return visited;
      }
    return {};
  }
  Result<std::optional<files::RemoteEntry>> stat(const std::string& path) override {
    TRY_STATUS(before("stat", path));
    if (server_.folders.contains(path))
      return std::optional<files::RemoteEntry>({path, files::EntryKind::folder, 0, 1000});
    const auto found = server_.files.find(path);
    if (found == server_.files.end()) return std::optional<files::RemoteEntry>();
    return std::optional<files::RemoteEntry>(entry(path, found->second));
  }
  Status read(const std::string& path, std::uint64_t offset, const files::ByteSink& sink) override {
    TRY_STATUS(before("read", path));
    const auto found = server_.files.find(path);
    if (found == server_.files.end()) return fail(Code::files_not_found, path);
    const Status read = sink(std::string_view(found->second.bytes).substr(offset));
    if (server_.after_read) server_.after_read(path);
    return read;
  }
  Result<std::uint64_t> write(const files::WriteRequest& request) override {
    TRY_STATUS(before("write", request.path));
    std::string& bytes = server_.files[request.path].bytes;
    bytes.resize(request.offset);
    server_.written_from = request.offset;
    std::uint64_t written = 0;
    for (;;) {
      TRY(const std::string_view part, request.source());
      if (part.empty()) return written;
      bytes += part.substr(0, server_.write_bytes_max - std::min(bytes.size(), server_.write_bytes_max));
      written += part.size();
    }
  }
  Status rename(const std::string& from, const std::string& to, bool may_replace) override {
    TRY_STATUS(before("rename", from));
    if (!server_.files.contains(from)) return fail(Code::files_not_found, from);
    if (!server_.folders.contains(to.substr(0, to.rfind('/')))) return fail(Code::files_not_found, to);
    if (!may_replace && server_.files.contains(to)) return fail(Code::files_exists, to);
    server_.files[to] = server_.files[from];
    server_.files.erase(from);
    return {};
  }
  Status remove(const std::string& path) override {
    TRY_STATUS(before("remove", path));
    if (server_.files.erase(path) == 0) return fail(Code::files_not_found, path);
    return {};
  }
  Status make_folder(const std::string& path) override {
    TRY_STATUS(before("make_folder", path));
    server_.folders.insert(path);
    return {};
  }
  [[nodiscard]] files::Capabilities capabilities() const override { return {true, true, true, true, true}; }
  Status keep_alive() override { return before("keep_alive", ""); }
  [[nodiscard]] bool is_lost() const override { return lost_; }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> facts() const override { return {}; }

 private:
  static files::RemoteEntry entry(const std::string& path, const FakeServer::File& file) {
    return {path.substr(path.rfind('/') + 1), files::EntryKind::file, file.bytes.size(), file.modified_s};
  }
  Status before(const char* call, const std::string& path) {
    if (!server_.fault) return {};
    Status out = server_.fault(call, path);
    if (!out && out.error().code == Code::files_connection_lost) lost_ = true;
    return out;
  }
  FakeServer& server_;
  bool lost_ = false;
};

class FakeConnector final : public files::Connector {
 public:
  explicit FakeConnector(FakeServer& server) : server_(server) {}
  Result<std::unique_ptr<files::RemoteFolder>> connect() override {
    ++connections;
    return std::make_unique<FakeFolder>(server_);
  }
  [[nodiscard]] const std::string& endpoint() const override { return endpoint_; }
  int connections = 0;

 private:
  FakeServer& server_;
  std::string endpoint_ = "fake://server";
};

}  // namespace crossdock::tests
