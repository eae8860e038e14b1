// The packer: settings become a row of stages, the outermost first.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/packer.hpp"

#include <algorithm>

#include "gateway/as2/stages.hpp"
#include "gateway/crypto/cms/compressed.hpp"
#include "gateway/crypto/cms/enveloped_writer.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {

struct Packer::State {
  MessageFacts facts;
  PackSettings settings;
  std::vector<PartDescription> parts;
  std::string unique;
  mime::HeaderFields headers;
  std::vector<std::unique_ptr<Stage>> stages;  ///< the outermost first
  OutStage* out = nullptr;
  SignStage* signing = nullptr;
  RelatedStage* related = nullptr;
  MicStage* mic = nullptr;
  std::unique_ptr<EncodeStage> part_encoder;  ///< of the part at hand, several parts only
  std::size_t part = 0;                       ///< the part at hand
  std::uint64_t payload_bytes = 0;
  std::string structure;

  template <class T, class... Arguments>
  T& add(Arguments&&... arguments) {
    auto stage = std::make_unique<T>(std::forward<Arguments>(arguments)..., *stages.back());
    T& out_stage = *stage;
    stages.push_back(std::move(stage));
    return out_stage;
  }
  [[nodiscard]] bool top() const { return structure.empty(); }
  [[nodiscard]] crypto::DigestAlgorithm mic_algorithm() const {
    return settings.sign ? settings.sign->parameters.digest : settings.mic_algorithm;
  }

  Status check() const;
  void add_request_headers();
  void enter(const mime::HeaderFields& fields, std::string_view word);
  void add_compression();
  Status add_encryption();
  void add_signature();
  void add_content();
  void add_mic() { mic = &add<MicStage>(mic_algorithm()); }
  [[nodiscard]] mime::HeaderFields part_fields(const PartDescription& description, bool inside) const;
  Status begin_part();
  Stage& innermost() { return part_encoder ? *part_encoder : *stages.back(); }
};

namespace {

mime::HeaderFields cms_fields(std::string_view smime_type, std::string_view name, mime::TransferEncoding encoding,
                              bool inside) {
  const mime::StructuredValue type{"application/pkcs7-mime",
                                   {{"smime-type", std::string(smime_type)}, {"name", std::string(name)}}};
  mime::HeaderFields fields{{"Content-Type", write_structured_value(type)}};
  if (inside) fields.add("Content-Transfer-Encoding", std::string(mime::name(encoding)));
  fields.add("Content-Disposition", mime::content_disposition(name));
  return fields;
}

std::string version_of(const MessageFacts& facts) {
  if (facts.profile == Profile::v1_3) return "1.3";
  return facts.features.empty() ? "1.1" : "1.2";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

tl::unexpected<Error> wrong(std::string detail) { return fail(Code::as2_settings, std::move(detail)); }

}  // namespace

Status Packer::State::check() const {
  for (const std::string& name : {facts.from, facts.to}) {
    const auto parsed = parse_as2_name(write_as2_name(name));
    if (!parsed) return wrong("AS2 name: " + parsed.error().detail);
  }
  if (const auto id = parse_message_id(facts.message_id); !id) return wrong("Message-ID: " + id.error().detail);
  if (parts.empty()) return wrong("a message has at least one part");
  if (settings.encrypt && settings.encrypt->recipients.empty()) return wrong("there is no certificate to encrypt for");
  if (settings.encrypt && settings.encrypt->recipients.size() > 20) return wrong("more than 20 recipients");
  const bool weak_digest = (settings.sign && crypto::weak(settings.sign->parameters.digest)) ||
                           (!settings.sign && facts.receipt && crypto::weak(settings.mic_algorithm));
  const bool weak_cipher = settings.encrypt && crypto::weak(settings.encrypt->cipher);
  if (facts.profile == Profile::v1_3 && (weak_digest || weak_cipher)) {
    return wrong("AS2-Version 1.3 has neither SHA-1 nor 3DES");
  }
  return {};
}

void Packer::State::add_request_headers() {
  headers.add("AS2-Version", version_of(facts));
  headers.add("AS2-From", write_as2_name(facts.from));
  headers.add("AS2-To", write_as2_name(facts.to));
  headers.add("Message-ID", facts.message_id);
  if (!facts.date.empty()) headers.add("Date", facts.date);
  if (!facts.subject.empty()) headers.add("Subject", mime::encode_word(facts.subject));
  headers.add("MIME-Version", "1.0");
  if (!facts.user_agent.empty()) headers.add("User-Agent", facts.user_agent);
  if (facts.profile == Profile::v1_3 && !facts.product.empty()) headers.add("AS2-Product", facts.product);
  if (!facts.features.empty()) headers.add("EDIINT-Features", joined(facts.features));
  if (!facts.receipt) return;
  const ReceiptWish& wish = *facts.receipt;
  headers.add("Disposition-Notification-To", wish.to.empty() ? "mdn" : wish.to);
  const std::string importance = wish.required ? "required" : "optional";
  const std::string micalg(crypto::micalg(mic_algorithm(), wish.micalg_spelling));
  const std::string mic_option = "signed-receipt-micalg=" + importance + ", " + micalg;
  // There are peers that sign when they see the header at all; a signed message needs no word on its MIC's digest.
  if (wish.signed_mdn) {
    headers.add("Disposition-Notification-Options",
                "signed-receipt-protocol=" + importance + ", pkcs7-signature; " + mic_option);
  } else if (!settings.sign) {
    headers.add("Disposition-Notification-Options", mic_option);
  }
  if (wish.delivery_url) headers.add("Receipt-Delivery-Option", *wish.delivery_url);
}

/// A layer's header: in the request for the outermost, before its body for the others.
void Packer::State::enter(const mime::HeaderFields& fields, std::string_view word) {
  if (top()) {
    for (const mime::HeaderField& field : fields.all()) headers.add(field.name, field.value);
  } else {
    add<HeaderStage>(fields);
    structure += '(';
  }
  structure += word;
}

void Packer::State::add_compression() {
  const bool inside = !top();
  const auto encoding = inside ? settings.payload_encoding : mime::TransferEncoding::binary;
  enter(cms_fields("compressed-data", "smime.p7z", encoding, inside), "compressed");
  if (encoding != mime::TransferEncoding::binary) add<EncodeStage>(encoding);
  add<TransformStage>(std::make_unique<crypto::cms::CompressedWriter>());
}

Status Packer::State::add_encryption() {
  const EncryptSettings& encrypt = *settings.encrypt;
  const bool auth = crypto::is_gcm(encrypt.cipher) && encrypt.gcm_form == GcmForm::auth_enveloped;
  enter(cms_fields(auth ? "authEnveloped-data" : "enveloped-data", "smime.p7m", mime::TransferEncoding::binary, false),
        "encrypted");
  crypto::cms::EnvelopeOptions options;
  options.cipher = encrypt.cipher;
  options.gcm_in_enveloped_data = crypto::is_gcm(encrypt.cipher) && !auth;
  options.transport = encrypt.transport;
  options.recipients = encrypt.recipients;
  TRY(crypto::cms::EnvelopedWriter writer, crypto::cms::EnvelopedWriter::make(std::move(options)));
  add<TransformStage>(std::make_unique<crypto::cms::EnvelopedWriter>(std::move(writer)));
  return {};
}

void Packer::State::add_signature() {
  const std::string boundary = mime::make_boundary(unique + "-s");
  // The stage knows its Content-Type, and stands behind the header that holds it.
  const std::string type = SignStage(*settings.sign, boundary, *stages.back()).content_type();
  enter({{"Content-Type", type}}, "signed");
  signing = &add<SignStage>(*settings.sign, boundary);
}

mime::HeaderFields Packer::State::part_fields(const PartDescription& description, bool inside) const {
  mime::HeaderFields fields{{"Content-Type", description.content_type}};
  if (inside) fields.add("Content-Transfer-Encoding", std::string(mime::name(settings.payload_encoding)));
  if (!description.file_name.empty()) {
    fields.add("Content-Disposition", mime::content_disposition(description.file_name, settings.file_name_form));
  }
  return fields;
}

/// The content entity with the digest of the MIC where it belongs.
void Packer::State::add_content() {
  const bool plain = top();
  // A signature's own digest is the MIC then.
  const bool content_mic = !settings.sign || settings.mic_basis != MicBasis::standard;
  const bool with_header = content_mic && !plain && settings.mic_basis != MicBasis::payload_only;
  if (with_header) add_mic();
  if (parts.size() == 1) {
    enter(part_fields(parts.front(), !plain), "payload");
    if (content_mic && !with_header) add_mic();
    if (!plain && settings.payload_encoding != mime::TransferEncoding::binary)
      add<EncodeStage>(settings.payload_encoding);
    return;
  }
  const std::string boundary = mime::make_boundary(unique + "-r");
  const mime::StructuredValue type{"multipart/related",
                                   {{"type", mime::media_type(parts.front().content_type)}, {"boundary", boundary}}};
  enter({{"Content-Type", write_structured_value(type)}}, "related");
  if (content_mic && !with_header) add_mic();
  related = &add<RelatedStage>(boundary);
}

Status Packer::State::begin_part() {
  if (related == nullptr) return {};
  if (settings.payload_encoding != mime::TransferEncoding::binary) {
    part_encoder = std::make_unique<EncodeStage>(settings.payload_encoding, *related);
  }
  return related->begin_part(part_fields(parts[part], true));
}

Packer::Packer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

Result<Packer> Packer::open(const MessageFacts& facts, const PackSettings& settings,
                            const std::vector<PartDescription>& parts, std::string_view unique,
                            crypto::ByteSink& sink) {
  auto state = std::make_unique<State>();
  State& at = *state;
  at.facts = facts;
  at.settings = settings;
  at.parts = parts;
  at.unique = std::string(unique);
  TRY_STATUS(at.check());
  auto out = std::make_unique<OutStage>(sink);
  at.out = out.get();
  at.stages.push_back(std::move(out));
  at.add_request_headers();
  if (at.settings.encrypt) TRY_STATUS(at.add_encryption());
  if (at.settings.sign) {
    if (at.settings.compress == Compress::after_signing) at.add_compression();
    at.add_signature();
    if (at.settings.compress == Compress::before_signing) at.add_compression();
  } else if (at.settings.compress != Compress::no) {
    at.add_compression();
  }
  at.add_content();
  at.structure += std::string(static_cast<std::size_t>(std::count(at.structure.begin(), at.structure.end(), '(')), ')');
  for (const mime::HeaderField& field : facts.extra.all()) at.headers.add(field.name, field.value);
  for (const auto& stage : at.stages) TRY_STATUS(stage->begin());
  TRY_STATUS(at.begin_part());
  return Packer(std::move(state));
}

const mime::HeaderFields& Packer::headers() const { return state_->headers; }

Status Packer::feed(std::string_view bytes) {
  State& at = *state_;
  if (at.part >= at.parts.size()) return fail(Code::as2_settings, "all parts were complete already");
  at.payload_bytes += bytes.size();
  return at.innermost().write(bytes);
}

Status Packer::end_part() {
  State& at = *state_;
  if (at.part >= at.parts.size()) return fail(Code::as2_settings, "all parts were complete already");
  if (at.part_encoder) TRY_STATUS(at.part_encoder->finish());
  at.part_encoder.reset();
  if (at.related != nullptr) TRY_STATUS(at.related->end_part());
  if (++at.part < at.parts.size()) return at.begin_part();
  return {};
}

Result<Packed> Packer::finish() {
  State& at = *state_;
  if (at.part != at.parts.size()) return fail(Code::as2_settings, "parts are missing");
  for (auto stage = at.stages.rbegin(); stage != at.stages.rend(); ++stage) TRY_STATUS((*stage)->finish());
  Packed packed;
  const auto mic = at.mic != nullptr ? at.mic->digester().value(at.mic_algorithm()) : at.signing->digest();
  if (!mic)
    return fail(Code::as2_settings, "the MIC cannot be taken with " + std::string(crypto::name(at.mic_algorithm())));
  packed.mic = *mic;
  packed.payload_bytes = at.payload_bytes;
  packed.body_bytes = at.out->bytes();
  packed.body_sha256 = at.out->sha256();
  packed.structure = at.structure;
  if (at.settings.sign) {
    packed.algorithms = std::string(crypto::name(at.settings.sign->parameters.digest)) + " " +
                        std::string(crypto::name(at.settings.sign->parameters.scheme));
    packed.signer = at.settings.sign->identity.certificate.fingerprint();
  }
  if (at.settings.encrypt) {
    if (!packed.algorithms.empty()) packed.algorithms += ", ";
    packed.algorithms += std::string(crypto::name(at.settings.encrypt->cipher)) + " " +
                         std::string(crypto::name(at.settings.encrypt->transport.transport));
    for (const auto& recipient : at.settings.encrypt->recipients) packed.recipients.push_back(recipient.fingerprint());
  }
  return packed;
}

}  // namespace crossdock::as2
