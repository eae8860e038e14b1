// Recipients of encrypted content and the algorithms of keys and content, read and written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/certificate.hpp"
#include "gateway/crypto/cms/ber.hpp"

namespace crossdock::crypto::cms {

/// KeyTransRecipientInfo. Source: RFC 5652 s6.2.1.
struct Recipient {
  std::string issuer, serial, key_id;            ///< issuer and serial, or the key identifier
  std::optional<TransportParameters> transport;  ///< nothing: not supported here
  std::string encrypted_key;
};

/// RSA recipients of a gathered RecipientInfos; other kinds (key agreement, passwords ...) are passed over.
/// Errors: cms.enveloped.form.
[[nodiscard]] Result<std::vector<Recipient>> read_recipients(std::string_view raw, std::size_t recipients_max);
[[nodiscard]] bool names(const Recipient& recipient, const Certificate& certificate);
/// One KeyTransRecipientInfo in DER.
[[nodiscard]] std::string der_recipient(const Certificate& certificate, bool by_key_id,
                                        const TransportParameters& transport, std::string_view encrypted_key);

/// The content's cipher with its parameters.
struct ContentAlgorithm {
  ContentCipher cipher = ContentCipher::aes128_cbc;
  std::string iv;
  std::size_t tag_bytes = 0;  ///< GCM only
};
/// From a gathered AlgorithmIdentifier. Errors: cms.enveloped.algorithm, cms.enveloped.form.
/// Source: RFC 3370 s5.1, RFC 3565, RFC 5084 s3.2; PKI.js writes GCM's nonce as a bare octet string.
[[nodiscard]] Result<ContentAlgorithm> read_content_algorithm(std::string_view raw);
[[nodiscard]] std::string der_content_algorithm(const ContentAlgorithm& algorithm);

}  // namespace crossdock::crypto::cms
