// Boundary one: what a channel hands in becomes durable, then the sender may be told.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gateway/pipeline/context.hpp"
#include "gateway/pipeline/deliverer.hpp"
#include "gateway/pipeline/processor.hpp"

namespace crossdock::pipeline {

class Receiver final : public Intake, public std::enable_shared_from_this<Receiver> {
 public:
  Receiver(Context& context, Processor& processor, Deliverer& deliverer)
      : context_(context), processor_(processor), deliverer_(deliverer) {}
  void receive(Incoming incoming, Callback callback) override;
  void receive_event(IncomingEvent incoming, Callback callback) override;
  bool accepting() const override;
  void open() { open_ = true; }
  void close() { open_ = false; }

 private:
  struct Arrival;
  void keep(const std::shared_ptr<Arrival>& arrival);
  void keep_file(const std::shared_ptr<Arrival>& arrival);
  void store(const std::shared_ptr<Arrival>& arrival);
  void stored(const std::shared_ptr<Arrival>& arrival, const Status& status);
  void refuse(Callback callback, Error error);
  [[nodiscard]] static Status put(store::Transaction& transaction, Arrival& arrival);
  void count(const Arrival& arrival);

  Context& context_;
  Processor& processor_;
  Deliverer& deliverer_;
  std::map<std::pair<std::string, ReceiptOutcome>, base::Counter*> received_;  ///< the registry is locked once a row
  bool open_ = false;
  mutable base::SteadyInstant disk_looked_{};
  mutable bool disk_full_ = false;
};

/// `{"id":"...","sha256":"..."}`, the answer to the first copy and to every repetition.
[[nodiscard]] std::string answer_text(const std::string& message_id, const std::string& sha256);

}  // namespace crossdock::pipeline
