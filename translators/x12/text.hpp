// The small helpers of wire under the names that this folder uses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/wire/input_block.hpp"
#include "translators/wire/seen_numbers.hpp"
#include "translators/wire/text.hpp"

namespace crossdock::x12 {

using wire::element_place;
using wire::InputBlock;
using wire::is_alphanumeric;
using wire::is_blank;
using wire::is_digit;
using wire::is_digits;
using wire::is_newline;
using wire::is_padding;
using wire::is_upper;
using wire::parse_number;
using wire::SeenNumbers;
using wire::trim;
using wire::trim_right;
using wire::visible;

}  // namespace crossdock::x12
