// The io_context behind a Runtime, for the few .cpp files that open sockets. Never include it from a header.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

#include "gateway/runtime/runtime.hpp"

namespace crossdock::runtime {

[[nodiscard]] boost::asio::io_context& io_context(Runtime& runtime);

}  // namespace crossdock::runtime
