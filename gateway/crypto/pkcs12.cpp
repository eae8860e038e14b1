// PKCS#12 files, in and out. SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "gateway/crypto/openssl_handles.hpp"
#include "gateway/crypto/private_key.hpp"

namespace crossdock::crypto {
namespace {

using OwnedPkcs12 = Owned<PKCS12, PKCS12_free>;

void free_stack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }
using OwnedStack = Owned<STACK_OF(X509), free_stack>;

/// A library context of its own that also has the algorithms of the nineties: what Windows and old Java exports use
/// (RC2-40) and nothing else here should.
OSSL_LIB_CTX* old_algorithms() {
  static OSSL_LIB_CTX* const context = [] {
    OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
    if (made != nullptr) {
      OSSL_PROVIDER_load(made, "default");
      OSSL_PROVIDER_load(made, "legacy");
    }
    return made;
  }();
  return context;
}

struct Opened {
  OwnedKey key;
  OwnedCertificate certificate;
  OwnedStack others;
  bool parsed = false;  ///< it is a PKCS#12 file at all
};

Opened open(std::string_view bytes, const std::string& password, OSSL_LIB_CTX* library) {
  Opened out;
  PKCS12* file = PKCS12_init_ex(NID_pkcs7_data, library, nullptr);
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  if (d2i_PKCS12(&file, &at, static_cast<long>(bytes.size())) == nullptr) {
    PKCS12_free(file);
    return out;
  }
  const OwnedPkcs12 owned(file);
  out.parsed = true;
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(file, password.c_str(), &key, &certificate, &others) != 1) return out;
  out.key.reset(key);
  out.certificate.reset(certificate);
  out.others.reset(others);
  return out;
}

/// The same object in the library context that everything else uses.
OwnedKey rehomed(const OwnedKey& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(key.get(), &der);
  if (size <= 0) return nullptr;
  const unsigned char* at = der;
  OwnedKey out(d2i_AutoPrivateKey(nullptr, &at, size));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return out;
}

Result<Certificate> rehomed(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) return library_failure(Code::certificate_unreadable, "a certificate of the PKCS#12 file is odd");
  auto out = Certificate::read({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return out;
}

}  // namespace

Result<Identity> Identity::read_pkcs12(std::string_view bytes, std::string_view password) {
  if (bytes.size() > PrivateKey::bytes_max)
    return fail(Code::certificate_unreadable, "the PKCS#12 file is larger than a key and its certificates can be");
  ERR_clear_error();
  const std::string secret(password);
  Opened opened = open(bytes, secret, nullptr);
  std::string reasons = library_reasons();
  if (opened.parsed && opened.key == nullptr && opened.certificate == nullptr) {
    opened = open(bytes, secret, old_algorithms());
    if (opened.key != nullptr || opened.certificate != nullptr)
      ERR_clear_error();
    else
      reasons = library_reasons();
  }
  if (!opened.parsed) return fail(Code::certificate_unreadable, "the bytes are no PKCS#12 file" + reasons);
  if (opened.key == nullptr && opened.certificate == nullptr)
    return fail(Code::certificate_password, "the PKCS#12 file does not open with this password" + reasons);
  if (opened.key == nullptr) return fail(Code::certificate_key_unreadable, "the PKCS#12 file holds no private key");
  if (opened.certificate == nullptr)
    return fail(Code::certificate_unreadable, "the PKCS#12 file holds no certificate for its key");
  const OwnedKey own = rehomed(opened.key);
  TRY(PrivateKey key, PrivateKey::from_native(own.get()));
  TRY(Certificate certificate, rehomed(opened.certificate.get()));
  std::vector<Certificate> chain;
  for (int i = 0; opened.others != nullptr && i < sk_X509_num(opened.others.get()); ++i) {
    TRY(Certificate next, rehomed(sk_X509_value(opened.others.get(), i)));
    chain.push_back(std::move(next));
  }
  return make(std::move(certificate), std::move(key), std::move(chain));
}

Result<std::string> Identity::pkcs12(std::string_view password, const std::string& friendly_name) const {
  constexpr int iterations = 100'000;
  ERR_clear_error();
  const OwnedStack stack(sk_X509_new_null());
  for (const Certificate& one : chain)
    if (X509_up_ref(one.native()) == 1) sk_X509_push(stack.get(), one.native());
  const std::string secret(password);
  const OwnedPkcs12 file(PKCS12_create(secret.c_str(), friendly_name.c_str(), key.native(), certificate.native(),
                                       stack.get(), 0, 0, iterations, iterations, 0));
  unsigned char* der = nullptr;
  const int size = file != nullptr ? i2d_PKCS12(file.get(), &der) : 0;
  if (size <= 0) return library_failure(Code::certificate_make, "the PKCS#12 file could not be written");
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace crossdock::crypto
