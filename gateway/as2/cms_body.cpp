// application/pkcs7-mime: envelopes, compression and opaque signatures, told apart by their bytes.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/as2/layers.hpp"
#include "gateway/crypto/cms/compressed.hpp"
#include "gateway/crypto/cms/content_type.hpp"
#include "gateway/crypto/cms/enveloped_reader.hpp"
#include "gateway/crypto/cms/signed_data.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {
namespace {

using crypto::cms::ContentType;

/// What is the same for the three kinds: the layer's row and the entity inside.
class Inside {
 public:
  Inside(Unpacking& unpacking, const Place& place, Layer::Kind kind)
      : unpacking_(unpacking),
        entity_(unpacking, Place{.depth = place.depth + 1,
                                 .in_signed = place.in_signed || kind == Layer::Kind::opaque_signature,
                                 .raw_header = {}}),
        layer_(unpacking.seen.layers.size()) {
    unpacking.seen.layers.push_back({kind, "", "", "", "", ""});
  }
  [[nodiscard]] Unpacking& unpacking() { return unpacking_; }
  [[nodiscard]] Layer& layer() { return unpacking_.seen.layers[layer_]; }
  [[nodiscard]] EntityReader& entity() { return entity_; }

 private:
  Unpacking& unpacking_;
  EntityReader entity_;
  std::size_t layer_;
};

class EnvelopeBody final : public Body {
 public:
  EnvelopeBody(Unpacking& unpacking, const Place& place) : inside_(unpacking, place, Layer::Kind::envelope) {}

  Status feed(std::string_view bytes) override {
    while (true) {
      auto taken = reader_.feed(bytes, inside_.entity());
      if (!taken) return explained(std::move(taken).error());
      if (!reader_.needs_key()) return {};
      bytes.remove_prefix(*taken);
      TRY_STATUS(unlock());
    }
  }
  Status finish() override {
    if (Status done = reader_.finish(inside_.entity()); !done) return explained(std::move(done).error());
    inside_.unpacking().seen.is_encrypted = true;
    if (Status done = inside_.entity().finish(); !done) return explained(std::move(done).error());
    return {};
  }

 private:
  Status unlock() {
    Unpacked& seen = inside_.unpacking().seen;
    const auto& own = inside_.unpacking().settings.own;
    inside_.layer().form = std::string(crypto::cms::name(reader_.facts().form));
    inside_.layer().algorithm = std::string(crypto::name(reader_.facts().cipher));
    if (!seen.cipher) seen.cipher = reader_.facts().cipher;
    TRY_STATUS(reader_.unlock_with(own));
    const crypto::cms::EnvelopeFacts& facts = reader_.facts();
    Layer& layer = inside_.layer();
    layer.algorithm += " " + std::string(crypto::name(facts.transport));
    layer.certificate = facts.certificate;
    if (!facts.named) layer.notes = "encrypted for a certificate that the message does not name";
    const auto used = std::find_if(own.begin(), own.end(), [&](const crypto::Identity& identity) {
      return identity.certificate.fingerprint() == facts.certificate;
    });
    if (used != own.end() && !seen.decrypter) seen.decrypter = used->certificate;
    return {};
  }
  /// What decrypts to no MIME entity was encrypted for another key or changed on the way; that it failed later than at
  /// the padding is nobody's business.
  Status explained(Error error) {
    const bool early = !inside_.entity().begun() && info(error.code).text.starts_with("mime.header");
    const bool empty = error.code == Code::as2_structure && !inside_.entity().begun();
    if (early || empty) return fail(Code::cms_enveloped_decrypt, "what was decrypted is no MIME entity");
    return tl::unexpected(std::move(error));
  }

  Inside inside_;
  crypto::cms::EnvelopedReader reader_;
};

class CompressionBody final : public Body {
 public:
  CompressionBody(Unpacking& unpacking, const Place& place, const crypto::cms::CompressedLimits& limits)
      : inside_(unpacking, place, Layer::Kind::compression), reader_(limits) {
    inside_.layer().algorithm = "zlib";
    unpacking.seen.is_compressed = true;
  }
  Status feed(std::string_view bytes) override { return reader_.feed(bytes, inside_.entity()); }
  Status finish() override {
    TRY_STATUS(reader_.finish(inside_.entity()));
    return inside_.entity().finish();
  }

 private:
  Inside inside_;
  crypto::cms::CompressedReader reader_;
};

class OpaqueSignatureBody final : public Body {
 public:
  OpaqueSignatureBody(Unpacking& unpacking, const Place& place)
      : inside_(unpacking, place, Layer::Kind::opaque_signature) {
    for (const auto algorithm : crypto::all_digests) unpacking.mic_digests.add(algorithm);
  }
  Status feed(std::string_view bytes) override { return reader_.feed(bytes, inside_.entity()); }
  Status finish() override {
    TRY_STATUS(reader_.finish());
    if (!reader_.has_content()) return fail(Code::cms_signed_form, "signed-data without its content");
    TRY_STATUS(inside_.entity().finish());
    TRY(const crypto::cms::Verified verified, reader_.verify(inside_.unpacking().settings.partner));
    Unpacked& seen = inside_.unpacking().seen;
    inside_.layer().algorithm = std::string(crypto::name(verified.parameters.digest)) + " " +
                                std::string(crypto::name(verified.parameters.scheme));
    inside_.layer().certificate = verified.certificate.fingerprint();
    seen.is_signed = true;
    seen.signature_digest = verified.content.algorithm;
    seen.signer = verified.certificate;
    inside_.unpacking().signed_mic = verified.content;
    return {};
  }

 private:
  Inside inside_;
  crypto::cms::SignedReader reader_;
};

/// Decides encoding and kind from the first bytes, then hands on.
class CmsBody final : public Body {
 public:
  CmsBody(Unpacking& unpacking, mime::TransferEncoding said, std::string smime_type, const Place& place)
      : unpacking_(unpacking), said_(said), smime_type_(std::move(smime_type)), place_(place) {
    place_.raw_header = {};
  }

  Status feed(std::string_view bytes) override {
    if (decoder_ == nullptr) {
      held_.append(bytes);
      const std::size_t first = held_.find_first_not_of(" \t\r\n");
      if (first == std::string::npos) return held_.size() < blanks_max ? Status{} : decide_encoding();
      TRY_STATUS(decide_encoding());
      const std::string held = std::move(held_);
      return decode(std::string_view(held).substr(encoding_ == mime::TransferEncoding::binary ? first : 0));
    }
    return decode(bytes);
  }

  Status finish() override {
    if (decoder_ == nullptr) return fail(Code::as2_structure, "the body of application/pkcs7-mime is empty");
    if (encoding_ != mime::TransferEncoding::binary) {
      buffer_.clear();
      TRY_STATUS(decoder_->finish(buffer_));
      TRY_STATUS(take(buffer_));
    }
    if (body_ == nullptr) TRY_STATUS(decide_kind());
    return body_->finish();
  }

 private:
  static constexpr std::size_t blanks_max = 4096, prefix_bytes = 64;

  Status decide_encoding() {
    encoding_ = sniff_encoding(held_, said_);
    decoder_ = mime::make_decoder(encoding_);
    return {};
  }
  Status decode(std::string_view bytes) {
    if (encoding_ == mime::TransferEncoding::binary) return take(bytes);
    buffer_.clear();
    TRY_STATUS(decoder_->feed(bytes, buffer_));
    return take(buffer_);
  }
  Status take(std::string_view bytes) {
    if (body_ != nullptr) return body_->feed(bytes);
    prefix_.append(bytes);
    if (prefix_.size() < prefix_bytes) return {};
    return decide_kind();
  }
  /// The bytes decide; smime-type only when they say nothing (what follows then fails with the right disposition).
  Status decide_kind() {
    ContentType kind = ContentType::other;
    if (const auto sniffed = crypto::cms::sniff(prefix_)) {
      kind = *sniffed;
    } else if (smime_type_ == "compressed-data") {
      kind = ContentType::compressed_data;
    } else if (smime_type_ == "signed-data") {
      kind = ContentType::signed_data;
    } else {
      kind = ContentType::enveloped_data;
    }
    TRY_STATUS(make(kind));
    unpacking_.seen.layers.back().encoding = std::string(mime::name(encoding_));
    const std::string prefix = std::move(prefix_);
    return body_->feed(prefix);
  }
  Status make(ContentType kind) {
    switch (kind) {
      case ContentType::enveloped_data:
      case ContentType::auth_enveloped_data: body_ = std::make_unique<EnvelopeBody>(unpacking_, place_); return {};
      case ContentType::signed_data: body_ = std::make_unique<OpaqueSignatureBody>(unpacking_, place_); return {};
      case ContentType::compressed_data: break;
      case ContentType::data:
      case ContentType::other:
        return fail(Code::cms_content_type, "application/pkcs7-mime holds " + std::string(crypto::cms::name(kind)));
    }
    if (unpacking_.compressed_once) return fail(Code::cms_compressed_form, "the content is compressed twice");
    unpacking_.compressed_once = true;
    const UnpackLimits& limits = unpacking_.settings.limits;
    const crypto::cms::CompressedLimits inflate{.content_bytes_max = limits.inflated_bytes_max,
                                                .ratio_max = limits.inflate_ratio_max};
    body_ = std::make_unique<CompressionBody>(unpacking_, place_, inflate);
    return {};
  }

  Unpacking& unpacking_;
  mime::TransferEncoding said_, encoding_ = mime::TransferEncoding::binary;
  std::string smime_type_, held_, prefix_, buffer_;
  Place place_;
  std::unique_ptr<mime::TransferCoder> decoder_;
  std::unique_ptr<Body> body_;
};

}  // namespace

Result<std::unique_ptr<Body>> open_cms(Unpacking& unpacking, const mime::HeaderFields& fields, const Place& place) {
  TRY(const auto encoding, mime::parse_transfer_encoding(fields.value("Content-Transfer-Encoding")));
  const mime::StructuredValue type = mime::parse_structured_value(fields.value("Content-Type"));
  return std::make_unique<CmsBody>(unpacking, encoding, mime::to_lower(type.parameter("smime-type")), place);
}

}  // namespace crossdock::as2
