// The nearest of some names to a mistyped one, for messages.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace crossdock::guide {

/// The name that needs the fewest changes to become `wanted`, empty when none is close (at most a third of its length,
/// at least 1). Ties go to the first. Case does not count as a whole change.
[[nodiscard]] std::string nearest_name(std::string_view wanted, std::span<const std::string_view> names);

}  // namespace crossdock::guide
