// Takes a received AS2 body apart, layer by layer, as it streams: signatures, envelopes, compression, attachments.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/mic.hpp"
#include "gateway/crypto/mime/header_fields.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"
#include "gateway/crypto/private_key.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::as2 {

struct UnpackLimits {
  std::size_t depth_max = 10;  ///< layers and multiparts inside each other
  std::size_t parts_max = 1000;
  std::uint64_t payload_bytes_max = 8ULL << 30;   ///< all parts together, decoded
  std::uint64_t inflated_bytes_max = 8ULL << 30;  ///< what one CompressedData may grow to
  std::uint32_t inflate_ratio_max = 200;          ///< and how many times over (after the first megabyte)
  std::size_t signature_bytes_max = 1U << 20;     ///< of a detached signature with its certificates
  mime::HeaderLimits header;
};

struct UnpackSettings {
  std::vector<crypto::Identity> own;         ///< keys that messages may be encrypted for, the active one first
  std::vector<crypto::Certificate> partner;  ///< certificates whose signatures are taken (ordered_certificates())
  crypto::DigestAlgorithm mic_algorithm = crypto::DigestAlgorithm::sha256;  ///< of messages without signature
  MicBasis mic_basis = MicBasis::standard;
  UnpackLimits limits;
};

/// One layer that was found, the outermost first.
struct Layer {
  enum class Kind : std::uint8_t { detached_signature, opaque_signature, envelope, compression, multipart };
  Kind kind;
  std::string algorithm;    ///< `sha256 rsa-pkcs1`, `aes128-cbc rsa-oaep`, `zlib`, or the multipart's media type
  std::string certificate;  ///< fingerprint: the partner's that verified, or ours that decrypted
  std::string form;         ///< envelope: `enveloped` or `auth-enveloped`; compression: nothing
  std::string encoding;     ///< transfer encoding it came in: `binary`, `base64` or `quoted-printable`
  std::string notes;        ///< what was odd and tolerated, for the record
};

struct PayloadPart {
  std::size_t index = 0;     ///< 0-based
  std::string content_type;  ///< as sent
  std::string given_name;    ///< file name as sent, decoded to UTF-8; may be empty
  std::string safe_name;     ///< made safe; empty when none was given
  mime::TransferEncoding encoding = mime::TransferEncoding::binary;
  mime::HeaderFields fields;
  std::uint64_t bytes = 0;  ///< decoded; known at part_end()
  Sha256Bytes sha256{};     ///< of them; known at part_end()
};

/// Where payloads go. Nothing of them may be used before finish() said that all is well: signatures come last.
class PayloadSink {
 public:
  virtual ~PayloadSink() = default;
  virtual Status part_begin(const PayloadPart& part) = 0;
  virtual Status part_body(std::string_view bytes) = 0;
  virtual Status part_end(const PayloadPart& part) = 0;
};

/// What a message was made of; filled as far as it went when unpacking failed.
struct Unpacked {
  bool is_mdn = false;  ///< it is no message but an MDN: give its whole body to read_mdn(); no payload came out
  bool is_signed = false, is_encrypted = false, is_compressed = false;
  std::vector<Layer> layers;
  std::vector<PayloadPart> parts;
  std::optional<crypto::Digest> mic;
  std::optional<crypto::DigestAlgorithm> signature_digest;
  std::optional<crypto::ContentCipher> cipher;
  std::optional<crypto::Certificate> signer;     ///< the partner's certificate that verified
  std::optional<crypto::Certificate> decrypter;  ///< ours that decrypted (outermost envelope)
};

/// One body. Takes every structure: plain, signed (detached or opaque), encrypted, compressed, in any order and depth
/// up to the limit, multipart/related and other multiparts inside; types by smime-type or, without it, by the CMS
/// content type; application/pkcs7-* and x-pkcs7-*; DER or BER, binary or base64 whatever the header says.
/// Keys are used inside the calls, so they belong on a worker. After an error only seen() may be called.
/// Errors: as2.structure, as2.depth, as2.size, cms.*, mime.*, and what the sink returns. disposition_of(code) is what
/// an MDN says. Source: RFC 4130 s5, s7.3.1, RFC 5402, RFC 6362.
class Unpacker {
 public:
  /// The headers are those of the HTTP request (or of a MIME entity). Settings and sink must outlive the unpacker.
  [[nodiscard]] static Result<Unpacker> open(const mime::HeaderFields& headers, const UnpackSettings& settings,
                                             PayloadSink& sink);
  ~Unpacker();
  Unpacker(Unpacker&&) noexcept;
  Unpacker& operator=(Unpacker&&) noexcept;
  [[nodiscard]] Status feed(std::string_view bytes);
  /// The body is over: signatures are verified, authentication tags compared. Only then payloads are good.
  [[nodiscard]] Status finish();
  /// What was seen so far; complete after finish().
  [[nodiscard]] const Unpacked& seen() const;

 private:
  struct State;
  explicit Unpacker(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::as2
