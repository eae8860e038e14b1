// Putting the parts together.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/channel.hpp"

#include "gateway/channels/as2/desk.hpp"
#include "gateway/channels/as2/expiry.hpp"
#include "gateway/channels/as2/mdn_queue.hpp"
#include "gateway/channels/as2/pending.hpp"
#include "gateway/channels/as2/receipts.hpp"
#include "gateway/channels/as2/sender.hpp"

namespace crossdock::as2_channel {

struct Channel::State {
  State(Parts parts, std::shared_ptr<const Book> book)
      : core(std::move(parts), std::move(book)),
        receipts(std::make_shared<Receipts>(core)),
        queue(std::make_shared<MdnQueue>(core)),
        desk(std::make_shared<Desk>(core, *receipts, *queue)),
        expiry(std::make_shared<Expiry>(core)),
        pending(std::make_shared<Pending>(core)) {}
  Core core;
  std::shared_ptr<Receipts> receipts;
  std::shared_ptr<MdnQueue> queue;
  std::shared_ptr<Desk> desk;
  std::shared_ptr<Expiry> expiry;
  std::shared_ptr<Pending> pending;
};

Channel::Channel(Parts parts, std::shared_ptr<const Book> book)
    : state_(std::make_unique<State>(std::move(parts), std::move(book))) {}
Channel::~Channel() = default;

void Channel::add_routes(http::Router& router) { state_->desk->add_routes(router); }

Status Channel::start() {
  TRY_STATUS(state_->desk->start());
  state_->queue->look();
  state_->expiry->look();
  state_->pending->look();
  return {};
}

void Channel::use(std::shared_ptr<const Book> book) {
  state_->core.book = std::move(book);
  state_->queue->look();
  state_->expiry->look();
}

std::unique_ptr<pipeline::TargetAdapter> Channel::adapter(const std::string& target) {
  RelationshipPtr with = state_->core.book->of_target(target);
  if (!with || with->profile.url.empty()) return nullptr;
  return std::make_unique<Sender>(state_->core, *state_->receipts, std::move(with));
}

void Channel::stop() { state_->queue->stop(); }

}  // namespace crossdock::as2_channel
