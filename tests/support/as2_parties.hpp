// Two AS2 parties with keys made once a test binary, and helpers that pack and unpack in memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "gateway/as2/packer.hpp"
#include "gateway/as2/reception.hpp"
#include "gateway/crypto/make_certificate.hpp"

namespace crossdock::as2::test {

inline constexpr Moment now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21};

inline crypto::Identity make_identity(const char* common_name, crypto::KeyKind kind, std::uint32_t bits,
                                      int first_day = -30, int last_day = 365) {
  const crypto::PrivateKey key = crypto::PrivateKey::make(kind, bits).value();
  crypto::SelfSignedOptions options;
  options.subject.name = {{"CN", common_name}};
  options.not_before = now + std::chrono::days{first_day};
  options.not_after = now + std::chrono::days{last_day};
  const crypto::Certificate certificate = crypto::make_self_signed(key, options).value();
  return crypto::Identity::make(certificate, key).value();
}

inline const crypto::Identity& alice() {
  static const crypto::Identity identity = make_identity("alice", crypto::KeyKind::rsa, 2048);
  return identity;
}
inline const crypto::Identity& bob() {
  static const crypto::Identity identity = make_identity("bob", crypto::KeyKind::rsa, 2048);
  return identity;
}
inline const crypto::Identity& elliptic() {
  static const crypto::Identity identity = make_identity("elliptic alice", crypto::KeyKind::ec, 256);
  return identity;
}
inline const crypto::Identity& expired() {
  static const crypto::Identity identity = make_identity("expired alice", crypto::KeyKind::rsa, 2048, -400, -1);
  return identity;
}

/// Keeps payloads.
class KeptPayloads final : public PayloadSink {
 public:
  Status part_begin(const PayloadPart&) override {
    bodies.emplace_back();
    return {};
  }
  Status part_body(std::string_view bytes) override {
    bodies.back() += bytes;
    return {};
  }
  Status part_end(const PayloadPart& part) override {
    parts.push_back(part);
    return {};
  }
  std::vector<std::string> bodies;
  std::vector<PayloadPart> parts;
};

inline MessageFacts facts() {
  MessageFacts out;
  out.from = "Alice Co";
  out.to = "BOB";
  out.message_id = "<1@alice>";
  out.subject = "test";
  out.date = "Sat, 21 Nov 2026 00:00:00 GMT";
  out.receipt.emplace();
  return out;
}

inline SignSettings signing(const crypto::Identity& identity = alice(),
                            crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::sha256,
                            crypto::SignatureScheme scheme = crypto::SignatureScheme::rsa_pkcs1) {
  SignSettings out{.identity = identity, .parameters = {.scheme = scheme, .digest = digest}};
  return out;
}

inline EncryptSettings encrypting(crypto::ContentCipher cipher = crypto::ContentCipher::aes128_cbc) {
  EncryptSettings out;
  out.recipients = {bob().certificate};
  out.cipher = cipher;
  return out;
}

struct Message {
  mime::HeaderFields headers;
  std::string body;
  Packed packed;
};

inline Result<Message> pack(const PackSettings& settings,
                            const std::vector<std::pair<PartDescription, std::string>>& parts,
                            const MessageFacts& about = facts(), std::size_t chunk = 1000) {
  crypto::StringSink sink;
  std::vector<PartDescription> descriptions;
  for (const auto& [description, body] : parts) descriptions.push_back(description);
  TRY(Packer packer, Packer::open(about, settings, descriptions, "0198f0c2-unique", sink));
  for (const auto& [description, body] : parts) {
    for (std::size_t i = 0; i < body.size(); i += chunk)
      TRY_STATUS(packer.feed(std::string_view(body).substr(i, chunk)));
    TRY_STATUS(packer.end_part());
  }
  TRY(Packed packed, packer.finish());
  return Message{packer.headers(), std::move(sink.bytes), std::move(packed)};
}

inline Result<Message> pack(const PackSettings& settings, const std::string& body,
                            const MessageFacts& about = facts()) {
  return pack(settings,
              {{PartDescription{.content_type = "application/EDI-X12", .file_name = "a b.edi", .bytes = {}}, body}},
              about);
}

/// Bob, who knows Alice.
inline Parties parties() {
  Parties out;
  out.own = {bob()};
  out.partner = {elliptic().certificate, alice().certificate};
  out.policy.require_signed = out.policy.require_encrypted = false;
  return out;
}

struct Received {
  ReceptionOutcome outcome;
  KeptPayloads payloads;
};

inline Received receive(const mime::HeaderFields& fields, std::string_view body, const Parties& to = parties(),
                        std::size_t chunk = 100000) {
  Received out;
  const auto headers = read_as2_headers(fields);
  if (!headers) {
    ADD_FAILURE() << headers.error().text();
    return out;
  }
  Reception reception(fields, *headers, to, now, out.payloads);
  for (std::size_t i = 0; i < body.size(); i += chunk) {
    if (!reception.feed(body.substr(i, chunk))) break;
  }
  out.outcome = reception.finish();
  return out;
}

inline std::string why(const ReceptionOutcome& outcome) { return outcome.refusal ? outcome.refusal->text() : "taken"; }

}  // namespace crossdock::as2::test
