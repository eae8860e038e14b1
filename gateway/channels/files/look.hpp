// One look at a partner's folder: what is ready is claimed, read, handed in and, once durable, disposed of. Blocking.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/channels/files/disposal.hpp"
#include "gateway/channels/files/download.hpp"
#include "gateway/channels/files/sessions.hpp"
#include "gateway/channels/files/watch.hpp"
#include "gateway/pipeline/intake.hpp"
#include "gateway/store/store.hpp"
#include "gateway/store/transfers.hpp"

namespace crossdock::files {

struct LookSettings {
  std::string channel, channel_kind, partner, usage;  ///< `acme-freight/sftp`, `sftp`
  std::string owner;                                  ///< of claims: this process
  std::string spool_folder;
  std::uint64_t inline_bytes_max = 64U << 10;
  configuration::FileChannel rules;
};

/// What a look works with; all outlive it. The functions are called from several threads.
struct LookParts {
  Sessions& sessions;
  std::shared_ptr<const Endpoint> endpoint;
  store::Store& store;
  const base::Clock& clock;
  base::Workers& workers;  ///< further connections of the same look run there
  /// Hands in and waits for the receipt. Errors: as Intake::receive().
  std::function<Result<pipeline::Receipt>(pipeline::Incoming)> hand_in;
  std::function<bool()> goes_on;  ///< false: nothing new is begun (stopping, or the intake is full)
  std::function<void(const Error&, const std::string& file)> tell;
  std::function<void(std::uint64_t bytes)> taken;
};

struct LookOutcome {
  std::optional<Error> failed;  ///< of the look as a whole: no connection, no listing
  bool more = false;            ///< files were left for the next look, which may begin at once
  std::optional<std::chrono::milliseconds> look_again;
  std::size_t ready = 0, listed = 0;
};

/// A folder over its looks. One look at a time.
class Look {
 public:
  Look(LookSettings settings, LookParts parts)
      : settings_(std::move(settings)), parts_(std::move(parts)), watch_(settings_.rules) {}
  [[nodiscard]] LookOutcome run();

 private:
  struct Task {
    Candidate candidate;
    store::FileIdentity file;
    store::Seq claim = 0;
    bool in_progress = false;  ///< it stands in that folder already
  };
  struct Queue;
  [[nodiscard]] Status look(RemoteFolder& server, LookOutcome& out);
  [[nodiscard]] Result<std::vector<RemoteEntry>> list(RemoteFolder& server, const std::string& folder);
  [[nodiscard]] Result<std::map<std::string, store::TransferClaim>> load_claims();
  [[nodiscard]] std::map<std::string, Manifested> read_manifests(RemoteFolder& server,
                                                                 const std::vector<RemoteEntry>& entries);
  [[nodiscard]] Status settle_known(RemoteFolder& server, const std::vector<RemoteEntry>& entries,
                                    std::map<std::string, store::TransferClaim>& claims);
  [[nodiscard]] Result<std::vector<Task>> claim(std::vector<Task> tasks);
  void add_in_progress(const std::vector<RemoteEntry>& entries, std::vector<Task>& tasks) const;
  void take_all(RemoteFolder& server, std::vector<Task> tasks);
  void work(Queue& queue, RemoteFolder& server);
  [[nodiscard]] Status take(RemoteFolder& server, const Task& task);
  [[nodiscard]] Result<Download> fetch(RemoteFolder& server, const Task& task, const std::string& path);
  [[nodiscard]] Status hand_in(const Task& task, Download download);
  [[nodiscard]] Result<bool> came_before(const Task& task, const Download& download);
  [[nodiscard]] Status dispose_of(RemoteFolder& server, const Disposal& disposal);
  [[nodiscard]] Status settle(store::Seq claim, store::ClaimState state, const std::string& detail);
  void tell_of(const Looked& looked, RemoteFolder& server);
  [[nodiscard]] std::string path_of(const std::string& name) const;

  LookSettings settings_;
  LookParts parts_;
  Watch watch_;
  std::mutex hashes_mutex_;
  std::set<std::string> hashes_;  ///< of files being handed in
  std::mutex changed_mutex_;
  std::vector<std::string> changed_;  ///< names to be looked at anew
  base::SteadyInstant forgotten_at_{};
};

}  // namespace crossdock::files
