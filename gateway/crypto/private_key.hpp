// Private keys as shared, immutable values that cannot be printed by accident, and certificates with their keys.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/certificate.hpp"

namespace crossdock::crypto {

/// One private key. Copies share it; usable from any thread. sign() and decrypt_key() cost a private RSA operation:
/// call them on a worker.
class PrivateKey {
 public:
  static constexpr std::size_t bytes_max = 1U << 20;  ///< of what read() takes

  /// PEM or DER, PKCS#8, encrypted PKCS#8 or traditional. The password is ignored where none is needed.
  /// Errors: certificate.key_unreadable, certificate.password.
  [[nodiscard]] static Result<PrivateKey> read(std::string_view bytes, std::string_view password = {});
  /// A new key from the system's randomness. RSA: 2048 to 8192 bits; EC: 256, 384, 521 (NIST curves).
  /// Errors: certificate.key_kind, certificate.make.
  [[nodiscard]] static Result<PrivateKey> make(KeyKind kind, std::uint32_t bits);

  [[nodiscard]] KeyKind kind() const;
  [[nodiscard]] std::uint32_t bits() const;
  /// SHA-256 of the subject public key info, hexadecimal; the same as Certificate::key_fingerprint().
  [[nodiscard]] const std::string& fingerprint() const;
  [[nodiscard]] bool matches(const Certificate& certificate) const;
  /// PKCS#8 PEM. With a password encrypted (PBES2, AES-256-CBC, scrypt or PBKDF2 as the library has it).
  /// Errors: certificate.make.
  [[nodiscard]] Result<std::string> pem(std::string_view password = {}) const;

  /// Signs a digest. Errors: cms.sign.
  [[nodiscard]] Result<std::string> sign(const SignatureParameters& parameters, std::string_view digest) const;
  /// Decrypts a content key of a length that is known. A wrong one is *not* an error: the answer is then a key that
  /// depends on our key and the bytes alone, so that neither time nor outcome tell a sender of guesses anything
  /// (implicit rejection). Errors: certificate.key_kind, cms.enveloped.form (its length does not fit the key), neither
  /// of which depends on the secret. Source: RFC 3218, RFC 8017 s7.1, s7.2.
  /// `fitted`, when given: 0xFF when it was right, 0 when not; only for choosing among several without a branch.
  [[nodiscard]] Result<std::string> decrypt_key(const TransportParameters& parameters, std::string_view encrypted,
                                                std::size_t key_bytes, unsigned char* fitted = nullptr) const;

  [[nodiscard]] evp_pkey_st* native() const;

  struct State;
  explicit PrivateKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  /// Takes a reference of its own. Errors: certificate.key_kind, certificate.key_unreadable.
  [[nodiscard]] static Result<PrivateKey> from_native(evp_pkey_st* key);

 private:
  std::shared_ptr<const State> state_;
};

/// One of our certificates with its key.
struct Identity {
  Certificate certificate;
  PrivateKey key;
  std::vector<Certificate> chain;  ///< issuers that travel with it, nearest first; often empty

  /// Errors: certificate.key_mismatch.
  [[nodiscard]] static Result<Identity> make(Certificate certificate, PrivateKey key,
                                             std::vector<Certificate> chain = {});
  /// Key and certificates in PEM bytes, in any order (as many files hold both).
  /// Errors: as Certificate::read_all, PrivateKey::read; certificate.key_mismatch.
  [[nodiscard]] static Result<Identity> read_pem(std::string_view bytes, std::string_view password = {});
  /// PKCS#12, also with the old RC2/3DES encryption where the library still has it.
  /// Errors: certificate.unreadable, certificate.password, certificate.key_unreadable, certificate.key_mismatch.
  [[nodiscard]] static Result<Identity> read_pkcs12(std::string_view bytes, std::string_view password);
  /// PKCS#12 with AES-256 and PBKDF2. Errors: certificate.make.
  [[nodiscard]] Result<std::string> pkcs12(std::string_view password, const std::string& friendly_name) const;
};

}  // namespace crossdock::crypto
