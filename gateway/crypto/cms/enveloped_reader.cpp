// EnvelopedData and AuthEnvelopedData read as streams. SPDX-License-Identifier: Apache-2.0
#include "gateway/crypto/cms/enveloped_reader.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "gateway/crypto/cms/content_decryptor.hpp"
#include "gateway/crypto/cms/content_info.hpp"

namespace crossdock::crypto::cms {
namespace {

constexpr Code form = Code::cms_enveloped_form;

/// The parts of both types as they come (RFC 5652 s6.1, RFC 5083 s2.1).
class EnvelopedParts : public ContentInfoHandler {
 public:
  explicit EnvelopedParts(EnvelopedLimits wanted) : ContentInfoHandler(form), limits(wanted) {}

  Status octets(std::string_view bytes) override { return decryptor.feed(bytes, *sink); }
  Status end(const BerElement& element) override {
    if (element.depth == content_depth + 1) content_ended_ = true;
    return {};
  }
  [[nodiscard]] bool complete() const { return content_ended_ && (!authenticated() || last_ >= Part::tag); }
  [[nodiscard]] bool authenticated() const { return type() == ContentType::auth_enveloped_data; }

  EnvelopedLimits limits;
  ByteSink* sink = nullptr;  ///< during feed()
  std::vector<Recipient> recipients;
  std::optional<ContentAlgorithm> algorithm;
  bool content_begun = false;
  std::string tag;
  ContentDecryptor decryptor;
  EnvelopeFacts facts;

 protected:
  Status accept(ContentType seen) override {
    if (seen == ContentType::enveloped_data || seen == ContentType::auth_enveloped_data) return {};
    return fail(Code::cms_content_type, "enveloped-data was expected, this is " + std::string(name(seen)));
  }
  Result<BerAction> part(const BerElement& element) override;
  Status gathered_part(const BerElement& element, std::string_view raw) override;

 private:
  enum class Part : std::uint8_t { none, version, originator, recipients, content, attributes, tag, unauthenticated };
  Result<BerAction> outer_part(const BerElement& element);
  Status read_algorithm_part(std::string_view raw);

  Part last_ = Part::none;
  bool has_inner_type_ = false, content_ended_ = false;
};

Result<BerAction> EnvelopedParts::part(const BerElement& element) {
  if (element.depth == content_depth) return outer_part(element);
  if (element.depth != content_depth + 1) return misplaced("a part of the encrypted content");
  if (element.is_universal(ber_oid) && !has_inner_type_) return gather(small_bytes_max);
  if (element.is_universal(ber_sequence) && has_inner_type_ && !algorithm) return gather(small_bytes_max);
  if (element.is_context(0) && algorithm && !content_begun) {
    content_begun = true;
    return stream(true);
  }
  return misplaced("a part of the encrypted content");
}

Result<BerAction> EnvelopedParts::outer_part(const BerElement& element) {
  const Part next = element.is_universal(ber_integer)        ? Part::version
                    : element.is_context(0)                  ? Part::originator
                    : element.is_universal(ber_set)          ? Part::recipients
                    : element.is_universal(ber_sequence)     ? Part::content
                    : element.is_context(1)                  ? Part::attributes
                    : element.is_universal(ber_octet_string) ? Part::tag
                    : element.is_context(2)                  ? Part::unauthenticated
                                                             : Part::none;
  const bool order = next > last_ && (next != Part::content || last_ == Part::recipients) &&
                     (next <= Part::content || content_ended_) && (authenticated() || next <= Part::attributes);
  if (!order) return misplaced("a part of the envelope");
  last_ = next;
  switch (next) {
    case Part::recipients: return gather(limits.header_bytes_max);
    case Part::content: return enter();
    case Part::originator: return skip();
    case Part::attributes:
      // They would have to be authenticated before the content, and come behind it.
      if (authenticated())
        return fail(Code::cms_enveloped_algorithm, "AuthEnvelopedData with authenticated attributes is not supported");
      return skip();
    case Part::unauthenticated: return skip();
    default: return gather(small_bytes_max);
  }
}

Status EnvelopedParts::gathered_part(const BerElement& element, std::string_view raw) {
  if (element.depth == content_depth + 1) {
    if (has_inner_type_) return read_algorithm_part(raw);
    has_inner_type_ = true;
    return {};
  }
  if (last_ == Part::recipients) {
    TRY(recipients, read_recipients(raw, limits.recipients_max));
    facts.recipients = recipients.size();
  } else if (last_ == Part::tag) {
    BerCursor cursor(raw, form);
    TRY(const BerNode node, cursor.next());
    TRY(tag, octets_of(node, form));
    if (tag.size() != algorithm->tag_bytes)
      return fail(Code::cms_enveloped_tag, "the authentication tag has " + std::to_string(tag.size()) + " bytes, not " +
                                               std::to_string(algorithm->tag_bytes));
  }
  return {};
}

Status EnvelopedParts::read_algorithm_part(std::string_view raw) {
  TRY(ContentAlgorithm read, read_content_algorithm(raw));
  if (authenticated() && !is_gcm(read.cipher))
    return fail(Code::cms_enveloped_algorithm,
                std::string(name(read.cipher)) + " stands in AuthEnvelopedData, where only GCM belongs");
  facts.cipher = read.cipher;
  facts.form = !is_gcm(read.cipher) ? EnvelopeForm::cbc
               : authenticated()    ? EnvelopeForm::gcm_auth
                                    : EnvelopeForm::gcm_enveloped;
  algorithm = std::move(read);
  return {};
}

}  // namespace

std::string_view name(EnvelopeForm envelope_form) {
  switch (envelope_form) {
    case EnvelopeForm::gcm_enveloped: return "gcm-enveloped-data";
    case EnvelopeForm::gcm_auth: return "gcm-auth-enveloped-data";
    case EnvelopeForm::cbc: break;
  }
  return "cbc";
}

ContentKey::ContentKey(std::string content_key, Certificate owner, bool was_named)
    : key(std::move(content_key)), certificate(std::move(owner)), named(was_named) {}
ContentKey::~ContentKey() { OPENSSL_cleanse(key.data(), key.size()); }

/// The first candidate that fits is chosen without a branch: all operations are done whichever it is.
Result<ContentKey> KeyTask::run() const {
  std::string chosen;
  std::size_t index = 0;
  unsigned char found = 0;
  Error why{Code::cms_enveloped_recipient, {}, {}};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& one = candidates[i];
    unsigned char fitted = 0;
    auto key = one.identity.key.decrypt_key(one.parameters, one.encrypted_key, key_bytes, &fitted);
    if (!key) {
      why = std::move(key.error());
      continue;
    }
    if (chosen.empty()) {
      chosen = *key;
      index = i;
      found = fitted;
      continue;
    }
    const unsigned char take = static_cast<unsigned char>(fitted & static_cast<unsigned char>(~found));
    for (std::size_t at = 0; at < chosen.size(); ++at)
      chosen[at] = static_cast<char>((static_cast<unsigned char>((*key)[at]) & take) |
                                     (static_cast<unsigned char>(chosen[at]) & static_cast<unsigned char>(~take)));
    const std::size_t mask = std::size_t{0} - (take & 1U);
    index = (i & mask) | (index & ~mask);
    found |= fitted;
    OPENSSL_cleanse(key->data(), key->size());
  }
  if (chosen.empty()) return tl::unexpected(std::move(why));
  return ContentKey(std::move(chosen), candidates[index].identity.certificate, named);
}

struct EnvelopedReader::State {
  explicit State(EnvelopedLimits limits) : parts(limits) {}
  EnvelopedParts parts;
  BerReader reader{form};
  bool unlocked = false;
};

EnvelopedReader::EnvelopedReader(EnvelopedLimits limits) : state_(std::make_unique<State>(limits)) {}
EnvelopedReader::~EnvelopedReader() = default;
EnvelopedReader::EnvelopedReader(EnvelopedReader&&) noexcept = default;
EnvelopedReader& EnvelopedReader::operator=(EnvelopedReader&&) noexcept = default;

Result<std::size_t> EnvelopedReader::feed(std::string_view bytes, ByteSink& sink) {
  if (needs_key()) return std::size_t{0};
  state_->parts.sink = &sink;
  return state_->reader.feed(bytes, state_->parts);
}

bool EnvelopedReader::needs_key() const { return state_->parts.content_begun && !state_->unlocked; }

Result<KeyTask> EnvelopedReader::key_task(std::span<const Identity> ours) const {
  const auto& parts = state_->parts;
  KeyTask task;
  if (!needs_key() || !parts.algorithm) return fail(Code::internal_bug, "a content key is not asked for");
  task.key_bytes = key_bytes(parts.algorithm->cipher);
  const auto add = [&](bool named) {
    for (const Identity& identity : ours)
      for (const Recipient& recipient : parts.recipients) {
        const std::size_t modulus_bytes = (identity.key.bits() + 7) / 8;
        if (task.candidates.size() == parts.limits.candidates_max || !recipient.transport ||
            identity.key.kind() != KeyKind::rsa ||
            (named ? !names(recipient, identity.certificate) : recipient.encrypted_key.size() != modulus_bytes))
          continue;
        task.candidates.push_back({identity, *recipient.transport, recipient.encrypted_key});
      }
  };
  add(true);
  task.named = !task.candidates.empty();
  if (!task.named) add(false);
  if (!task.candidates.empty()) return task;
  const bool unknown = std::any_of(parts.recipients.begin(), parts.recipients.end(),
                                   [](const Recipient& one) { return !one.transport; });
  return fail(Code::cms_enveloped_recipient, "the content is encrypted for " + std::to_string(parts.recipients.size()) +
                                                 " RSA keys" +
                                                 (unknown ? " (some by a key transport that is not supported)" : "") +
                                                 "; none is one of our " + std::to_string(ours.size()));
}

Status EnvelopedReader::unlock(ContentKey key) {
  auto& parts = state_->parts;
  if (!needs_key()) return fail(Code::internal_bug, "a content key is not asked for");
  TRY_STATUS(parts.decryptor.start(*parts.algorithm, key.key, !parts.authenticated()));
  parts.facts.certificate = key.certificate.fingerprint();
  parts.facts.named = key.named;
  for (const Recipient& recipient : parts.recipients)
    if (recipient.transport && (!key.named || names(recipient, key.certificate)))
      parts.facts.transport = recipient.transport->transport;
  state_->unlocked = true;
  return {};
}

Status EnvelopedReader::unlock_with(std::span<const Identity> ours) {
  TRY(const KeyTask task, key_task(ours));
  TRY(ContentKey key, task.run());
  return unlock(std::move(key));
}

Status EnvelopedReader::finish(ByteSink& sink) {
  if (needs_key()) return fail(Code::internal_bug, "the content key was never given");
  TRY_STATUS(state_->reader.finish());
  if (!state_->parts.complete()) return fail(form, "the envelope has no content or no authentication tag");
  return state_->parts.decryptor.finish(state_->parts.tag, sink);
}

const EnvelopeFacts& EnvelopedReader::facts() const { return state_->parts.facts; }

}  // namespace crossdock::crypto::cms
