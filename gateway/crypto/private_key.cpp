// Private keys over OpenSSL. Decryption of content keys never tells whether the padding was right.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/private_key.hpp"

#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "gateway/crypto/openssl_handles.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::crypto {

struct PrivateKey::State {
  OwnedKey key;
  std::unique_ptr<KeyContexts> signing, decrypting;
  std::string fingerprint;
  Sha256Bytes rejection_secret{};
  KeyKind kind = KeyKind::other;
  std::uint32_t bits = 0;
};

namespace {

constexpr std::size_t raw_slot = 0;

/// What a content key is when the encrypted one was wrong: the same for the same bytes, known to nobody without the
/// key.
Sha256Bytes rejection_key(const Sha256Bytes& secret, std::string_view encrypted) {
  Sha256Bytes out{};
  std::size_t size = out.size();
  static constexpr std::string_view purpose = "crossdock content key";
  const OwnedDigestContext context(EVP_MD_CTX_new());
  const EVP_MD* md = evp(DigestAlgorithm::sha256);
  // H(secret || purpose || H(secret || encrypted)): HMAC's nesting, with a secret of one length only.
  for (int round = 0; round < 2; ++round) {
    EVP_DigestInit_ex2(context.get(), md, nullptr);
    EVP_DigestUpdate(context.get(), secret.data(), secret.size());
    if (round == 0) {
      EVP_DigestUpdate(context.get(), encrypted.data(), encrypted.size());
    } else {
      EVP_DigestUpdate(context.get(), purpose.data(), purpose.size());
      EVP_DigestUpdate(context.get(), out.data(), size);
    }
    EVP_DigestFinal_ex(context.get(), out.data(), nullptr);
  }
  return out;
}

/// 0xFF when a is zero, else 0; without a branch.
unsigned char zero_mask(unsigned char a) {
  return static_cast<unsigned char>(((static_cast<unsigned>(a) - 1U) >> 8) & 0xFFU);
}

/// Takes a key of a known length out of a block padded by PKCS#1 v1.5 (RFC 8017 s7.2.2), or the rejection key, in the
/// same steps whichever it is.
std::string unpad(const std::string& block, std::size_t key_bytes, const Sha256Bytes& rejection,
                  unsigned char& fitted) {
  const std::size_t zero_at = block.size() - key_bytes - 1;
  unsigned char good = zero_mask(static_cast<unsigned char>(block[0]));
  good &= zero_mask(static_cast<unsigned char>(static_cast<unsigned char>(block[1]) ^ 2U));
  for (std::size_t i = 2; i < zero_at; ++i)
    good &= static_cast<unsigned char>(~zero_mask(static_cast<unsigned char>(block[i])));
  good &= zero_mask(static_cast<unsigned char>(block[zero_at]));
  std::string key(key_bytes, '\0');
  for (std::size_t i = 0; i < key_bytes; ++i)
    key[i] = static_cast<char>((static_cast<unsigned char>(block[zero_at + 1 + i]) & good) |
                               (rejection[i] & static_cast<unsigned char>(~good)));
  fitted = good;
  return key;
}

/// From the first block of a private key on: certificates and EC parameters may stand before it.
std::string_view from_key_block(std::string_view bytes) {
  constexpr std::string_view begin = "-----BEGIN ", dashes = "-----";
  for (std::size_t at = bytes.find(begin); at != std::string_view::npos; at = bytes.find(begin, at + begin.size())) {
    const std::size_t label = at + begin.size(), end = bytes.find(dashes, label);
    if (end != std::string_view::npos && bytes.substr(label, end - label).ends_with("PRIVATE KEY"))
      return bytes.substr(at);
  }
  return bytes;
}

bool looks_encrypted(std::string_view bytes) {
  if (bytes.find("-----BEGIN") != std::string_view::npos) return bytes.find("ENCRYPTED") != std::string_view::npos;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const Owned<X509_SIG, X509_SIG_free> sealed(d2i_X509_SIG(nullptr, &at, static_cast<long>(bytes.size())));
  ERR_clear_error();
  return sealed != nullptr;
}

}  // namespace

Result<PrivateKey> PrivateKey::from_native(evp_pkey_st* key) {
  if (key == nullptr || EVP_PKEY_up_ref(key) != 1) return fail(Code::certificate_key_unreadable, "there is no key");
  auto state = std::make_shared<State>();
  state->key.reset(key);
  state->kind = kind_of(key);
  if (state->kind == KeyKind::other) return fail(Code::certificate_key_kind, "the key is neither RSA nor EC");
  state->bits = static_cast<std::uint32_t>(std::max(0, EVP_PKEY_get_bits(key)));
  constexpr std::uint32_t rsa_bits_min = 1024, rsa_bits_max = 16384;
  if (state->kind == KeyKind::rsa && (state->bits < rsa_bits_min || state->bits > rsa_bits_max))
    return fail(Code::certificate_key_kind, "an RSA key of " + std::to_string(state->bits) + " bits is not used here");
  state->fingerprint = key_fingerprint_of(key);
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(key, &der);
  if (size <= 0) return library_failure(Code::certificate_key_unreadable, "the key holds no private part");
  state->rejection_secret = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  state->signing = std::make_unique<KeyContexts>(key);
  state->decrypting = std::make_unique<KeyContexts>(key);
  return PrivateKey(std::move(state));
}

Result<PrivateKey> PrivateKey::read(std::string_view bytes, std::string_view password) {
  if (bytes.size() > bytes_max)
    return fail(Code::certificate_key_unreadable, "the file has " + std::to_string(bytes.size()) +
                                                      " bytes; a key has " + std::to_string(bytes_max) + " at most");
  ERR_clear_error();
  bytes = from_key_block(bytes);
  EVP_PKEY* read_key = nullptr;
  const Owned<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free> decoder(OSSL_DECODER_CTX_new_for_pkey(
      &read_key, nullptr, nullptr, nullptr, OSSL_KEYMGMT_SELECT_PRIVATE_KEY, nullptr, nullptr));
  if (decoder == nullptr) return library_failure(Code::crypto_library, "no decoder for keys");
  if (!password.empty())
    OSSL_DECODER_CTX_set_passphrase(decoder.get(), reinterpret_cast<const unsigned char*>(password.data()),
                                    password.size());
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  const int done = OSSL_DECODER_from_data(decoder.get(), &at, &left);
  const OwnedKey key(read_key);
  const std::string reasons = library_reasons();
  if (done == 1 && key != nullptr) return from_native(key.get());
  if (looks_encrypted(bytes))
    return fail(Code::certificate_password, password.empty() ? "the private key is encrypted and no password was given"
                                                             : "the private key does not open with this password");
  return fail(Code::certificate_key_unreadable, "the bytes hold no private key that can be read" + reasons);
}

Result<PrivateKey> PrivateKey::make(KeyKind kind, std::uint32_t bits) {
  constexpr std::uint32_t rsa_bits_min = 2048, rsa_bits_max = 8192;
  ERR_clear_error();
  OwnedKey key;
  if (kind == KeyKind::rsa && bits >= rsa_bits_min && bits <= rsa_bits_max) {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
  } else if (kind == KeyKind::ec && (bits == 256 || bits == 384 || bits == 521)) {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", bits == 256 ? "P-256" : bits == 384 ? "P-384" : "P-521"));
  } else {
    return fail(Code::certificate_key_kind, "no " + std::string(name(kind)) + " key of " + std::to_string(bits) +
                                                " bits is made here: RSA has 2048 to 8192, EC 256, 384 or 521");
  }
  if (key == nullptr) return library_failure(Code::certificate_make, "the key could not be made");
  return from_native(key.get());
}

KeyKind PrivateKey::kind() const { return state_->kind; }
std::uint32_t PrivateKey::bits() const { return state_->bits; }
const std::string& PrivateKey::fingerprint() const { return state_->fingerprint; }
evp_pkey_st* PrivateKey::native() const { return state_->key.get(); }

bool PrivateKey::matches(const Certificate& certificate) const {
  const bool same =
      certificate.native_key() != nullptr && EVP_PKEY_eq(state_->key.get(), certificate.native_key()) == 1;
  ERR_clear_error();
  return same;
}

Result<std::string> PrivateKey::pem(std::string_view password) const {
  ERR_clear_error();
  const OwnedBio out(BIO_new(BIO_s_secmem() != nullptr ? BIO_s_secmem() : BIO_s_mem()));
  const bool sealed = !password.empty();
  if (out == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), state_->key.get(), sealed ? EVP_aes_256_cbc() : nullptr,
                                    sealed ? password.data() : nullptr, static_cast<int>(password.size()), nullptr,
                                    nullptr) != 1)
    return library_failure(Code::certificate_make, "the key could not be written");
  return gathered(out.get());
}

Result<std::string> PrivateKey::sign(const SignatureParameters& parameters, std::string_view digest) const {
  const bool rsa = parameters.scheme != SignatureScheme::ecdsa;
  if (state_->kind != (rsa ? KeyKind::rsa : KeyKind::ec))
    return fail(Code::cms_sign, std::string(name(parameters.scheme)) + " does not fit a key of kind " +
                                    std::string(name(state_->kind)));
  if (evp(parameters.digest) == nullptr || digest.size() != digest_bytes(parameters.digest))
    return fail(Code::cms_sign, "nothing is signed with " + std::string(name(parameters.digest)) + " here");
  const bool usual = parameters.pss_salt_bytes == 0 || parameters.scheme != SignatureScheme::rsa_pss;
  const auto set_up = [&parameters, usual](EVP_PKEY_CTX* context) {
    return EVP_PKEY_sign_init(context) == 1 &&
           set_signature(context, parameters.scheme, parameters.digest,
                         usual ? RSA_PSS_SALTLEN_DIGEST : static_cast<int>(parameters.pss_salt_bytes));
  };
  ERR_clear_error();
  const auto context = usual ? state_->signing->use(signature_slot(parameters.scheme, parameters.digest), set_up)
                             : state_->signing->make(set_up);
  if (context == nullptr) return library_failure(Code::cms_sign, "the key does not take this signature scheme");
  std::string out(static_cast<std::size_t>(std::max(0, EVP_PKEY_get_size(state_->key.get()))), '\0');
  std::size_t size = out.size();
  if (EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                    reinterpret_cast<const unsigned char*>(digest.data()), digest.size()) != 1)
    return library_failure(Code::cms_sign, "the key did not sign");
  out.resize(size);
  return out;
}

Result<std::string> PrivateKey::decrypt_key(const TransportParameters& parameters, std::string_view encrypted,
                                            std::size_t key_bytes, unsigned char* fitted) const {
  constexpr std::size_t padding_bytes_min = 11;  // RFC 8017 s7.2.1
  if (state_->kind != KeyKind::rsa) return fail(Code::certificate_key_kind, "only RSA keys decrypt content keys");
  const std::size_t modulus_bytes = static_cast<std::size_t>(std::max(0, EVP_PKEY_get_size(state_->key.get())));
  const Sha256Bytes rejection = rejection_key(state_->rejection_secret, encrypted);
  if (encrypted.size() > modulus_bytes || key_bytes + padding_bytes_min > modulus_bytes || key_bytes > rejection.size())
    return fail(Code::cms_enveloped_form, "an encrypted content key of " + std::to_string(encrypted.size()) +
                                              " bytes does not fit our key of " + std::to_string(modulus_bytes));
  std::string padded(modulus_bytes - encrypted.size(), '\0');  // some write the number without its leading zeros
  padded += encrypted;
  const bool oaep = parameters.transport == KeyTransport::rsa_oaep;
  const auto set_up = [&parameters, oaep](EVP_PKEY_CTX* context) {
    return EVP_PKEY_decrypt_init(context) == 1 &&
           (oaep ? set_transport(context, parameters)
                 : EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1);  // the padding is taken off by unpad()
  };
  const std::optional<std::size_t> slot = oaep ? transport_slot(parameters) : raw_slot;
  const auto context = slot ? state_->decrypting->use(*slot, set_up) : state_->decrypting->make(set_up);
  if (context == nullptr)
    return library_failure(Code::cms_enveloped_algorithm, "our key does not take this key transport");
  std::string block(modulus_bytes, '\0');
  std::size_t size = block.size();
  const int done = EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(block.data()), &size,
                                    reinterpret_cast<const unsigned char*>(padded.data()), padded.size());
  ERR_clear_error();
  std::string key;
  unsigned char good = 0;
  if (done == 1 && !oaep && size == modulus_bytes) {
    key = unpad(block, key_bytes, rejection, good);
  } else if (done == 1 && oaep && size == key_bytes) {
    key = block.substr(0, key_bytes);
    good = 0xFF;
  } else {
    key.assign(reinterpret_cast<const char*>(rejection.data()), key_bytes);
  }
  if (fitted != nullptr) *fitted = good;
  OPENSSL_cleanse(block.data(), block.size());
  return key;
}

Result<Identity> Identity::make(Certificate certificate, PrivateKey key, std::vector<Certificate> chain) {
  if (!key.matches(certificate))
    return fail(Code::certificate_key_mismatch,
                "the private key does not belong to the certificate of " + certificate.subject());
  return Identity{std::move(certificate), std::move(key), std::move(chain)};
}

Result<Identity> Identity::read_pem(std::string_view bytes, std::string_view password) {
  TRY(PrivateKey key, PrivateKey::read(bytes, password));
  TRY(std::vector<Certificate> all, Certificate::read_all(bytes));
  const auto own = std::find_if(all.begin(), all.end(), [&key](const Certificate& one) { return key.matches(one); });
  if (own == all.end())
    return fail(Code::certificate_key_mismatch,
                "none of the " + std::to_string(all.size()) + " certificates in the file belongs to its private key");
  Certificate certificate = *own;
  all.erase(own);
  return Identity{std::move(certificate), std::move(key), std::move(all)};
}

}  // namespace crossdock::crypto
