// Puts files into a folder: temporary name, sync, rename that replaces nothing, sync of the folder. Same bytes, same
// name: the same effect. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/base/executor.hpp"
#include "gateway/pipeline/target.hpp"

namespace crossdock::directory {

struct PutSettings {
  enum class OnConflict : std::uint8_t { refuse, rename };
  std::string folder;  ///< absolute; made when missing
  /// {name} suggested name, {event} event id, {message} message id, {key} effect key, {type} event type, {partner}
  std::string file_name = "{name}";
  OnConflict on_conflict = OnConflict::refuse;  ///< what a file of that name with other bytes leads to
  std::string partner = {};                     ///< whose folder it is; empty for a target of ours
};

/// Blocking work is done on the workers.
class PutAdapter final : public pipeline::TargetAdapter {
 public:
  PutAdapter(PutSettings settings, base::Executor& executor, base::Workers& workers)
      : settings_(std::make_shared<const PutSettings>(std::move(settings))), executor_(executor), workers_(workers) {}
  void attempt(const pipeline::DeliveryRequest& request, std::function<void(pipeline::AttemptOutcome)> done) override;
  /// Present when a file of that name with the same bytes stands there; a file taken away meanwhile is unknown.
  void look_up(const pipeline::DeliveryRequest& request, std::function<void(pipeline::LookupOutcome)> done) override;

 private:
  std::shared_ptr<const PutSettings> settings_;  ///< shared with the work under way, which may outlive the adapter
  base::Executor& executor_;
  base::Workers& workers_;
};

/// The file's name for a request: the template filled, only letters, digits, `.`, `-` and `_`, never hidden, at most
/// 200 bytes.
[[nodiscard]] std::string put_name(const PutSettings& settings, const pipeline::DeliveryRequest& request);

}  // namespace crossdock::directory
