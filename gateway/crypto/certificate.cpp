// X.509 over OpenSSL: everything that is asked of a certificate is read once.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "gateway/crypto/openssl_handles.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::crypto {

struct Certificate::State {
  OwnedCertificate x509;
  OwnedKey key;
  std::unique_ptr<KeyContexts> verifying, encrypting;
  std::string fingerprint, subject, issuer, common_name, serial, der, issuer_der, serial_der, key_id, key_fingerprint;
  std::chrono::sys_seconds not_before{}, not_after{};
  KeyKind kind = KeyKind::other;
  std::uint32_t bits = 0;
  bool weak = false, self_signed = false;
};

namespace {

using OwnedPkcs7 = Owned<PKCS7, PKCS7_free>;

std::string name_text(const X509_NAME* name) {
  const OwnedBio out(BIO_new(BIO_s_mem()));
  if (out == nullptr) return {};
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  return gathered(out.get());
}

std::string common_name_of(X509_NAME* name) {
  int at = -1, last = -1;
  while ((at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0) last = at;
  if (last < 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
  if (size < 0) return {};
  std::string out(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out;
}

std::string serial_text(const ASN1_INTEGER* serial) {
  const Owned<BIGNUM, BN_free> number(ASN1_INTEGER_to_BN(serial, nullptr));
  char* text = number != nullptr ? BN_bn2hex(number.get()) : nullptr;
  if (text == nullptr) return {};
  std::string out(text);
  OPENSSL_free(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Content bytes of the INTEGER as they stand in the certificate.
std::string serial_bytes(const ASN1_INTEGER* serial) {
  unsigned char* der = nullptr;
  const int size = i2d_ASN1_INTEGER(serial, &der);
  std::string out;
  if (size > 2) out.assign(reinterpret_cast<const char*>(der) + 2, static_cast<std::size_t>(size) - 2);
  if (size > 2 && der[1] > 0x7F) out.erase(0, der[1] & 0x7FU);
  OPENSSL_free(der);
  return out;
}

bool read_time(const ASN1_TIME* time, std::chrono::sys_seconds& out) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return false;
  const std::chrono::year_month_day day{std::chrono::year{parts.tm_year + 1900},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  out = std::chrono::sys_days{day} + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
        std::chrono::seconds{parts.tm_sec};
  return true;
}

template <class T>
std::string der_of(const T* object, int (*encode)(const T*, unsigned char**)) {
  unsigned char* der = nullptr;
  const int size = encode(object, &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::string key_id_of(X509* certificate) {
  if (const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(certificate))
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)), static_cast<std::size_t>(ASN1_STRING_length(id))};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_pubkey_digest(certificate, evp(DigestAlgorithm::sha1), digest, &size) != 1) return {};
  return {reinterpret_cast<const char*>(digest), size};
}

bool weakly_signed(X509* certificate) {
  int digest = NID_undef;
  X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr);
  return digest == NID_md5 || digest == NID_sha1 || digest == NID_md2 || digest == NID_md4;
}

/// Blank and base64 characters only: a certificate without its armour, as portals like to show it.
std::string decode_bare_base64(std::string_view bytes) {
  std::string compact;
  for (const char c : bytes)
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact += c;
  if (compact.size() < 64 || compact.size() % 4 != 0 || !compact.starts_with("MI")) return {};
  std::string out(compact.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(compact.data()), static_cast<int>(compact.size()));
  return size > 0 ? out : std::string();
}

Status add_all(std::vector<Certificate>& out, const STACK_OF(X509) * stack) {
  for (int i = 0; i < sk_X509_num(stack); ++i) {
    TRY(Certificate next, Certificate::from_native(sk_X509_value(stack, i)));
    out.push_back(std::move(next));
  }
  return {};
}

Status add_bundle(std::vector<Certificate>& out, const PKCS7* bundle) {
  if (bundle == nullptr || !PKCS7_type_is_signed(bundle) || bundle->d.sign == nullptr ||
      bundle->d.sign->cert == nullptr)
    return {};
  return add_all(out, bundle->d.sign->cert);
}

Status add_pem(std::vector<Certificate>& out, std::string_view bytes) {
  const OwnedBio in = reading(bytes);
  char *kind = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  Status status;
  while (status && PEM_read_bio(in.get(), &kind, &header, &data, &size) == 1) {
    const std::string_view label(kind);
    const unsigned char* at = data;
    if (label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD || label == PEM_STRING_X509_TRUSTED) {
      const OwnedCertificate one(d2i_X509(nullptr, &at, size));
      if (one == nullptr) {
        status = library_failure(Code::certificate_unreadable, "a PEM block holds no certificate that can be read");
      } else {
        auto next = Certificate::from_native(one.get());
        if (next)
          out.push_back(std::move(*next));
        else
          status = tl::unexpected(next.error());
      }
    } else if (label == PEM_STRING_PKCS7 || label == PEM_STRING_PKCS7_SIGNED || label == PEM_STRING_CMS) {
      const OwnedPkcs7 bundle(d2i_PKCS7(nullptr, &at, size));
      status = add_bundle(out, bundle.get());
    }
    OPENSSL_free(kind);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  ERR_clear_error();  // the end of the PEM blocks is an error to the library
  return status;
}

Status add_der(std::vector<Certificate>& out, std::string_view bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  if (const OwnedCertificate one(d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))); one != nullptr) {
    TRY(Certificate next, Certificate::from_native(one.get()));
    out.push_back(std::move(next));
    return {};
  }
  const std::string reasons = library_reasons();
  at = reinterpret_cast<const unsigned char*>(bytes.data());
  const OwnedPkcs7 bundle(d2i_PKCS7(nullptr, &at, static_cast<long>(bytes.size())));
  TRY_STATUS(add_bundle(out, bundle.get()));
  ERR_clear_error();
  if (out.empty()) return fail(Code::certificate_unreadable, "the bytes are no certificate in DER" + reasons);
  return {};
}

}  // namespace

Result<Certificate> Certificate::from_native(x509_st* certificate) {
  auto state = std::make_shared<State>();
  if (certificate == nullptr || X509_up_ref(certificate) != 1)
    return fail(Code::certificate_unreadable, "there is no certificate");
  state->x509.reset(certificate);
  state->der = der_of<X509>(certificate, i2d_X509);
  if (state->der.empty()) return library_failure(Code::certificate_unreadable, "a certificate cannot be encoded");
  if (!read_time(X509_get0_notBefore(certificate), state->not_before) ||
      !read_time(X509_get0_notAfter(certificate), state->not_after))
    return library_failure(Code::certificate_unreadable, "the certificate's dates cannot be read");
  state->fingerprint = to_hex(sha256(state->der));
  state->subject = name_text(X509_get_subject_name(certificate));
  state->issuer = name_text(X509_get_issuer_name(certificate));
  state->common_name = common_name_of(X509_get_subject_name(certificate));
  state->serial = serial_text(X509_get0_serialNumber(certificate));
  state->serial_der = serial_bytes(X509_get0_serialNumber(certificate));
  state->issuer_der = der_of<X509_NAME>(X509_get_issuer_name(certificate), i2d_X509_NAME);
  state->key_id = key_id_of(certificate);
  state->self_signed = X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
  state->key.reset(X509_get_pubkey(certificate));
  if (state->key != nullptr) {
    state->kind = kind_of(state->key.get());
    state->bits = static_cast<std::uint32_t>(std::max(0, EVP_PKEY_get_bits(state->key.get())));
    state->key_fingerprint = key_fingerprint_of(state->key.get());
    state->verifying = std::make_unique<KeyContexts>(state->key.get());
    state->encrypting = std::make_unique<KeyContexts>(state->key.get());
  }
  state->weak = crypto::weak(state->kind, state->bits) || (!state->self_signed && weakly_signed(certificate));
  ERR_clear_error();
  return Certificate(std::move(state));
}

Result<std::vector<Certificate>> Certificate::read_all(std::string_view bytes) {
  if (bytes.size() > bytes_max)
    return fail(Code::certificate_unreadable, "the file has " + std::to_string(bytes.size()) + " bytes; certificates " +
                                                  "have " + std::to_string(bytes_max) + " at most");
  ERR_clear_error();
  std::vector<Certificate> out;
  if (bytes.find("-----BEGIN") != std::string_view::npos) {
    TRY_STATUS(add_pem(out, bytes));
  } else if (const std::string bare = decode_bare_base64(bytes); !bare.empty()) {
    TRY_STATUS(add_der(out, bare));
  } else {
    TRY_STATUS(add_der(out, bytes));
  }
  if (out.empty()) return fail(Code::certificate_unreadable, "there is no certificate among the PEM blocks");
  return out;
}

Result<Certificate> Certificate::read(std::string_view bytes) {
  TRY(std::vector<Certificate> all, read_all(bytes));
  return std::move(all.front());
}

const std::string& Certificate::fingerprint() const { return state_->fingerprint; }
const std::string& Certificate::subject() const { return state_->subject; }
const std::string& Certificate::issuer() const { return state_->issuer; }
const std::string& Certificate::common_name() const { return state_->common_name; }
const std::string& Certificate::serial() const { return state_->serial; }
std::chrono::sys_seconds Certificate::not_before() const { return state_->not_before; }
std::chrono::sys_seconds Certificate::not_after() const { return state_->not_after; }
bool Certificate::valid_at(std::chrono::sys_seconds when) const {
  return state_->not_before <= when && when <= state_->not_after;
}
KeyKind Certificate::key_kind() const { return state_->kind; }
std::uint32_t Certificate::key_bits() const { return state_->bits; }
bool Certificate::weak() const { return state_->weak; }
bool Certificate::self_signed() const { return state_->self_signed; }
const std::string& Certificate::der() const { return state_->der; }
const std::string& Certificate::key_fingerprint() const { return state_->key_fingerprint; }
std::string_view Certificate::issuer_der() const { return state_->issuer_der; }
std::string_view Certificate::serial_der() const { return state_->serial_der; }
std::string_view Certificate::subject_key_id() const { return state_->key_id; }
x509_st* Certificate::native() const { return state_->x509.get(); }
evp_pkey_st* Certificate::native_key() const { return state_->key.get(); }

std::string Certificate::pem() const {
  const OwnedBio out(BIO_new(BIO_s_mem()));
  if (out == nullptr || PEM_write_bio_X509(out.get(), state_->x509.get()) != 1) return {};
  return gathered(out.get());
}

Status Certificate::verify(const SignatureParameters& parameters, std::string_view digest,
                           std::string_view signature) const {
  const bool rsa = parameters.scheme != SignatureScheme::ecdsa;
  if (state_->kind != (rsa ? KeyKind::rsa : KeyKind::ec))
    return fail(Code::certificate_key_kind, std::string(name(parameters.scheme)) + " does not fit the " +
                                                std::string(name(state_->kind)) + " key of " + state_->subject);
  if (evp(parameters.digest) == nullptr)
    return fail(Code::cms_signed_algorithm, std::string(name(parameters.digest)) + " is not accepted in signatures");
  const auto set_up = [&parameters](EVP_PKEY_CTX* context) {
    return EVP_PKEY_verify_init(context) == 1 &&
           set_signature(context, parameters.scheme, parameters.digest, RSA_PSS_SALTLEN_AUTO);
  };
  ERR_clear_error();
  const auto context = state_->verifying->use(signature_slot(parameters.scheme, parameters.digest), set_up);
  if (context == nullptr)
    return library_failure(Code::cms_signed_algorithm, "the certificate's key does not take this signature scheme");
  if (EVP_PKEY_verify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                      reinterpret_cast<const unsigned char*>(digest.data()), digest.size()) == 1)
    return {};
  return library_failure(Code::cms_signed_wrong, "the signature does not verify with the certificate of " +
                                                     state_->subject + " (" + state_->fingerprint.substr(0, 16) + ")");
}

Result<std::string> Certificate::encrypt_key(const TransportParameters& parameters, std::string_view key) const {
  if (state_->kind != KeyKind::rsa)
    return fail(Code::certificate_key_kind, "a content key can be encrypted for RSA keys only; that of " +
                                                state_->subject + " is of kind " + std::string(name(state_->kind)));
  const auto set_up = [&parameters](EVP_PKEY_CTX* context) {
    return EVP_PKEY_encrypt_init(context) == 1 && set_transport(context, parameters);
  };
  ERR_clear_error();
  const std::optional<std::size_t> slot = transport_slot(parameters);
  const auto context = slot ? state_->encrypting->use(*slot, set_up) : state_->encrypting->make(set_up);
  if (context == nullptr)
    return library_failure(Code::cms_enveloped_write, "the key of " + state_->subject + " cannot encrypt like this");
  std::size_t size = static_cast<std::size_t>(std::max(0, EVP_PKEY_get_size(state_->key.get())));
  std::string out(size, '\0');
  if (EVP_PKEY_encrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                       reinterpret_cast<const unsigned char*>(key.data()), key.size()) != 1)
    return library_failure(Code::cms_enveloped_write, "a content key could not be encrypted for " + state_->subject);
  out.resize(size);
  return out;
}

}  // namespace crossdock::crypto
