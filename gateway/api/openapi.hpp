// The OpenAPI 3.1 document, written from the router's own table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/channels/http_server/router.hpp"

namespace crossdock::api {

/// Every route of the router with an operation id, in order of its path.
[[nodiscard]] std::string openapi_document(const http::Router& router, std::string_view version);

}  // namespace crossdock::api
