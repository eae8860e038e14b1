// A reception: every failure becomes a disposition.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/reception.hpp"

namespace crossdock::as2 {

struct Reception::State {
  const As2Headers& headers;
  const Parties& parties;
  Moment now;
  UnpackSettings settings;
  std::optional<Unpacker> unpacker;
  std::optional<Error> refusal;
  std::optional<Error> mic_refusal;  ///< no MIC algorithm: matters to unsigned messages only
};

Reception::Reception(const mime::HeaderFields& fields, const As2Headers& headers, const Parties& parties, Moment now,
                     PayloadSink& sink)
    : state_(new State{headers, parties, now, {}, std::nullopt, std::nullopt, std::nullopt}) {
  State& at = *state_;
  at.settings.own = parties.own;
  at.settings.partner = ordered_certificates(parties.partner, now);
  at.settings.mic_basis = parties.mic_basis;
  at.settings.limits = parties.limits;
  if (headers.receipt && headers.receipt->protocol_required && !headers.receipt->protocol_known) {
    at.refusal = Error{Code::as2_receipt_unsupported, {}, "only pkcs7-signature is known"};
    return;
  }
  if (auto algorithm = choose_mic_algorithm(headers.receipt, parties.policy, now)) {
    at.settings.mic_algorithm = *algorithm;
  } else {
    at.mic_refusal = std::move(algorithm).error();
  }
  auto unpacker = Unpacker::open(fields, at.settings, sink);
  if (unpacker) {
    at.unpacker.emplace(std::move(*unpacker));
  } else {
    at.refusal = std::move(unpacker).error();
  }
}

Reception::~Reception() = default;

bool Reception::feed(std::string_view bytes) {
  State& at = *state_;
  if (at.refusal) return false;
  if (Status fed = at.unpacker->feed(bytes); !fed) at.refusal = std::move(fed).error();
  return !at.refusal;
}

ReceptionOutcome Reception::finish() {
  State& at = *state_;
  if (!at.refusal) {
    if (Status finished = at.unpacker->finish(); !finished) at.refusal = std::move(finished).error();
  }
  ReceptionOutcome out;
  if (at.unpacker) out.unpacked = at.unpacker->seen();
  out.mic = out.unpacked.mic;
  if (!at.refusal && !out.unpacked.is_mdn) {
    if (Status secure = check_policy(out.unpacked, at.parties.policy, at.now); !secure) {
      at.refusal = std::move(secure).error();
    } else if (at.headers.message_id.raw.empty()) {
      at.refusal = Error{Code::as2_message_id, {}, "the message has no Message-ID"};
    } else if (at.mic_refusal && at.headers.receipt && !out.unpacked.is_signed) {
      at.refusal = at.mic_refusal;
    }
  }
  // A MIC by an algorithm that was not asked for, or is not allowed, says nothing.
  if (at.mic_refusal && !out.unpacked.is_signed) out.mic.reset();
  if (at.refusal) out.disposition = disposition_of(at.refusal->code, at.parties.policy.profile);
  out.refusal = at.refusal;
  return out;
}

namespace {

/// What a partner may know of a refusal: the sentence of its code, nothing of the inside.
std::string failure_text(Code code) { return std::string(info(code).what); }

}  // namespace

MdnFacts mdn_facts(const As2Headers& headers, const ReceptionOutcome& outcome, Profile profile) {
  MdnFacts facts;
  facts.from = headers.to;
  facts.to = headers.from;
  facts.original_message_id = headers.message_id.raw;
  facts.original_recipient = headers.to;
  facts.disposition = outcome.disposition;
  facts.mic = outcome.mic;
  facts.profile = profile;
  if (outcome.refusal) facts.failure_text = failure_text(outcome.refusal->code);
  return facts;
}

MdnFacts mdn_facts(const Addressing& addressing, Code refusal, Profile profile) {
  MdnFacts facts;
  facts.from = addressing.to;
  facts.to = addressing.from;
  facts.original_message_id = addressing.message_id;
  facts.disposition = disposition_of(refusal, profile);
  facts.profile = profile;
  facts.failure_text = refusal == Code::as2_relationship ? "" : failure_text(refusal);
  return facts;
}

}  // namespace crossdock::as2
