// Pairing by Original-Message-ID; an MDN that was judged once is not judged again.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/as2/receipts.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/base/failpoint.hpp"
#include "gateway/base/log.hpp"

namespace crossdock::as2_channel {
namespace {

constexpr std::size_t sniffed_bytes = 16U << 10;

/// `sha256 BASE64`-like text of as2_out.mic back into a digest.
std::optional<crypto::Digest> digest_of(const std::string& mic) {
  const auto read = as2::parse_mic(mic);
  if (!read || !read->algorithm) return std::nullopt;
  crypto::Digest out;
  out.algorithm = *read->algorithm;
  if (read->digest.size() != crypto::digest_bytes(out.algorithm)) return std::nullopt;
  std::copy(read->digest.begin(), read->digest.end(), out.bytes.begin());
  return out;
}

bool open_state(store::As2OutState state) {
  return state == store::As2OutState::built || state == store::As2OutState::awaiting ||
         state == store::As2OutState::replaced;
}

/// A late MDN says yes to a message that was made anew meanwhile: what took its place need not be sent again.
void confirm_successor(store::Transaction& transaction, const store::As2Out& row) {
  if (row.state != store::As2OutState::delivered) return;
  auto newest = store::load_as2_out(transaction, row.delivery);
  if (!newest || newest->seq == row.seq || !open_state(newest->state)) return;
  newest->state = store::As2OutState::delivered;
  newest->detail = "confirmed by the MDN of <" + row.message_id + ">, which it was to replace";
  store::update_as2_out(transaction, *newest);
}

/// The words of a refusal as a label: what a partner makes up is not one, or figures would grow without end.
std::string disposition_label(const as2::ReceivedMdn& mdn) {
  constexpr std::string_view known[] = {"authentication-failed",      "decompression-failed",
                                        "decryption-failed",          "insufficient-message-security",
                                        "integrity-check-failed",     "unexpected-processing-error",
                                        "duplicate-filename",         "illegal-filename",
                                        "invalid-message-id",         "unknown-trading-relationship",
                                        "unsupported MIC-algorithms", "unsupported format"};
  const std::string text = mime::to_lower(mdn.disposition_text);
  for (const std::string_view word : known)
    if (text.find(mime::to_lower(word)) != std::string::npos) return std::string(word);
  return "other";
}

}  // namespace

bool looks_like_mdn(std::string_view content_type, std::string_view body) {
  if (as2::is_report(content_type)) return true;
  const std::string type = mime::to_lower(content_type.substr(0, content_type.find(';')));
  if (mime::trim(type) != "multipart/signed" || body.size() > as2::mdn_bytes_max) return false;
  return mime::to_lower(body.substr(0, sniffed_bytes)).find("disposition-notification") != std::string::npos;
}

struct Receipts::Arrival {
  RelationshipPtr relationship;
  mime::HeaderFields headers;
  std::shared_ptr<const std::string> body;
  Done done;
  as2::Moment moment;
  Result<as2::ReceivedMdn> mdn = fail(Code::as2_mdn);
  std::optional<store::As2Out> row;
  Settled settled;
  bool news = false;
  Code code = Code::as2_mdn;

  /// What the table keeps of the MDN, raw.
  void keep_mdn() {
    row->disposition = mdn->disposition_text;
    row->mdn_headers = to_lines(headers);
    row->mdn = *body;
    row->mdn_signer = mdn->signer ? mdn->signer->fingerprint() : "";
  }
};

void Receipts::take(RelationshipPtr relationship, mime::HeaderFields headers, std::shared_ptr<const std::string> body,
                    Done done) {
  auto arrival = std::make_shared<Arrival>();
  arrival->relationship = std::move(relationship);
  arrival->headers = std::move(headers);
  arrival->body = std::move(body);
  arrival->done = std::move(done);
  arrival->moment = core_.moment();
  const bool queued = core_.parts.workers.run([self = shared_from_this(), arrival] {
    arrival->mdn = as2::read_mdn(arrival->headers, *arrival->body, arrival->relationship->verifiers(arrival->moment));
    self->core_.parts.executor.post([self, arrival] { self->pair(arrival); });
  });
  if (!queued) core_.parts.executor.post([arrival] { arrival->done(fail(Code::store_busy)); });
}

void Receipts::pair(const std::shared_ptr<Arrival>& arrival) {
  const std::string& partner = arrival->relationship->partner;
  if (!arrival->mdn) {
    arrival->settled.readable = false;
    arrival->settled.detail = arrival->mdn.error().text();
    core_.count("crossdock_as2_mdn_received_total", "MDNs received by outcome.",
                {{"partner", partner}, {"outcome", "unreadable"}});
    base::log(base::LogLevel::warning, "as2", arrival->mdn.error(), {{"partner", partner}});
    return arrival->done(arrival->settled);
  }
  const Status queued = core_.parts.store.read(
      [arrival](store::Connection& connection) -> Status {
        arrival->row = store::find_as2_out(connection, std::string(arrival->mdn->original_message_id.key()));
        return connection.status();
      },
      [self = shared_from_this(), arrival](const Status& status) {
        if (!status) return arrival->done(tl::unexpected(status.error()));
        self->settle(arrival);
      });
  if (!queued) arrival->done(tl::unexpected(queued.error()));
}

void Receipts::settle(const std::shared_ptr<Arrival>& arrival) {
  const as2::ReceivedMdn& mdn = *arrival->mdn;
  const std::string& partner = arrival->relationship->partner;
  if (!arrival->row || arrival->row->partner != partner) {
    const bool wrong = arrival->row.has_value();
    core_.count("crossdock_as2_mdn_received_total", "MDNs received by outcome.",
                {{"partner", partner}, {"outcome", wrong ? "wrong-partner" : "unsolicited"}});
    base::log(base::LogLevel::warning, "as2",
              wrong ? "an MDN answers a message that went to another partner; ignored"
                    : "an MDN answers nothing that we sent; ignored",
              {{"partner", partner}, {"original", std::string(mdn.original_message_id.key())}});
    if (wrong) core_.parts.alarm(Code::as2_mdn_partner, arrival->row->message_id, "it came from partner " + partner);
    return arrival->done(arrival->settled);
  }
  store::As2Out& row = *arrival->row;
  const auto mic = digest_of(row.mic);
  const as2::SentMessage sent{
      row.from,           row.to, "<" + row.message_id + ">", mic.value_or(crypto::Digest{}), row.signed_asked,
      !row.signer.empty()};
  const as2::MdnVerdict verdict = as2::judge_mdn(mdn, sent, arrival->relationship->policy, arrival->moment);
  const bool takes_unsigned =
      verdict.outcome == as2::MdnOutcome::unsigned_receipt &&
      arrival->relationship->profile.on_unsigned_mdn == configuration::As2Channel::UnsignedMdn::accept;
  core_.count("crossdock_as2_mdn_received_total", "MDNs received by outcome.",
              {{"partner", partner}, {"outcome", std::string(as2::name(verdict.outcome))}});
  if (verdict.outcome == as2::MdnOutcome::refused)
    core_.count("crossdock_as2_refused_total", "Messages that the partner refused by the words of its MDN.",
                {{"partner", partner}, {"disposition", disposition_label(mdn)}});
  arrival->settled.detail = verdict.detail;
  arrival->settled.disposition = mdn.disposition_text;
  arrival->settled.delivery = row.delivery;
  arrival->code = verdict.code;
  if (verdict.outcome == as2::MdnOutcome::wrong_partner) {
    core_.parts.alarm(Code::as2_mdn_partner, row.message_id, verdict.detail);
    return arrival->done(arrival->settled);
  }
  arrival->settled.paired = true;
  if (verdict.outcome == as2::MdnOutcome::unreadable) {
    arrival->settled.readable = false;
    return arrival->done(arrival->settled);
  }
  const bool delivered = verdict.delivered() || takes_unsigned;
  row.state = delivered ? store::As2OutState::delivered : store::As2OutState::failed;
  row.detail = verdict.detail;
  row.mdn_at = core_.now();
  arrival->keep_mdn();
  if (mdn.signer) core_.note_certificate(partner, "signs", mdn.signer->fingerprint());
  CROSSDOCK_FAILPOINT("as2.mdn_received.before_commit");
  const Status queued = core_.parts.store.write(
      [arrival](store::Transaction& transaction) -> Status {
        const auto now = store::find_as2_out(transaction, arrival->row->message_id);
        arrival->news = now && open_state(now->state);
        arrival->settled.state = arrival->news ? arrival->row->state : (now ? now->state : store::As2OutState::failed);
        if (arrival->news) {
          arrival->row->sent_at = now->sent_at;
          arrival->row->due_at = now->due_at;
          arrival->row->attempts = now->attempts;
          store::update_as2_out(transaction, *arrival->row);
          confirm_successor(transaction, *arrival->row);
        }
        return transaction.status();
      },
      [self = shared_from_this(), arrival](const Status& status) {
        if (!status) return arrival->done(tl::unexpected(status.error()));
        CROSSDOCK_FAILPOINT("as2.mdn_received.after_commit");
        self->told(arrival);
      },
      true);
  if (!queued) arrival->done(tl::unexpected(queued.error()));
}

void Receipts::told(const std::shared_ptr<Arrival>& arrival) {
  const store::As2Out& row = *arrival->row;
  if (arrival->news) {
    if (row.sent_at)
      core_.parts.metrics
          .histogram("crossdock_as2_mdn_seconds", "From sending a message to its MDN.", {{"partner", row.partner}})
          .observe(std::chrono::duration<double>(core_.now() - *row.sent_at).count());
    if (row.state == store::As2OutState::failed)
      core_.parts.alarm(arrival->code, row.message_id,
                        "partner " + row.partner + ", message " + row.message + ": " + row.detail);
  }
  arrival->done(arrival->settled);
}

}  // namespace crossdock::as2_channel
