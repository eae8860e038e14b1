// Writes segments: elements joined by their separator, empty ones at the end left out, delimiters and control
// characters kept out of data. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "translators/wire/delimiters.hpp"

namespace crossdock::wire {

/// In element values handed to a writer, these stand for the component and repetition separators of the interchange to
/// be written. Control characters are never data in X12, so nothing is mistaken for them.
inline constexpr char component_mark = '\x1F';
inline constexpr char repetition_mark = '\x1E';

/// A segment to write: [0] is the tag, then the elements.
using OutgoingSegment = std::vector<std::string>;

/// Appends one segment with its terminator. Trailing empty elements, components and repetitions are left out. Values
/// are written as they are: check them first. A mark whose separator does not exist (0) becomes a blank.
void write_segment(std::string& out, std::span<const std::string> segment, const Delimiters& delimiters);
void write_segment(std::string& out, std::span<const std::string_view> segment, const Delimiters& delimiters);

/// Offset of the first control character (C0 without the two marks, DEL) in a value; npos if there is none.
[[nodiscard]] std::size_t find_control_character(std::string_view value);
/// Offset of the first delimiter in a value; npos if there is none.
[[nodiscard]] std::size_t find_delimiter(std::string_view value, const Delimiters& delimiters);

}  // namespace crossdock::wire
