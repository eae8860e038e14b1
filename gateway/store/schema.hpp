// The schema as numbered migrations. Described for readers in docs/reference/store.md.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace crossdock::store {

/// migrations()[i] brings a store of version i to version i+1. Never changed once released: add another.
[[nodiscard]] std::span<const char* const> migrations();

}  // namespace crossdock::store
