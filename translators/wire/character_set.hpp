// Character sets of EDIFACT interchanges: which one a syntax identifier declares, and bytes to UTF-8 and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "translators/wire/delimiters.hpp"

namespace crossdock::wire {

/// `UNOC` -> latin_1. Unknown identifiers and UNOX (code extension): not_said. Source: ISO 9735, data element 0001.
[[nodiscard]] CharacterSet character_set_of(std::string_view syntax_identifier);
/// `ISO 8859-1`, for messages.
[[nodiscard]] std::string_view name(CharacterSet set);

/// True if any byte is above 0x7F.
[[nodiscard]] bool has_high_bytes(std::string_view text);
/// True if the text is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);
/// Offset of the first byte that the set lets no value hold, npos if there is none. UNOA and UNOB are told apart by
/// `capitals_only`.
[[nodiscard]] std::size_t find_foreign(std::string_view text, CharacterSet set, bool capitals_only);

/// Appends the text as UTF-8: as it stands where it is UTF-8 already, else read as `set` (ISO 8859-1 where that is
/// ascii, utf_8 or not said). A byte that the set does not define becomes U+FFFD.
void append_utf8(std::string& out, std::string_view text, CharacterSet set);
/// UTF-8 into bytes of the set. False where a character is not in it; `out` then holds `?` at its place.
[[nodiscard]] bool append_in(std::string& out, std::string_view utf8, CharacterSet set);

}  // namespace crossdock::wire
