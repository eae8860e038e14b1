// The text of MICs.
// SPDX-License-Identifier: Apache-2.0
#include "gateway/as2/mic.hpp"

#include "gateway/crypto/mime/header_fields.hpp"
#include "gateway/crypto/mime/transfer_encoding.hpp"

namespace crossdock::as2 {

std::string write_mic(const crypto::Digest& mic, crypto::MicalgSpelling spelling) {
  return mime::base64_encode(mic.view()) + ", " + std::string(crypto::micalg(mic.algorithm, spelling));
}

std::optional<ReceivedMic> parse_mic(std::string_view text) {
  const std::size_t comma = text.find(',');
  const auto digest = mime::base64_decode(text.substr(0, comma));
  if (!digest || digest->empty()) return std::nullopt;
  ReceivedMic out{.digest = *digest, .algorithm = std::nullopt, .algorithm_text = {}};
  if (comma != std::string_view::npos) {
    out.algorithm_text = std::string(mime::trim(text.substr(comma + 1)));
    out.algorithm = crypto::read_micalg(out.algorithm_text);
  }
  return out;
}

bool equal(const ReceivedMic& received, const crypto::Digest& sent) {
  if (received.algorithm && *received.algorithm != sent.algorithm) return false;
  return received.digest == sent.view();
}

}  // namespace crossdock::as2
