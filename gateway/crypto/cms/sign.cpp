// Detached signatures written. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/content_type.hpp"
#include "gateway/crypto/cms/signer_info.hpp"

namespace crossdock::crypto::cms {
namespace {

std::string attribute(std::string_view type, std::string_view value) {
  return der(0x30, der_oid(type) + der(0x31, value));
}

/// The attributes as SET OF in DER: what is signed. In the message the tag is [0] instead.
std::string make_attributes(const Digest& content, const SignOptions& options) {
  std::vector<std::string> out{attribute(oid_content_type, der_oid(oid(ContentType::data))),
                               attribute(oid_message_digest, der(0x04, content.view()))};
  if (options.signing_time) out.push_back(attribute(oid_signing_time, der_time(*options.signing_time)));
  if (options.algorithm_protection) {
    std::string signature = der_signature_algorithm(options.parameters);
    signature[0] = static_cast<char>(0xA1);  // [1] IMPLICIT
    out.push_back(attribute(oid_algorithm_protection, der(0x30, der_digest_algorithm(content.algorithm) + signature)));
  }
  return der_set_of(std::move(out));
}

std::string make_identifier(const Certificate& certificate, bool by_key_id) {
  if (by_key_id) return der(0x80, certificate.subject_key_id());
  return der(0x30, std::string(certificate.issuer_der()) + der(0x02, certificate.serial_der()));
}

std::string make_certificates(const Identity& signer, const SignOptions& options) {
  if (!options.embed_certificate) return {};
  std::vector<std::string> out{signer.certificate.der()};
  if (options.embed_chain)
    for (const Certificate& one : signer.chain) out.push_back(one.der());
  return der_set_of(std::move(out), 0xA0);
}

}  // namespace

SignatureScheme usual_scheme(const PrivateKey& key) {
  return key.kind() == KeyKind::ec ? SignatureScheme::ecdsa : SignatureScheme::rsa_pkcs1;
}

Result<std::string> sign_detached(const Identity& signer, const Digest& content, const SignOptions& options) {
  if (content.algorithm != options.parameters.digest)
    return fail(Code::cms_sign, "the content was digested with " + std::string(name(content.algorithm)) +
                                    " and is to be signed with " + std::string(name(options.parameters.digest)));
  std::string attributes = make_attributes(content, options);
  TRY(const Digest digest, digest_of(content.algorithm, attributes));
  TRY(const std::string signature, signer.key.sign(options.parameters, digest.view()));
  attributes[0] = static_cast<char>(0xA0);  // [0] IMPLICIT
  const std::string digest_algorithm = der_digest_algorithm(content.algorithm);
  const std::uint32_t version = options.identify_by_key_id ? 3 : 1;  // RFC 5652 s5.1, s5.3
  const std::string info =
      der(0x30, der_integer(version) + make_identifier(signer.certificate, options.identify_by_key_id) +
                    digest_algorithm + attributes + der_signature_algorithm(options.parameters) + der(0x04, signature));
  const std::string signed_data =
      der(0x30, der_integer(version) + der(0x31, digest_algorithm) + der(0x30, der_oid(oid(ContentType::data))) +
                    make_certificates(signer, options) + der(0x31, info));
  return der(0x30, der_oid(oid(ContentType::signed_data)) + der(0xA0, signed_data));
}

}  // namespace crossdock::crypto::cms
