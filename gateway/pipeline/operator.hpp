// The operations of a person on messages and deliveries, as transactions; see operations.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/pipeline/batcher.hpp"
#include "gateway/pipeline/deliverer.hpp"
#include "gateway/pipeline/operations.hpp"
#include "gateway/pipeline/processor.hpp"
#include "gateway/pipeline/receiver.hpp"

namespace crossdock::pipeline {

class Operator final : public Operations, public std::enable_shared_from_this<Operator> {
 public:
  Operator(Context& context, Processor& processor, Deliverer& deliverer)
      : context_(context), processor_(processor), deliverer_(deliverer) {}
  void reprocess(Request request, Callback callback) override;
  void resubmit(Request request, Callback callback) override;
  void redeliver(Request request, Callback callback) override;
  void reissue(Request request, Callback callback) override;
  void dismiss(Request request, Callback callback) override;
  void assign(Request request, std::string partner, Callback callback) override;

 private:
  /// What a transaction made, for after its commit.
  struct Work {
    Done done;
    std::vector<LaneItemPtr> items;
    std::vector<std::pair<std::string, std::string>> resumed;  ///< lanes: target, lane
    std::optional<store::MessageRow> process;
    bool again = false;
  };
  void run(const char* operation, Request request, Callback callback,
           std::function<Status(store::Transaction&, const Request&, Work&)> change);
  void done(const std::shared_ptr<Work>& work, const Callback& callback, const Status& status);

  Context& context_;
  Processor& processor_;
  Deliverer& deliverer_;
};

}  // namespace crossdock::pipeline
