// Which addresses belong to the inside of a network: asked after name resolution, so that no name can lead there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

namespace crossdock::http_api {

/// True for loop-back, private, link-local (cloud metadata too), shared, multicast, unspecified and reserved addresses,
/// IPv4 also inside IPv6. Families other than these two count as internal. Source: RFC 6890, RFC 4193, RFC 4291.
[[nodiscard]] bool is_internal_address(const sockaddr* address);

}  // namespace crossdock::http_api
