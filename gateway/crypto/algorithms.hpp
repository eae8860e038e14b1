// The algorithms by the names of profiles, by the spellings of micalg and by their object identifiers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::crypto {

/// MD5 is known so that it can be named when it is refused: nothing here computes it.
enum class DigestAlgorithm : std::uint8_t { md5, sha1, sha256, sha384, sha512 };
enum class ContentCipher : std::uint8_t {
  des_ede3_cbc,
  aes128_cbc,
  aes192_cbc,
  aes256_cbc,
  aes128_gcm,
  aes192_gcm,
  aes256_gcm
};
enum class SignatureScheme : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa };
enum class KeyTransport : std::uint8_t { rsa_pkcs1, rsa_oaep };
/// How partners want `micalg` spelled: `sha256` (RFC 3851), `sha-256` (RFC 5751), `sha_256` (seen in the field).
/// SHA-1 is `sha1` in the first form and in the consensus of the interoperability rounds whatever the form.
enum class MicalgSpelling : std::uint8_t { plain, hyphen, underscore };
enum class KeyKind : std::uint8_t { rsa, ec, other };

/// Names as profiles spell them: `sha256`, `aes128-cbc`, `3des`, `rsa-pkcs1`, `rsa-pss`, `ecdsa`, `rsa-oaep`, `rsa`.
[[nodiscard]] std::string_view name(DigestAlgorithm algorithm);
[[nodiscard]] std::string_view name(ContentCipher cipher);
[[nodiscard]] std::string_view name(SignatureScheme scheme);
[[nodiscard]] std::string_view name(KeyTransport transport);
[[nodiscard]] std::string_view name(KeyKind kind);

/// The profile's names back, exactly as name() gives them. Errors: crypto.algorithm (its detail lists the known ones).
[[nodiscard]] Result<DigestAlgorithm> parse_digest(std::string_view text);
[[nodiscard]] Result<ContentCipher> parse_cipher(std::string_view text);
[[nodiscard]] Result<SignatureScheme> parse_signature_scheme(std::string_view text);
[[nodiscard]] Result<KeyTransport> parse_key_transport(std::string_view text);

/// Any spelling of one digest in micalg, Disposition-Notification-Options or Received-content-MIC: `sha1`, `SHA-1`,
/// `rsa-sha1`, `sha_256`, `sha2_256`, `sha2-256`, `rsa-sha256`, `SHA256withRSA`, `2.16.840.1.101.3.4.2.1`, in any case
/// and with blanks around. Nothing for other words. Source: RFC 5751 s3.4.3.2; Drummond 3Q12.1, 1Q13.1.
[[nodiscard]] std::optional<DigestAlgorithm> read_micalg(std::string_view text);
/// The spelling to send. RFC 3851 s3.4.3.2, RFC 5751 s3.4.3.2.
[[nodiscard]] std::string_view micalg(DigestAlgorithm algorithm, MicalgSpelling spelling = MicalgSpelling::plain);

/// Bytes of a digest, of a cipher's key, of its initialisation vector or nonce.
[[nodiscard]] std::size_t digest_bytes(DigestAlgorithm algorithm);
[[nodiscard]] std::size_t key_bytes(ContentCipher cipher);
[[nodiscard]] std::size_t iv_bytes(ContentCipher cipher);
[[nodiscard]] bool is_gcm(ContentCipher cipher);

/// Whether a partner needs a waiver for it: MD5, SHA-1; 3DES; RSA below 2048 bits, EC below 256.
[[nodiscard]] bool weak(DigestAlgorithm algorithm);
[[nodiscard]] bool weak(ContentCipher cipher);
[[nodiscard]] bool weak(KeyKind kind, std::uint32_t bits);

/// Object identifiers as they stand in DER, without tag and length. Empty when there is none.
[[nodiscard]] std::string_view oid(DigestAlgorithm algorithm);
[[nodiscard]] std::string_view oid(ContentCipher cipher);
[[nodiscard]] std::optional<DigestAlgorithm> find_digest(std::string_view oid_bytes);
[[nodiscard]] std::optional<ContentCipher> find_cipher(std::string_view oid_bytes);
/// `1.2.840.113549.1.7.2` for messages about identifiers that are not known; `?` for bytes that are none.
[[nodiscard]] std::string dotted(std::string_view oid_bytes);

/// One digest of something.
struct Digest {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::array<unsigned char, 64> bytes{};
  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), digest_bytes(algorithm)};
  }
  friend bool operator==(const Digest& left, const Digest& right) {
    return left.algorithm == right.algorithm && left.view() == right.view();
  }
};

/// A set of digests, for those who compute several at once.
class DigestSet {
 public:
  constexpr DigestSet() = default;
  constexpr DigestSet(std::initializer_list<DigestAlgorithm> list) {
    for (const DigestAlgorithm algorithm : list) add(algorithm);
  }
  constexpr void add(DigestAlgorithm algorithm) { bits_ |= static_cast<std::uint8_t>(1U << unsigned(algorithm)); }
  [[nodiscard]] constexpr bool has(DigestAlgorithm algorithm) const { return (bits_ >> unsigned(algorithm) & 1U) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

 private:
  std::uint8_t bits_ = 0;
};

inline constexpr std::array<DigestAlgorithm, 5> all_digests{DigestAlgorithm::md5, DigestAlgorithm::sha1,
                                                            DigestAlgorithm::sha256, DigestAlgorithm::sha384,
                                                            DigestAlgorithm::sha512};

}  // namespace crossdock::crypto
