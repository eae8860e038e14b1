// The Disposition field of MDNs: read loosely, written strictly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/as2/headers.hpp"
#include "translators/base/code.hpp"

namespace crossdock::as2 {

struct Disposition {
  enum class Type : std::uint8_t { processed, failed };
  enum class Modifier : std::uint8_t { none, error, failure, warning };
  Type type = Type::processed;
  Modifier modifier = Modifier::none;
  std::string text;  ///< after the colon, such as `decryption-failed`; several are joined by comma and blank

  /// The content was taken: processed without modifier, or with a warning.
  [[nodiscard]] bool positive() const {
    return type == Type::processed && (modifier == Modifier::none || modifier == Modifier::warning);
  }
  friend bool operator==(const Disposition&, const Disposition&) = default;
};

/// The whole value (`automatic-action/MDN-sent-automatically; processed/error: x`) or what follows its semicolon, in
/// any case, folded, with or without blanks, `error=x`, `failed/Failure=x`, `error: x` alone, a modifier said twice.
/// Nothing when neither processed nor failed nor a modifier can be found. Source: RFC 4130 s7.4.3, s7.5.6.
[[nodiscard]] std::optional<Disposition> parse_disposition(std::string_view text);
/// `automatic-action/MDN-sent-automatically; processed/error: authentication-failed`.
[[nodiscard]] std::string write_disposition(const Disposition& disposition);

/// What an MDN says of a failure. rfc4130bis has words of its own for some; legacy partners get RFC 4130's. A code
/// without disposition is an unexpected-processing-error.
[[nodiscard]] Disposition disposition_of(Code code, Profile profile = Profile::legacy);

}  // namespace crossdock::as2
