// What a person may do with messages and deliveries. Each call is recorded with who and why.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "translators/base/result.hpp"

namespace crossdock::pipeline {

struct Request {
  std::string id;      ///< of a message, event or delivery, as the operation says
  std::string actor;   ///< token name
  std::string reason;  ///< sentence
};

struct Done {
  std::string id;  ///< of the message or delivery that now carries on (a new one for resubmit and reissue)
  std::vector<std::string> ids;  ///< deliveries set going
  std::string detail;
};

/// Callable on the pipeline's executor; callbacks run on it after the change is durable.
/// Errors: operation.not_found, operation.not_possible (says why), store.busy.
class Operations {
 public:
  using Callback = std::function<void(Result<Done>)>;
  virtual ~Operations() = default;
  /// Same bytes through today's rules: events that come out alike are the same events; others supersede (`.r2`). Takes
  /// a message id.
  virtual void reprocess(Request request, Callback callback) = 0;
  /// Same bytes as a new message. Takes a message id.
  virtual void resubmit(Request request, Callback callback) = 0;
  /// Same event, same target (for an EDI target: the stored bytes, same control numbers). Takes a delivery id, or a
  /// message id: all its parked deliveries (an outbound message: its own). What stood behind it in its lane goes on
  /// too.
  virtual void redeliver(Request request, Callback callback) = 0;
  /// New control numbers over the same sets, linked to the old message. Takes an outbound message id.
  virtual void reissue(Request request, Callback callback) = 0;
  /// Gives up a parked delivery: it ends as not_wanted and its lane goes on. Takes a delivery id.
  virtual void dismiss(Request request, Callback callback) = 0;
  /// Says who sent a message parked as identify.unknown or identify.mismatch, and lets it go on. Takes a message id.
  virtual void assign(Request request, std::string partner, Callback callback) = 0;
};

}  // namespace crossdock::pipeline
