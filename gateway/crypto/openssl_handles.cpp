// Fetched algorithms, copied contexts, error texts.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/openssl_handles.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "translators/base/digest.hpp"

namespace crossdock::crypto {

const EVP_MD* evp(DigestAlgorithm algorithm) {
  static const std::array<EVP_MD*, 5> fetched{
      nullptr, EVP_MD_fetch(nullptr, "SHA1", nullptr), EVP_MD_fetch(nullptr, "SHA256", nullptr),
      EVP_MD_fetch(nullptr, "SHA384", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  return fetched[static_cast<std::size_t>(algorithm)];
}

const EVP_CIPHER* evp(ContentCipher cipher) {
  static const std::array<EVP_CIPHER*, 7> fetched{
      EVP_CIPHER_fetch(nullptr, "DES-EDE3-CBC", nullptr), EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr),
      EVP_CIPHER_fetch(nullptr, "AES-192-CBC", nullptr),  EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr),
      EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr),  EVP_CIPHER_fetch(nullptr, "AES-192-GCM", nullptr),
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  return fetched[static_cast<std::size_t>(cipher)];
}

OwnedBio reading(std::string_view bytes) {
  return OwnedBio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string gathered(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string library_reasons() {
  std::string out;
  while (const unsigned long error = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(error);
    out += out.empty() ? ": " : "; ";
    out += reason != nullptr ? std::string(reason) : "error " + std::to_string(ERR_GET_REASON(error));
  }
  return out;
}

tl::unexpected<Error> library_failure(Code code, std::string_view sentence) {
  return fail(code, std::string(sentence) + library_reasons());
}

OwnedKeyContext KeyContexts::make(const SetUp& set_up) const {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_, nullptr));
  if (context == nullptr || !set_up(context.get())) return nullptr;
  return context;
}

OwnedKeyContext KeyContexts::use(std::size_t slot, const SetUp& set_up) const {
  const std::scoped_lock lock(mutex_);
  OwnedKeyContext& kept = slots_[slot];
  if (kept == nullptr) kept = make(set_up);
  if (kept == nullptr) return nullptr;
  return OwnedKeyContext(EVP_PKEY_CTX_dup(kept.get()));
}

bool set_signature(EVP_PKEY_CTX* context, SignatureScheme scheme, DigestAlgorithm digest, int salt_bytes) {
  const EVP_MD* md = evp(digest);
  if (md == nullptr) return false;
  if (scheme == SignatureScheme::ecdsa) return EVP_PKEY_CTX_set_signature_md(context, md) == 1;
  const bool pss = scheme == SignatureScheme::rsa_pss;
  if (EVP_PKEY_CTX_set_rsa_padding(context, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1) return false;
  if (EVP_PKEY_CTX_set_signature_md(context, md) != 1) return false;
  return !pss ||
         (EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_bytes) == 1);
}

std::size_t signature_slot(SignatureScheme scheme, DigestAlgorithm digest) {
  return static_cast<std::size_t>(scheme) * 4 + static_cast<std::size_t>(digest) - 1;
}

bool set_transport(EVP_PKEY_CTX* context, const TransportParameters& parameters) {
  if (parameters.transport == KeyTransport::rsa_pkcs1)
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  const EVP_MD *digest = evp(parameters.oaep_digest), *mask = evp(parameters.oaep_mask_digest);
  if (digest == nullptr || mask == nullptr || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) != 1 ||
      EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) != 1 || EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) != 1)
    return false;
  const std::string& label = parameters.oaep_label;
  if (label.empty()) return true;
  void* copy = OPENSSL_memdup(label.data(), label.size());
  if (copy == nullptr) return false;
  if (EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, static_cast<int>(label.size())) == 1) return true;
  OPENSSL_free(copy);
  return false;
}

std::optional<std::size_t> transport_slot(const TransportParameters& parameters) {
  if (parameters.transport == KeyTransport::rsa_pkcs1) return 0;
  if (!parameters.oaep_label.empty() || parameters.oaep_digest != parameters.oaep_mask_digest) return std::nullopt;
  return 1 + static_cast<std::size_t>(parameters.oaep_digest);
}

KeyKind kind_of(const EVP_PKEY* key) {
  if (key == nullptr) return KeyKind::other;
  if (EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1) return KeyKind::rsa;
  return EVP_PKEY_is_a(key, "EC") == 1 ? KeyKind::ec : KeyKind::other;
}

std::string key_fingerprint_of(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  std::string out = to_hex(sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}));
  OPENSSL_free(der);
  return out;
}

}  // namespace crossdock::crypto
