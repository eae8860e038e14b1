// The service characters of one interchange.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace crossdock::wire {

/// The family of a document's syntax.
enum class Syntax : std::uint8_t { x12, edifact };

/// How the bytes of a document's values are read. Source: ISO 9735, data element 0001 (UNOA to UNOY).
enum class CharacterSet : std::uint8_t {
  not_said,  ///< X12: as they stand
  ascii,     ///< UNOA, UNOB
  latin_1,   ///< UNOC, ISO 8859-1
  latin_2,
  cyrillic,
  greek,
  latin_3,
  latin_4,
  arabic,
  hebrew,
  latin_5,
  latin_9,
  utf_8  ///< UNOW, UNOY
};

/// X12: found by position in the ISA; EDIFACT: from UNA or the syntax's defaults. 0 = this character does not exist
/// here.
struct Delimiters {
  char element = '*';
  char component = ':';
  char repetition = 0;
  char release = 0;
  char decimal_mark = '.';
  std::string segment = "~";  ///< one byte as a rule; up to 4 where a sender uses a multi-byte character

  bool operator==(const Delimiters&) const = default;
};

}  // namespace crossdock::wire
