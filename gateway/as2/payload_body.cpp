// Payloads: single ones, and multiparts whose parts are payloads; decoded, counted, digested, handed to the sink.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/as2/layers.hpp"
#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/multipart_cutter.hpp"
#include "gateway/crypto/mime/safe_name.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {
namespace {

constexpr std::size_t sniff_bytes = 64;

bool looks_like_base64(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=' || c == '\r' || c == '\n' || c == ' ' || c == '\t';
  });
}

/// One payload.
class PayloadBody final : public Body {
 public:
  PayloadBody(Unpacking& unpacking, const mime::HeaderFields& fields, mime::TransferEncoding encoding,
              const Place& place)
      : unpacking_(unpacking), decided_(!place.top || encoding != mime::TransferEncoding::base64) {
    part_.index = unpacking.seen.parts.size();
    part_.content_type = std::string(fields.value("Content-Type"));
    part_.given_name = mime::file_name_of(fields.value("Content-Disposition"), fields.value("Content-Type"));
    if (part_.given_name.empty() && !place.in_multipart) part_.given_name = unpacking.outer_name;
    if (!part_.given_name.empty()) part_.safe_name = mime::safe_file_name(part_.given_name).name;
    part_.encoding = encoding;
    part_.fields = fields;
  }

  Status feed(std::string_view bytes) override {
    if (decided_) return decode(bytes);
    held_.append(bytes);
    return held_.size() < sniff_bytes ? Status{} : decide();
  }

  Status finish() override {
    if (!decided_) TRY_STATUS(decide());
    TRY_STATUS(begin());
    if (decoder_ != nullptr) {
      buffer_.clear();
      TRY_STATUS(decoder_->finish(buffer_));
      TRY_STATUS(deliver(buffer_));
    }
    part_.sha256 = sha256_.finish();
    TRY_STATUS(unpacking_.sink.part_end(part_));
    unpacking_.seen.parts[part_.index] = part_;
    return {};
  }

 private:
  /// A request that says base64 in its own header and then sends bytes is taken at its bytes (OpenAS2 #120).
  Status decide() {
    decided_ = true;
    if (!looks_like_base64(held_)) part_.encoding = mime::TransferEncoding::binary;
    const std::string held = std::move(held_);
    return decode(held);
  }
  Status begin() {
    if (begun_) return {};
    begun_ = true;
    if (part_.encoding != mime::TransferEncoding::binary) decoder_ = mime::make_decoder(part_.encoding);
    unpacking_.seen.parts.push_back(part_);
    return unpacking_.sink.part_begin(part_);
  }
  Status decode(std::string_view bytes) {
    TRY_STATUS(begin());
    if (decoder_ == nullptr) return deliver(bytes);
    buffer_.clear();
    TRY_STATUS(decoder_->feed(bytes, buffer_));
    return deliver(buffer_);
  }
  Status deliver(std::string_view bytes) {
    if (bytes.empty()) return {};
    part_.bytes += bytes.size();
    unpacking_.payload_bytes += bytes.size();
    if (unpacking_.payload_bytes > unpacking_.settings.limits.payload_bytes_max) {
      return fail(Code::as2_size, "the payload has more than " +
                                      std::to_string(unpacking_.settings.limits.payload_bytes_max) + " bytes");
    }
    sha256_.update(bytes);
    return unpacking_.sink.part_body(bytes);
  }

  Unpacking& unpacking_;
  PayloadPart part_;
  std::unique_ptr<mime::TransferCoder> decoder_;
  Sha256 sha256_;
  std::string held_, buffer_;
  bool decided_, begun_ = false;
};

/// multipart/related and its like: every part a payload. Source: RFC 6362.
class MultipartBody final : public Body, mime::PartHandler {
 public:
  MultipartBody(Unpacking& unpacking, mime::MultipartCutter cutter, std::size_t depth)
      : unpacking_(unpacking), cutter_(std::move(cutter)), depth_(depth) {}
  Status feed(std::string_view bytes) override { return cutter_.feed(bytes, *this); }
  Status finish() override { return cutter_.finish(*this); }

 private:
  Status part_begin(std::string_view raw_header, const mime::HeaderFields& fields) override {
    if (unpacking_.seen.parts.size() >= unpacking_.settings.limits.parts_max) {
      return fail(Code::mime_parts, "more than " + std::to_string(unpacking_.settings.limits.parts_max) + " parts");
    }
    TRY(part_,
        open_body(unpacking_, fields, Place{.depth = depth_ + 1, .in_multipart = true, .raw_header = raw_header}));
    return {};
  }
  Status part_body(std::string_view bytes) override { return part_->feed(bytes); }
  Status part_end() override {
    TRY_STATUS(part_->finish());
    part_.reset();
    return {};
  }

  Unpacking& unpacking_;
  mime::MultipartCutter cutter_;
  std::unique_ptr<Body> part_;
  std::size_t depth_;
};

/// The content entity of the message: digested for the MIC on its way in.
class ContentBody final : public Body {
 public:
  ContentBody(crypto::Digester& mic, std::unique_ptr<Body> inner) : mic_(mic), inner_(std::move(inner)) {}
  Status feed(std::string_view bytes) override {
    mic_.update(bytes);
    return inner_->feed(bytes);
  }
  Status finish() override { return inner_->finish(); }

 private:
  crypto::Digester& mic_;
  std::unique_ptr<Body> inner_;
};

/// An MDN is read whole by read_mdn(); here only that it is one.
class ReportBody final : public Body {
 public:
  Status feed(std::string_view) override { return {}; }
  Status finish() override { return {}; }
};

bool wants_content_mic(const Unpacking& unpacking, const Place& place) {
  return !place.in_signed || unpacking.settings.mic_basis != MicBasis::standard;
}

}  // namespace

Result<std::unique_ptr<Body>> open_payload(Unpacking& unpacking, const mime::HeaderFields& fields, const Place& place) {
  const mime::StructuredValue type = mime::parse_structured_value(fields.value("Content-Type"));
  const bool multipart = type.value.starts_with("multipart/");
  if (!place.in_multipart && (type.value == "multipart/report" || type.value == "message/disposition-notification")) {
    unpacking.seen.is_mdn = true;
    return std::make_unique<ReportBody>();
  }
  std::unique_ptr<Body> body;
  if (multipart) {
    unpacking.seen.layers.push_back({Layer::Kind::multipart, type.value, "", "", "", ""});
    const mime::CutLimits limits{unpacking.settings.limits.parts_max, unpacking.settings.limits.header};
    TRY(mime::MultipartCutter cutter, mime::MultipartCutter::make(type.parameter("boundary"), limits));
    body = std::make_unique<MultipartBody>(unpacking, std::move(cutter), place.depth);
  } else {
    TRY(const auto encoding, mime::parse_transfer_encoding(fields.value("Content-Transfer-Encoding")));
    body = std::make_unique<PayloadBody>(unpacking, fields, encoding, place);
  }
  if (unpacking.content_found || !wants_content_mic(unpacking, place)) return body;
  unpacking.content_found = true;
  unpacking.content_mic.emplace(unpacking.mic_digests);
  if (unpacking.settings.mic_basis != MicBasis::payload_only) unpacking.content_mic->update(place.raw_header);
  return std::make_unique<ContentBody>(*unpacking.content_mic, std::move(body));
}

}  // namespace crossdock::as2
