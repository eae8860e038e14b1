// UTF-8 validation (RFC 3629 s4).
// SPDX-License-Identifier: Apache-2.0
#include "translators/json/json_document.hpp"
#include "translators/tree/encoding.hpp"

namespace crossdock::json {

std::size_t valid_utf8(std::string_view text) { return tree::valid_utf8_prefix(text); }

}  // namespace crossdock::json
