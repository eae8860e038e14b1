// Reads MDNs as peers send them, and says what they mean for the message that was sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/disposition.hpp"
#include "gateway/as2/mic.hpp"
#include "gateway/as2/policy.hpp"
#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::as2 {

inline constexpr std::size_t mdn_bytes_max = 4U << 20;

struct ReceivedMdn {
  std::string from, to;  ///< AS2-From and AS2-To, unquoted; empty where absent
  std::string message_id;
  MessageId original_message_id;
  std::string final_recipient, original_recipient, reporting_ua;
  std::optional<Disposition> disposition;  ///< nothing when there is none that can be read
  std::string disposition_text;            ///< as sent
  std::optional<ReceivedMic> mic;
  std::vector<std::string> error_fields, failure_fields, warning_fields;
  std::string human_text;  ///< at most 8 KB of it
  bool is_signed = false;
  std::optional<crypto::Certificate> signer;  ///< the certificate that verified
  std::optional<crypto::DigestAlgorithm> signature_digest;
  std::string algorithm;  ///< of the signature, for the record
};

/// True when a Content-Type can only be that of an MDN (multipart/report with disposition-notification). A signed one
/// is multipart/signed: Unpacked::is_mdn tells.
[[nodiscard]] bool is_report(std::string_view content_type);

/// Reads headers and raw body, whole. A signature is verified over the raw bytes. A disposition part within the report
/// may be base64 or quoted-printable.
/// Errors: as2.mdn (no MDN, no disposition-notification part, no Original-Message-ID), as2.size, mime.*, cms.signed.*.
[[nodiscard]] Result<ReceivedMdn> read_mdn(const mime::HeaderFields& headers, std::string_view body,
                                           const std::vector<crypto::Certificate>& partner);

/// What we remember of a message that was sent.
struct SentMessage {
  std::string from, to;  ///< AS2 names of the message
  std::string message_id;
  crypto::Digest mic;
  bool receipt_signed_asked = true;
  bool is_signed = true;  ///< the message
};

enum class MdnOutcome : std::uint8_t {
  delivered,
  delivered_with_warning,  ///< duplicate-document among them
  unsigned_receipt,        ///< positive, but unsigned though a signed one was asked: partial success, policy decides
  weak_receipt,            ///< signed with an algorithm or certificate that policy does not allow
  mic_missing,             ///< positive without a MIC though a signed receipt was asked
  mic_differs,             ///< integrity failure: alarm, never success
  refused,                 ///< processed/error or failed: the partner did not take it
  unreadable,              ///< no disposition that can be read
  wrong_partner,           ///< names another sender or receiver than the message has: ignored, alarm
};

struct MdnVerdict {
  MdnOutcome outcome;
  Code code = Code::internal_bug;  ///< as2.mdn_*; meaningless for delivered
  std::string detail;              ///< one sentence
  [[nodiscard]] bool delivered() const {
    return outcome == MdnOutcome::delivered || outcome == MdnOutcome::delivered_with_warning;
  }
};
/// `delivered`, `mic-differs` ...
[[nodiscard]] std::string_view name(MdnOutcome outcome);

/// Judges a paired MDN. Source: RFC 4130 s7.6.
[[nodiscard]] MdnVerdict judge_mdn(const ReceivedMdn& mdn, const SentMessage& sent, const Policy& policy, Moment now);

}  // namespace crossdock::as2
