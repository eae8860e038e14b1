// Finds the service characters of an interchange: UNA, or UNB without one. Pure functions over a look-ahead window.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "translators/wire/delimiters.hpp"

namespace crossdock::edifact {

/// Bytes that are looked at before the service characters are decided; fewer only at the end of the input.
inline constexpr std::uint32_t service_window_bytes = 1024;
/// Bytes that begins_interchange() needs.
inline constexpr std::uint32_t header_start_bytes = 24;

struct ServiceString {
  wire::Delimiters delimiters;  ///< repetition: what UNA says at its fifth place, 0 for a blank or without UNA
  std::uint32_t length = 0;     ///< bytes before UNB, UNH or whatever comes first: UNA and blanks behind it
  bool una = false;
  bool una_short = false;  ///< the reserved character was left out
  bool derived = false;    ///< from UNB, for they are not the default ones and no UNA says so
};

/// True if an interchange (or, with `bare`, a message) seems to begin here: UNA and service characters, UNB with its
/// syntax identifier, or UNH with a reference and a type.
[[nodiscard]] bool begins_interchange(std::string_view text, bool bare);

/// Reads what stands at the beginning of `window`. Nothing where the service characters cannot be told.
/// Source: ISO 9735 annex B (UNA), s5 (default characters), ISO 9735:1988 s5.2 (UNOB's control characters).
[[nodiscard]] std::optional<ServiceString> read_service_string(std::string_view window);

/// Columns at which the lines of the window are cut also inside of segments; 0 if they are not.
[[nodiscard]] std::uint32_t find_wrap_columns(std::string_view window, char terminator, bool at_end);

}  // namespace crossdock::edifact
