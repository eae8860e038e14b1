// One SignerInfo and the algorithms of signatures, read and written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/crypto/cms/ber.hpp"
#include "gateway/crypto/cms/signed_data.hpp"

namespace crossdock::crypto::cms {

/// Source: RFC 5652 s5.3.
struct SignerInfo {
  std::string issuer, serial, key_id;  ///< issuer and serial, or the key identifier
  std::string digest_oid, digest_parameters;
  std::string signature_oid, signature_parameters;
  std::optional<DigestAlgorithm> digest;             ///< nothing: not known here
  std::optional<SignatureParameters> signature_way;  ///< nothing: not supported here
  std::string signature;

  std::string attributes;  ///< raw [0] element; empty when there are none
  std::size_t content_types = 0, message_digests = 0, protections = 0;
  std::string content_type, message_digest, protection;
  std::optional<std::chrono::sys_seconds> signing_time;
};

/// Errors: `cms.signed.form`.
[[nodiscard]] Result<SignerInfo> read_signer_info(std::string_view raw);
/// Whether a certificate is the one that the signature names.
[[nodiscard]] bool names(const SignerInfo& signer, const Certificate& certificate);
/// What AlgorithmProtection (RFC 6211) says is what the SignerInfo uses.
[[nodiscard]] bool protection_agrees(const SignerInfo& signer);

/// The signature algorithm and, of the schemes that say it there, the digest. Nothing when it is not supported.
[[nodiscard]] std::optional<SignatureParameters> find_signature(std::string_view oid_bytes, std::string_view parameters,
                                                                DigestAlgorithm digest);
/// AlgorithmIdentifier in DER.
[[nodiscard]] std::string der_digest_algorithm(DigestAlgorithm digest);
[[nodiscard]] std::string der_signature_algorithm(const SignatureParameters& parameters);

/// Attribute types, content bytes of the identifiers. RFC 5652 s11, RFC 6211.
inline constexpr std::string_view oid_content_type{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"},
    oid_message_digest{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"},
    oid_signing_time{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"},
    oid_algorithm_protection{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x34"};

/// UTCTime until 2049, GeneralizedTime from then on; in DER.
[[nodiscard]] std::string der_time(std::chrono::sys_seconds when);
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_time(const BerNode& node);

}  // namespace crossdock::crypto::cms
