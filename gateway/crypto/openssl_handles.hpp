// OpenSSL's objects with owners, the algorithms fetched once, and its error texts. Only .cpp files of gateway/crypto
// include this. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/crypto/certificate.hpp"
#include "translators/base/result.hpp"

namespace crossdock::crypto {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using OwnedCertificate = Owned<X509, X509_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedKeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedCipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using OwnedBio = Owned<BIO, BIO_free_all>;

/// The algorithm's implementation, looked up once in the life of the process (a look-up by name costs about as much as
/// the digest of a kilobyte). Null when the library does not have it, and for MD5.
[[nodiscard]] const EVP_MD* evp(DigestAlgorithm algorithm);
[[nodiscard]] const EVP_CIPHER* evp(ContentCipher cipher);

/// A read-only BIO over bytes that outlive it.
[[nodiscard]] OwnedBio reading(std::string_view bytes);
/// What a memory BIO gathered.
[[nodiscard]] std::string gathered(BIO* bio);

/// The library's reasons for its last failures, newest last, and forgets them. `: reason; reason`, or empty.
[[nodiscard]] std::string library_reasons();
/// fail() with the library's reasons after the sentence.
[[nodiscard]] tl::unexpected<Error> library_failure(Code code, std::string_view sentence);

/// Contexts of one key, set up once for each way of using it and copied for each use: setting one up costs several
/// look-ups under locks, a copy almost nothing.
class KeyContexts {
 public:
  static constexpr std::size_t slots_max = 16;
  using SetUp = std::function<bool(EVP_PKEY_CTX*)>;

  explicit KeyContexts(EVP_PKEY* key) : key_(key) {}
  /// A context of its own for the caller. Null when it cannot be set up.
  [[nodiscard]] OwnedKeyContext use(std::size_t slot, const SetUp& set_up) const;
  /// The same without keeping it.
  [[nodiscard]] OwnedKeyContext make(const SetUp& set_up) const;

 private:
  EVP_PKEY* key_;
  mutable std::mutex mutex_;
  mutable std::array<OwnedKeyContext, slots_max> slots_;
};

/// Sets padding, digest and salt for a signature scheme; false when they do not fit the key.
[[nodiscard]] bool set_signature(EVP_PKEY_CTX* context, SignatureScheme scheme, DigestAlgorithm digest, int salt_bytes);
/// Where a scheme with a digest is kept among KeyContexts' slots: 0 to 12.
[[nodiscard]] std::size_t signature_slot(SignatureScheme scheme, DigestAlgorithm digest);
/// Sets padding, digests and label of a key transport.
[[nodiscard]] bool set_transport(EVP_PKEY_CTX* context, const TransportParameters& parameters);
/// The slot of the usual parameters; nothing for those with a label or unequal digests.
[[nodiscard]] std::optional<std::size_t> transport_slot(const TransportParameters& parameters);
[[nodiscard]] KeyKind kind_of(const EVP_PKEY* key);
/// SHA-256 of the subject public key info, hexadecimal.
[[nodiscard]] std::string key_fingerprint_of(const EVP_PKEY* key);

}  // namespace crossdock::crypto
