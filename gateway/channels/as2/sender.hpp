// Messages to a partner: made once, stored, sent until their MDN came, made anew when the agreement changed meanwhile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/channels/as2/core.hpp"
#include "gateway/channels/as2/receipts.hpp"
#include "gateway/pipeline/target.hpp"
#include "gateway/store/as2.hpp"

namespace crossdock::as2_channel {

/// The adapter of one partner's AS2 channel. What it does next follows from the newest row of the delivery:
/// none: make and send; built: send the same bytes; awaiting: wait for the MDN, after its time send the same bytes
/// again, or made anew under a linked Message-ID where the settings changed; delivered: done; failed: refused once,
/// made anew when a person sets it going again. On the executor.
class Sender final : public pipeline::TargetAdapter {
 public:
  Sender(Core& core, Receipts& receipts, RelationshipPtr relationship);
  ~Sender() override;
  [[nodiscard]] bool takes_files() const override { return true; }
  void attempt(const pipeline::DeliveryRequest& request, std::function<void(pipeline::AttemptOutcome)> done) override;
  void look_up(const pipeline::DeliveryRequest& request, std::function<void(pipeline::LookupOutcome)> done) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace crossdock::as2_channel
