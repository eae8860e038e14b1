// Values with parameters, such as those of Content-Type and Content-Disposition: read tolerantly, written strictly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossdock::mime {

struct Parameter {
  std::string name;   ///< lower case, without RFC 2231's star and section
  std::string value;  ///< unquoted; RFC 2231 values decoded to UTF-8
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// `multipart/signed; micalg=sha-256; boundary="b"`. At most 64 parameters are kept.
struct StructuredValue {
  std::string value;  ///< the part before the first semicolon, lower case, without comments
  std::vector<Parameter> parameters;
  /// The first parameter of that name (lower case); null when absent.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// Its value or empty text.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

/// Reads any text; what cannot be read as a parameter is left out. Takes semicolons at the end, blanks around `=` and
/// `;`, missing quotes, values unquoted though they hold blanks, and backslashes of Windows paths in quotes (only `\"`
/// and `\\` are escapes). Source: RFC 2045 s5.1, RFC 2183, RFC 2231 s3-4.
[[nodiscard]] StructuredValue parse_structured_value(std::string_view text);
/// `value; name=token; name="quoted"`: quoted where RFC 2045 asks for it, never folded.
[[nodiscard]] std::string write_structured_value(const StructuredValue& value);

/// True when a parameter's value may stand without quotes (RFC 2045 token).
[[nodiscard]] bool is_token(std::string_view text);
/// In double quotes, `"` and `\` escaped; control characters become blanks.
[[nodiscard]] std::string quoted(std::string_view text);

/// What stands at the front of a Content-Type in lower case; `application/octet-stream` for an empty one.
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace crossdock::mime
