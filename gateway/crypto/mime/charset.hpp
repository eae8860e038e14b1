// Text in other character sets and RFC 2047 encoded words as UTF-8, and file names as parameters.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossdock::mime {

/// Bytes of a named character set as UTF-8. Knows UTF-8, US-ASCII and the ISO 8859, Windows, KOI8, CJK and UTF-16
/// families by name. Nothing when the name is unknown or the bytes are not of that set.
[[nodiscard]] std::optional<std::string> to_utf8(std::string_view bytes, std::string_view charset);
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// Decodes `=?charset?B|Q?...?=` wherever it stands, also inside quotes (forbidden there, sent nevertheless); blanks
/// between two encoded words vanish. What cannot be decoded stays. Bytes that are not UTF-8 are read as Windows-1252.
/// Source: RFC 2047.
[[nodiscard]] std::string decode_encoded_words(std::string_view text);
/// `=?utf-8?B?...?=` for text that is not printable ASCII; other text unchanged.
[[nodiscard]] std::string encode_word(std::string_view utf8);

/// The file name that header values give: filename of Content-Disposition, else name of Content-Type, decoded to UTF-8,
/// not yet safe. Empty when there is none.
[[nodiscard]] std::string file_name_of(std::string_view content_disposition, std::string_view content_type);

/// How a name outside ASCII or tokens is written (partners differ).
enum class FileNameForm {
  quoted,        ///< filename="a b.edi"; other than ASCII as filename*=UTF-8''... beside an ASCII one (RFC 6266)
  bare,          ///< filename=ab.edi where the characters allow it (partners that keep the quotes)
  encoded_word,  ///< filename="=?utf-8?B?...?=" (older products)
};
/// `attachment; filename="..."`.
[[nodiscard]] std::string content_disposition(std::string_view utf8_name, FileNameForm form = FileNameForm::quoted);

}  // namespace crossdock::mime
