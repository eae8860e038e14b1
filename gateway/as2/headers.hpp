// The headers of an AS2 request as a typed view: who, which message, which receipt.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/as2/identity.hpp"
#include "gateway/crypto/algorithms.hpp"
#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::as2 {

/// Which rules hold with a partner; a setting of the profile, never chosen by what a request says.
enum class Profile : std::uint8_t { legacy, v1_3 };

/// What the sender wants as receipt. Source: RFC 4130 s7.3.
struct ReceiptRequest {
  std::string to;             ///< Disposition-Notification-To: any text, its presence counts
  bool signed_asked = false;  ///< a signed-receipt-protocol was named
  /// signed-receipt-protocol is `pkcs7-signature`. False with an importance of `required`: the answer is
  /// `failed/Failure: unsupported format`.
  bool protocol_known = true;
  bool protocol_required = false, micalg_required = false;
  std::vector<std::string> micalg_texts;         ///< as listed
  std::vector<crypto::DigestAlgorithm> micalgs;  ///< those of them that are known, in their order
  std::optional<std::string> delivery_url;       ///< Receipt-Delivery-Option: asynchronous, to this URL
  [[nodiscard]] bool asynchronous() const { return delivery_url.has_value(); }
};

struct As2Headers {
  std::string from, to;               ///< unquoted
  std::string raw_from, raw_to;       ///< as sent
  MessageId message_id;               ///< empty when there is none: right for an MDN, refused for a message (Reception)
  std::string version = "1.0";        ///< AS2-Version; absent means 1.0
  std::string product;                ///< AS2-Product (rfc4130bis); may be empty
  std::vector<std::string> features;  ///< EDIINT-Features
  std::string subject, date, user_agent;
  std::string content_type;  ///< as sent; `application/octet-stream` when absent
  std::optional<ReceiptRequest> receipt;
};

/// Reads the headers of a request. Names of headers without regard to case.
/// Errors: as2.header (AS2-From or AS2-To missing or there twice, AS2-Version not 1.x), as2.name, as2.message_id.
/// Source: RFC 4130 s6, RFC 6017, RFC 5402 s2.
[[nodiscard]] Result<As2Headers> read_as2_headers(const mime::HeaderFields& fields);

/// Disposition-Notification-Options: blanks, tabs and case are free; unknown parameters are ignored.
[[nodiscard]] ReceiptRequest parse_receipt_options(std::string_view options);

/// Who a refusal goes to when read_as2_headers() failed: whatever of the names and id could be read.
struct Addressing {
  std::string from, to, message_id;  ///< empty where it could not be read
};
[[nodiscard]] Addressing addressing_of(const mime::HeaderFields& fields);

}  // namespace crossdock::as2
