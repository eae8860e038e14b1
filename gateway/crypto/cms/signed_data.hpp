// SignedData: detached signatures made and verified, opaque ones read as a stream.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/digester.hpp"
#include "gateway/crypto/private_key.hpp"

namespace crossdock::crypto::cms {

struct SignOptions {
  SignatureParameters parameters;  ///< the scheme must fit the key: ecdsa for EC keys
  /// RFC 6211; IBM Sterling and DataPower want it left out.
  bool algorithm_protection = true;
  bool embed_certificate = true;
  bool embed_chain = false;  ///< Identity::chain too
  bool identify_by_key_id = false;
  std::optional<std::chrono::sys_seconds> signing_time;  ///< left out when not given
};

/// The scheme that fits the key: ecdsa for EC, rsa_pkcs1 for RSA.
[[nodiscard]] SignatureScheme usual_scheme(const PrivateKey& key);

/// A detached signature over content whose digest is known: a whole ContentInfo in DER. One private key operation: call
/// it on a worker. Errors: cms.sign (digest and parameters differ, the key does not take the scheme).
/// Source: RFC 5652 s5.
[[nodiscard]] Result<std::string> sign_detached(const Identity& signer, const Digest& content,
                                                const SignOptions& options);

/// What a signature turned out to be.
struct Verified {
  Certificate certificate;  ///< the one of the partner's that verified
  SignatureParameters parameters;
  Digest content;  ///< the digest that was signed: an MDN's MIC is this one
  std::optional<std::chrono::sys_seconds> signing_time;
  /// Whether the message named that certificate (by issuer and serial or key identifier). False for a renewed
  /// certificate with the old key.
  bool named = false;
  bool algorithm_protection = false;
};

/// Gives the digest of the content by an algorithm, or nothing when it was not computed.
using DigestLookup = std::function<std::optional<Digest>(DigestAlgorithm)>;

struct SignedLimits {
  std::size_t header_bytes_max = 64U << 10;       ///< digest algorithms and content type
  std::size_t certificates_bytes_max = 1U << 20;  ///< certificates and revocation lists together
  std::size_t signers_bytes_max = 256U << 10;
  std::size_t signers_max = 16;
};

/// Reads a ContentInfo with SignedData, detached or with its content inside, in BER of any kind and any chunks.
/// After finish() it can be asked and verified; belongs to one thread at a time.
/// Errors: cms.signed.form, cms.signed.algorithm, cms.content_type.
class SignedReader {
 public:
  explicit SignedReader(SignedLimits limits = {});
  ~SignedReader();
  SignedReader(SignedReader&&) noexcept;
  SignedReader& operator=(SignedReader&&) noexcept;

  /// Content that stands inside goes to the sink (and through the digests that the message announces).
  Status feed(std::string_view bytes, ByteSink& content);
  Status finish();

  /// True when the content stands inside (application/pkcs7-mime; smime-type=signed-data).
  [[nodiscard]] bool has_content() const;
  /// The digests that the signatures use; those that are not known are left out.
  [[nodiscard]] DigestSet digests() const;
  /// Of content that stood inside.
  [[nodiscard]] std::optional<Digest> content_digest(DigestAlgorithm algorithm) const;
  /// DER of the certificates that travelled along: claims of the sender, nothing is trusted because of them.
  [[nodiscard]] const std::vector<std::string>& embedded_certificates() const;
  [[nodiscard]] std::size_t signers() const;

  /// True for the first signature that one of the partner's certificates verifies. Those that the message names are
  /// tried first, then all others with a fitting key.
  /// Errors: cms.signed.none, cms.signed.signer (no certificate fits), cms.signed.digest (content changed),
  /// cms.signed.wrong, cms.signed.attributes, cms.signed.algorithm. Source: RFC 5652 s5.4, s5.6, RFC 6211.
  [[nodiscard]] Result<Verified> verify(std::span<const Certificate> trusted, const DigestLookup& content) const;
  /// The same for content that stood inside.
  [[nodiscard]] Result<Verified> verify(std::span<const Certificate> trusted) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A detached signature in memory against digests that were computed while the content streamed by.
/// Give the digester micalg's algorithm, and all of them when there was no usable micalg.
/// Errors: as SignedReader; cms.signed.form when content stands inside.
[[nodiscard]] Result<Verified> verify_detached(std::string_view signature, std::span<const Certificate> trusted,
                                               const Digester& content, SignedLimits limits = {});

}  // namespace crossdock::crypto::cms
