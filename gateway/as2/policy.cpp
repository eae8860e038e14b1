// Policy: who may do what until when.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/as2/unpacker.hpp"

namespace crossdock::as2 {
namespace {

constexpr std::array<std::pair<Exception, std::string_view>, 4> exception_names = {{
    {Exception::sha1, "sha1"},
    {Exception::triple_des, "3des"},
    {Exception::weak_key, "weak-key"},
    {Exception::expired_certificate, "expired-certificate"},
}};

tl::unexpected<Error> weak(std::string_view what, Exception exception, const Policy& policy) {
  std::string detail(what);
  if (policy.profile == Profile::v1_3) {
    detail += " is not allowed with AS2-Version 1.3";
  } else {
    detail += " needs a waiver (" + std::string(name(exception)) + ") that is in force";
  }
  return fail(Code::as2_security, detail);
}

/// Newer ones first.
bool newer(const crypto::Certificate& a, const crypto::Certificate& b) { return a.not_before() > b.not_before(); }

}  // namespace

std::string_view name(Exception exception) {
  for (const auto& [known, text] : exception_names) {
    if (known == exception) return text;
  }
  return {};
}

std::optional<Exception> find_exception(std::string_view text) {
  for (const auto& [known, known_text] : exception_names) {
    if (known_text == text) return known;
  }
  return std::nullopt;
}

bool Policy::allows(Exception exception, Moment now) const {
  const bool algorithm = exception == Exception::sha1 || exception == Exception::triple_des;
  if (algorithm && profile == Profile::v1_3) return false;
  return std::any_of(waivers.begin(), waivers.end(), [&](const Waiver& waiver) {
    return waiver.exception == exception && now < waiver.until + std::chrono::days{1};
  });
}

Status allow(const Policy& policy, crypto::DigestAlgorithm digest, Moment now) {
  if (digest == crypto::DigestAlgorithm::md5) return fail(Code::as2_security, "MD5 is never taken");
  if (crypto::weak(digest) && !policy.allows(Exception::sha1, now)) return weak("SHA-1", Exception::sha1, policy);
  return {};
}

Status allow(const Policy& policy, crypto::ContentCipher cipher, Moment now) {
  if (crypto::weak(cipher) && !policy.allows(Exception::triple_des, now)) {
    return weak(crypto::name(cipher), Exception::triple_des, policy);
  }
  return {};
}

Status allow(const Policy& policy, const crypto::Certificate& certificate, Moment now) {
  const std::string who = "certificate " + certificate.fingerprint().substr(0, 16) + " (" + certificate.subject() + ")";
  if (crypto::weak(certificate.key_kind(), certificate.key_bits()) && !policy.allows(Exception::weak_key, now)) {
    return weak("the key of " + std::to_string(certificate.key_bits()) + " bits of " + who, Exception::weak_key,
                policy);
  }
  if (!certificate.valid_at(now) && !policy.allows(Exception::expired_certificate, now)) {
    return fail(Code::as2_certificate_expired,
                who + (now < certificate.not_before() ? " is not valid yet" : " has expired") +
                    "; a waiver (expired-certificate) would let it pass");
  }
  return {};
}

Result<crypto::DigestAlgorithm> choose_mic_algorithm(const std::optional<ReceiptRequest>& receipt, const Policy& policy,
                                                     Moment now) {
  if (!receipt || receipt->micalg_texts.empty()) return crypto::DigestAlgorithm::sha256;
  for (const crypto::DigestAlgorithm algorithm : receipt->micalgs) {
    if (allow(policy, algorithm, now)) return algorithm;
  }
  std::string listed;
  for (const std::string& text : receipt->micalg_texts) listed += (listed.empty() ? "" : ", ") + text;
  return fail(Code::as2_mic_unsupported, "signed-receipt-micalg lists " + listed.substr(0, 200));
}

Status check_policy(const Unpacked& unpacked, const Policy& policy, Moment now) {
  if (policy.require_signed && !unpacked.is_signed) return fail(Code::as2_security, "the message is not signed");
  if (policy.require_encrypted && !unpacked.is_encrypted)
    return fail(Code::as2_security, "the message is not encrypted");
  if (unpacked.signature_digest) TRY_STATUS(allow(policy, *unpacked.signature_digest, now));
  if (unpacked.cipher) TRY_STATUS(allow(policy, *unpacked.cipher, now));
  if (unpacked.signer) TRY_STATUS(allow(policy, *unpacked.signer, now));
  return {};
}

std::optional<crypto::Certificate> choose_certificate(const std::vector<crypto::Certificate>& all, const Policy& policy,
                                                      Moment now) {
  const std::vector<crypto::Certificate> ordered = ordered_certificates(all, now);
  for (const crypto::Certificate& certificate : ordered) {
    if (allow(policy, certificate, now)) return certificate;
  }
  return std::nullopt;
}

std::vector<crypto::Certificate> ordered_certificates(std::vector<crypto::Certificate> all, Moment now) {
  std::stable_sort(all.begin(), all.end(), [now](const crypto::Certificate& a, const crypto::Certificate& b) {
    if (a.valid_at(now) != b.valid_at(now)) return a.valid_at(now);
    return newer(a, b);
  });
  return all;
}

}  // namespace crossdock::as2
