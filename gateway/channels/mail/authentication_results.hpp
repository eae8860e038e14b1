// What the receiving mail server found out about a mail's sender (RFC 8601), and whether it is enough.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/crypto/mime/header_fields.hpp"
#include "translators/base/result.hpp"

namespace crossdock::mail {

/// `dkim=pass (...) header.d=acme.example header.s=k1`
struct MethodResult {
  std::string method, result;                                   ///< lower case
  std::vector<std::pair<std::string, std::string>> properties;  ///< `header.d` in lower case -> value
  [[nodiscard]] std::string_view property(std::string_view name) const;
};

/// One Authentication-Results field.
struct AuthenticationResults {
  std::string server;  ///< authserv-id, lower case
  std::vector<MethodResult> results;
};

/// Reads a field's value tolerantly: comments and folding anywhere blanks may be, quoted strings, an optional version,
/// `none`. What cannot be read is left out; at most 64 results. Source: RFC 8601 s2.2.
[[nodiscard]] AuthenticationResults parse_authentication_results(std::string_view value);

enum class Method : std::uint8_t { dkim, spf, dmarc };
[[nodiscard]] std::string_view name(Method method);

struct AuthenticationPolicy {
  std::string server;                ///< authserv-id of the receiving server; fields of others prove nothing
  std::vector<Method> required;      ///< each must have passed; empty: nothing is asked
  std::vector<std::string> domains;  ///< that must have been proved, or one above it; empty: that of the From address
};

/// The address of a From field: what stands in angle brackets, else its first word; lower case. Empty when there is
/// none, or several. Source: RFC 5322 s3.6.2.
[[nodiscard]] std::string from_address(const mime::HeaderFields& fields);

/// Whether the mail proves its sender. Only fields with the server's own name count, of each method the topmost field
/// that speaks of it (what stands lower came with the mail). dkim counts for header.d (or header.i), spf for
/// smtp.mailfrom (smtp.helo where that is empty), dmarc for header.from.
/// Errors: mail.authentication, which says what was asked and what was found.
[[nodiscard]] Status check_authentication(const mime::HeaderFields& fields, const AuthenticationPolicy& policy);

}  // namespace crossdock::mail
