// Algorithm identifiers of signatures. Source: RFC 3370, RFC 4055, RFC 5754, RFC 5758.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "gateway/crypto/cms/signer_info.hpp"

namespace crossdock::crypto::cms {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view oid_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
constexpr std::string_view oid_mgf1 = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"sv;
constexpr std::string_view oid_pss = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv;
constexpr std::string_view oid_ec_key = "\x2a\x86\x48\xce\x3d\x02\x01"sv;

struct Row {
  std::string_view oid;
  SignatureScheme scheme;
  DigestAlgorithm digest;
};
constexpr auto rows = std::to_array<Row>({
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"sv, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha1},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"sv, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha256},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"sv, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha384},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"sv, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha512},
    {"\x2a\x86\x48\xce\x3d\x04\x01"sv, SignatureScheme::ecdsa, DigestAlgorithm::sha1},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x02"sv, SignatureScheme::ecdsa, DigestAlgorithm::sha256},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x03"sv, SignatureScheme::ecdsa, DigestAlgorithm::sha384},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x04"sv, SignatureScheme::ecdsa, DigestAlgorithm::sha512},
});

/// The digest of a `[n] EXPLICIT AlgorithmIdentifier` whose content is at hand.
std::optional<DigestAlgorithm> read_digest(BerCursor cursor) {
  const auto algorithm = read_algorithm(cursor);
  return algorithm ? find_digest(algorithm->oid) : std::nullopt;
}

std::optional<DigestAlgorithm> read_mask(BerCursor cursor) {
  const auto algorithm = read_algorithm(cursor);
  if (!algorithm || algorithm->oid != oid_mgf1 || algorithm->parameters.empty()) return std::nullopt;
  return read_digest(BerCursor(algorithm->parameters, Code::cms_signed_form));
}

/// RSASSA-PSS-params: every field has a default, SHA-1 and a salt of 20 (RFC 4055 s3.1).
std::optional<SignatureParameters> read_pss(std::string_view parameters, DigestAlgorithm digest) {
  constexpr std::uint32_t salt_default = 20, salt_max = 512;
  SignatureParameters out{SignatureScheme::rsa_pss, DigestAlgorithm::sha1, salt_default};
  DigestAlgorithm mask = DigestAlgorithm::sha1;
  if (!parameters.empty()) {
    BerCursor cursor(parameters, Code::cms_signed_form);
    auto fields = cursor.enter_next(ber_sequence);
    while (fields && !fields->at_end()) {
      const auto field = fields->next();
      auto inside = field ? fields->enter(*field) : Result<BerCursor>(tl::unexpected(field.error()));
      if (!inside) return std::nullopt;
      if (field->element.is_context(0) || field->element.is_context(1)) {
        const auto found = field->element.is_context(0) ? read_digest(*inside) : read_mask(*inside);
        if (!found) return std::nullopt;
        (field->element.is_context(0) ? out.digest : mask) = *found;
      } else {
        const auto number = inside->next();
        const auto small = number ? small_integer(*number) : std::nullopt;
        if (!small) return std::nullopt;
        const std::uint32_t value = small.value_or(0);
        const bool salt = field->element.is_context(2), trailer = field->element.is_context(3);
        if ((!salt && !trailer) || (salt && value > salt_max) || (trailer && value != 1)) return std::nullopt;
        if (salt) out.pss_salt_bytes = value;
      }
    }
    if (!fields) return std::nullopt;
  }
  return out.digest == digest && mask == digest ? std::optional(out) : std::nullopt;
}

}  // namespace

std::optional<SignatureParameters> find_signature(std::string_view oid_bytes, std::string_view parameters,
                                                  DigestAlgorithm digest) {
  if (digest == DigestAlgorithm::md5) return std::nullopt;
  if (oid_bytes == oid_rsa) return SignatureParameters{SignatureScheme::rsa_pkcs1, digest, 0};
  if (oid_bytes == oid_ec_key) return SignatureParameters{SignatureScheme::ecdsa, digest, 0};
  if (oid_bytes == oid_pss) return read_pss(parameters, digest);
  for (const Row& row : rows)
    if (row.oid == oid_bytes && row.digest == digest) return SignatureParameters{row.scheme, digest, 0};
  return std::nullopt;
}

std::string der_digest_algorithm(DigestAlgorithm digest) {
  // Absent parameters for SHA-2 (RFC 5754 s2), NULL for SHA-1 as old receivers know it (RFC 3370 s2.1).
  return der_algorithm(oid(digest), digest == DigestAlgorithm::sha1 ? der_null : std::string_view());
}

std::string der_signature_algorithm(const SignatureParameters& parameters) {
  if (parameters.scheme == SignatureScheme::rsa_pkcs1) return der_algorithm(oid_rsa, der_null);
  if (parameters.scheme == SignatureScheme::rsa_pss) {
    const std::string digest = der_algorithm(oid(parameters.digest), der_null);
    const std::uint32_t salt = parameters.pss_salt_bytes != 0
                                   ? parameters.pss_salt_bytes
                                   : static_cast<std::uint32_t>(digest_bytes(parameters.digest));
    return der_algorithm(oid_pss, der(0x30, der(0xA0, digest) + der(0xA1, der_algorithm(oid_mgf1, digest)) +
                                                der(0xA2, der_integer(salt))));
  }
  for (const Row& row : rows)
    if (row.scheme == SignatureScheme::ecdsa && row.digest == parameters.digest) return der_algorithm(row.oid, {});
  return {};
}

}  // namespace crossdock::crypto::cms
