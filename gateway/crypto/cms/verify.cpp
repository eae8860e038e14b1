// Signatures verified against the partner's certificates. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/signed_state.hpp"

namespace crossdock::crypto::cms {
namespace {

Status check_attributes(const SignerInfo& signer, std::string_view inner_type) {
  if (signer.content_types != 1 || signer.message_digests != 1 || signer.protections > 1)
    return fail(
        Code::cms_signed_attributes,
        "contentType and messageDigest stand once each among signed attributes, AlgorithmProtection at most once");
  if (signer.content_type != inner_type)
    return fail(Code::cms_signed_attributes, "the contentType attribute says " + dotted(signer.content_type) +
                                                 ", the content is " + dotted(inner_type));
  if (signer.protections == 1 && !protection_agrees(signer))
    return fail(Code::cms_signed_attributes, "AlgorithmProtection names other algorithms than the signature");
  return {};
}

bool fits(const Certificate& certificate, SignatureScheme scheme) {
  return certificate.key_kind() == (scheme == SignatureScheme::ecdsa ? KeyKind::ec : KeyKind::rsa);
}

/// Whether one certificate verifies: over the attributes, else over the content's digest.
Status verify_with(const SignerInfo& signer, const Certificate& certificate, const Digest& content) {
  const SignatureParameters& way = *signer.signature_way;
  if (signer.attributes.empty()) return certificate.verify(way, content.view(), signer.signature);
  // The value is over the attributes as an EXPLICIT SET OF instead of [0] (RFC 5652 s5.4), as they were sent or, where
  // those were not in DER, as they should have been.
  std::string sent = signer.attributes;
  sent[0] = 0x31;
  TRY(const Digest as_sent, digest_of(way.digest, sent));
  Status verified = certificate.verify(way, as_sent.view(), signer.signature);
  if (verified) return verified;
  const auto sorted = to_der(sent, Code::cms_signed_form);
  if (!sorted || *sorted == sent) return verified;
  TRY(const Digest as_der, digest_of(way.digest, *sorted));
  return certificate.verify(way, as_der.view(), signer.signature);
}

Result<Verified> verify_one(const SignerInfo& signer, std::string_view inner_type, std::span<const Certificate> trusted,
                            const DigestLookup& lookup) {
  if (!signer.digest || !signer.signature_way)
    return fail(Code::cms_signed_algorithm, "the signature uses " + dotted(signer.signature_oid) + " with digest " +
                                                dotted(signer.digest_oid) + ", which is not supported");
  const std::optional<Digest> content = lookup(*signer.digest);
  if (!content)
    return fail(Code::cms_signed_algorithm,
                "the signature is over " + std::string(name(*signer.digest)) + ", which the message did not announce");
  if (!signer.attributes.empty()) TRY_STATUS(check_attributes(signer, inner_type));
  Error why{Code::cms_signed_signer, {}, {}};
  why.detail = trusted.empty() ? "the partner has no certificate to verify with" : "";
  for (const bool named : {true, false})
    for (const Certificate& certificate : trusted) {
      if (!fits(certificate, signer.signature_way->scheme) || names(signer, certificate) != named) continue;
      const Status verified = verify_with(signer, certificate, *content);
      if (!verified) {
        if (named) why = verified.error();
        continue;
      }
      if (!signer.attributes.empty() && signer.message_digest != content->view())
        return fail(Code::cms_signed_digest, "the signature is right and its " + std::string(name(*signer.digest)) +
                                                 " digest is not that of the content that arrived");
      return Verified{certificate, *signer.signature_way,  *content, signer.signing_time,
                      named,       signer.protections == 1};
    }
  return tl::unexpected(std::move(why));
}

}  // namespace

Result<Verified> verify_signers(const std::vector<SignerInfo>& signers, std::string_view inner_type,
                                std::span<const Certificate> trusted, const DigestLookup& content) {
  Error why{Code::cms_signed_none, {}, {}};
  for (const SignerInfo& signer : signers) {
    auto verified = verify_one(signer, inner_type, trusted, content);
    if (verified) return verified;
    // What says most about the content is what is told: a signer that is not known says nothing.
    if (why.code == Code::cms_signed_none || why.code == Code::cms_signed_signer) why = std::move(verified.error());
  }
  return tl::unexpected(std::move(why));
}

}  // namespace crossdock::crypto::cms
