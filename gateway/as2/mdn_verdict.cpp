// What an MDN means for the message it answers.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/mdn_reader.hpp"

#include "gateway/crypto/mime/transfer_encoding.hpp"

namespace crossdock::as2 {
namespace {

MdnVerdict verdict(MdnOutcome outcome, Code code, std::string detail) { return {outcome, code, std::move(detail)}; }

std::string shown(const std::string& name) { return name.empty() ? "nobody" : "'" + name + "'"; }

/// Other parties than the message has, or another message. Absent names are no contradiction.
std::string contradiction(const ReceivedMdn& mdn, const SentMessage& sent) {
  if (!mdn.from.empty() && mdn.from != sent.to)
    return "it comes from " + shown(mdn.from) + ", the message went to " + shown(sent.to);
  if (!mdn.to.empty() && mdn.to != sent.from)
    return "it is for " + shown(mdn.to) + ", the message came from " + shown(sent.from);
  const MessageId id{sent.message_id};
  if (!mdn.original_message_id.raw.empty() && mdn.original_message_id.key() != id.key()) {
    return "it answers " + mdn.original_message_id.raw.substr(0, 200) + ", not " + sent.message_id;
  }
  return {};
}

std::string notes(const ReceivedMdn& mdn) {
  std::string out = mdn.disposition_text;
  for (const auto* fields : {&mdn.error_fields, &mdn.failure_fields, &mdn.warning_fields}) {
    for (const std::string& field : *fields) out += "; " + field.substr(0, 200);
  }
  return out;
}

}  // namespace

std::string_view name(MdnOutcome outcome) {
  switch (outcome) {
    case MdnOutcome::delivered: return "delivered";
    case MdnOutcome::delivered_with_warning: return "delivered-with-warning";
    case MdnOutcome::unsigned_receipt: return "unsigned-receipt";
    case MdnOutcome::weak_receipt: return "weak-receipt";
    case MdnOutcome::mic_missing: return "mic-missing";
    case MdnOutcome::mic_differs: return "mic-differs";
    case MdnOutcome::refused: return "refused";
    case MdnOutcome::unreadable: return "unreadable";
    case MdnOutcome::wrong_partner: return "wrong-partner";
  }
  return {};
}

MdnVerdict judge_mdn(const ReceivedMdn& mdn, const SentMessage& sent, const Policy& policy, Moment now) {
  if (std::string why = contradiction(mdn, sent); !why.empty()) {
    return verdict(MdnOutcome::wrong_partner, Code::as2_mdn_partner, std::move(why));
  }
  if (!mdn.disposition) {
    return verdict(MdnOutcome::unreadable, Code::as2_mdn_unreadable,
                   "Disposition: " + mdn.disposition_text.substr(0, 200));
  }
  if (!mdn.disposition->positive()) return verdict(MdnOutcome::refused, Code::as2_mdn_refused, notes(mdn));
  const bool mic_good = mdn.mic && equal(*mdn.mic, sent.mic);
  if (mdn.mic && !mic_good) {
    return verdict(MdnOutcome::mic_differs, Code::as2_mdn_mic_differs,
                   "the partner has " + mime::base64_encode(mdn.mic->digest).substr(0, 100) + ", " +
                       mdn.mic->algorithm_text.substr(0, 40) + "; sent was " + write_mic(sent.mic));
  }
  if (mdn.original_message_id.raw.empty() && !mic_good) {
    return verdict(MdnOutcome::unreadable, Code::as2_mdn,
                   "it names no Original-Message-ID and no MIC that would tell what it answers");
  }
  if (sent.receipt_signed_asked && policy.require_signed_mdn) {
    if (!mdn.is_signed) {
      return verdict(MdnOutcome::unsigned_receipt, Code::as2_mdn_unsigned,
                     "the disposition is " + mdn.disposition_text.substr(0, 200));
    }
    Status strong = mdn.signer ? allow(policy, *mdn.signer, now) : Status{};
    if (strong && mdn.signature_digest) strong = allow(policy, *mdn.signature_digest, now);
    if (!strong) return verdict(MdnOutcome::weak_receipt, strong.error().code, strong.error().detail);
    if (!mdn.mic && (sent.is_signed || !policy.allow_missing_mic))
      return verdict(MdnOutcome::mic_missing, Code::as2_mdn_mic_missing,
                     "there is no Received-content-MIC that can be read");
  }
  if (mdn.disposition->modifier == Disposition::Modifier::warning) {
    return verdict(MdnOutcome::delivered_with_warning, Code::internal_bug, notes(mdn));
  }
  return verdict(MdnOutcome::delivered, Code::internal_bug, "");
}

}  // namespace crossdock::as2
