// Makes the headers and body of an AS2 message as payloads stream through: sign, encrypt, compress in every order.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/headers.hpp"
#include "gateway/as2/mic.hpp"
#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/mime/charset.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"
#include "gateway/crypto/private_key.hpp"
#include "translators/base/digest.hpp"

namespace crossdock::as2 {

struct SignSettings {
  crypto::Identity identity;
  crypto::SignatureParameters parameters;
  crypto::MicalgSpelling micalg_spelling = crypto::MicalgSpelling::hyphen;  ///< of the multipart/signed parameter
  bool algorithm_protection = true;  ///< RFC 6211 attribute; off for Sterling and DataPower
  bool embed_certificates = true;
};

/// AES-GCM in CMS has two forms on the wire.
enum class GcmForm : std::uint8_t {
  auth_enveloped,  ///< AuthEnvelopedData (RFC 5083, 8551): OpenSSL and the standard
  enveloped,       ///< in EnvelopedData: products on BouncyCastle
};

struct EncryptSettings {
  std::vector<crypto::Certificate> recipients;  ///< the partner's; our own too when profiles ask for it
  crypto::ContentCipher cipher = crypto::ContentCipher::aes128_cbc;
  crypto::TransportParameters transport;
  GcmForm gcm_form = GcmForm::auth_enveloped;
};

enum class Compress : std::uint8_t { no, before_signing, after_signing };

struct PackSettings {
  std::optional<SignSettings> sign;
  std::optional<EncryptSettings> encrypt;
  Compress compress = Compress::no;  ///< without a signature both orders are the same
  /// Of parts inside of others; a payload or structure that is the HTTP body itself is always binary.
  mime::TransferEncoding payload_encoding = mime::TransferEncoding::binary;
  mime::FileNameForm file_name_form = mime::FileNameForm::quoted;
  MicBasis mic_basis = MicBasis::standard;
  /// Digest of the MIC when nothing is signed; a signature's digest otherwise.
  crypto::DigestAlgorithm mic_algorithm = crypto::DigestAlgorithm::sha256;
};

/// The receipt that we ask for.
struct ReceiptWish {
  std::string to = "mdn";  ///< Disposition-Notification-To: any text, presence counts
  bool signed_mdn = true;
  bool required = false;  ///< importance: required instead of optional
  crypto::MicalgSpelling micalg_spelling = crypto::MicalgSpelling::plain;
  std::optional<std::string> delivery_url;  ///< asynchronous, to this URL of ours
};

struct MessageFacts {
  std::string from, to;    ///< unquoted
  std::string message_id;  ///< with brackets (make_message_id())
  std::string subject, date;
  std::string user_agent;
  Profile profile = Profile::legacy;
  std::string product;                                           ///< AS2-Product of profile v1_3
  std::vector<std::string> features = {"multiple-attachments"};  ///< EDIINT-Features; empty: not sent
  std::optional<ReceiptWish> receipt;
  mime::HeaderFields extra;  ///< of the profile, added last
};

struct PartDescription {
  std::string content_type = "application/EDI-X12";
  std::string file_name;               ///< UTF-8; empty: no Content-Disposition
  std::optional<std::uint64_t> bytes;  ///< when known, lengths can be definite
};

struct Packed {
  crypto::Digest mic;
  std::uint64_t payload_bytes = 0, body_bytes = 0;
  Sha256Bytes body_sha256{};
  std::string structure;                ///< for the record: `signed(compressed)`, `encrypted(signed)` ...
  std::string algorithms;               ///< `sha256 rsa-pkcs1, aes128-cbc rsa-pkcs1`
  std::string signer;                   ///< fingerprint of our certificate; empty when not signed
  std::vector<std::string> recipients;  ///< fingerprints
};

/// One message. With one part it is the payload itself, with several multipart/related (RFC 6362). No header is ever
/// folded; nothing is written after the last byte of the structure. The signature is made in finish(), the key of the
/// envelope is encrypted in open(): both belong on a worker. The same settings, facts and `unique` give the same
/// headers; the body differs where it is encrypted, so bodies are stored and repeated as they are.
/// Errors: as2.settings (what cannot be made so), cms.*, certificate.*, and what the sink returns.
class Packer {
 public:
  /// `unique`: text for boundaries, never used twice (a UUID).
  [[nodiscard]] static Result<Packer> open(const MessageFacts& facts, const PackSettings& settings,
                                           const std::vector<PartDescription>& parts, std::string_view unique,
                                           crypto::ByteSink& sink);
  ~Packer();
  Packer(Packer&&) noexcept;
  Packer& operator=(Packer&&) noexcept;
  /// Headers of the request, Content-Type among them; Host, lengths and credentials are the channel's.
  [[nodiscard]] const mime::HeaderFields& headers() const;
  /// Bytes of the part at hand.
  [[nodiscard]] Status feed(std::string_view bytes);
  /// The part at hand is complete; feed() goes on with the next one. Called once a part.
  [[nodiscard]] Status end_part();
  [[nodiscard]] Result<Packed> finish();

 private:
  struct State;
  explicit Packer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::as2
