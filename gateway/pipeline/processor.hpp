// From stored to outbox: takes received messages in the order of receipt per sender, plans each and commits the plan
// (boundary two). SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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

/// A message planned before it is stored.
struct Ahead {
  std::string sender;
  std::shared_ptr<Received> received;
  std::shared_ptr<Plan> plan;
  CommitInput input;
  Committed done;
};

class Processor : public std::enable_shared_from_this<Processor> {
 public:
  using Deliver = std::function<void(std::vector<LaneItemPtr>)>;
  using DeliverMessage = std::function<void(store::Seq)>;
  Processor(Context& context, Deliver deliver, DeliverMessage deliver_message)
      : context_(context), deliver_(std::move(deliver)), deliver_message_(std::move(deliver_message)) {}
  void add(Received received);
  /// Plans a small message before it is stored, so that its receipt and its plan stand in one commit. Null when it must
  /// wait for others of its sender: store it, announced by expect(), then add() it.
  [[nodiscard]] std::shared_ptr<Ahead> plan_ahead(const store::MessageRow& message,
                                                  std::shared_ptr<const std::string> payload);
  /// Inside the transaction that inserted `stored`.
  [[nodiscard]] static Status commit_ahead(store::Transaction& transaction, Ahead& ahead,
                                           const store::MessageRow& stored);
  /// It is stored and decided: its deliveries begin.
  void committed_ahead(const Ahead& ahead);
  /// Nothing of it was stored, or only a row that needs no plan.
  void drop_ahead(const Ahead& ahead);
  /// A message is on its way into the store: younger ones of its sender are not planned before it. Then arrived(),
  /// after it was added or when it will not come.
  void expect(const store::MessageRow& message);
  void arrived(const store::MessageRow& message);
  /// Restart: everything received and not through.
  void start(std::function<void(Status)> ready);
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  /// Small messages follow each other into the writer's queue, which keeps their order; one that is read from the store
  /// or planned by a worker goes alone.
  struct Sender {
    std::deque<Received> queue;
    std::size_t open = 0;      ///< handed on, not finished
    std::size_t expected = 0;  ///< on their way into the store
    bool alone = false;
  };
  void next(const std::string& sender);
  [[nodiscard]] static bool is_small(const Received& received);
  void begin(const std::string& sender, const std::shared_ptr<Received>& received);
  void fetch(const std::string& sender, const std::shared_ptr<Received>& received);
  void plan_large(const std::string& sender, const std::shared_ptr<Received>& received);
  /// At shutdown: its mark stands in the store.
  static void leave_for_later(const Received& received);
  void plan(const std::string& sender, const std::shared_ptr<Received>& received);
  void keep_and_commit(const std::string& sender, const std::shared_ptr<Received>& received,
                       std::shared_ptr<Plan> plan);
  void commit(const std::string& sender, const std::shared_ptr<Received>& received, std::shared_ptr<Plan> plan);
  void committed(const std::string& sender, const std::shared_ptr<Received>& received, const Committed& done);
  void give_up(const std::string& sender, const std::shared_ptr<Received>& received, const Error& error);
  void finish(const std::string& sender, const Received& received, const Status& status);
  void count(store::State state);
  void load(store::Seq after);
  [[nodiscard]] PlannerInput input_of(const Received& received);
  [[nodiscard]] CommitInput commit_input();
  [[nodiscard]] std::shared_ptr<Plan> plan_small(const Received& received);

  Context& context_;
  Deliver deliver_;
  DeliverMessage deliver_message_;
  std::unordered_map<std::string, Sender> senders_;
  std::function<void(Status)> ready_;
  std::array<base::Counter*, store::state_count> counted_{};  ///< the registry is locked once a state
  std::size_t waiting_ = 0;
};

}  // namespace crossdock::pipeline
