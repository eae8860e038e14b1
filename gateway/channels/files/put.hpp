// Puts files on a partner's server: temporary name in the same folder, sync, size, rename by policy.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/executor.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/files/sessions.hpp"
#include "gateway/configuration/file_channel.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::files {

struct PutSettings {
  std::string channel, partner;
  configuration::FileChannel rules;
};

/// All outlive the adapter and what it has under way.
struct PutParts {
  Sessions& sessions;
  std::shared_ptr<const Endpoint> endpoint;
  base::Executor& executor;
  base::Workers& workers;
  const base::Clock& clock;
  base::Registry& metrics;
};

/// An attempt after one whose outcome is not known looks first: a file of its name with the same bytes is its effect.
class PutAdapter final : public pipeline::TargetAdapter {
 public:
  PutAdapter(PutSettings settings, PutParts parts);
  [[nodiscard]] bool takes_files() const override { return true; }
  void attempt(const pipeline::DeliveryRequest& request, std::function<void(pipeline::AttemptOutcome)> done) override;
  void look_up(const pipeline::DeliveryRequest& request, std::function<void(pipeline::LookupOutcome)> done) override;

 private:
  struct Work;
  std::shared_ptr<Work> work_;  ///< shared with what is under way, which may outlive the adapter
};

/// One file put, blocking: the name that it has now and how it got it.
struct PutRequest {
  std::string name, delivery_id;
  std::shared_ptr<const std::string> bytes;  ///< null: `file` holds them
  std::string file;
  bool may_stand_there = false;  ///< an earlier attempt may have put it
};
struct Put {
  std::string path;
  bool there_already = false;
};
/// Errors: files.exists where the policy refuses, files.size_differs, file.unreadable, those of RemoteFolder.
[[nodiscard]] Result<Put> put_file(RemoteFolder& server, const configuration::FileChannel& rules,
                                   const PutRequest& request);
/// Removes half-written files of ours that have stood for long: names that `temporary` makes. Returns how many.
[[nodiscard]] Result<std::size_t> remove_stale(RemoteFolder& server, const configuration::FileChannel& rules,
                                               std::int64_t now_s);
/// Whether a file there holds exactly these bytes: size first, then all of it. Nothing: there is no such file.
[[nodiscard]] Result<std::optional<bool>> holds(RemoteFolder& server, const std::string& path,
                                                const PutRequest& request);

}  // namespace crossdock::files
