// Answers that several parts of the desk give.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/channels/http_server/router.hpp"
#include "gateway/crypto/mime/header_fields.hpp"

namespace crossdock::as2_channel {

/// An MDN as the answer of the request: its header lines but Date, which the server writes itself.
[[nodiscard]] http::Response mdn_response(const std::string& header_lines, std::string body);
/// 204: taken, nothing more to say now.
[[nodiscard]] http::Response empty_response();
[[nodiscard]] mime::HeaderFields fields_of(const http::RequestHead& head);

}  // namespace crossdock::as2_channel
