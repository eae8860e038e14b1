// SFTP and the like of one process: connections, pick-ups, adapters.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/channels/files/pick_up.hpp"
#include "gateway/channels/files/put.hpp"
#include "gateway/channels/files/sessions.hpp"
#include "gateway/configuration/bundle.hpp"
#include "gateway/runtime/worker_pool.hpp"

namespace crossdock::cli {

/// All outlive it. The functions are called on the executor.
struct FileTransferParts {
  store::Store& store;
  base::Executor& executor;
  const base::Clock& clock;
  base::Registry& metrics;
  std::string data_folder;
  std::function<void(Code code, const std::string& subject, const std::string& detail)> alarm;
  std::function<void(Code code, const std::string& subject)> all_clear;
};

/// A connector to a channel's server; null for channels that have none. Errors: files.settings,
/// configuration.secret.*.
[[nodiscard]] Result<std::shared_ptr<files::Connector>> make_connector(const configuration::Channel& channel,
                                                                       const configuration::Bundle& bundle);

/// Calls on the executor, except where said.
class FileTransfers {
 public:
  FileTransfers(FileTransferParts parts, std::size_t connections);
  ~FileTransfers();
  FileTransfers(const FileTransfers&) = delete;
  FileTransfers& operator=(const FileTransfers&) = delete;

  /// Takes a configuration: endpoints are made anew; what is under way with the old ones ends with them.
  void use(std::shared_ptr<const configuration::Bundle> bundle);
  /// Adapter of `<partner>/<channel>`; null when it cannot be made (the log says why).
  [[nodiscard]] std::unique_ptr<pipeline::TargetAdapter> adapter(const configuration::Partner& partner,
                                                                 const configuration::Channel& channel);
  /// Begins to look at folders, of the configuration in use.
  void start(pipeline::Intake& intake);
  /// Begins nothing more; `drained` when nothing is in hand.
  void stop(const std::function<void()>& drained);
  /// Waits for no peer any more.
  void abandon();
  /// Ends the threads; after the executor's loop has ended.
  void join();

 private:
  struct Channel {
    std::shared_ptr<const files::Endpoint> endpoint;
    std::shared_ptr<files::PickUp> pick_up;
  };
  void sweep();
  void start_pick_ups();
  void start_pick_up(const std::string& name);
  FileTransferParts parts_;
  files::Sessions sessions_;
  runtime::WorkerPool workers_;
  std::shared_ptr<const configuration::Bundle> bundle_;
  std::map<std::string, Channel> channels_;
  /// Of an earlier configuration, with something in hand: their successors begin when they have ended, so that no
  /// file is in two hands.
  std::map<std::string, std::shared_ptr<files::PickUp>> ending_;
  pipeline::Intake* intake_ = nullptr;  ///< null before start()
  bool stopped_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace crossdock::cli
