// POST /documents: authenticated by partner token, answered when the document is durable.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/channels/http_server/credentials.hpp"
#include "gateway/channels/http_server/router.hpp"
#include "gateway/pipeline/intake.hpp"

namespace crossdock::document {

/// Whose token it is.
struct Sender {
  std::string partner;
  std::string channel;       ///< `acme-freight/document`
  std::string token_digest;  ///< SHA-256 of the token, lower-case hex, as stored
  std::string map;           ///< empty: found by the document
  std::string usage;         ///< `test` for a test partner, else empty
  std::uint64_t body_bytes_max = 64U << 20;
};

/// The owner of a token by its digest (lower-case hex) in the configuration in force. On the io thread.
using SenderFinder = std::function<std::optional<Sender>(const std::string& token_digest)>;

/// All parts outlive the channel; the channel outlives the server whose router holds its route.
struct DocumentParts {
  pipeline::Intake& intake;
  const base::Clock& clock;
  base::Registry& metrics;
  SenderFinder find;
};

class DocumentChannel {
 public:
  explicit DocumentChannel(DocumentParts parts);
  /// 202 when durable (a repeated key with the same bytes: the same answer), 401, 409, 411, 413, 503.
  void add_routes(http::Router& router);

 private:
  std::optional<http::Response> admit(http::Request& request);
  void handle(const http::RequestPtr& request, const http::Responder& respond);

  DocumentParts parts_;
  http::FailureLimiter failures_;
};

/// The file name that a request gives its document: `X-File-Name`, else `filename` of Content-Disposition (RFC 6266);
/// only its last part, without control characters, at most 255 bytes; empty when there is none.
[[nodiscard]] std::string file_name_of(const http::RequestHead& head);

}  // namespace crossdock::document
