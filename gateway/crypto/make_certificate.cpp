// Self-signed certificates and certificate requests.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/make_certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "gateway/crypto/openssl_handles.hpp"

namespace crossdock::crypto {
namespace {

using OwnedRequest = Owned<X509_REQ, X509_REQ_free>;
using OwnedName = Owned<X509_NAME, X509_NAME_free>;
using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;

void free_extensions(STACK_OF(X509_EXTENSION) * stack) { sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free); }

Result<OwnedName> make_name(const CertificateSubject& subject) {
  OwnedName out(X509_NAME_new());
  if (out == nullptr || subject.name.empty()) return fail(Code::certificate_make, "a subject has at least a CN");
  for (const auto& [field, value] : subject.name)
    if (X509_NAME_add_entry_by_txt(out.get(), field.c_str(), MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(value.data()), static_cast<int>(value.size()),
                                   -1, 0) != 1)
      return library_failure(Code::certificate_make, "`" + field + "=" + value + "` is no part of a name");
  return out;
}

struct ExtensionText {
  int kind;
  std::string value;
};

/// dns names go into a text that the library parses: only what a host name may hold comes through.
Result<std::vector<ExtensionText>> extension_texts(const CertificateSubject& subject, const PrivateKey& key) {
  std::vector<ExtensionText> out{
      {NID_basic_constraints, "critical,CA:FALSE"},
      {NID_key_usage, key.kind() == KeyKind::rsa ? "critical,digitalSignature,keyEncipherment,dataEncipherment"
                                                 : "critical,digitalSignature"}};
  std::string names;
  for (const std::string& dns : subject.dns_names) {
    constexpr std::size_t host_name_max = 253;
    const bool fine =
        !dns.empty() && dns.size() <= host_name_max &&
        dns.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*") == std::string::npos;
    if (!fine) return fail(Code::certificate_make, "`" + dns + "` is no DNS name");
    names += (names.empty() ? "DNS:" : ",DNS:") + dns;
  }
  if (!names.empty()) out.push_back({NID_subject_alt_name, std::move(names)});
  return out;
}

Result<OwnedExtension> make_extension(X509V3_CTX* context, const ExtensionText& text) {
  OwnedExtension out(X509V3_EXT_conf_nid(nullptr, context, text.kind, text.value.c_str()));
  if (out == nullptr) return library_failure(Code::certificate_make, "an extension could not be made");
  return out;
}

Status set_serial(X509* certificate, std::string serial) {
  constexpr std::size_t serial_bytes_max = 20, serial_bytes_usual = 16;  // RFC 5280 s4.1.2.2
  if (serial.size() > serial_bytes_max) return fail(Code::certificate_make, "a serial number has 20 bytes at most");
  if (serial.empty()) {
    serial.resize(serial_bytes_usual);
    auto* bytes = reinterpret_cast<unsigned char*>(serial.data());
    if (RAND_bytes(bytes, serial_bytes_usual) != 1)
      return library_failure(Code::crypto_library, "there is no randomness");
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7FU) | 0x40U);  // positive and of full length
  }
  const Owned<BIGNUM, BN_free> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), static_cast<int>(serial.size()), nullptr));
  if (number == nullptr || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
    return library_failure(Code::certificate_make, "the serial number could not be set");
  return {};
}

Status set_dates(X509* certificate, const SelfSignedOptions& options) {
  if (options.not_after <= options.not_before)
    return fail(Code::certificate_make, "a certificate ends after it begins");
  const auto set = [](ASN1_TIME* time, std::chrono::sys_seconds when) {
    return ASN1_TIME_adj(time, static_cast<std::time_t>(when.time_since_epoch().count()), 0, 0) != nullptr;
  };
  if (!set(X509_getm_notBefore(certificate), options.not_before) ||
      !set(X509_getm_notAfter(certificate), options.not_after))
    return library_failure(Code::certificate_make, "the dates could not be set");
  return {};
}

}  // namespace

Result<CertificateSubject> parse_subject(std::string_view text) {
  CertificateSubject out;
  std::string field, value;
  bool in_value = false;
  const auto add = [&]() -> Status {
    if (!in_value || field.empty() || value.empty())
      return fail(Code::certificate_make,
                  "`" + std::string(text) + "` is no subject; write CN=name,O=organisation,C=DE");
    out.name.emplace_back(std::move(field), std::move(value));
    field.clear();
    value.clear();
    in_value = false;
    return {};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      (in_value ? value : field) += text[++i];
    } else if (c == '=' && !in_value) {
      in_value = true;
    } else if (c == ',') {
      TRY_STATUS(add());
    } else if (c != ' ' || !(in_value ? value : field).empty()) {
      (in_value ? value : field) += c;
    }
  }
  TRY_STATUS(add());
  return out;
}

Result<Certificate> make_self_signed(const PrivateKey& key, const SelfSignedOptions& options) {
  ERR_clear_error();
  const OwnedCertificate made(X509_new());
  if (made == nullptr || X509_set_version(made.get(), X509_VERSION_3) != 1)
    return library_failure(Code::certificate_make, "no certificate could be begun");
  TRY(const OwnedName name, make_name(options.subject));
  TRY_STATUS(set_serial(made.get(), options.serial));
  TRY_STATUS(set_dates(made.get(), options));
  if (X509_set_subject_name(made.get(), name.get()) != 1 || X509_set_issuer_name(made.get(), name.get()) != 1 ||
      X509_set_pubkey(made.get(), key.native()) != 1)
    return library_failure(Code::certificate_make, "name or key could not be set");
  X509V3_CTX context;
  X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
  TRY(auto texts, extension_texts(options.subject, key));
  texts.push_back({NID_subject_key_identifier, "hash"});
  for (const ExtensionText& text : texts) {
    TRY(const OwnedExtension extension, make_extension(&context, text));
    if (X509_add_ext(made.get(), extension.get(), -1) != 1)
      return library_failure(Code::certificate_make, "an extension could not be added");
  }
  if (X509_sign(made.get(), key.native(), evp(options.digest)) <= 0)
    return library_failure(Code::certificate_make, "the certificate could not be signed");
  return Certificate::from_native(made.get());
}

Result<std::string> make_request(const PrivateKey& key, const CertificateSubject& subject, DigestAlgorithm digest) {
  ERR_clear_error();
  const OwnedRequest made(X509_REQ_new());
  TRY(const OwnedName name, make_name(subject));
  if (made == nullptr || X509_REQ_set_version(made.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_subject_name(made.get(), name.get()) != 1 || X509_REQ_set_pubkey(made.get(), key.native()) != 1)
    return library_failure(Code::certificate_make, "name or key could not be set");
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, nullptr, made.get(), nullptr, 0);
  const Owned<STACK_OF(X509_EXTENSION), free_extensions> extensions(sk_X509_EXTENSION_new_null());
  TRY(const auto texts, extension_texts(subject, key));
  for (const ExtensionText& text : texts) {
    TRY(OwnedExtension extension, make_extension(&context, text));
    if (sk_X509_EXTENSION_push(extensions.get(), extension.get()) > 0) (void)extension.release();
  }
  const OwnedBio out(BIO_new(BIO_s_mem()));
  if (X509_REQ_add_extensions(made.get(), extensions.get()) != 1 ||
      X509_REQ_sign(made.get(), key.native(), evp(digest)) <= 0 || out == nullptr ||
      PEM_write_bio_X509_REQ(out.get(), made.get()) != 1)
    return library_failure(Code::certificate_make, "the request could not be signed");
  return gathered(out.get());
}

}  // namespace crossdock::crypto
