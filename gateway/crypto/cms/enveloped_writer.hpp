// EnvelopedData and AuthEnvelopedData written as streams.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/certificate.hpp"

namespace crossdock::crypto::cms {

struct EnvelopeOptions {
  ContentCipher cipher = ContentCipher::aes128_cbc;
  bool gcm_in_enveloped_data = false;  ///< GCM ciphers only: Bouncy Castle's form instead of AuthEnvelopedData
  TransportParameters transport;       ///< the same for all recipients
  std::vector<Certificate> recipients;
  bool identify_by_key_id = false;
  /// When the content's size is known, everything is written with definite lengths whatever its size and
  /// encoded_bytes() can be asked; otherwise content above `buffered_bytes_max` gets indefinite lengths.
  std::optional<std::uint64_t> content_bytes;
  std::size_t buffered_bytes_max = 256U << 10;
};

/// Content in, a whole ContentInfo out. Source: RFC 5652 s6, RFC 5083, RFC 5084.
/// Errors: cms.enveloped.write (no recipients, options contradict, other content size than announced).
class EnvelopedWriter : public ByteTransform {
 public:
  /// Draws the content key and encrypts it for each recipient (a public key operation each).
  /// Errors: cms.enveloped.write, certificate.key_kind, crypto.library.
  [[nodiscard]] static Result<EnvelopedWriter> make(EnvelopeOptions options);
  ~EnvelopedWriter() override;
  EnvelopedWriter(EnvelopedWriter&&) noexcept;
  EnvelopedWriter& operator=(EnvelopedWriter&&) noexcept;

  Status feed(std::string_view bytes, ByteSink& sink) override;
  Status finish(ByteSink& sink) override;
  /// Bytes of the whole structure, when content_bytes was given.
  [[nodiscard]] std::optional<std::uint64_t> encoded_bytes() const;

 private:
  struct State;
  explicit EnvelopedWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::crypto::cms
