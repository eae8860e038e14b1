// Encodings of documents, to UTF-8 and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::tree {

enum class Encoding : std::uint8_t { utf8, ascii, latin1, windows1252 };

/// `UTF-8`, `us-ascii`, `iso-8859-1`, `windows-1252`, in any case.
[[nodiscard]] std::optional<Encoding> find_encoding(std::string_view name);
[[nodiscard]] std::string_view name(Encoding encoding);

/// Appends `bytes` as UTF-8. False where they are not of the encoding (nothing is appended then).
[[nodiscard]] bool append_as_utf8(std::string& out, std::string_view bytes, Encoding encoding);
/// Appends UTF-8 `text` in the encoding. False where a character does not exist in it.
[[nodiscard]] bool append_encoded(std::string& out, std::string_view text, Encoding encoding);
/// Appends one code point as UTF-8.
void append_code_point(std::string& out, std::uint32_t code);
/// Length of the well-formed UTF-8 prefix (RFC 3629).
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace crossdock::tree
