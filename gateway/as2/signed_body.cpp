// multipart/signed: the first part's exact bytes are digested while it is unpacked, the second verifies them.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/layers.hpp"
#include "gateway/crypto/cms/signed_data.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {
namespace {

using crypto::DigestAlgorithm;

/// The digests that a signature may turn out to use: those of micalg with SHA-256 (there are senders that name one and
/// use the other), all of them when micalg says nothing known.
crypto::DigestSet digests_of(std::string_view micalg) {
  crypto::DigestSet out;
  bool known = false;
  while (!micalg.empty()) {
    const std::size_t comma = std::min(micalg.size(), micalg.find(','));
    if (const auto algorithm = crypto::read_micalg(micalg.substr(0, comma))) {
      out.add(*algorithm);
      known = true;
    }
    micalg.remove_prefix(std::min(micalg.size(), comma + 1));
  }
  out.add(DigestAlgorithm::sha256);
  if (!known) {
    for (const auto algorithm : {DigestAlgorithm::sha1, DigestAlgorithm::sha384, DigestAlgorithm::sha512})
      out.add(algorithm);
  }
  return out;
}

class SignedBody final : public Body, mime::PartHandler {
 public:
  SignedBody(Unpacking& unpacking, mime::MultipartCutter cutter, crypto::DigestSet set, std::size_t depth)
      : unpacking_(unpacking),
        cutter_(std::move(cutter)),
        digester_(set),
        set_(set),
        depth_(depth),
        layer_(unpacking.seen.layers.size()) {
    unpacking.seen.layers.push_back({Layer::Kind::detached_signature, "", "", "", "", ""});
  }
  Status feed(std::string_view bytes) override { return cutter_.feed(bytes, *this); }

  Status finish() override {
    TRY_STATUS(cutter_.finish(*this));
    if (parts_ != 2) return fail(Code::as2_structure, "multipart/signed has no signature part");
    if (unpacking_.seen.is_mdn) return {};
    TRY(const std::string signature, decoded());
    TRY(const crypto::cms::Verified verified, verify(signature));
    note(verified);
    return {};
  }

 private:
  Status part_begin(std::string_view raw_header, const mime::HeaderFields& fields) override {
    if (++parts_ > 2) return fail(Code::as2_structure, "multipart/signed has more than two parts");
    if (parts_ == 2) {
      TRY(encoding_, mime::parse_transfer_encoding(fields.value("Content-Transfer-Encoding")));
      return {};
    }
    digester_.update(raw_header);
    unpacking_.mic_digests = set_;
    TRY(content_,
        open_body(unpacking_, fields, Place{.depth = depth_ + 1, .in_signed = true, .raw_header = raw_header}));
    return {};
  }
  Status part_body(std::string_view bytes) override {
    if (parts_ == 1) {
      digester_.update(bytes);
      return content_->feed(bytes);
    }
    signature_.append(bytes);
    if (signature_.size() > unpacking_.settings.limits.signature_bytes_max) {
      return fail(Code::cms_signed_form, "the signature part has more than " +
                                             std::to_string(unpacking_.settings.limits.signature_bytes_max) + " bytes");
    }
    return {};
  }
  Status part_end() override { return parts_ == 1 ? content_->finish() : Status{}; }

  /// By its bytes first: peers leave the header out, and some write it though the bytes are DER.
  Result<std::string> decoded() {
    const auto encoding = sniff_encoding(signature_, encoding_);
    unpacking_.seen.layers[layer_].encoding = std::string(mime::name(encoding));
    std::string out;
    const auto decoder = mime::make_decoder(encoding);
    TRY_STATUS(decoder->feed(signature_, out));
    TRY_STATUS(decoder->finish(out));
    if (encoding == mime::TransferEncoding::binary) out.erase(0, out.find_first_not_of(" \t\r\n"));
    return out;
  }

  Result<crypto::cms::Verified> verify(const std::string& signature) {
    const auto& trusted = unpacking_.settings.partner;
    auto verified = crypto::cms::verify_detached(signature, trusted, digester_.exact());
    if (verified || verified.error().code != Code::cms_signed_digest || digester_.canonical() == nullptr)
      return verified;
    auto canonical = crypto::cms::verify_detached(signature, trusted, *digester_.canonical());
    if (!canonical) return verified;
    unpacking_.seen.layers[layer_].notes = "signed with canonical line ends, sent with bare LF";
    return canonical;
  }

  void note(const crypto::cms::Verified& verified) {
    Unpacked& seen = unpacking_.seen;
    Layer& layer = seen.layers[layer_];
    layer.algorithm = std::string(crypto::name(verified.parameters.digest)) + " " +
                      std::string(crypto::name(verified.parameters.scheme));
    layer.certificate = verified.certificate.fingerprint();
    seen.is_signed = true;
    // The outermost signature is settled last, and counts.
    seen.signature_digest = verified.content.algorithm;
    seen.signer = verified.certificate;
    unpacking_.signed_mic = verified.content;
  }

  Unpacking& unpacking_;
  mime::MultipartCutter cutter_;
  ContentDigester digester_;
  crypto::DigestSet set_;
  std::unique_ptr<Body> content_;
  std::string signature_;
  mime::TransferEncoding encoding_ = mime::TransferEncoding::binary;
  std::size_t depth_, layer_, parts_ = 0;
};

}  // namespace

Result<std::unique_ptr<Body>> open_signed(Unpacking& unpacking, const mime::HeaderFields& fields, const Place& place) {
  const mime::StructuredValue type = mime::parse_structured_value(fields.value("Content-Type"));
  const std::string protocol = mime::to_lower(type.parameter("protocol"));
  if (!protocol.empty() && protocol.find("pkcs7-signature") == std::string::npos) {
    return fail(Code::as2_structure,
                "multipart/signed with protocol " + protocol.substr(0, 60) + " instead of application/pkcs7-signature");
  }
  const mime::CutLimits limits{3, unpacking.settings.limits.header};
  TRY(mime::MultipartCutter cutter, mime::MultipartCutter::make(type.parameter("boundary"), limits));
  return std::make_unique<SignedBody>(unpacking, std::move(cutter), digests_of(type.parameter("micalg")), place.depth);
}

}  // namespace crossdock::as2
