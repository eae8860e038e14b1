// What a partner may and must do: which structures, which algorithms, and exceptions that end on a day.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/as2/headers.hpp"
#include "gateway/crypto/certificate.hpp"

namespace crossdock::as2 {

using Moment = std::chrono::sys_seconds;

/// What a waiver lets pass.
enum class Exception : std::uint8_t {
  sha1,                 ///< SHA-1 in signatures and MICs
  triple_des,           ///< 3DES, in and out
  weak_key,             ///< RSA below 2048 bits, EC below 256
  expired_certificate,  ///< the partner's certificate outside its validity
};
/// `sha1`, `3des`, `weak-key`, `expired-certificate`: the words of profiles.
[[nodiscard]] std::string_view name(Exception exception);
[[nodiscard]] std::optional<Exception> find_exception(std::string_view name);

struct Waiver {
  Exception exception;
  std::chrono::sys_days until;  ///< the last day on which it holds
  std::string reason;
};

struct Policy {
  Profile profile = Profile::legacy;
  bool require_signed = true;      ///< messages without a signature are refused
  bool require_encrypted = true;   ///< messages in clear are refused (plain files over TLS need a no)
  bool require_signed_mdn = true;  ///< an unsigned MDN where a signed one was asked is not success
  bool allow_missing_mic = false;  ///< a signed MDN may leave out the MIC of a message that was not signed
  std::vector<Waiver> waivers;

  [[nodiscard]] bool allows(Exception exception, Moment now) const;
};

/// Whether an algorithm or certificate may be used now, either way. Errors: as2.security (which, and which waiver it
/// would need), as2.certificate_expired. `v1_3` partners get no waivers for algorithms.
[[nodiscard]] Status allow(const Policy& policy, crypto::DigestAlgorithm digest, Moment now);
[[nodiscard]] Status allow(const Policy& policy, crypto::ContentCipher cipher, Moment now);
[[nodiscard]] Status allow(const Policy& policy, const crypto::Certificate& certificate, Moment now);

/// The digest for the MIC of a message without signature: the first one listed that is known and allowed; SHA-256 when
/// none is listed. Errors: as2.mic_unsupported. Source: RFC 4130 s7.3.
[[nodiscard]] Result<crypto::DigestAlgorithm> choose_mic_algorithm(const std::optional<ReceiptRequest>& receipt,
                                                                   const Policy& policy, Moment now);

struct Unpacked;
/// Whether what was unpacked is secure enough. Errors: as2.security, as2.certificate_expired.
[[nodiscard]] Status check_policy(const Unpacked& unpacked, const Policy& policy, Moment now);

/// Of several certificates the one to use now: valid ones first, of those the one that became valid last; an expired
/// one only by waiver; nothing when none may be used. The order of equal ones is kept.
[[nodiscard]] std::optional<crypto::Certificate> choose_certificate(const std::vector<crypto::Certificate>& all,
                                                                    const Policy& policy, Moment now);
/// The order in which signatures are tried: valid ones first, the newest of them foremost, then the others, so that a
/// signature by an expired one is recognised (and refused by check_policy()).
[[nodiscard]] std::vector<crypto::Certificate> ordered_certificates(std::vector<crypto::Certificate> all, Moment now);

}  // namespace crossdock::as2
