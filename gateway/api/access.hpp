// Who may call the API: the token made at first start, and systems of ours by theirs. Tokens are kept as digests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_server/credentials.hpp"
#include "gateway/channels/http_server/router.hpp"

namespace crossdock::api {

/// A known token.
struct Caller {
  enum class Kind : std::uint8_t {
    person,  ///< may do everything
    system,  ///< may post and read canonical events
  };
  Kind kind = Kind::person;
  std::string name;    ///< recorded with every change
  std::string digest;  ///< SHA-256 of the token, lower-case hex, as stored
};
/// By digest (lower-case hex). On the io thread.
using CallerFinder = std::function<std::optional<Caller>(const std::string& digest)>;

/// Name under which the first token's changes are recorded.
inline constexpr std::string_view first_token_name = "api-token";

/// The first token: `<data>/api-token` holds it in plain text (mode 0600, may be deleted once it is noted elsewhere),
/// `<data>/api-token.sha256` its digest (mode 0600), which alone is read at later starts. Returns the digest.
/// Errors: file.unwritable, file.unreadable.
[[nodiscard]] Result<std::string> prepare_first_token(const std::string& data_folder);

/// Admission of routes.
class Access {
 public:
  Access(const base::Clock& clock, base::Registry& metrics, CallerFinder find);
  /// Sets the request's principal; 401 for unknown tokens (429 when an address fails too often), 403 for systems where
  /// `systems` is false.
  [[nodiscard]] std::optional<http::Response> admit(http::Request& request, bool systems);
  /// The caller behind a principal set by admit().
  [[nodiscard]] static Caller caller_of(const http::Request& request);

 private:
  base::Counter& refused_;
  CallerFinder find_;
  http::FailureLimiter failures_;
};

}  // namespace crossdock::api
