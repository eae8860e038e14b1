// Writing JSON text without a tree: escaping only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace crossdock {

/// Appends `value` as a JSON string (RFC 8259 s7), quotes included. Bytes that are not valid UTF-8 are read as ISO 8859-1,
/// so the output is always valid UTF-8.
void append_json_string(std::string& out, std::string_view value);

}  // namespace crossdock
