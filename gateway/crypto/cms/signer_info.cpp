// SignerInfo: parsed once, its attributes checked by the caller.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/signer_info.hpp"

#include <charconv>

namespace crossdock::crypto::cms {
namespace {

constexpr Code form = Code::cms_signed_form;

Status read_identifier(BerCursor& cursor, SignerInfo& out) {
  if (cursor.next_is_context(0)) {
    TRY(const BerNode node, cursor.next());
    TRY(out.key_id, octets_of(node, form));
    return {};
  }
  TRY(BerCursor inside, cursor.enter_next(ber_sequence));
  TRY(const BerNode issuer, inside.expect(ber_sequence));
  TRY(const BerNode serial, inside.expect(ber_integer));
  out.issuer = issuer.raw;
  out.serial = serial.content;
  return {};
}

/// One Attribute: type and, for those that are known, the first value; several of a kind are counted.
Status read_attribute(BerCursor attribute, SignerInfo& out) {
  TRY(const BerNode type, attribute.expect(ber_oid));
  TRY(BerCursor values, attribute.enter_next(ber_set));
  if (type.content == oid_content_type) {
    ++out.content_types;
    TRY(const BerNode value, values.expect(ber_oid));
    out.content_type = value.content;
  } else if (type.content == oid_message_digest) {
    ++out.message_digests;
    TRY(const BerNode value, values.expect(ber_octet_string));
    TRY(out.message_digest, octets_of(value, form));
  } else if (type.content == oid_signing_time) {
    TRY(const BerNode value, values.next());
    out.signing_time = read_time(value);
  } else if (type.content == oid_algorithm_protection) {
    ++out.protections;
    TRY(const BerNode value, values.next());
    out.protection = value.raw;
  } else {
    return {};
  }
  if (!values.at_end()) return fail(Code::cms_signed_attributes, "a signed attribute that has one value has several");
  return {};
}

Status read_attributes(BerCursor& cursor, SignerInfo& out) {
  constexpr std::size_t attributes_max = 64;
  TRY(const BerNode node, cursor.next());
  out.attributes = node.raw;
  TRY(BerCursor list, cursor.enter(node));
  for (std::size_t count = 0; !list.at_end(); ++count) {
    if (count == attributes_max) return list.broken("there are more than 64 signed attributes");
    TRY(const BerCursor attribute, list.enter_next(ber_sequence));
    TRY_STATUS(read_attribute(attribute, out));
  }
  return {};
}

}  // namespace

Result<SignerInfo> read_signer_info(std::string_view raw) {
  SignerInfo out;
  BerCursor outer(raw, form);
  TRY(BerCursor cursor, outer.enter_next(ber_sequence));
  TRY(const BerNode version, cursor.expect(ber_integer));
  (void)version;  // 1 or 3, whichever the identifier is: writers get it wrong
  TRY_STATUS(read_identifier(cursor, out));
  TRY(const AlgorithmIdentifier digest, read_algorithm(cursor));
  out.digest_oid = digest.oid;
  out.digest_parameters = digest.parameters;
  out.digest = find_digest(digest.oid);
  if (cursor.next_is_context(0)) TRY_STATUS(read_attributes(cursor, out));
  TRY(const AlgorithmIdentifier signature, read_algorithm(cursor));
  out.signature_oid = signature.oid;
  out.signature_parameters = signature.parameters;
  if (out.digest) out.signature_way = find_signature(signature.oid, signature.parameters, *out.digest);
  TRY(const BerNode value, cursor.expect(ber_octet_string));
  TRY(out.signature, octets_of(value, form));
  return out;
}

bool names(const SignerInfo& signer, const Certificate& certificate) {
  if (!signer.key_id.empty()) return signer.key_id == certificate.subject_key_id();
  return signer.serial == certificate.serial_der() && signer.issuer == certificate.issuer_der();
}

bool protection_agrees(const SignerInfo& signer) {
  BerCursor outer(signer.protection, form);
  auto cursor = outer.enter_next(ber_sequence);
  if (!cursor) return false;
  const auto digest = read_algorithm(*cursor);
  const auto tagged = digest ? cursor->next() : Result<BerNode>(tl::unexpected(digest.error()));
  if (!tagged || !tagged->element.is_context(1)) return false;
  const auto inside = cursor->enter(*tagged);
  const auto signature =
      inside ? read_algorithm_content(*inside) : Result<AlgorithmIdentifier>(tl::unexpected(inside.error()));
  return signature && digest->oid == signer.digest_oid && digest->parameters == signer.digest_parameters &&
         signature->oid == signer.signature_oid && signature->parameters == signer.signature_parameters;
}

std::string der_time(std::chrono::sys_seconds when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<std::chrono::seconds> time{when - day};
  const int year = static_cast<int>(date.year());
  const bool utc = year >= 1950 && year < 2050;
  const auto two = [](auto value) {
    const auto number = static_cast<unsigned>(value);
    return std::string{static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
  };
  std::string text = utc ? std::string() : two(year / 100);
  text += two(year % 100) + two(static_cast<unsigned>(date.month())) + two(static_cast<unsigned>(date.day())) +
          two(time.hours().count()) + two(time.minutes().count()) + two(time.seconds().count()) + "Z";
  return der(utc ? 0x17 : 0x18, text);
}

std::optional<std::chrono::sys_seconds> read_time(const BerNode& node) {
  std::string text(node.content);
  constexpr std::size_t digits = 14;
  if (node.element.is_universal(23))
    text.insert(0, text.empty() || text[0] >= '5' ? "19" : "20");
  else if (!node.element.is_universal(24))
    return std::nullopt;
  if (text.size() != digits + 1 || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < digits; ++i)
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  const auto number = [&text](std::size_t at, std::size_t size) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + size, value);
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(4, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(6, 2))}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{number(8, 2)} + std::chrono::minutes{number(10, 2)} +
         std::chrono::seconds{number(12, 2)};
}

}  // namespace crossdock::crypto::cms
