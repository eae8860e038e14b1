// The message integrity check: its text, and over which bytes it is taken.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/crypto/algorithms.hpp"

namespace crossdock::as2 {

/// Over which bytes a partner takes the MIC when it is not what the RFCs say.
enum class MicBasis : std::uint8_t {
  standard,              ///< RFC 4130 s7.3.1, RFC 5402 s4
  payload_with_headers,  ///< always the innermost part with its MIME headers, decompressed
  payload_only,          ///< always the innermost part's body
};

/// `base64digest, sha256` (the spelling by setting). Source: RFC 4130 s7.4.3.
[[nodiscard]] std::string write_mic(const crypto::Digest& mic,
                                    crypto::MicalgSpelling spelling = crypto::MicalgSpelling::plain);

/// A Received-content-MIC as it came.
struct ReceivedMic {
  std::string digest;                                ///< decoded bytes
  std::optional<crypto::DigestAlgorithm> algorithm;  ///< nothing when the word is unknown
  std::string algorithm_text;
};
/// Takes values without a blank after the comma, wrapped, with any case and spelling of the algorithm. Nothing when
/// the digest is not base64.
[[nodiscard]] std::optional<ReceivedMic> parse_mic(std::string_view text);
/// The digest is equal byte by byte; the algorithm is the same, or was not said in a word that is known.
[[nodiscard]] bool equal(const ReceivedMic& received, const crypto::Digest& sent);

}  // namespace crossdock::as2
