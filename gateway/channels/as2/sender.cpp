// One attempt, step by step; everything that it decides by is in the table.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/sender.hpp"

#include <algorithm>

#include "gateway/base/failpoint.hpp"
#include "gateway/channels/as2/sender_state.hpp"
#include "gateway/channels/http_api/outcome.hpp"

namespace crossdock::as2_channel {
namespace {

using configuration::As2Channel;
using store::As2OutState;

constexpr std::chrono::milliseconds pending_at_most{
    3'600'000};  ///< then it is looked at again, whatever the clock says

}  // namespace

Sender::Sender(Core& core, Receipts& receipts, RelationshipPtr relationship)
    : state_(std::make_shared<State>(core, receipts, std::move(relationship))) {}
Sender::~Sender() = default;

void Sender::attempt(const DeliveryRequest& request, std::function<void(AttemptOutcome)> done) {
  auto attempt = std::make_shared<State::Attempt>();
  attempt->request = request;
  attempt->done = std::move(done);
  const Status queued = state_->core.parts.store.read(
      [attempt](store::Connection& connection) -> Status {
        attempt->row = store::load_as2_out(connection, attempt->request.delivery_id);
        return connection.status();
      },
      [state = state_, attempt](const Status& status) {
        if (!status) return attempt->done(outcome(AttemptResult::retry, status.error().text()));
        state->decide(attempt);
      });
  if (queued) return;
  state_->core.parts.executor.post([attempt] { attempt->done(outcome(AttemptResult::retry, "the store is busy")); });
}

void Sender::look_up(const DeliveryRequest&, std::function<void(pipeline::LookupOutcome)> done) {
  pipeline::LookupOutcome none;
  none.detail = "an AS2 partner cannot be asked: the same bytes again are safe";
  state_->core.parts.executor.post([done = std::move(done), none] { done(none); });
}

AttemptOutcome Sender::State::waiting(const As2Out& row) const {
  AttemptOutcome out = outcome(AttemptResult::pending, "sent; its MDN is due");
  const auto left = row.due_at ? *row.due_at - core.now() : base::Instant::duration{0};
  out.retry_after =
      std::clamp(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds{10}, pending_at_most);
  return out;
}

void Sender::State::decide(const AttemptPtr& attempt) {
  if (!attempt->row) return make(attempt, {});
  const As2Out& row = *attempt->row;
  const bool due = !row.due_at || *row.due_at <= core.now();
  switch (row.state) {
    case As2OutState::delivered:
      if (row.attempts > 1) core.parts.all_clear(Code::as2_mdn_overdue, with->partner);
      return attempt->done(outcome(AttemptResult::applied, row.detail));
    case As2OutState::failed: return refuse_failed(attempt);
    case As2OutState::refused:
    case As2OutState::replaced: return make(attempt, row.message_id);
    case As2OutState::awaiting:
      if (!due) return attempt->done(waiting(row));
      core.count("crossdock_as2_mdn_overdue_total", "Messages whose MDN did not come in time.",
                 {{"partner", with->partner}});
      core.parts.alarm(Code::as2_mdn_overdue, with->partner,
                       "message " + row.message + ", Message-ID " + row.message_id + ": it is sent again");
      break;
    case As2OutState::built: break;
  }
  // The profile changed: under its old Message-ID only the old bytes may go, so it gets a new one, once no answer to
  // the old one can be expected any more.
  if (due && row.settings != with->settings_hash) return make(attempt, row.message_id);
  send(attempt);
}

/// The partner said no. That is told once; a person who sets it going again means a new message.
void Sender::State::refuse_failed(const AttemptPtr& attempt) {
  attempt->row->state = As2OutState::refused;
  const std::string detail = attempt->row->disposition + ": " + attempt->row->detail;
  update(attempt, outcome(AttemptResult::refused, detail));
}

void Sender::State::count(std::string_view what, std::uint64_t bytes) {
  core.count("crossdock_as2_sent_total", "AS2 messages sent by outcome of the attempt.",
             {{"partner", with->partner}, {"outcome", std::string(what)}});
  core.count("crossdock_as2_sent_bytes_total", "Bytes of AS2 messages sent.", {{"partner", with->partner}}, bytes);
}

void Sender::State::send(const AttemptPtr& attempt) {
  const As2Out& row = *attempt->row;
  http_api::Transfer transfer;
  transfer.url = with->profile.url;
  const mime::HeaderFields lines = from_lines(row.headers);  // outlives the loop over it
  for (const mime::HeaderField& field : lines.all()) transfer.headers.push_back(field.name + ": " + field.value);
  if (!with->authorization.empty()) transfer.headers.push_back(with->authorization);
  if (row.in_file) {
    transfer.body_file = store::payload_path(core.parts.store.payload_folder(), row.sha256);
    transfer.body_file_bytes = row.bytes;
  } else {
    transfer.body = std::make_shared<const std::string>(row.body);
  }
  transfer.chunked = with->profile.chunked;
  transfer.tls = with->tls;
  transfer.connect_timeout = with->profile.connect_timeout;
  transfer.timeout = with->profile.timeout;
  transfer.response_bytes_max = as2::mdn_bytes_max;
  transfer.internal = with->profile.internal;
  transfer.proxy = with->profile.proxy;
  transfer.proxy_credentials = with->proxy_credentials;
  core.parts.transfers.submit(std::move(transfer),
                              [self = shared_from_this(), attempt](const http_api::TransferResult& result) {
                                CROSSDOCK_FAILPOINT("as2.send.after_send");
                                self->sent(attempt, result);
                              });
}

void Sender::State::sent(const AttemptPtr& attempt, const http_api::TransferResult& result) {
  static const http_api::StatusRules rules{{401, 403, 407}, {}};
  AttemptOutcome then = http_api::outcome_of(result, rules, core.now());
  As2Out& row = *attempt->row;
  ++row.attempts;
  count(then.result == AttemptResult::applied ? "taken" : pipeline::name(then.result), row.bytes);
  if (result.sent_whole && !row.sent_at) row.sent_at = core.now();
  const auto clock = std::chrono::duration_cast<base::Instant::duration>(with->profile.mdn_within);
  const bool receipt = with->profile.mdn != As2Channel::Mdn::none;
  // An answer may still come to what left us whole: until its time is over nothing else goes under another id.
  if (result.sent_whole) row.due_at = core.now() + clock;
  if (then.result != AttemptResult::applied) {
    if (then.result == AttemptResult::refused) row.state = As2OutState::refused;  // set going again, it is made anew
    row.detail = then.detail;
    return update(attempt, std::move(then));
  }
  if (!receipt) {
    row.state = As2OutState::delivered;
    return update(attempt, std::move(then));
  }
  const std::string* type = result.header("content-type");
  if (type != nullptr && looks_like_mdn(*type, result.body)) return take_mdn(attempt, result);
  if (with->profile.mdn == As2Channel::Mdn::async) {
    row.state = As2OutState::awaiting;
    return update(attempt, outcome(AttemptResult::pending, "sent; its MDN is due"));
  }
  then = outcome(AttemptResult::unknown, "the partner answered " + std::to_string(result.status) + " without an MDN");
  then.http_status = result.status;
  row.detail = then.detail;
  update(attempt, std::move(then));
}

void Sender::State::take_mdn(const AttemptPtr& attempt, const http_api::TransferResult& result) {
  mime::HeaderFields headers;
  for (const auto& [name, value] : result.headers) headers.add(name, value);
  // Its time of sending is durable before it is judged: the judge keeps what stands in the row.
  const As2Out row = *attempt->row;
  const Status queued = core.parts.store.write(
      [row](store::Transaction& transaction) -> Status {
        store::update_as2_out(transaction, row);
        return transaction.status();
      },
      [](const Status&) {}, true);
  if (!queued) return attempt->done(outcome(AttemptResult::unknown, queued.error().text()));
  receipts.take(with, std::move(headers), std::make_shared<const std::string>(result.body),
                [self = shared_from_this(), attempt](const Result<Settled>& settled) {
                  if (!settled) return attempt->done(outcome(AttemptResult::unknown, settled.error().text()));
                  self->give_receipt_outcome(attempt, *settled);
                });
}

void Sender::State::give_receipt_outcome(const AttemptPtr& attempt, const Settled& settled) {
  if (!settled.paired || !settled.readable || settled.delivery != attempt->request.delivery_id)
    return attempt->done(outcome(AttemptResult::unknown, settled.detail.empty()
                                                             ? "its answer holds the MDN of another message"
                                                             : settled.detail));
  if (settled.state == As2OutState::delivered) {
    if (attempt->row->attempts > 1) core.parts.all_clear(Code::as2_mdn_overdue, with->partner);
    return attempt->done(outcome(AttemptResult::applied, settled.disposition));
  }
  attempt->row->state = As2OutState::refused;
  attempt->row->disposition = settled.disposition;
  attempt->row->detail = settled.detail;
  update(attempt, outcome(AttemptResult::refused, settled.disposition + ": " + settled.detail));
}

/// Stores the row, unless its MDN came in meanwhile: then that is the outcome.
void Sender::State::update(const AttemptPtr& attempt, AttemptOutcome then) {
  struct Now {
    As2OutState state = As2OutState::built;
    std::string detail, disposition;
  };
  const auto now = std::make_shared<Now>();
  const Status queued = core.parts.store.write(
      [attempt, now](store::Transaction& transaction) -> Status {
        As2Out row = *attempt->row;
        const auto stands = store::find_as2_out(transaction, row.message_id);
        if (stands && (stands->state == As2OutState::delivered || stands->state == As2OutState::failed) &&
            row.state != As2OutState::refused) {
          row.state = stands->state;
          row.detail = stands->detail;
        }
        if (stands && !stands->mdn.empty()) {
          row.mdn = stands->mdn;
          row.mdn_headers = stands->mdn_headers;
          row.mdn_at = stands->mdn_at;
          row.mdn_signer = stands->mdn_signer;
          row.disposition = stands->disposition;
        }
        now->state = row.state;
        now->detail = row.detail;
        now->disposition = row.disposition;
        store::update_as2_out(transaction, row);
        return transaction.status();
      },
      [self = shared_from_this(), attempt, now, then](const Status& status) mutable {
        if (!status) return attempt->done(outcome(AttemptResult::unknown, status.error().text()));
        if (now->state == As2OutState::delivered) then = outcome(AttemptResult::applied, now->detail);
        if (now->state == As2OutState::failed) {  // its MDN came while we sent: what it says is the reason
          attempt->row->disposition = now->disposition;
          attempt->row->detail = now->detail;
          return self->refuse_failed(attempt);
        }
        if (then.result == AttemptResult::pending) {
          const std::string detail = then.detail;
          then = self->waiting(*attempt->row);
          then.detail = detail;
        }
        attempt->done(then);
      },
      true);
  if (!queued) attempt->done(outcome(AttemptResult::unknown, queued.error().text()));
}

}  // namespace crossdock::as2_channel
