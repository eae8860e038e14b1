// Which syntax codes a release of the 997 has.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "translators/base/code.hpp"

namespace crossdock::acknowledgement {

/// The forms that are written: 997 in two releases (005010 adds AK103, AK203, C030-03 and some codes), and the 999
/// (005010X231A1), whose IK segments have codes for a partner's own guide.
enum class Form : std::uint8_t { v004010, v005010, implementation };

/// The form for a group's version (GS08): 005010 from release 005010 on.
[[nodiscard]] Form form_for(std::string_view version);
/// The release digits of GS08: `004010VICS` -> `004010`; `004010` where there are none.
[[nodiscard]] std::string release_of(std::string_view version);

/// The code to write for one of the table's codes; empty where the release has neither it nor a near one.
/// Source: X12 data elements 720, 723, 718, 716 in 004010 and 005010.
[[nodiscard]] std::string_view segment_code(Form form, std::string_view code);
[[nodiscard]] std::string_view element_code(Form form, std::string_view code);
/// The same for a finding's code: what a partner's overlay forbids or asks for has codes of its own in the 999
/// (005010X231 elements 620 and 621: I4, I6, I10).
[[nodiscard]] std::string_view segment_code(Form form, Code code);
[[nodiscard]] std::string_view element_code(Form form, Code code);
[[nodiscard]] std::string_view set_code(Form form, std::string_view code);
[[nodiscard]] std::string_view group_code(Form form, std::string_view code);

}  // namespace crossdock::acknowledgement
