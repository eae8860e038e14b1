// X.509 certificates as shared, immutable values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/algorithms.hpp"
#include "translators/base/result.hpp"

struct x509_st;
struct evp_pkey_st;

namespace crossdock::crypto {

struct SignatureParameters {
  SignatureScheme scheme = SignatureScheme::rsa_pkcs1;
  DigestAlgorithm digest = DigestAlgorithm::sha256;
  std::uint32_t pss_salt_bytes = 0;  ///< rsa_pss only: 0 means as long as the digest
};

struct TransportParameters {
  KeyTransport transport = KeyTransport::rsa_pkcs1;
  DigestAlgorithm oaep_digest = DigestAlgorithm::sha256;       ///< of the label
  DigestAlgorithm oaep_mask_digest = DigestAlgorithm::sha256;  ///< of MGF1
  std::string oaep_label;                                      ///< pSpecified; nearly always empty
};

/// One certificate. Copies share it; every fact was read when it was made. Usable from any thread.
/// Odd ones are taken: zero or negative serial numbers, any string type in names, unknown critical extensions, any
/// size of key: whether one may be used is its owner's policy. Source: RFC 5280.
class Certificate {
 public:
  static constexpr std::size_t bytes_max = 1U << 20;  ///< of what read() and read_all() take

  /// The first certificate in PEM or DER bytes. Errors: certificate.unreadable.
  [[nodiscard]] static Result<Certificate> read(std::string_view bytes);
  /// All of them: PEM blocks one after the other, one DER certificate, or a PKCS#7 bundle (.p7b/.p7c) in PEM or DER.
  /// At least one. Errors: certificate.unreadable.
  [[nodiscard]] static Result<std::vector<Certificate>> read_all(std::string_view bytes);

  /// SHA-256 of the DER bytes, 64 lower-case hexadecimal digits: the name of a certificate in records and profiles.
  [[nodiscard]] const std::string& fingerprint() const;
  /// Names as RFC 4514 writes them (`CN=Acme AS2,O=Acme`), UTF-8.
  [[nodiscard]] const std::string& subject() const;
  [[nodiscard]] const std::string& issuer() const;
  /// The subject's last common name; empty when it has none.
  [[nodiscard]] const std::string& common_name() const;
  /// Hexadecimal, lower case, a minus sign before a negative one.
  [[nodiscard]] const std::string& serial() const;
  [[nodiscard]] std::chrono::sys_seconds not_before() const;
  [[nodiscard]] std::chrono::sys_seconds not_after() const;
  /// Both ends included (RFC 5280 s4.1.2.5).
  [[nodiscard]] bool valid_at(std::chrono::sys_seconds when) const;
  [[nodiscard]] KeyKind key_kind() const;
  /// Of the RSA modulus or the curve's field.
  [[nodiscard]] std::uint32_t key_bits() const;
  /// Weak key, or signed with MD5 or SHA-1 while not self-signed.
  [[nodiscard]] bool weak() const;
  [[nodiscard]] bool self_signed() const;
  [[nodiscard]] const std::string& der() const;
  [[nodiscard]] std::string pem() const;
  /// SHA-256 of the subject public key info, hexadecimal: the same for a renewed certificate with the old key.
  [[nodiscard]] const std::string& key_fingerprint() const;

  /// What names it inside CMS, in DER: the issuer's Name, the serial number's content bytes, the subject key
  /// identifier's bytes (extension's, else SHA-1 of the key as RFC 5280 s4.2.1.2 has it).
  [[nodiscard]] std::string_view issuer_der() const;
  [[nodiscard]] std::string_view serial_der() const;
  [[nodiscard]] std::string_view subject_key_id() const;

  /// Whether a signature over a digest is right. Errors: cms.signed.wrong, cms.signed.algorithm, certificate.key_kind.
  [[nodiscard]] Status verify(const SignatureParameters& parameters, std::string_view digest,
                              std::string_view signature) const;
  /// Encrypts a content key for the owner. Errors: certificate.key_kind, cms.enveloped.write.
  [[nodiscard]] Result<std::string> encrypt_key(const TransportParameters& parameters, std::string_view key) const;

  [[nodiscard]] x509_st* native() const;
  [[nodiscard]] evp_pkey_st* native_key() const;

  friend bool operator==(const Certificate& left, const Certificate& right) { return left.der() == right.der(); }

  struct State;
  explicit Certificate(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  /// Takes a reference of its own. Errors: certificate.unreadable.
  [[nodiscard]] static Result<Certificate> from_native(x509_st* certificate);

 private:
  std::shared_ptr<const State> state_;
};

}  // namespace crossdock::crypto
