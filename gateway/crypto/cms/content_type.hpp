// What kind of cryptographic message some bytes begin with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace crossdock::crypto::cms {

enum class ContentType : std::uint8_t {
  data,
  signed_data,
  enveloped_data,
  auth_enveloped_data,
  compressed_data,
  other
};

/// `signed-data`, `enveloped-data`, `authEnveloped-data`, `compressed-data`, `data`, `other`: the words of smime-type.
[[nodiscard]] std::string_view name(ContentType type);
/// From a prefix of a ContentInfo, 32 bytes are always enough. Nothing when it is no ContentInfo or too short to say.
[[nodiscard]] std::optional<ContentType> sniff(std::string_view prefix);
/// The identifier's bytes as in DER, without tag and length. RFC 5652 s4-6, RFC 5083 s2, RFC 3274 s1.1.
[[nodiscard]] std::string_view oid(ContentType type);
[[nodiscard]] ContentType find_content_type(std::string_view oid_bytes);

}  // namespace crossdock::crypto::cms
