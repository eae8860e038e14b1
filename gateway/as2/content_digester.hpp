// Digests of a signed part as it was sent and, when that differs, as it would be with canonical line ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "gateway/crypto/digester.hpp"

namespace crossdock::as2 {

/// Senders on S/MIME libraries sign text with CRLF line ends and send what they had (RFC 5751 s3.1.1 against RFC 4130
/// s5.2.1). The second digest begins at the first bare LF, so binary and CRLF content costs one digest only.
class ContentDigester {
 public:
  explicit ContentDigester(crypto::DigestSet set) : exact_(set) {}
  void update(std::string_view bytes);
  [[nodiscard]] const crypto::Digester& exact() const { return exact_; }
  /// Null when the content had no bare LF.
  [[nodiscard]] const crypto::Digester* canonical() const { return canonical_ ? &*canonical_ : nullptr; }

 private:
  crypto::Digester exact_;
  std::optional<crypto::Digester> canonical_;
  bool after_cr_ = false;
};

}  // namespace crossdock::as2
