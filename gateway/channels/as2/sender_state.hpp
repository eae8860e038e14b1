// Inside of the sender: an attempt under way. Not for other folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/as2/packer.hpp"
#include "gateway/channels/as2/sender.hpp"
#include "gateway/channels/http_api/transfer_pool.hpp"

namespace crossdock::as2_channel {

using pipeline::AttemptOutcome;
using pipeline::AttemptResult;
using pipeline::DeliveryRequest;

using store::As2Out;

inline AttemptOutcome outcome(AttemptResult result, std::string detail) {
  AttemptOutcome out;
  out.result = result;
  out.detail = std::move(detail);
  return out;
}

struct Sender::State : std::enable_shared_from_this<Sender::State> {
  State(Core& c, Receipts& r, RelationshipPtr w) : core(c), receipts(r), with(std::move(w)) {}

  /// One attempt under way.
  struct Attempt {
    DeliveryRequest request;
    std::function<void(AttemptOutcome)> done;
    std::optional<As2Out> row;
    as2::MessageFacts facts;
    std::string unique;
    as2::Moment moment;
  };
  using AttemptPtr = std::shared_ptr<Attempt>;

  void decide(const AttemptPtr& attempt);
  void make(const AttemptPtr& attempt, const std::string& replaces);
  Status pack(Attempt& attempt, const std::string& replaces) const;
  void insert(const AttemptPtr& attempt);
  void send(const AttemptPtr& attempt);
  void sent(const AttemptPtr& attempt, const http_api::TransferResult& result);
  void take_mdn(const AttemptPtr& attempt, const http_api::TransferResult& result);
  void update(const AttemptPtr& attempt, AttemptOutcome then);
  void refuse_failed(const AttemptPtr& attempt);
  void give_receipt_outcome(const AttemptPtr& attempt, const Settled& settled);
  [[nodiscard]] AttemptOutcome waiting(const As2Out& row) const;
  void count(std::string_view what, std::uint64_t bytes);

  Core& core;
  Receipts& receipts;
  const RelationshipPtr with;
};

}  // namespace crossdock::as2_channel
