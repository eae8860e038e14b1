// New certificates and requests for our own keys.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "gateway/crypto/private_key.hpp"

namespace crossdock::crypto {

struct CertificateSubject {
  /// Name parts in order, such as {"CN", "Acme AS2"}, {"O", "Acme"}, {"C", "DE"}; UTF-8. The short or long names of
  /// OpenSSL (CN, O, OU, C, ST, L, emailAddress ...).
  std::vector<std::pair<std::string, std::string>> name;
  std::vector<std::string> dns_names;  ///< subjectAltName; may be empty
};

struct SelfSignedOptions {
  CertificateSubject subject;
  std::chrono::sys_seconds not_before{}, not_after{};
  DigestAlgorithm digest = DigestAlgorithm::sha256;
  /// The serial number's bytes, big endian, 1 to 20; empty: sixteen random ones.
  std::string serial;
};

/// `CN=Acme AS2,O=Acme,C=DE` into name parts; a backslash takes the next character as it is.
/// Errors: certificate.make.
[[nodiscard]] Result<CertificateSubject> parse_subject(std::string_view text);
/// A certificate that may sign and encipher keys, signed by its own key. Errors: certificate.make.
[[nodiscard]] Result<Certificate> make_self_signed(const PrivateKey& key, const SelfSignedOptions& options);
/// PKCS#10 in PEM. Errors: certificate.make. Source: RFC 2986.
[[nodiscard]] Result<std::string> make_request(const PrivateKey& key, const CertificateSubject& subject,
                                               DigestAlgorithm digest = DigestAlgorithm::sha256);

}  // namespace crossdock::crypto
