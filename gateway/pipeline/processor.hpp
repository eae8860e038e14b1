// From stored to outbox: takes received messages in the order of receipt per sender, plans each and commits the plan
// (boundary two). SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "gateway/pipeline/commit.hpp"
#include "gateway/pipeline/context.hpp"
#include "gateway/pipeline/planner.hpp"

namespace crossdock::pipeline {

/// A durable message that is not through yet. Without bytes they are read from the store when its turn comes.
struct Received {
  store::MessageRow message;
  std::shared_ptr<const std::string> payload;
  bool again = false;                        ///< reprocessing
  std::function<void(const Status&)> after;  ///< may be empty
};

class Processor : public std::enable_shared_from_this<Processor> {
 public:
  using Deliver = std::function<void(std::vector<LaneItemPtr>)>;
  using DeliverMessage = std::function<void(store::Seq)>;
  Processor(Context& context, Deliver deliver, DeliverMessage deliver_message)
      : context_(context), deliver_(std::move(deliver)), deliver_message_(std::move(deliver_message)) {}
  void add(Received received);
  /// Restart: everything received and not through.
  void start(std::function<void(Status)> ready);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  /// Small messages follow each other into the writer's queue, which keeps their order; one that is read from the store
  /// or planned by a worker goes alone.
  struct Sender {
    std::deque<Received> queue;
    std::size_t open = 0;  ///< handed on, not finished
    bool alone = false;
  };
  void next(const std::string& sender);
  [[nodiscard]] static bool is_small(const Received& received);
  void fetch(const std::string& sender, const std::shared_ptr<Received>& received);
  void plan_large(const std::string& sender, const std::shared_ptr<Received>& received);
  void plan(const std::string& sender, const std::shared_ptr<Received>& received);
  void commit(const std::string& sender, const std::shared_ptr<Received>& received, std::shared_ptr<Plan> plan);
  void committed(const std::string& sender, const std::shared_ptr<Received>& received, const Committed& done);
  void give_up(const std::string& sender, const std::shared_ptr<Received>& received, const Error& error);
  void finish(const std::string& sender, const Received& received, const Status& status);
  void load(store::Seq after);
  [[nodiscard]] PlannerInput input_of(const Received& received);

  Context& context_;
  Deliver deliver_;
  DeliverMessage deliver_message_;
  std::unordered_map<std::string, Sender> senders_;
  std::function<void(Status)> ready_;
  std::size_t waiting_ = 0;
};

}  // namespace crossdock::pipeline
