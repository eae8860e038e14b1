// Inside of the unpacker: what each kind of body does with its bytes. Not for other folders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "gateway/as2/content_digester.hpp"
#include "gateway/as2/unpacker.hpp"
#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::as2 {

/// The body of one entity: its bytes without header. feed() any number of times, then finish() once.
class Body {
 public:
  virtual ~Body() = default;
  virtual Status feed(std::string_view bytes) = 0;
  virtual Status finish() = 0;
};

/// What all layers of one message share.
struct Unpacking {
  const UnpackSettings& settings;
  PayloadSink& sink;
  Unpacked seen;
  crypto::DigestSet mic_digests;                ///< to compute over the content entity
  std::optional<crypto::Digester> content_mic;  ///< over the content entity, when that is what the MIC is over
  std::optional<crypto::Digest> signed_mic;     ///< of the outermost signature
  std::uint64_t payload_bytes = 0;
  bool content_found = false, compressed_once = false;
  std::string outer_name;  ///< file name of the request's own headers
};

/// Where an entity stands.
struct Place {
  std::size_t depth = 0;
  bool top = false;             ///< the request itself: its header bytes are no part of it
  bool in_multipart = false;    ///< an attachment: cryptographic types are files there
  bool in_signed = false;       ///< a signature goes around it
  std::string_view raw_header;  ///< valid during the call
};

/// Chooses by Content-Type. Errors: as2.structure, as2.depth, mime.boundary, mime.encoding.unknown.
[[nodiscard]] Result<std::unique_ptr<Body>> open_body(Unpacking& unpacking, const mime::HeaderFields& fields,
                                                      const Place& place);
[[nodiscard]] Result<std::unique_ptr<Body>> open_cms(Unpacking& unpacking, const mime::HeaderFields& fields,
                                                     const Place& place);
[[nodiscard]] Result<std::unique_ptr<Body>> open_signed(Unpacking& unpacking, const mime::HeaderFields& fields,
                                                        const Place& place);
[[nodiscard]] Result<std::unique_ptr<Body>> open_payload(Unpacking& unpacking, const mime::HeaderFields& fields,
                                                         const Place& place);

/// Header and body out of one stream of bytes: what comes out of envelopes and compression.
class EntityReader final : public crypto::ByteSink {
 public:
  EntityReader(Unpacking& unpacking, const Place& place)
      : unpacking_(unpacking), place_(place), splitter_(unpacking.settings.limits.header) {}
  Status write(std::string_view bytes) override;
  Status finish();
  /// The header fields were there and make sense.
  [[nodiscard]] bool begun() const { return body_ != nullptr; }

 private:
  Status begin();
  Unpacking& unpacking_;
  Place place_;
  mime::HeaderSplitter splitter_;
  std::unique_ptr<Body> body_;
};

/// Whether bytes of a cryptographic message are base64 or DER, whatever the header said: DER begins with 0x30, its
/// base64 with M. What else they begin with, and quoted-printable (whose DER begins with 0x30 too), is as was said.
[[nodiscard]] mime::TransferEncoding sniff_encoding(std::string_view bytes, mime::TransferEncoding said);

}  // namespace crossdock::as2
