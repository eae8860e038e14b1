// Identities and small helpers of the tests of cryptographic messages.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/crypto/byte_transform.hpp"
#include "gateway/crypto/cms/enveloped_reader.hpp"
#include "gateway/crypto/digester.hpp"
#include "gateway/crypto/make_certificate.hpp"

namespace crossdock::crypto::cms::test {

inline Identity make_identity(KeyKind kind, std::uint32_t bits, std::string_view subject) {
  SelfSignedOptions options;
  options.subject = *parse_subject(subject);
  options.not_before = std::chrono::sys_seconds{std::chrono::seconds{1'700'000'000}};
  options.not_after = std::chrono::sys_seconds{std::chrono::seconds{2'700'000'000}};
  const PrivateKey key = *PrivateKey::make(kind, bits);
  return *Identity::make(*make_self_signed(key, options), key);
}

inline const Identity& alice() {
  static const Identity identity = make_identity(KeyKind::rsa, 2048, "CN=Alice,O=Acme");
  return identity;
}
inline const Identity& bob() {
  static const Identity identity = make_identity(KeyKind::rsa, 2048, "CN=Bob,O=Builders");
  return identity;
}
inline const Identity& curve() {
  static const Identity identity = make_identity(KeyKind::ec, 256, "CN=Curve");
  return identity;
}

/// Bytes of no pattern that a cipher or zlib could love, the same every time.
inline std::string noise(std::size_t size) {
  std::string out;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < size; ++i) {
    state = state * 1664525U + 1013904223U;
    out += static_cast<char>(state >> 24);
  }
  return out;
}

inline Digest sha256_of(std::string_view text) { return *digest_of(DigestAlgorithm::sha256, text); }

/// Feeds a transform in chunks of one size.
inline Result<std::string> transform(ByteTransform& stream, std::string_view bytes, std::size_t chunk) {
  StringSink sink;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) TRY_STATUS(stream.feed(bytes.substr(at, chunk), sink));
  TRY_STATUS(stream.finish(sink));
  return std::move(sink.bytes);
}

/// Opens an envelope in chunks of one size.
inline Result<std::string> open_envelope(std::string_view bytes, std::span<const Identity> ours, std::size_t chunk,
                                         EnvelopeFacts* facts = nullptr, EnvelopedLimits limits = {}) {
  EnvelopedReader reader(limits);
  StringSink sink;
  for (std::size_t at = 0; at < bytes.size();) {
    TRY(const std::size_t taken, reader.feed(bytes.substr(at, chunk), sink));
    at += taken;
    if (reader.needs_key()) TRY_STATUS(reader.unlock_with(ours));
  }
  TRY_STATUS(reader.finish(sink));
  if (facts != nullptr) *facts = reader.facts();
  return std::move(sink.bytes);
}

}  // namespace crossdock::crypto::cms::test
