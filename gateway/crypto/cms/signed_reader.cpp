// SignedData read as a stream. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/content_info.hpp"
#include "gateway/crypto/cms/signed_state.hpp"

namespace crossdock::crypto::cms {
namespace {

constexpr Code form = Code::cms_signed_form;

}  // namespace

Status SignedParts::accept(ContentType type) {
  if (type == ContentType::signed_data) return {};
  return fail(Code::cms_content_type, "signed-data was expected, this is " + std::string(name(type)));
}

/// The parts of SignedData come in this order (RFC 5652 s5.1).
Result<BerAction> SignedParts::part(const BerElement& element) {
  if (element.depth == content_depth) {
    const Part next = element.is_universal(ber_integer)                         ? Part::version
                      : element.is_universal(ber_sequence)                      ? Part::content
                      : element.is_context(0)                                   ? Part::certificates
                      : element.is_context(1)                                   ? Part::revocations
                      : element.is_universal(ber_set) && last_ == Part::version ? Part::digests
                      : element.is_universal(ber_set)                           ? Part::signers
                                                                                : Part::none;
    if (next <= last_ || (next > Part::content && last_ < Part::content)) return misplaced("a part of SignedData");
    last_ = next;
    switch (next) {
      case Part::digests: return gather(limits.header_bytes_max);
      case Part::content: return enter();
      case Part::certificates: return gather(limits.certificates_bytes_max);
      case Part::revocations: return skip();
      case Part::signers: return gather(limits.signers_bytes_max);
      default: return gather(small_bytes_max);
    }
  }
  if (element.depth == content_depth + 1 && element.is_universal(ber_oid) && inner_type.empty())
    return gather(small_bytes_max);
  if (element.depth == content_depth + 1 && element.is_context(0) && !inner_type.empty()) return enter();
  if (element.depth == content_depth + 2 && element.is_universal(ber_octet_string) && !has_content) {
    has_content = true;
    if (announced.empty())
      for (const DigestAlgorithm one : all_digests) announced.add(one);
    digester.emplace(announced);
    return stream();
  }
  return misplaced("a part of the signed content");
}

Status SignedParts::gathered_part(const BerElement& element, std::string_view raw) {
  if (element.depth == content_depth + 1) {
    TRY(inner_type, read_oid(raw, form));
    return {};
  }
  switch (last_) {
    case Part::digests: return read_digests(raw);
    case Part::certificates: return read_certificates(raw);
    case Part::signers: return read_signers(raw);
    default: return {};
  }
}

Status SignedParts::read_digests(std::string_view raw) {
  BerCursor outer(raw, form);
  TRY(BerCursor list, outer.enter_next(ber_set));
  while (!list.at_end()) {
    TRY(const AlgorithmIdentifier algorithm, read_algorithm(list));
    if (const auto digest = find_digest(algorithm.oid)) announced.add(*digest);
  }
  return {};
}

/// CertificateSet is a CHOICE in each element; the plain X.509 ones are kept (RFC 5652 s10.2.2).
Status SignedParts::read_certificates(std::string_view raw) {
  constexpr std::size_t certificates_max = 64;
  BerCursor outer(raw, form);
  TRY(const BerNode node, outer.next());
  TRY(BerCursor list, outer.enter(node));
  while (!list.at_end()) {
    TRY(const BerNode one, list.next());
    if (!one.element.is_universal(ber_sequence)) continue;
    if (certificates.size() == certificates_max) return misplaced("a 65th certificate");
    certificates.emplace_back(one.raw);
  }
  return {};
}

Status SignedParts::read_signers(std::string_view raw) {
  BerCursor outer(raw, form);
  TRY(BerCursor list, outer.enter_next(ber_set));
  while (!list.at_end()) {
    TRY(const BerNode one, list.expect(ber_sequence));
    if (signers.size() == limits.signers_max)
      return fail(form, "there are more than " + std::to_string(limits.signers_max) + " signatures");
    TRY(SignerInfo signer, read_signer_info(one.raw));
    signers.push_back(std::move(signer));
  }
  return {};
}

Status SignedParts::octets(std::string_view bytes) {
  digester->update(bytes);
  return sink->write(bytes);
}

SignedReader::SignedReader(SignedLimits limits) : state_(std::make_unique<State>(limits)) {}
SignedReader::~SignedReader() = default;
SignedReader::SignedReader(SignedReader&&) noexcept = default;
SignedReader& SignedReader::operator=(SignedReader&&) noexcept = default;

Status SignedReader::feed(std::string_view bytes, ByteSink& content) {
  state_->parts.sink = &content;
  TRY(const std::size_t taken, state_->reader.feed(bytes, state_->parts));
  (void)taken;  // nothing pauses here
  return {};
}

Status SignedReader::finish() {
  TRY_STATUS(state_->reader.finish());
  return state_->parts.complete() ? Status{} : fail(form, "the signers of the SignedData are missing");
}

bool SignedReader::has_content() const { return state_->parts.has_content; }

DigestSet SignedReader::digests() const {
  DigestSet out;
  for (const SignerInfo& signer : state_->parts.signers)
    if (signer.digest) out.add(*signer.digest);
  return out;
}

std::optional<Digest> SignedReader::content_digest(DigestAlgorithm algorithm) const {
  return state_->parts.digester ? state_->parts.digester->value(algorithm) : std::nullopt;
}

const std::vector<std::string>& SignedReader::embedded_certificates() const { return state_->parts.certificates; }
std::size_t SignedReader::signers() const { return state_->parts.signers.size(); }

Result<Verified> SignedReader::verify(std::span<const Certificate> trusted, const DigestLookup& content) const {
  return verify_signers(state_->parts.signers, state_->parts.inner_type, trusted, content);
}

Result<Verified> SignedReader::verify(std::span<const Certificate> trusted) const {
  return verify(trusted, [this](DigestAlgorithm algorithm) { return content_digest(algorithm); });
}

Result<Verified> verify_detached(std::string_view signature, std::span<const Certificate> trusted,
                                 const Digester& content, SignedLimits limits) {
  SignedReader reader(limits);
  StringSink inside;
  TRY_STATUS(reader.feed(signature, inside));
  TRY_STATUS(reader.finish());
  if (reader.has_content()) return fail(form, "a detached signature was expected; this one holds content");
  return reader.verify(trusted, [&content](DigestAlgorithm algorithm) { return content.value(algorithm); });
}

}  // namespace crossdock::crypto::cms
