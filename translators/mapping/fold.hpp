// Long texts in lines: FTX 4440, NTE02, MSG01. A piece that fills its element goes on in the next one; any other ends
// where the separator stood. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "translators/mapping/arena.hpp"
#include "translators/mapping/codec.hpp"

namespace crossdock::mapping {

/// Characters of UTF-8 text.
[[nodiscard]] std::size_t characters_in(std::string_view text);

/// Inwards: joins the values (the pieces) to one text. True where the last of them fills the last element, so that the
/// text may go on in the next segment. `codec.text` is the separator, `codec.number` the width in characters.
bool unfold(const Codec& codec, Values& values, Arena& arena);

/// Outwards: cuts the first value into at most `places` pieces, at separators where that is possible (a blank: as many
/// words as fit), else or where that takes too much room after exactly `codec.number` characters. What has no room is
/// left in `values.rest`; the last piece is then a full one.
void fold(const Codec& codec, std::uint32_t places, Values& values);

}  // namespace crossdock::mapping
