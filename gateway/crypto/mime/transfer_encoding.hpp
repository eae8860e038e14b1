// Content-Transfer-Encoding: base64 and quoted-printable as streams, and what the header's values mean.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "translators/base/result.hpp"

namespace crossdock::mime {

/// 7bit, 8bit, binary and an absent header are all `binary` here: the bytes are what they are.
enum class TransferEncoding : std::uint8_t { binary, base64, quoted_printable };

/// Reads the value of a Content-Transfer-Encoding; empty text means binary. Errors: mime.encoding.unknown.
[[nodiscard]] Result<TransferEncoding> parse_transfer_encoding(std::string_view text);
[[nodiscard]] std::string_view name(TransferEncoding encoding);

/// One direction of a transfer encoding over a stream. What comes out is appended to `out`; as much as about 1.4 times
/// (decoding: once) the bytes that went in. Source: RFC 2045 s6.7, s6.8.
class TransferCoder {
 public:
  virtual ~TransferCoder() = default;
  /// Errors (decoding only): mime.encoding.malformed.
  [[nodiscard]] virtual Status feed(std::string_view bytes, std::string& out) = 0;
  [[nodiscard]] virtual Status finish(std::string& out) = 0;
};

/// base64: line ends and blanks are skipped; any other character outside the alphabet, or data after the padding, is an
/// error; missing padding is taken. quoted-printable: soft line breaks in both line ends, lower-case digits taken, an
/// `=` that begins no escape stays.
[[nodiscard]] std::unique_ptr<TransferCoder> make_decoder(TransferEncoding encoding);
/// Lines of 76 characters, CRLF between and after them.
[[nodiscard]] std::unique_ptr<TransferCoder> make_encoder(TransferEncoding encoding);

/// Whole texts, without line ends. Decoding errors: mime.encoding.malformed.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);

}  // namespace crossdock::mime
