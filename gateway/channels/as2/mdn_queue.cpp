// Reading what is due, sending it, and when to look next.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/mdn_queue.hpp"

#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/log.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::chrono::seconds read_again_after{5};  ///< when the store was busy

/// first, twice that, ... never longer than the longest; a tenth of jitter either way.
std::chrono::milliseconds ladder_delay(const configuration::Retry& retry, std::uint32_t attempts,
                                       base::Random& random) {
  auto delay = retry.first;
  for (std::uint32_t i = 1; i < attempts && delay < retry.longest; ++i) delay *= 2;
  delay = std::min(delay, retry.longest);
  const double factor = 0.9 + 0.2 * base::unit_interval(random);
  return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(delay.count()) * factor));
}

}  // namespace

void MdnQueue::look() {
  if (stopped_) return;
  if (looking_) {
    look_once_more_ = true;
    return;
  }
  looking_ = true;
  struct Found {
    std::vector<store::As2In> rows;
    std::optional<base::Instant> next;
  };
  const auto found = std::make_shared<Found>();
  const Status queued = core_.parts.store.read(
      [found, now = core_.now(), limit = in_flight_max * 2](store::Connection& connection) -> Status {
        found->rows = store::load_due_mdns(connection, now, limit);
        if (found->rows.empty()) found->next = store::next_due_mdn(connection);
        return connection.status();
      },
      [weak = weak_from_this(), found](const Status& status) {
        const auto self = weak.lock();
        if (!self) return;
        self->looking_ = false;
        if (!status) return self->wake_at(self->core_.now() + read_again_after);
        self->loaded(std::move(found->rows), found->next);
      });
  if (queued) return;
  looking_ = false;
  wake_at(core_.now() + read_again_after);
}

void MdnQueue::loaded(std::vector<store::As2In> rows, std::optional<base::Instant> next) {
  for (store::As2In& row : rows) {
    if (in_flight_.size() >= in_flight_max) break;  // each that ends looks again
    if (in_flight_.contains(row.message)) continue;
    send(std::move(row));
  }
  if (next) wake_at(*next);
  if (std::exchange(look_once_more_, false)) look();
}

void MdnQueue::send(store::As2In row) {
  const RelationshipPtr with = core_.book->of_partner(row.partner);
  if (!with || !with->takes_mdn_at(row.mdn_url)) {  // a corrected profile sends it yet
    const std::string why = with ? "its address is not among `mdn_hosts` of the partner" : "the partner has no profile";
    in_flight_.insert(row.message);
    return failed(std::move(row), why);
  }
  http_api::Transfer transfer;
  transfer.url = row.mdn_url;
  const mime::HeaderFields lines = from_lines(row.mdn_headers);  // outlives the loop over it
  for (const mime::HeaderField& field : lines.all()) transfer.headers.push_back(field.name + ": " + field.value);
  transfer.headers.push_back("User-Agent: " + core_.book->product());
  // Credentials go only where our own messages go: a receipt's address is named by the other side.
  if (!with->authorization.empty() && host_of(row.mdn_url) == host_of(with->profile.url))
    transfer.headers.push_back(with->authorization);
  transfer.body = std::make_shared<const std::string>(row.mdn);
  transfer.tls = with->tls;
  transfer.connect_timeout = with->profile.connect_timeout;
  transfer.timeout = with->profile.timeout;
  transfer.internal = with->profile.internal;
  transfer.proxy = with->profile.proxy;
  transfer.proxy_credentials = with->proxy_credentials;
  in_flight_.insert(row.message);
  CROSSDOCK_FAILPOINT("as2.mdn_queue.before_send");
  core_.parts.transfers.submit(std::move(transfer),
                               [weak = weak_from_this(), row = std::move(row)](const http_api::TransferResult& result) {
                                 CROSSDOCK_FAILPOINT("as2.mdn_queue.after_send");
                                 if (const auto self = weak.lock()) self->sent(row, result);
                               });
}

void MdnQueue::sent(store::As2In row, const http_api::TransferResult& result) {
  ++row.mdn_attempts;
  const base::Instant now = core_.now();
  const bool good = result.status >= 200 && result.status < 300;
  core_.count("crossdock_as2_mdn_sent_total", "Asynchronous MDNs by outcome of the attempt.",
              {{"partner", row.partner}, {"outcome", good ? "sent" : "failed"}});
  if (good) {
    row.mdn_state = store::MdnState::sent;
    row.mdn_at = now;
    row.mdn_next_at.reset();
    row.mdn_detail.clear();
    core_.parts.all_clear(Code::as2_mdn_not_sent, row.message_id);
    return store_outcome(row);
  }
  const std::string why = result.status != 0 ? "the partner answered " + std::to_string(result.status) : result.error;
  failed(std::move(row), why);
}

void MdnQueue::failed(store::As2In row, const std::string& why) {
  row.mdn_detail = why;
  const base::Instant now = core_.now();
  const configuration::Retry& retry = core_.book->settings().mdn_retry;
  if (now - row.at > retry.give_up_after) {
    row.mdn_state = store::MdnState::given_up;
    row.mdn_next_at.reset();
    core_.parts.alarm(Code::as2_mdn_not_sent, row.message_id,
                      "the MDN to partner " + row.partner + " was given up: " + why);
  } else {
    row.mdn_next_at = now + ladder_delay(retry, std::max(row.mdn_attempts, 1U), core_.parts.random);
  }
  store_outcome(row);
}

void MdnQueue::store_outcome(const store::As2In& row) {
  static_cast<void>(core_.parts.store.write(
      [row](store::Transaction& transaction) -> Status {
        store::update_mdn(transaction, row);
        return transaction.status();
      },
      [weak = weak_from_this(), message = row.message](const Status& status) {
        const auto self = weak.lock();
        if (!self) return;
        if (!status) base::log(base::LogLevel::error, "as2", status.error());
        self->in_flight_.erase(message);
        self->look();
      },
      true));
}

void MdnQueue::wake_at(base::Instant at) {
  if (stopped_ || (wakes_at_ && *wakes_at_ <= at && *wakes_at_ > core_.now())) return;
  wakes_at_ = at;
  const auto delay =
      std::chrono::ceil<std::chrono::milliseconds>(std::max(at - core_.now(), base::Instant::duration{0}));
  core_.parts.executor.post_after(delay, [weak = weak_from_this(), at] {
    const auto self = weak.lock();
    if (!self || self->wakes_at_ != at) return;
    self->wakes_at_.reset();
    self->look();
  });
}

}  // namespace crossdock::as2_channel
