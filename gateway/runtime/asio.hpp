// The io_context behind a Runtime, for the few .cpp files that open sockets. Never include it from a header.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

#include "gateway/runtime/runtime.hpp"

namespace crossdock::runtime {

[[nodiscard]] boost::asio::io_context& io_context(Runtime& runtime);
/// A loop with a thread of its own, started with the first call (on the io thread or before run()): for TLS, whose
/// handshakes and records cost more than the io thread may spend on one connection.
[[nodiscard]] boost::asio::io_context& tls_context(Runtime& runtime);

}  // namespace crossdock::runtime
