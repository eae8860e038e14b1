// Bytes inside a document that become an attachment of its event. Used by the step `attachment` only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossdock::mapping {

/// What the first bytes say: PDF, TIFF, JPEG, PNG, GIF, BMP, XML, ZIP; else `application/octet-stream`.
[[nodiscard]] std::string_view media_type_of(std::string_view bytes);

/// The bytes that a base64 text stands for (RFC 4648 section 4); blanks and line breaks in it mean nothing. Nothing
/// where it is no such text.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace crossdock::mapping
