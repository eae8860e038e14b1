// Recipients, key transport and content algorithms. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/recipient_info.hpp"

namespace crossdock::crypto::cms {
namespace {

using std::string_view_literals::operator""sv;

constexpr Code form = Code::cms_enveloped_form;
constexpr std::string_view oid_rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
constexpr std::string_view oid_oaep = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07"sv;
constexpr std::string_view oid_mgf1 = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"sv;
constexpr std::string_view oid_label = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x09"sv;

std::optional<DigestAlgorithm> usable_digest(std::string_view oid_bytes) {
  const auto found = find_digest(oid_bytes);
  return found == DigestAlgorithm::md5 ? std::nullopt : found;
}

/// One field of RSAES-OAEP-params. False when it is not understood.
bool read_oaep_field(const BerNode& field, BerCursor inside, TransportParameters& out) {
  const auto algorithm = read_algorithm(inside);
  if (!algorithm) return false;
  if (field.element.is_context(0)) {
    const auto digest = usable_digest(algorithm->oid);
    if (digest) out.oaep_digest = *digest;
    return digest.has_value();
  }
  if (field.element.is_context(1)) {
    if (algorithm->oid != oid_mgf1 || algorithm->parameters.empty()) return false;
    BerCursor parameters(algorithm->parameters, form);
    const auto mask = read_algorithm(parameters);
    const auto digest = mask ? usable_digest(mask->oid) : std::nullopt;
    if (digest) out.oaep_mask_digest = *digest;
    return digest.has_value();
  }
  if (!field.element.is_context(2) || algorithm->oid != oid_label || algorithm->parameters.empty()) return false;
  BerCursor parameters(algorithm->parameters, form);
  const auto label = parameters.expect(ber_octet_string);
  const auto octets = label ? octets_of(*label, form) : Result<std::string>(tl::unexpected(label.error()));
  if (octets) out.oaep_label = *octets;
  return octets.has_value();
}

/// RSAES-OAEP-params: every field has a default, SHA-1 for both digests (RFC 4055 s4.1).
std::optional<TransportParameters> read_transport(const AlgorithmIdentifier& algorithm) {
  TransportParameters out;
  if (algorithm.oid == oid_rsa) return out;
  if (algorithm.oid != oid_oaep) return std::nullopt;
  out.transport = KeyTransport::rsa_oaep;
  out.oaep_digest = out.oaep_mask_digest = DigestAlgorithm::sha1;
  if (algorithm.parameters.empty()) return out;
  BerCursor cursor(algorithm.parameters, form);
  auto fields = cursor.enter_next(ber_sequence);
  if (!fields) return std::nullopt;
  while (!fields->at_end()) {
    const auto field = fields->next();
    const auto inside = field ? fields->enter(*field) : Result<BerCursor>(tl::unexpected(field.error()));
    if (!inside || !read_oaep_field(*field, *inside, out)) return std::nullopt;
  }
  return out;
}

Result<Recipient> read_recipient(BerCursor cursor) {
  Recipient out;
  TRY(const BerNode version, cursor.expect(ber_integer));
  (void)version;
  if (cursor.next_is_context(0)) {
    TRY(const BerNode node, cursor.next());
    TRY(out.key_id, octets_of(node, form));
  } else {
    TRY(BerCursor inside, cursor.enter_next(ber_sequence));
    TRY(const BerNode issuer, inside.expect(ber_sequence));
    TRY(const BerNode serial, inside.expect(ber_integer));
    out.issuer = issuer.raw;
    out.serial = serial.content;
  }
  TRY(const AlgorithmIdentifier algorithm, read_algorithm(cursor));
  out.transport = read_transport(algorithm);
  TRY(const BerNode key, cursor.expect(ber_octet_string));
  TRY(out.encrypted_key, octets_of(key, form));
  return out;
}

std::string der_transport(const TransportParameters& transport) {
  if (transport.transport == KeyTransport::rsa_pkcs1) return der_algorithm(oid_rsa, der_null);
  // DER leaves defaults out.
  std::string fields;
  if (transport.oaep_digest != DigestAlgorithm::sha1)
    fields += der(0xA0, der_algorithm(oid(transport.oaep_digest), der_null));
  if (transport.oaep_mask_digest != DigestAlgorithm::sha1)
    fields += der(0xA1, der_algorithm(oid_mgf1, der_algorithm(oid(transport.oaep_mask_digest), der_null)));
  if (!transport.oaep_label.empty()) fields += der(0xA2, der_algorithm(oid_label, der(0x04, transport.oaep_label)));
  return der_algorithm(oid_oaep, der(0x30, fields));
}

}  // namespace

Result<std::vector<Recipient>> read_recipients(std::string_view raw, std::size_t recipients_max) {
  std::vector<Recipient> out;
  BerCursor outer(raw, form);
  TRY(BerCursor list, outer.enter_next(ber_set));
  for (std::size_t count = 0; !list.at_end(); ++count) {
    if (count == recipients_max)
      return fail(form, "there are more than " + std::to_string(recipients_max) + " recipients");
    TRY(const BerNode node, list.next());
    if (!node.element.is_universal(ber_sequence)) continue;
    TRY(const BerCursor inside, list.enter(node));
    TRY(Recipient recipient, read_recipient(inside));
    out.push_back(std::move(recipient));
  }
  return out;
}

bool names(const Recipient& recipient, const Certificate& certificate) {
  if (!recipient.key_id.empty()) return recipient.key_id == certificate.subject_key_id();
  return recipient.serial == certificate.serial_der() && recipient.issuer == certificate.issuer_der();
}

std::string der_recipient(const Certificate& certificate, bool by_key_id, const TransportParameters& transport,
                          std::string_view encrypted_key) {
  const std::string identifier =
      by_key_id ? der(0x80, certificate.subject_key_id())
                : der(0x30, std::string(certificate.issuer_der()) + der(0x02, certificate.serial_der()));
  return der(0x30, der_integer(by_key_id ? 2 : 0) + identifier + der_transport(transport) + der(0x04, encrypted_key));
}

Result<ContentAlgorithm> read_content_algorithm(std::string_view raw) {
  constexpr std::size_t nonce_bytes_max = 64, tag_bytes_min = 12, tag_bytes_max = 16;
  BerCursor cursor(raw, form);
  TRY(const AlgorithmIdentifier algorithm, read_algorithm(cursor));
  const auto cipher = find_cipher(algorithm.oid);
  if (!cipher)
    return fail(Code::cms_enveloped_algorithm,
                "the content is encrypted with " + dotted(algorithm.oid) + ", which is not supported");
  ContentAlgorithm out;
  out.cipher = *cipher;
  BerCursor parameters(algorithm.parameters, form);
  if (is_gcm(*cipher) && parameters.next_is_universal(ber_sequence)) {
    TRY(BerCursor fields, parameters.enter_next(ber_sequence));
    TRY(const BerNode nonce, fields.expect(ber_octet_string));
    TRY(out.iv, octets_of(nonce, form));
    out.tag_bytes = tag_bytes_min;  // the default of aes-ICVlen
    if (!fields.at_end()) {
      TRY(const BerNode size, fields.expect(ber_integer));
      out.tag_bytes = small_integer(size).value_or(0);
    }
  } else {
    TRY(const BerNode iv, parameters.expect(ber_octet_string));
    TRY(out.iv, octets_of(iv, form));
    out.tag_bytes = is_gcm(*cipher) ? tag_bytes_max : 0;
  }
  const bool iv_fine =
      is_gcm(*cipher) ? !out.iv.empty() && out.iv.size() <= nonce_bytes_max : out.iv.size() == iv_bytes(*cipher);
  const bool tag_fine = !is_gcm(*cipher) || (out.tag_bytes >= tag_bytes_min && out.tag_bytes <= tag_bytes_max);
  if (!iv_fine || !tag_fine)
    return fail(form, "initialisation vector or tag of " + std::string(name(*cipher)) + " has a wrong size");
  return out;
}

std::string der_content_algorithm(const ContentAlgorithm& algorithm) {
  const std::string iv = der(0x04, algorithm.iv);
  return der_algorithm(
      oid(algorithm.cipher),
      is_gcm(algorithm.cipher) ? der(0x30, iv + der_integer(static_cast<std::uint32_t>(algorithm.tag_bytes))) : iv);
}

}  // namespace crossdock::crypto::cms
