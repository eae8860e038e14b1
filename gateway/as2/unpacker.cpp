// The unpacker: the request's own entity, and what its layers found put together.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/unpacker.hpp"

#include "gateway/as2/layers.hpp"
#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/structured_value.hpp"

namespace crossdock::as2 {

struct Unpacker::State {
  Unpacking unpacking;
  std::unique_ptr<Body> body;
};

namespace {

/// Chooses the MIC out of what was digested. Source: RFC 4130 s7.3.1, RFC 5402 s4.
void settle_mic(Unpacking& unpacking) {
  Unpacked& seen = unpacking.seen;
  const bool standard = unpacking.settings.mic_basis == MicBasis::standard;
  if (seen.is_signed && standard) {
    seen.mic = unpacking.signed_mic;
  } else if (unpacking.content_mic) {
    const auto algorithm = seen.is_signed ? seen.signature_digest.value_or(unpacking.settings.mic_algorithm)
                                          : unpacking.settings.mic_algorithm;
    seen.mic = unpacking.content_mic->value(algorithm);
  }
}

}  // namespace

Unpacker::Unpacker(std::unique_ptr<State> state) : state_(std::move(state)) {}
Unpacker::~Unpacker() = default;
Unpacker::Unpacker(Unpacker&&) noexcept = default;
Unpacker& Unpacker::operator=(Unpacker&&) noexcept = default;

Result<Unpacker> Unpacker::open(const mime::HeaderFields& headers, const UnpackSettings& settings, PayloadSink& sink) {
  auto state = std::unique_ptr<State>(new State{Unpacking{.settings = settings,
                                                          .sink = sink,
                                                          .seen = {},
                                                          .mic_digests = {},
                                                          .content_mic = {},
                                                          .signed_mic = {},
                                                          .outer_name = {}},
                                                nullptr});
  state->unpacking.mic_digests.add(settings.mic_algorithm);
  state->unpacking.outer_name = mime::file_name_of(headers.value("Content-Disposition"), headers.value("Content-Type"));
  if (mime::to_lower(state->unpacking.outer_name).starts_with("smime.p7")) state->unpacking.outer_name.clear();
  TRY(state->body, open_body(state->unpacking, headers, Place{.top = true, .raw_header = {}}));
  return Unpacker(std::move(state));
}

Status Unpacker::feed(std::string_view bytes) { return state_->body->feed(bytes); }

Status Unpacker::finish() {
  TRY_STATUS(state_->body->finish());
  settle_mic(state_->unpacking);
  return {};
}

const Unpacked& Unpacker::seen() const { return state_->unpacking.seen; }

Result<std::unique_ptr<Body>> open_body(Unpacking& unpacking, const mime::HeaderFields& fields, const Place& place) {
  if (place.depth > unpacking.settings.limits.depth_max) {
    return fail(Code::as2_depth, "more than " + std::to_string(unpacking.settings.limits.depth_max) + " layers");
  }
  const mime::StructuredValue type = mime::parse_structured_value(fields.value("Content-Type"));
  if (!place.in_multipart) {
    if (type.value == "application/pkcs7-mime" || type.value == "application/x-pkcs7-mime") {
      return open_cms(unpacking, fields, place);
    }
    if (type.value == "multipart/signed") return open_signed(unpacking, fields, place);
  }
  return open_payload(unpacking, fields, place);
}

Status EntityReader::write(std::string_view bytes) {
  if (body_ == nullptr) {
    TRY(const std::size_t taken, splitter_.feed(bytes));
    if (!splitter_.done()) return {};
    TRY_STATUS(begin());
    bytes.remove_prefix(taken);
  }
  return bytes.empty() ? Status{} : body_->feed(bytes);
}

Status EntityReader::begin() {
  TRY(const mime::HeaderFields fields, mime::parse_header_fields(splitter_.raw(), unpacking_.settings.limits.header));
  Place place = place_;
  place.raw_header = splitter_.raw();
  TRY(body_, open_body(unpacking_, fields, place));
  return {};
}

Status EntityReader::finish() {
  if (body_ == nullptr) {
    if (splitter_.raw().empty()) return fail(Code::as2_structure, "a layer holds nothing");
    TRY_STATUS(begin());
  }
  return body_->finish();
}

mime::TransferEncoding sniff_encoding(std::string_view bytes, mime::TransferEncoding said) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || said == mime::TransferEncoding::quoted_printable) return said;
  if (bytes[first] == '0') return mime::TransferEncoding::binary;
  return bytes[first] == 'M' ? mime::TransferEncoding::base64 : said;
}

}  // namespace crossdock::as2
